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
