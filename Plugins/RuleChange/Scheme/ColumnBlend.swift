// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Brings columns of different rules into one, exactly where all of them are exact.
enum ColumnBlend {
  /// One column out of several under each other, and of it these rows.
  ///
  /// The type is the one that is given, where all values fit it, and else the narrowest that holds the
  /// values there are. Nil where kinds clash or a number does not fit.
  static func joined(_ columns: [Column], as type: ColumnType?, rows: [Int]) -> Column? {
    if let type, let column = joined(columns, type, rows) { return column }
    return Column.commonType(of: columns).flatMap { joined(columns, $0, rows) }
  }

  private static func joined(_ columns: [Column], _ type: ColumnType, _ rows: [Int]) -> Column? {
    var parts: [Column] = []
    for column in columns {
      guard let part = column.converted(to: type) else { return nil }
      parts.append(part)
    }
    return try? Column.concatenating(parts, named: "result").taking(rows: rows)
  }

  /// The type of a column that repeats a value; nil for null and for values that no rule gives.
  static func type(of value: FEELValue) -> ColumnType? {
    switch value {
    case .boolean: .boolean
    case .text: .category
    case .date(let date): Int32(exactly: date.days).map { _ in .date }
    case .number(let number):
      number.scale > 18 || number.scaledInt64(scale: number.scale) == nil
        ? .number : number.scale == 0 ? .integer : .decimal(scale: number.scale)
    default: nil
    }
  }

  /// The values as a column, exact where all numbers are; nil where their kinds clash.
  static func column(_ values: [FEELValue]) -> Column? {
    var type: ColumnType?
    for value in values where !value.isNull {
      guard let own = self.type(of: value) else { return nil }
      guard let common = ColumnType.common(type ?? own, own) else { return nil }
      type = common
    }
    switch type {
    case .boolean: return .boolean(BooleanColumn(values.map(\.boolean)))
    case .category: return .category(CategoryColumn(values.map(\.string)))
    case .date:
      return .date(
        FixedColumn(
          values.map { if case .date(let date) = $0 { Int32(exactly: date.days) } else { nil } }))
    case .number: return .number(FixedColumn(values.map(\.double)))
    case .integer, .decimal:
      let scale = type?.places ?? 0
      var cells: [Int64?] = []
      for value in values {
        let cell = value.number?.scaledInt64(scale: scale)
        guard cell != nil || value.isNull else {
          return .number(FixedColumn(values.map(\.double)))
        }
        cells.append(cell)
      }
      return scale == 0 ? .integer(FixedColumn(cells)) : .decimal(FixedColumn(cells), scale: scale)
    case .text, .timestamp, nil: return Column.missing(.text, count: values.count)
    }
  }

  /// One value for every row.
  static func repeating(_ value: FEELValue, as type: ColumnType, count: Int) -> Column? {
    func all<Cell>(_ cell: Cell?) -> [Cell?]? {
      cell.map { [Cell?](repeating: $0, count: count) }
    }
    switch (value, type) {
    case (.null, _): return Column.missing(type, count: count)
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
