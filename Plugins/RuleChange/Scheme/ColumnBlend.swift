// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Brings columns of different rules into one, exactly where all of them are exact.
enum ColumnBlend {
  /// A part of the rows, and what they hold.
  struct Part {
    let rows: [Int]
    let column: Column
  }

  /// The narrowest type that holds both; nil where there is none.
  static func common(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
    switch (left, right) {
    case _ where left == right: left
    case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
      .decimal(scale: max(left.places, right.places))
    case (.text, .category), (.category, .text): .text
    default: left.isNumeric && right.isNumeric ? .number : nil
    }
  }

  /// The type that holds all columns, those without any value not counted; nil where they clash.
  static func common(_ columns: [Column]) -> ColumnType? {
    var type: ColumnType?
    for column in columns where column.missingCount < column.count {
      guard let known = type else {
        type = column.type
        continue
      }
      guard let wider = common(known, column.type) else { return nil }
      type = wider
    }
    return type ?? columns.first?.type ?? .text
  }

  /// A column without values.
  static func missing(_ type: ColumnType, count: Int) -> Column {
    func none<Value>(_: Value.Type) -> [Value?] { [Value?](repeating: nil, count: count) }
    return switch type {
    case .boolean: .boolean(BooleanColumn(none(Bool.self)))
    case .integer: .integer(FixedColumn(none(Int64.self)))
    case .number: .number(FixedColumn(none(Double.self)))
    case .decimal(let scale): .decimal(FixedColumn(none(Int64.self)), scale: scale)
    case .text: .text(TextColumn(none(String.self)))
    case .category: .category(CategoryColumn(none(String.self)))
    case .date: .date(FixedColumn(none(Int32.self)))
    case .timestamp: .timestamp(FixedColumn(none(Int64.self)))
    }
  }

  /// A column as another type that holds it; nil where a number does not fit.
  static func converted(_ column: Column, to type: ColumnType) -> Column? {
    if column.type == type { return column }
    if column.missingCount == column.count { return missing(type, count: column.count) }
    switch (column, type) {
    case (.integer, .decimal(let scale)), (.decimal, .decimal(let scale)):
      guard let values = column.scaled(to: scale) else { return nil }
      return .decimal(FixedColumn(values, validity: column.validity), scale: scale)
    case (_, .number):
      return column.doubles().map { .number(FixedColumn($0.values, validity: $0.validity)) }
    case (.category(let texts), .text):
      return .text(TextColumn((0..<texts.count).map { texts[$0] }))
    case (.text(let texts), .category):
      return .category(CategoryColumn((0..<texts.count).map { texts[$0] }))
    default: return nil
    }
  }

  /// One column out of parts, each at its rows; the other rows are missing.
  ///
  /// Nil where the kinds clash or a number does not fit.
  static func assembled(_ parts: [Part], count: Int) -> Column? {
    let parts = parts.filter { !$0.rows.isEmpty }
    guard let type = common(parts.map(\.column)) else { return nil }
    var sources = [Int](repeating: 0, count: count)
    var columns = [missing(type, count: 1)]
    var start = 1
    for part in parts {
      guard let column = converted(part.column, to: type) else { return nil }
      for (place, row) in part.rows.enumerated() { sources[row] = start + place }
      columns.append(column)
      start += part.rows.count
    }
    return try? Column.concatenating(columns, named: "result").taking(rows: sources)
  }

  /// One value for every row.
  static func repeating(_ value: FEELValue, as type: ColumnType, count: Int) -> Column? {
    func all<Cell>(_ cell: Cell?) -> [Cell?]? {
      cell.map { [Cell?](repeating: $0, count: count) }
    }
    switch (value, type) {
    case (.null, _): return missing(type, count: count)
    case (.boolean(let flag), _): return all(flag).map { .boolean(BooleanColumn($0)) }
    case (.text(let text), _): return all(text).map { .category(CategoryColumn($0)) }
    case (.date(let date), _):
      return all(Int32(exactly: date.days)).map { .date(FixedColumn($0)) }
    case (.number(let number), .number):
      return all(number.double).map { .number(FixedColumn($0)) }
    case (.number(let number), _):
      let scale = number.scale
      guard scale <= 18, let cells = all(number.scaledInt64(scale: scale)) else {
        return all(number.double).map { .number(FixedColumn($0)) }
      }
      return scale == 0 ? .integer(FixedColumn(cells)) : .decimal(FixedColumn(cells), scale: scale)
    default: return nil
    }
  }
}

extension ColumnType {
  /// The places after the point of an exact type.
  var places: Int { if case .decimal(let scale) = self { scale } else { 0 } }
}

extension Column {
  /// Exact numbers times ten to the power `scale`; nil for other columns, or where one does not fit.
  func scaled(to scale: Int) -> [Int64]? {
    let values: [Int64]
    switch self {
    case .integer(let column): values = column.values.array
    case .decimal(let column, _): values = column.values.array
    default: return nil
    }
    guard scale >= type.places else { return nil }
    let factor = (type.places..<scale).reduce(Int64(1)) { power, _ in power * 10 }
    guard factor != 1 else { return values }
    var result: [Int64] = []
    result.reserveCapacity(values.count)
    for value in values {
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result.append(product)
    }
    return result
  }
}
