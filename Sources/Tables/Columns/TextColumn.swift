// SPDX-License-Identifier: EUPL-1.2

/// UTF-8 texts end to end in one buffer; text `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
public struct TextColumn: Sendable {
  /// The most bytes that one column may hold: what a 32-bit offset reaches.
  public static let byteLimit = Int(Int32.max)

  /// `count + 1` ascending offsets; in a slice the first need not be zero.
  public let offsets: ColumnBuffer<Int32>
  /// Valid UTF-8 throughout; a slice shares the bytes of the rows before and behind it.
  public let bytes: ColumnBuffer<UInt8>
  /// Which rows have a value; a missing row is empty.
  public let validity: Bitmap?

  /// Takes over buffers that are valid UTF-8 and empty in missing rows.
  public init(offsets: [Int32], bytes: [UInt8], validity: Bitmap? = nil) {
    precondition(offsets.first == 0, "the first offset is zero")
    precondition(Int(offsets[offsets.count - 1]) == bytes.count, "the last offset is the end")
    self.init(sharing: ColumnBuffer(offsets), of: ColumnBuffer(bytes), validity: validity)
  }

  /// Texts of a buffer that may hold others too.
  init(sharing offsets: ColumnBuffer<Int32>, of bytes: ColumnBuffer<UInt8>, validity: Bitmap?) {
    precondition(
      validity.map { $0.count == offsets.count - 1 } ?? true, "a bitmap of another length")
    self.offsets = offsets
    self.bytes = bytes
    self.validity = validity.flatMap { $0.allSet ? nil : $0 }
  }

  /// Texts that together stay within `byteLimit`; `TextColumnBuilder` is for those that may not.
  public init(_ optionals: some Sequence<String?>) {
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    var validity = Bitmap(repeating: false, count: 0)
    offsets.reserveCapacity(optionals.underestimatedCount + 1)
    for text in optionals {
      if let text { bytes.append(contentsOf: text.utf8) }
      precondition(bytes.count <= Self.byteLimit, "more text than a column can hold")
      offsets.append(Int32(bytes.count))
      validity.append(text != nil)
    }
    self.init(offsets: offsets, bytes: bytes, validity: validity)
  }

  public var count: Int { offsets.count - 1 }

  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      String(decoding: UnsafeBufferPointer(rebasing: bytes[range(at: row)]), as: UTF8.self)
    }
  }

  /// Where in `bytes` the texts of all rows lie.
  public var byteRange: Range<Int> { Int(offsets[0])..<Int(offsets[count]) }

  /// Where the bytes of a row lie; empty for a missing row.
  public func range(at row: Int) -> Range<Int> {
    Int(offsets[row])..<Int(offsets[row + 1])
  }
}

extension TextColumn: Hashable {
  public static func == (left: TextColumn, right: TextColumn) -> Bool {
    guard left.count == right.count, left.validity == right.validity,
      left.byteRange.count == right.byteRange.count
    else { return false }
    let shift = right.offsets[0] - left.offsets[0]
    return (0..<left.count).allSatisfy { left.offsets[$0] + shift == right.offsets[$0] }
      && left.bytes.slice(left.byteRange) == right.bytes.slice(right.byteRange)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(bytes.slice(byteRange))
    hasher.combine(validity)
  }
}
