// SPDX-License-Identifier: EUPL-1.2

/// What a column holds.
///
/// The names are those of a pipeline file's `columns:`.
public enum ColumnType: Sendable, Hashable {
  case boolean
  case integer
  case number
  /// Exact money and the like: an integer divided by ten to the power `scale` (0...18).
  case decimal(scale: Int)
  case text
  /// Text that repeats: kept once in a dictionary, in order of first appearance.
  case category
  case date
  /// An instant in UTC, in microseconds.
  case timestamp

  public var name: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .decimal: "decimal"
    case .text: "text"
    case .category: "category"
    case .date: "date"
    case .timestamp: "timestamp"
    }
  }

  public var isNumeric: Bool {
    switch self {
    case .integer, .number, .decimal: true
    case .boolean, .text, .category, .date, .timestamp: false
    }
  }

  public var isTextual: Bool { self == .text || self == .category }
}

/// A column of a table: one contiguous buffer of values and, where some are missing, a bitmap.
///
/// The kind is erased per column, never per cell: switch outside the loop, then work on the buffer.
public enum Column: Sendable, Hashable {
  case boolean(BooleanColumn)
  case integer(FixedColumn<Int64>)
  case number(FixedColumn<Double>)
  case decimal(FixedColumn<Int64>, scale: Int)
  case text(TextColumn)
  case category(CategoryColumn)
  /// Days since 1970-01-01.
  case date(FixedColumn<Int32>)
  /// Microseconds since 1970-01-01T00:00:00Z.
  case timestamp(FixedColumn<Int64>)

  public var type: ColumnType {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal(_, let scale): .decimal(scale: scale)
    case .text: .text
    case .category: .category
    case .date: .date
    case .timestamp: .timestamp
    }
  }

  public var count: Int {
    switch self {
    case .boolean(let column): column.count
    case .integer(let column): column.count
    case .number(let column): column.count
    case .decimal(let column, _): column.count
    case .text(let column): column.count
    case .category(let column): column.count
    case .date(let column): column.count
    case .timestamp(let column): column.count
    }
  }

  /// Which rows have a value; nil where all have one.
  public var validity: Bitmap? {
    switch self {
    case .boolean(let column): column.validity
    case .integer(let column): column.validity
    case .number(let column): column.validity
    case .decimal(let column, _): column.validity
    case .text(let column): column.validity
    case .category(let column): column.validity
    case .date(let column): column.validity
    case .timestamp(let column): column.validity
    }
  }

  public var missingCount: Int { validity.map { $0.count - $0.setCount } ?? 0 }

  public func isMissing(at row: Int) -> Bool { validity.map { !$0[row] } ?? false }
}
