// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a table: facts, without the value of any cell.
public enum TableFault: Error, Hashable, Sendable {
  case duplicateColumn(String)
  case unequalLengths(String)
  case unknownColumn(String, known: [String])
  case wrongType(column: String, type: ColumnType, wanted: String)
  /// Tables that were to be put under each other have other columns.
  case differentColumns(expected: [String], found: [String])
  /// Tables that were to be put under each other hold other types in a column.
  case differentTypes(column: String, expected: ColumnType, found: ColumnType)
  /// A text column is limited to 2 GiB of text.
  case tooMuchText(column: String)
}

extension TableFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateColumn(let name): "there are two columns named '\(name)'"
    case .unequalLengths(let name): "column '\(name)' is not as long as the others"
    case .unknownColumn(let name, _): "there is no column '\(name)'"
    case .wrongType(let column, let type, let wanted):
      "column '\(column)' is \(type.name), and \(wanted) is needed"
    case .differentColumns(let expected, let found):
      "the tables have different columns: \(list(expected)) and \(list(found))"
    case .differentTypes(let column, let expected, let found):
      "column '\(column)' is \(expected.name) in one table and \(found.name) in another"
    case .tooMuchText(let column):
      "column '\(column)' would hold more than 2 GiB of text"
    }
  }
}

/// Names for a message, the first of them where there are many.
private func list(_ names: [String]) -> String {
  let shown = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
}
