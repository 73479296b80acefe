// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with the columns that a database gave: facts, without any value.
///
/// Rows count from 1, in the order in which the database gave them.
public enum DatabaseColumnFault: Error, Hashable, Sendable {
  case noRows
  case emptyName(position: Int)
  case duplicateName(String, first: Int, second: Int)
  case unknownColumns([String], known: [String])
  /// A text that is not UTF-8, or that has a NUL byte within.
  case unreadableText(column: String, row: Int)
  /// A number without end, or a day that no calendar date of ours can be.
  case outOfRange(column: String, type: ColumnType, row: Int)
  /// Values that are not of their column's declared type: all columns at once.
  case wrongTypes([WrongValues])
  case tooMuchText(column: String)

  /// The values of one column that are not of its declared type.
  public struct WrongValues: Sendable, Hashable {
    public let column: String
    public let type: ColumnType
    /// The first of their rows.
    public private(set) var rows: [Int] = []
    public private(set) var count = 0

    init(column: String, type: ColumnType) {
      self.column = column
      self.type = type
    }

    mutating func note(_ row: Int) {
      count += 1
      if rows.count < 5 { rows.append(row) }
    }
  }
}

extension DatabaseColumnFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .noRows: "check that this is the right table, and what the query leaves out"
    case .emptyName: "give every column of the query a name (… as name)"
    case .duplicateName: "give every column of the query a name of its own (… as name)"
    case .unknownColumns(_, let known): "there are \(quotedNames(known))"
    case .unreadableText: "the program that wrote it used another encoding; write it again as UTF-8"
    case .outOfRange:
      "replace it in the query, or list how the database spells it among the missing texts"
    case .wrongTypes:
      "declare the type that the column has, or list texts that stand for a missing value"
    case .tooMuchText: "leave the column out of the query, or read fewer rows"
    }
  }
}

extension DatabaseColumnFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRows: "the database gave no rows"
    case .emptyName(let position): "column \(position) has no name"
    case .duplicateName(let name, let first, let second):
      "columns \(first) and \(second) are both named '\(name)'"
    case .unknownColumns(let names, _):
      "a type is declared for \(quotedNames(names)), which the database did not give"
    case .unreadableText(let column, let row):
      "column '\(column)', row \(row): the text is not UTF-8, or has a NUL byte"
    case .outOfRange(let column, .date, let row), .outOfRange(let column, .timestamp, let row):
      "column '\(column)', row \(row): the day is outside the years 0000 to 9999, or without end"
    case .outOfRange(let column, let type, let row):
      "column '\(column)', row \(row): the value is no finite \(type.name)"
    case .wrongTypes(let columns): columns.map(\.description).joined(separator: "; ")
    case .tooMuchText(let column): "column '\(column)' holds more than 2 GiB of text"
    }
  }
}

extension DatabaseColumnFault.WrongValues: CustomStringConvertible {
  public var description: String {
    let places = rows.map(String.init).joined(separator: ", ") + (count > rows.count ? " …" : "")
    let found = count == 1 ? "1 value is" : "\(count) values are"
    return "column '\(column)': \(found) not \(type.name) (row \(places))"
  }
}

/// Names for a message, the first of them where there are many.
func quotedNames(_ names: [String]) -> String {
  let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
}
