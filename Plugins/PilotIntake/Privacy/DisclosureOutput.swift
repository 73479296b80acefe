// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The checked tables as tables: what may be published, and the log that stays inside.
struct DisclosureOutput {
  let checked: CheckedTables

  /// table, the columns that tables go by, measure, column, value, suppressed.
  ///
  /// The rule is not told: to know that a suppressed cell is a small one narrows down the others.
  func tables() throws(TableFault) -> Table {
    let cells = checked.cells
    return try Table(
      keys(of: cells) + [
        ("measure", .category(CategoryColumn(cells.map(\.measure)))),
        ("column", .category(CategoryColumn(cells.map(\.column)))),
        ("value", .number(FixedColumn(cells.map(\.value)))),
        ("suppressed", .boolean(BooleanColumn(cells.map { $0.reason != nil }))),
      ])
  }

  /// table, the columns that tables go by, measure, column, rule: a line for each suppressed cell.
  func log() throws(TableFault) -> Table {
    let cells = checked.cells.filter { $0.reason != nil }
    return try Table(
      keys(of: cells) + [
        ("measure", .category(CategoryColumn(cells.map(\.measure)))),
        ("column", .category(CategoryColumn(cells.map(\.column)))),
        ("rule", .category(CategoryColumn(cells.map { $0.reason?.rawValue }))),
      ])
  }

  /// table, rule, cells, of: how many cells each rule suppressed.
  func summary(_ effects: CheckedEffects?) throws(TableFault) -> Table {
    var lines: [(table: String, rule: String, cells: Int, of: Int)] = []
    let names = checked.cells.reduce(into: [String]()) { names, cell in
      if names.last.map({ !$0.isExactly(cell.table) }) ?? true { names.append(cell.table) }
    }
    for name in names {
      let cells = checked.cells.filter { $0.table.isExactly(name) }
      for reason in CountProtection.Reason.allCases {
        let count = cells.count { $0.reason == reason }
        lines.append((name, reason.rawValue, count, cells.count))
      }
    }
    if let effects {
      for (rule, count) in effects.counts {
        lines.append(("effects", rule.rawValue, count, effects.effects.count))
      }
    }
    return try Table([
      ("table", .category(CategoryColumn(lines.map(\.table)))),
      ("rule", .category(CategoryColumn(lines.map(\.rule)))),
      ("suppressed", .integer(FixedColumn(lines.map { Int64($0.cells) }))),
      ("of", .integer(FixedColumn(lines.map { Int64($0.of) }))),
    ])
  }

  private func keys(of cells: [CheckedTables.Cell]) -> [(name: String, column: Column)] {
    [("table", .category(CategoryColumn(cells.map(\.table))))]
      + checked.columns.enumerated().map { place, name in
        (name, .category(CategoryColumn(cells.map { $0.keys[place] })))
      }
  }
}

extension DisclosureOutput {
  /// Columns of the output that no column of the cases may be named as.
  static let reserved = ["table", "measure", "column", "value", "suppressed", "rule"]

  static func tableColumns(by columns: [String]) -> [ColumnPromise] {
    keyColumns(columns) + [
      ColumnPromise("measure", .category), ColumnPromise("column", .category),
      ColumnPromise("value", .number), ColumnPromise("suppressed", .boolean),
    ]
  }

  static func logColumns(by columns: [String]) -> [ColumnPromise] {
    keyColumns(columns) + [
      ColumnPromise("measure", .category), ColumnPromise("column", .category),
      ColumnPromise("rule", .category),
    ]
  }

  static let summaryColumns = [
    ColumnPromise("table", .category), ColumnPromise("rule", .category),
    ColumnPromise("suppressed", .integer), ColumnPromise("of", .integer),
  ]

  private static func keyColumns(_ columns: [String]) -> [ColumnPromise] {
    [ColumnPromise("table", .category)] + columns.map { ColumnPromise($0, .category) }
  }
}
