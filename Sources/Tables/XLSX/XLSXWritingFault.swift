// SPDX-License-Identifier: EUPL-1.2

/// Why a table cannot be written as an Excel workbook: facts, without the value of any cell.
public enum XLSXWritingFault: Error, Hashable, Sendable {
  /// More rows than a sheet holds, the header included.
  case tooManyRows(Int)
  case tooManyColumns(Int)
  /// Texts longer than a cell holds; the first by its row, or nil for the column's name.
  case textTooLong(column: String, row: Int?, count: Int)
  case badSheetName(String)
  case cannotWrite(path: String, reason: String)

  /// How many rows a sheet holds.
  public static let rowLimit = 1_048_576
  public static let columnLimit = 16_384
  /// How many characters, counted as UTF-16 does, a cell holds.
  public static let textLimit = 32_767
}

extension XLSXWritingFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManyRows(let rows):
      "the table has \(rows) rows, and a sheet of Excel holds \(Self.rowLimit - 1) below its header"
    case .tooManyColumns(let columns):
      "the table has \(columns) columns, and a sheet of Excel holds \(Self.columnLimit)"
    case .textTooLong(let column, nil, _):
      "the name of column '\(column.prefix(40))…' is longer than a cell of Excel holds"
    case .textTooLong(let column, let row?, let count):
      "column '\(column)' has \(count == 1 ? "1 text" : "\(count) texts") longer than the"
        + " \(Self.textLimit) characters that a cell of Excel holds (row \(row))"
    case .badSheetName(let name):
      "'\(name)' cannot be the name of a sheet"
    case .cannotWrite(let path, let reason): "'\(path)' cannot be written: \(reason)"
    }
  }
}

extension XLSXWritingFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .tooManyRows, .tooManyColumns, .textTooLong: "write it as csv or arrow"
    case .badSheetName: "a name has 1 to 31 characters, none of []:*?/\\, and no ' at either end"
    case .cannotWrite: "check that its folder exists, is yours, and has room"
    }
  }
}
