// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The long texts of a Stata file (`strL`, version 117 and later), which lie apart from the rows.
///
/// The library takes each for a text that ends in a zero byte, as Stata writes it, and would read on into
/// whatever lies behind where a file has none there.
struct StataLongTexts {
  private let descriptor: Int32
  private let isBigEndian: Bool
  /// Where the texts begin.
  private let offset: Int
  /// The bytes before a text: a tag of 3, two numbers that name it, a type, and its length.
  private let headerCount: Int

  /// Finds them by as much of the file's beginning as holds the map of its parts; nil where the file is
  /// none of these versions, or is damaged in a way that the library sees.
  init?(_ descriptor: Int32, beginning: [UInt8]) {
    let header = String(decoding: beginning, as: UTF8.self)
    guard let release = header.firstRange(of: "<release>"),
      let version = Int(header[release.upperBound...].prefix(3)),
      let map = beginning.firstRange(of: Array("<map>".utf8))
    else { return nil }
    self.descriptor = descriptor
    isBigEndian = header.contains("<byteorder>MSF<")
    headerCount = version == 117 ? 16 : 20
    let entry = map.upperBound + 10 * 8
    guard entry + 8 <= beginning.count,
      let offset = Self.number(beginning[entry..<entry + 8], isBigEndian)
    else { return nil }
    self.offset = offset
  }

  /// Whether each text of the type that is read as text ends in a zero byte.
  var allEnd: Bool {
    // From the last byte of one text (at first, of the opening tag) to the header of the next.
    let opening = "<strls>".utf8.count
    var place = offset.addingReportingOverflow(opening - 1).partialValue
    var isText = false
    while true {
      let bytes = FilePart.bytes(of: descriptor, at: place, count: headerCount + 1)
      if isText, bytes.first != 0 { return false }
      let header = bytes.dropFirst()
      guard header.count == headerCount, header.starts(with: "GSO".utf8),
        let length = Self.number(header.suffix(4), isBigEndian)
      else { return true }
      isText = header[header.endIndex - 5] == 130
      // A text of no bytes has no last one.
      if isText, length == 0 { return false }
      place += headerCount + length
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) -> Int? {
    let value = (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return value < 1 << 60 ? Int(value) : nil
  }
}

/// Bytes from anywhere in a file.
enum FilePart {
  static func bytes(of descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }
}
