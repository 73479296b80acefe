// SPDX-License-Identifier: EUPL-1.2

/// Writes tables as JSON lines: one object per row, keys in the order of the columns.
///
/// A missing value is `null`, so that every line has every key. Dates and instants are texts in
/// ISO 8601; decimals are numbers with all places of their scale.
public struct JSONLinesWriter: Sendable, Hashable {
  public init() {}

  /// The whole file.
  ///
  /// - Throws: `JSONLinesFault.infinite` where a number has no spelling in JSON.
  public func bytes(_ table: Table) throws(JSONLinesFault) -> [UInt8] {
    for (name, column) in zip(table.names, table.columns) {
      guard case .number(let numbers) = column else { continue }
      guard numbers.values.allSatisfy(\.isFinite) else { throw .infinite(column: name) }
    }
    let keys = table.names.enumerated().map { place, name in
      var key: [UInt8] = place == 0 ? [] : [UInt8(ascii: ",")]
      append(name, to: &key)
      key.append(UInt8(ascii: ":"))
      return key
    }
    var output: [UInt8] = []
    for row in 0..<table.rowCount {
      output.append(UInt8(ascii: "{"))
      for (key, column) in zip(keys, table.columns) {
        output += key
        append(column, row, to: &output)
      }
      output += "}\n".utf8
    }
    return output
  }
}

extension JSONLinesWriter {
  private func append(_ column: Column, _ row: Int, to output: inout [UInt8]) {
    guard let text = column.display(at: row) else {
      output += "null".utf8
      return
    }
    switch column {
    case .boolean, .integer, .number, .decimal: output += text.utf8
    case .text, .category, .date, .timestamp: append(text, to: &output)
    }
  }

  /// A text in quotes; what RFC 8259 forbids in one is escaped, and nothing else.
  private func append(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
      case 0x0A: output += "\\n".utf8
      case 0x0D: output += "\\r".utf8
      case 0x09: output += "\\t".utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        output += ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
