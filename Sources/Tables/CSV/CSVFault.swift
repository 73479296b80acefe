// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a CSV file: facts, without the value of any cell.
///
/// Lines count from 1.
public enum CSVFault: Error, Hashable, Sendable {
  case fileMissing(path: String)
  case fileUnreadable(path: String, reason: String)
  case compressed(CompressionFault)
  case empty
  case noRows
  case utf16
  case byteOrderMarkInLatin1
  case invalidUTF8(line: Int)
  case nulByte(line: Int)
  case unterminatedQuote(line: Int, column: String)
  case textAfterQuote(line: Int, column: String)
  case fieldTooLong(line: Int, column: String)
  case rowTooLong(line: Int)
  case emptyName(position: Int)
  case duplicateName(String, first: Int, second: Int)
  case tooManyColumns(limit: Int)
  case unknownColumns([String], known: [String])
  /// Cells that are not of their column's declared type: all columns at once.
  case wrongTypes([WrongLines])
  case raggedRows([RaggedRow], count: Int, expected: Int)
  case tooMuchText(column: String)
  case unusableDelimiter
  case changedWhileRead

  /// A row with another number of fields than the header.
  public struct RaggedRow: Sendable, Hashable {
    public let line: Int
    public let fields: Int

    public init(line: Int, fields: Int) {
      self.line = line
      self.fields = fields
    }
  }
}

extension CSVFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .fileMissing: "check the path; it is relative to the pipeline file"
    case .fileUnreadable: "check that it is a file and that you may read it"
    case .compressed(let fault): fault.help
    case .empty, .noRows: "check that this is the right file, and that it was written completely"
    case .utf16: "save the file again as CSV UTF-8"
    case .byteOrderMarkInLatin1: "say encoding utf8, or leave the encoding away"
    case .invalidUTF8: "if the file comes from an older Windows program, say encoding latin1"
    case .nulByte: "the file is damaged, or is no text; write it again"
    case .unterminatedQuote: "close the quote, and write a quote within a field twice"
    case .textAfterQuote:
      "write a quote within a field twice, and let a comma follow a closing quote"
    case .fieldTooLong: "most often an opening quote was never closed"
    case .rowTooLong: "check the line ends, and that every opening quote is closed"
    case .emptyName: "give every column a name, or say that the file has no header"
    case .duplicateName: "give every column a name of its own"
    case .tooManyColumns: "check the delimiter; a table this wide is better written long"
    case .unknownColumns(_, let known): "the file has \(quoted(known))"
    case .wrongTypes(let columns): columns.first?.type.advice ?? ""
    case .raggedRows:
      "check the delimiter and the quotes, or let such rows be left out and counted"
    case .tooMuchText: "leave the column out, or split the file"
    case .unusableDelimiter: "choose a delimiter that is no quote, line end or decimal mark"
    case .changedWhileRead: "read it again when nobody writes to it"
    }
  }
}

extension CSVFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing(let path): "there is no file '\(path)'"
    case .fileUnreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .compressed(let fault): fault.description
    case .empty: "the file is empty"
    case .noRows: "the file has no rows"
    case .utf16: "the file is UTF-16, and UTF-8 or latin1 is needed"
    case .byteOrderMarkInLatin1: "the file says that it is UTF-8, and latin1 is declared"
    case .invalidUTF8(let line): "line \(line) is not UTF-8"
    case .nulByte(let line): "line \(line) has a NUL byte"
    case .unterminatedQuote(let line, let column):
      "the quote that opens on line \(line), in column '\(column)', is never closed"
    case .textAfterQuote(let line, let column):
      "line \(line), column '\(column)': text follows the closing quote"
    case .fieldTooLong(let line, let column):
      "line \(line), column '\(column)': the field is longer than 16 MiB"
    case .rowTooLong(let line): "the row that begins on line \(line) is longer than 64 MiB"
    case .emptyName(let position): "column \(position) has no name"
    case .duplicateName(let name, let first, let second):
      "columns \(first) and \(second) are both named '\(name)'"
    case .tooManyColumns(let limit): "the file has more than \(limit) columns"
    case .unknownColumns(let names, _):
      "a type is declared for \(quoted(names)), which the file does not have"
    case .wrongTypes(let columns): columns.map(\.description).joined(separator: "; ")
    case .raggedRows(let rows, let count, let expected):
      "\(count == 1 ? "1 row has" : "\(count) rows have") not \(expected) fields: "
        + rows.prefix(5).map { "line \($0.line) has \($0.fields)" }.joined(separator: ", ")
        + (count > 5 ? " …" : "")
    case .tooMuchText(let column): "column '\(column)' holds more than 2 GiB of text"
    case .unusableDelimiter: "that delimiter cannot be told from other signs"
    case .changedWhileRead: "the file changed while it was read"
    }
  }
}

private func quoted(_ names: [String]) -> String {
  let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
}

extension ColumnType {
  /// What may help where values are not of a declared type.
  fileprivate var advice: String {
    let other = "declare the type that the column has, or list texts that stand for a missing value"
    switch self {
    case .number, .decimal, .integer:
      return
        "numbers with a comma need the decimal mark ','; none may have signs between thousands; else "
        + other
    case .date, .timestamp:
      return "dates are written 2025-03-24; read others as text and derive the date, as in "
        + "date(substring(day, 7, 4) + \"-\" + substring(day, 4, 2) + \"-\" + substring(day, 1, 2)); else "
        + other
    case .boolean, .text, .category: return other
    }
  }
}
