// SPDX-License-Identifier: EUPL-1.2

/// How a file of JSON lines is to be read.
public struct JSONLinesOptions: Sendable, Hashable {
  /// Texts that stand for a missing value beside `null`; a number is missing where it is spelled so.
  public var missing: [String]
  /// Types of columns by name; the others are inferred.
  public var columns: [String: ColumnType]

  public init(missing: [String] = [], columns: [String: ColumnType] = [:]) {
    self.missing = missing
    self.columns = columns
  }
}
