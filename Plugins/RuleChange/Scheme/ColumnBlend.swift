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

  /// One column out of parts, each at its rows; the other rows are missing.
  ///
  /// Nil where the kinds clash or a number does not fit.
  static func assembled(_ parts: [Part], count: Int) -> Column? {
    let parts = parts.filter { !$0.rows.isEmpty }
    guard let type = Column.commonType(of: parts.map(\.column)) else { return nil }
    var sources = [Int](repeating: 0, count: count)
    var columns = [Column.missing(type, count: 1)]
    var start = 1
    for part in parts {
      guard let column = part.column.converted(to: type) else { return nil }
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
