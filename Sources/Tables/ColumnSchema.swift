// SPDX-License-Identifier: EUPL-1.2

/// A column's name and type.
public struct ColumnSchema: Sendable {
  public let name: String
  public let type: ColumnType

  public init(_ name: String, _ type: ColumnType) {
    self.name = name
    self.type = type
  }
}

extension ColumnSchema: Hashable {
  public static func == (left: ColumnSchema, right: ColumnSchema) -> Bool {
    left.type == right.type && left.name.isExactly(right.name)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ExactText(name))
    hasher.combine(type)
  }
}
