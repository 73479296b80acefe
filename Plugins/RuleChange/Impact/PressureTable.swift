// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The marginal pressure of a scheme on example households, before and after each reform.
struct PressureTable {
  private let grid: IncomeGrid
  private let types: [String]
  private let ids: [String]
  /// By variant and household type.
  private let scans: [[IncomeScan]]

  init(
    _ households: HouseholdGrid, _ grid: IncomeGrid, _ variants: [SchemeVariant],
    _ result: String, on date: CalendarDate
  ) throws {
    self.grid = grid
    types = households.types.map(\.name)
    ids = variants.map(\.id)
    let incomes = grid.incomes
    scans = try variants.map { variant in
      try households.types.map { type in
        IncomeScan(
          try households.amounts(of: type, incomes: incomes, variant, result, on: date), grid)
      }
    }
  }

  /// One row per reform, household type and income.
  func pressure() throws(TableFault) -> Table {
    typealias Row = (variant: Int, type: Int, place: Int)
    let shown = grid.shown
    let rows: [Row] = ids.indices.dropFirst().flatMap { variant in
      types.indices.flatMap { type in shown.map { (variant, type, $0) } }
    }
    func number(_ value: (IncomeScan, Int) -> Double?, after: Bool) -> Column {
      .number(
        FixedColumn(rows.map { value(scans[after ? $0.variant : 0][$0.type], $0.place) }))
    }
    func drop(after: Bool) -> Column { number({ $0.steepest(after: $1)?.drop }, after: after) }
    func cliff(after: Bool) -> Column {
      .boolean(
        BooleanColumn(
          rows.map { row -> Bool? in
            scans[after ? row.variant : 0][row.type].steepest(after: row.place).map {
              IncomeScan.isCliff($0.drop)
            }
          }))
    }
    return try Table([
      ("reform", .category(CategoryColumn(rows.map { ids[$0.variant] }))),
      ("household_type", .category(CategoryColumn(rows.map { types[$0.type] }))),
      ("income", .integer(FixedColumn(rows.map { Int64(grid.from + $0.place) }))),
      ("amount_before", number({ $0.amount($1) }, after: false)),
      ("amount_after", number({ $0.amount($1) }, after: true)),
      ("pressure_before", number({ $0.pressure($1) }, after: false)),
      ("pressure_after", number({ $0.pressure($1) }, after: true)),
      ("drop_before", drop(after: false)), ("drop_after", drop(after: true)),
      ("cliff_before", cliff(after: false)), ("cliff_after", cliff(after: true)),
    ])
  }

  /// One row per variant, the baseline first, and household type: its cliffs, and the worst drop.
  func cliffs() throws(TableFault) -> Table {
    typealias Row = (variant: Int, type: Int, steepest: IncomeScan.Steepest?)
    let rows: [Row] = ids.indices.flatMap { variant in
      types.indices.map { (variant, $0, scans[variant][$0].steepest) }
    }
    func amount(_ step: Int) -> Column {
      .number(
        FixedColumn(
          rows.map { row in
            row.steepest.flatMap { scans[row.variant][row.type].amount($0.place + step) }
          }))
    }
    return try Table([
      ("reform", .category(CategoryColumn(rows.map { ids[$0.variant] }))),
      ("household_type", .category(CategoryColumn(rows.map { types[$0.type] }))),
      (
        "cliffs",
        .integer(FixedColumn(rows.map { Int64(scans[$0.variant][$0.type].cliffs) }))
      ),
      ("largest_drop", .number(FixedColumn(rows.map { $0.steepest?.drop }))),
      (
        "income",
        .integer(FixedColumn(rows.map { $0.steepest.map { Int64(grid.from + $0.place) } }))
      ),
      ("amount_at_income", amount(0)), ("amount_one_more", amount(1)),
    ])
  }

  static let pressurePromises =
    ["reform", "household_type"].map { ColumnPromise($0, .category) }
    + [ColumnPromise("income", .integer)]
    + [
      "amount_before", "amount_after", "pressure_before", "pressure_after", "drop_before",
      "drop_after",
    ].map { ColumnPromise($0, .number) }
    + ["cliff_before", "cliff_after"].map { ColumnPromise($0, .boolean) }

  static let cliffPromises =
    ["reform", "household_type"].map { ColumnPromise($0, .category) }
    + [
      ColumnPromise("cliffs", .integer), ColumnPromise("largest_drop", .number),
      ColumnPromise("income", .integer), ColumnPromise("amount_at_income", .number),
      ColumnPromise("amount_one_more", .number),
    ]
}
