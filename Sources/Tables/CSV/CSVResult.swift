// SPDX-License-Identifier: EUPL-1.2

/// What came out of a CSV file: the table, and what a careful person wants to know about it.
public struct CSVResult: Sendable {
  public let table: Table
  /// How many rows the table has.
  public let rowsRead: Int
  /// The first rows that were left out; at most `CSVReader.namedRows` of them.
  public let refused: [RefusedRow]
  /// How many rows were left out in all.
  public let refusedCount: Int
  /// For each column its type, and how that came about.
  public let types: [TypeFinding]
  /// The byte between fields, as given or as found.
  public let delimiter: UInt8
}

/// A row that was left out, by the line it begins on.
public struct RefusedRow: Sendable, Hashable {
  /// Counted from 1, the header and line ends within quotes included.
  public let line: Int
  public let reason: String
}

/// A column's type, and how it came about.
public struct TypeFinding: Sendable, Hashable {
  public let column: String
  public let type: ColumnType
  public let declared: Bool
  /// A sentence without any value of the file.
  public let why: String

  public init(column: String, type: ColumnType, declared: Bool, why: String) {
    self.column = column
    self.type = type
    self.declared = declared
    self.why = why
  }
}
