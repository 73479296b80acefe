// SPDX-License-Identifier: EUPL-1.2

/// Takes the fields of a row apart: a tab between them, `\N` for NULL, a backslash before other signs.
struct PostgreSQLFields {
  private var plain: [UInt8] = []

  /// Gives every field to `body`, nil for NULL; the text is there until it returns.
  ///
  /// - Returns: how many fields there were.
  mutating func split<Fault>(
    _ row: UnsafeBufferPointer<UInt8>,
    _ body: (Int, UnsafeBufferPointer<UInt8>?) throws(Fault) -> Void
  ) throws(Fault) -> Int {
    var place = 0
    var start = 0
    while true {
      var end = start
      var hasEscapes = false
      while end < row.count, row[end] != UInt8(ascii: "\t") {
        hasEscapes = hasEscapes || row[end] == UInt8(ascii: "\\")
        end += 1
      }
      let field = UnsafeBufferPointer(rebasing: row[start..<end])
      if !hasEscapes {
        try body(place, field)
      } else if field.elementsEqual("\\N".utf8) {
        try body(place, nil)
      } else {
        unescape(field)
        try plain.withUnsafeBufferPointer { (text) throws(Fault) in try body(place, text) }
      }
      place += 1
      if end == row.count { return place }
      start = end + 1
    }
  }

  private mutating func unescape(_ field: UnsafeBufferPointer<UInt8>) {
    plain.removeAll(keepingCapacity: true)
    var isEscaped = false
    for byte in field {
      if isEscaped {
        plain.append(Self.meaning(of: byte))
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        plain.append(byte)
      }
    }
  }

  private static func meaning(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "v"): 0x0B
    default: byte
    }
  }
}
