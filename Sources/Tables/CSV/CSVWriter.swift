// SPDX-License-Identifier: EUPL-1.2

/// Writes tables as CSV (RFC 4180) in UTF-8.
///
/// Lines end in LF, which every reader takes and which keeps differences between versions small; for
/// spreadsheets in CRLF. A missing value is an empty field, an empty text a pair of quotes.
public struct CSVWriter: Sendable, Hashable {
  public var delimiter: UInt8
  /// Whether the file is meant for a spreadsheet: lines end in CRLF, a byte order mark says UTF-8, and
  /// texts that begin with `=`, `+`, `-`, `@`, a tab or a return get an apostrophe before them, so that
  /// no cell is run as a formula.
  public var forSpreadsheets: Bool

  public init(delimiter: UInt8 = UInt8(ascii: ","), forSpreadsheets: Bool = false) {
    precondition(
      delimiter < 0x80 && !Array("\"\r\n".utf8).contains(delimiter), "an unusable delimiter")
    self.delimiter = delimiter
    self.forSpreadsheets = forSpreadsheets
  }

  /// The whole file.
  public func bytes(_ table: Table) -> [UInt8] {
    var output: [UInt8] = forSpreadsheets ? [0xEF, 0xBB, 0xBF] : []
    for (place, name) in table.names.enumerated() {
      if place > 0 { output.append(delimiter) }
      append(name, to: &output)
    }
    endLine(&output)
    let columns = table.columns
    for row in 0..<table.rowCount {
      for (place, column) in columns.enumerated() {
        if place > 0 { output.append(delimiter) }
        appendCell(column, row, to: &output, isOnly: columns.count == 1)
      }
      endLine(&output)
    }
    return output
  }

  /// The whole file as text.
  public func text(_ table: Table) -> String { String(decoding: bytes(table), as: UTF8.self) }
}

extension CSVWriter {
  private func endLine(_ output: inout [UInt8]) {
    if forSpreadsheets { output.append(UInt8(ascii: "\r")) }
    output.append(UInt8(ascii: "\n"))
  }

  /// A missing value that is alone on its line is quoted: readers pass over blank lines.
  private func appendCell(
    _ column: Column, _ row: Int, to output: inout [UInt8], isOnly: Bool
  ) {
    guard let text = column.display(at: row) else {
      if isOnly { output += "\"\"".utf8 }
      return
    }
    if column.type.isTextual {
      append(text, to: &output)
    } else if text.utf8.contains(delimiter) {
      appendQuoted(text.utf8, to: &output)
    } else {
      output += text.utf8
    }
  }

  private func append(_ text: String, to output: inout [UInt8]) {
    var bytes = Array(text.utf8)
    if forSpreadsheets, SpreadsheetText.looksLikeFormula(bytes) {
      bytes.insert(UInt8(ascii: "'"), at: 0)
    }
    let isPlain = bytes.allSatisfy {
      $0 != delimiter && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n")
        && $0 != UInt8(ascii: "\r")
    }
    if isPlain, !bytes.isEmpty { output += bytes } else { appendQuoted(bytes, to: &output) }
  }

  private func appendQuoted(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { output.append(byte) }
      output.append(byte)
    }
    output.append(UInt8(ascii: "\""))
  }
}
