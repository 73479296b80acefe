// SPDX-License-Identifier: EUPL-1.2

public import Tables

extension ColumnType {
  /// Whether a column of this type will do where another is asked for: an integer is a number, and a
  /// category is a text.
  public func fits(_ wanted: ColumnType) -> Bool {
    switch wanted {
    case .number: isNumeric
    case .decimal: self == .integer || isDecimal
    case .text, .category: isTextual
    case .boolean, .integer, .date, .timestamp: self == wanted
    }
  }

  private var isDecimal: Bool { if case .decimal = self { true } else { false } }

  /// One of each, in the order that people read them.
  public static let nameable: [ColumnType] = [
    .boolean, .integer, .number, .decimal(scale: 2), .text, .category, .date, .timestamp,
  ]

  /// The type that a name stands for in `columns:`; a decimal without its scale.
  public init?(name: String) {
    guard let type = Self.nameable.first(where: { $0.name == name }) else { return nil }
    self = type
  }
}
