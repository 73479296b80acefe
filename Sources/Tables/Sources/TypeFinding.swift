// SPDX-License-Identifier: EUPL-1.2

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
