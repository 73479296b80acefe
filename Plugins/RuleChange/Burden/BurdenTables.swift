// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The tables of `rules/burden`.
struct BurdenTables {
  private var rows: [(side: String, action: BurdenAction, tariff: TariffList.Tariff)] = []
  private var demands: [(side: String, demand: DataDemand)] = []

  mutating func add(_ action: BurdenAction, _ tariff: TariffList.Tariff, side: String) {
    rows.append((side, action, tariff))
  }

  mutating func add(_ asked: [DataDemand], side: String) {
    demands += asked.map { (side, $0) }
  }

  static let actions: [ColumnPromise] = [
    ColumnPromise("rules", .text), ColumnPromise("action", .text), ColumnPromise("group", .text),
    ColumnPromise("one_off", .boolean), ColumnPromise("times", .number),
    ColumnPromise("hours", .number), ColumnPromise("time_euros", .number),
    ColumnPromise("out_of_pocket_euros", .number), ColumnPromise("euros", .number),
    ColumnPromise("tariff", .text), ColumnPromise("euro_per_hour", .number),
    ColumnPromise("verified", .boolean),
  ]

  static let summary: [ColumnPromise] = [
    ColumnPromise("group", .text), ColumnPromise("one_off", .boolean),
    ColumnPromise("hours_before", .number), ColumnPromise("hours_after", .number),
    ColumnPromise("hours_change", .number), ColumnPromise("euros_before", .number),
    ColumnPromise("euros_after", .number), ColumnPromise("euros_change", .number),
  ]

  static let data: [ColumnPromise] = [
    ColumnPromise("rules", .text), ColumnPromise("group", .text), ColumnPromise("datum", .text),
    ColumnPromise("actions", .text), ColumnPromise("times", .number),
    ColumnPromise("asked_twice", .boolean), ColumnPromise("held_by", .text),
  ]

  func actionTable() throws(TableFault) -> Table {
    func text(_ value: (BurdenAction) -> String) -> Column {
      .text(TextColumn(rows.map { value($0.action) }))
    }
    func number(_ value: (BurdenAction, TariffList.Tariff) -> Double) -> Column {
      .number(FixedColumn(rows.map { value($0.action, $0.tariff) }))
    }
    return try Table([
      ("rules", .text(TextColumn(rows.map(\.side)))), ("action", text(\.name)),
      ("group", text(\.group.rawValue)),
      ("one_off", .boolean(BooleanColumn(rows.map(\.action.isOneOff)))),
      ("times", number { action, _ in action.times }),
      ("hours", number { action, _ in action.hours }),
      ("time_euros", number { $0.hours * $1.euroPerHour }),
      ("out_of_pocket_euros", number { action, _ in action.paid }),
      ("euros", number { $0.hours * $1.euroPerHour + $0.paid }), ("tariff", text(\.tariff)),
      ("euro_per_hour", number { $1.euroPerHour }),
      ("verified", .boolean(BooleanColumn(rows.map(\.tariff.isVerified)))),
    ])
  }

  static func summaryTable(_ lines: [BurdenRecord.Line]) throws(TableFault) -> Table {
    func number(_ value: (BurdenRecord.Line) -> Double) -> Column {
      .number(FixedColumn(lines.map(value)))
    }
    return try Table([
      ("group", .text(TextColumn(lines.map(\.group)))),
      ("one_off", .boolean(BooleanColumn(lines.map(\.isOneOff)))),
      ("hours_before", number(\.before.hours)), ("hours_after", number(\.after.hours)),
      ("hours_change", number { $0.after.hours - $0.before.hours }),
      ("euros_before", number(\.before.euros)), ("euros_after", number(\.after.euros)),
      ("euros_change", number { $0.after.euros - $0.before.euros }),
    ])
  }

  func dataTable() throws(TableFault) -> Table {
    func text(_ value: (DataDemand) -> String?) -> Column {
      .text(TextColumn(demands.map { value($0.demand) }))
    }
    return try Table([
      ("rules", .text(TextColumn(demands.map(\.side)))), ("group", text(\.group.rawValue)),
      ("datum", text(\.datum)), ("actions", text { $0.actions.joined(separator: ", ") }),
      ("times", .number(FixedColumn(demands.map(\.demand.times)))),
      ("asked_twice", .boolean(BooleanColumn(demands.map(\.demand.isAskedTwice)))),
      ("held_by", text(\.register)),
    ])
  }
}
