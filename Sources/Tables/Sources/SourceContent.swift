// SPDX-License-Identifier: EUPL-1.2

/// What came out of a source of any format: the table, and what a careful person wants to know about it.
public struct SourceContent: Sendable {
  public let table: Table
  /// For each column its type, and how that came about.
  public let types: [TypeFinding]
  /// The first rows that were left out; at most `SourceContent.namedRows` of them.
  public let refused: [RefusedRow]
  /// How many rows were left out in all.
  public let refusedCount: Int
  /// What people should know and what is no fault, without any value of the source.
  public let notes: [String]

  /// How many refused rows a result names.
  public static let namedRows = 100

  public init(
    table: Table, types: [TypeFinding], refused: [RefusedRow] = [], refusedCount: Int = 0,
    notes: [String] = []
  ) {
    self.table = table
    self.types = types
    self.refused = refused
    self.refusedCount = refusedCount
    self.notes = notes
  }
}
