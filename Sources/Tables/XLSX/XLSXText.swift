// SPDX-License-Identifier: EUPL-1.2

/// Collects one text out of pieces: runs of rich text and what the parser cuts at will.
struct XLSXText {
  private var bytes: [UInt8] = []
  private(set) var isTooLong = false
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { bytes.isEmpty }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ piece: UnsafeRawBufferPointer) {
    guard bytes.count + piece.count <= limit else {
      isTooLong = true
      return
    }
    bytes.append(contentsOf: piece)
  }

  /// The number that at most 15 digits and nothing else form: most numbers, without a text in between.
  var wholeNumber: Int? { bytes.wholeNumber }

  /// As it stands.
  var plain: String { String(decoding: bytes, as: UTF8.self) }

  /// With `_x000D_` and the like turned into the characters that XML cannot hold.
  var decoded: String {
    guard bytes.contains(UInt8(ascii: "_")) else { return plain }
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "_"), let scalar = Self.escape(rest.prefix(7)) {
        result.append(contentsOf: String(Character(scalar)).utf8)
        rest = rest.dropFirst(7)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func escape(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    let first = bytes.startIndex
    guard bytes.count == 7, bytes[first + 1] == UInt8(ascii: "x"),
      bytes[first + 6] == UInt8(ascii: "_")
    else { return nil }
    let digits = bytes[(first + 2)..<(first + 6)]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    return Unicode.Scalar(value)
  }
}
