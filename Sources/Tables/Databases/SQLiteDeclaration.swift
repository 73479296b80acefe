// SPDX-License-Identifier: EUPL-1.2

/// What a table's definition says of a column, which to SQLite itself is a hint and no promise.
enum SQLiteDeclaration: Equatable {
  case boolean
  case date
  case instant
  case decimal(scale: Int)
  case integer
  case real
  case text
  case other

  init(_ text: String) {
    let upper = text.uppercased()
    let word = upper.prefix { $0 != "(" && $0 != " " }
    switch word {
    case "BOOLEAN", "BOOL": self = .boolean
    case "DATE": self = .date
    case "DATETIME", "TIMESTAMP", "TIMESTAMPTZ": self = .instant
    case "DECIMAL", "NUMERIC", "DEC":
      self = Self.scale(in: upper).map { .decimal(scale: $0) } ?? .other
    // The rules by which SQLite itself chooses a column's affinity.
    case _ where upper.contains("INT"): self = .integer
    case _ where ["CHAR", "CLOB", "TEXT"].contains { upper.contains($0) }: self = .text
    case _ where ["REAL", "FLOA", "DOUB"].contains { upper.contains($0) }: self = .real
    default: self = .other
    }
  }

  /// The `s` of `(p, s)`, where a decimal can have so many places.
  private static func scale(in text: String) -> Int? {
    let numbers = text.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",")
      .map { Int($0.filter { $0 != " " }) }
    guard numbers.count == 2, let scale = numbers[1], (0...18).contains(scale) else { return nil }
    return scale
  }

  /// How a definition calls it.
  var word: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .date: "DATE"
    case .instant: "DATETIME"
    case .decimal(let scale): "DECIMAL with \(scale) places"
    case .integer: "INTEGER"
    case .real: "REAL"
    case .text: "TEXT"
    case .other: "of another type"
    }
  }

  /// The type of a column without any value.
  var type: ColumnType {
    switch self {
    case .boolean: .boolean
    case .date: .date
    case .instant: .timestamp
    case .decimal(let scale): .decimal(scale: scale)
    case .integer: .integer
    case .real: .number
    case .text, .other: .text
    }
  }
}
