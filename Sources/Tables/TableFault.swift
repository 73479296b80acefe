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
  /// A sum of integers or decimals does not fit 64 bits.
  case sumOverflow(column: String)
  /// A quantile was asked for at something else than a probability.
  case noProbability(Double)
  /// A verb that works on named columns was given none.
  case noColumns(for: String)
  /// Rows of the right table of a join have a key that an earlier row has.
  case duplicateKeys(columns: [String], rows: Int)
  /// Tables that were to be put beside each other have a name in common.
  case nameInBoth(String)
  /// A table that was to be put under the first lacks columns, or has columns besides.
  case otherColumns(table: Int, lacking: [String], added: [String])
  /// An integer would become another number.
  case inexactInteger(column: String)
  /// Rows have no value in the column that names the columns of a pivot.
  case unnamedRows(column: String, rows: Int)
  /// Rows of a pivot would fill a cell that another row fills.
  case repeatedCells(column: String, rows: Int)
  /// A pivot would give more than `Table.cellLimit` cells.
  case tooManyCells(rows: Int, columns: Int)
  /// A sample was wanted of more rows than there are, or of fewer than none.
  case noSuchSample(wanted: Int, rows: Int)
  /// An aggregate that cannot be merged out of those of parts was asked of a table that comes in batches.
  case needsAllRows(String)
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
      "column '\(column)' is \(described(expected)) in one table and \(described(found)) in another"
    case .tooMuchText(let column):
      "column '\(column)' would hold more than 2 GiB of text"
    case .sumOverflow(let column): "a sum of column '\(column)' does not fit 64 bits"
    case .noProbability(let number):
      "a quantile has a probability of 0 to 1, and \(NumberText.print(number)) is none"
    case .noColumns(let verb): "\(verb) needs at least one column"
    case .duplicateKeys(let columns, let rows):
      "the key \(list(columns)) repeats in the right table: \(counted(rows)) a key of an earlier row"
    case .nameInBoth(let name): "both tables have a column '\(name)'"
    case .otherColumns(let table, let lacking, let added):
      "table \(table) has other columns than the first: "
        + [
          lacking.isEmpty ? nil : "it lacks \(list(lacking))",
          added.isEmpty ? nil : "it also has \(list(added))",
        ].compactMap(\.self).joined(separator: "; ")
    case .inexactInteger(let column):
      "column '\(column)' holds integers that would change as numbers"
    case .unnamedRows(let column, let rows):
      "column '\(column)' names the new columns, and \(counted(rows)) no value in it"
    case .repeatedCells(let column, let rows):
      "\(counted(rows)) the same '\(column)' and the same other columns as another row"
    case .tooManyCells(let rows, let columns):
      "the pivot has \(rows) rows for each of \(columns) columns, which is too large a table"
    case .noSuchSample(let wanted, let rows):
      "\(wanted) rows cannot be drawn from \(rows)"
    case .needsAllRows(let name):
      "'\(name)' needs all rows at once, and the table is read in batches"
    }
  }
}

/// Names for a message, the first of them where there are many.
private func list(_ names: [String]) -> String {
  let shown = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
}

/// A number of rows and what they have.
private func counted(_ rows: Int) -> String {
  rows == 1 ? "1 row has" : "\(rows) rows have"
}

/// A type's name, with the places of a decimal: decimals may differ by them alone.
private func described(_ type: ColumnType) -> String {
  if case .decimal(let scale) = type { return "decimal with \(scale) places" }
  return type.name
}
