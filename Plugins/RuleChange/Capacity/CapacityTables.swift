// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The tables of `rules/capacity`.
struct CapacityTables {
  struct Load {
    let name: String
    let load: CaseLoad
    /// Cases per minute.
    let arrivals: Double
    let trials: [StaffTrial]
    let needed: Int?
    let limit: Int
    /// Staff that were to be tried and cannot keep up.
    let overloaded: Int?

    var offered: Double { arrivals * load.minutes }
    /// Erlang's formula holds where work is exponential.
    func erlang(_ staff: Int) -> ErlangC? {
      guard load.handling == .exponential else { return nil }
      return ErlangC(arrivals: arrivals, minutes: load.minutes, staff: staff)
    }
  }

  let norm: Double
  let share: Double
  let productive: Double
  private var loads: [Load] = []

  init(norm: Double, share: Double, productive: Double) {
    self.norm = norm
    self.share = share
    self.productive = productive
  }

  mutating func add(_ load: Load) { loads.append(load) }

  static let summary: [ColumnPromise] = [
    ColumnPromise("load", .text), ColumnPromise("cases", .number),
    ColumnPromise("minutes", .number), ColumnPromise("work_hours", .number),
    ColumnPromise("busy_staff", .number), ColumnPromise("staff", .integer),
    ColumnPromise("erlang_c_staff", .integer), ColumnPromise("fte", .number),
    ColumnPromise("staff_change", .integer), ColumnPromise("fte_change", .number),
  ]

  static let trials: [ColumnPromise] = [
    ColumnPromise("load", .text), ColumnPromise("staff", .integer), ColumnPromise("fte", .number),
    ColumnPromise("utilisation", .number), ColumnPromise("mean_wait", .number),
    ColumnPromise("mean_wait_mc_error", .number), ColumnPromise("p90_wait", .number),
    ColumnPromise("p90_wait_mc_error", .number), ColumnPromise("share_within", .number),
    ColumnPromise("share_within_mc_error", .number), ColumnPromise("within_norm", .boolean),
    ColumnPromise("erlang_c_mean_wait", .number), ColumnPromise("erlang_c_share_within", .number),
    ColumnPromise("flags", .text),
  ]

  func summaryTable() throws(TableFault) -> Table {
    let first = loads.first?.needed
    func number(_ value: (Load) -> Double?) -> Column { .number(FixedColumn(loads.map(value))) }
    func whole(_ value: (Load) -> Int?) -> Column {
      .integer(FixedColumn(loads.map { value($0).map { Int64($0) } }))
    }
    func change(_ load: Load) -> Int? {
      guard let needed = load.needed, let first else { return nil }
      return needed - first
    }
    return try Table([
      ("load", .text(TextColumn(loads.map(\.name)))), ("cases", number(\.load.cases)),
      ("minutes", number(\.load.minutes)),
      ("work_hours", number { $0.load.cases * $0.load.minutes / 60 }),
      ("busy_staff", number(\.offered)), ("staff", whole(\.needed)),
      (
        "erlang_c_staff",
        whole { load in
          guard load.load.handling == .exponential else { return nil }
          return ErlangC.staff(
            arrivals: load.arrivals, minutes: load.load.minutes, norm: norm, share: share,
            limit: load.limit)
        }
      ),
      ("fte", number { $0.needed.map(fte) }), ("staff_change", whole(change)),
      ("fte_change", number { change($0).map(fte) }),
    ])
  }

  func trialTable() throws(TableFault) -> Table {
    let rows = loads.flatMap { load in
      load.trials.map { (load: load, staff: $0.staff, trial: Optional($0)) }
        + (load.overloaded.map { [(load: load, staff: $0, trial: nil)] } ?? [])
    }
    func number(_ value: (StaffTrial) -> Double) -> Column {
      .number(FixedColumn(rows.map { $0.trial.map(value) }))
    }
    func known(_ value: (Load, Int) -> Double?) -> Column {
      .number(FixedColumn(rows.map { value($0.load, $0.staff) }))
    }
    return try Table([
      ("load", .text(TextColumn(rows.map(\.load.name)))),
      ("staff", .integer(FixedColumn(rows.map { Int64($0.staff) }))),
      ("fte", known { fte($1) }), ("utilisation", known { $0.offered / Double($1) }),
      ("mean_wait", number(\.meanWait.value)), ("mean_wait_mc_error", number(\.meanWait.error)),
      ("p90_wait", number(\.longWait.value)), ("p90_wait_mc_error", number(\.longWait.error)),
      ("share_within", number(\.shareWithin.value)),
      ("share_within_mc_error", number(\.shareWithin.error)),
      (
        "within_norm",
        .boolean(BooleanColumn(rows.map { ($0.trial?.shareWithin.value ?? 0) >= share }))
      ),
      ("erlang_c_mean_wait", known { $0.erlang($1)?.meanWait }),
      ("erlang_c_share_within", known { $0.erlang($1)?.shareWithin(norm) }),
      (
        "flags",
        .text(
          TextColumn(
            rows.map { row in
              guard let trial = row.trial else { return "overloaded" }
              return trial.isUndecided(share) ? "undecided" : nil
            }))
      ),
    ])
  }

  private func fte(_ staff: Int) -> Double { Double(staff) / productive }
}
