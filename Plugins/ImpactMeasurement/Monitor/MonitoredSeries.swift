// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The series of a control chart, in time's order.
struct MonitoredSeries {
  private let stage: Monitor
  private let look: ControlChartLook
  private let better: [PilotCard.Direction?]
  /// For each outcome its points.
  let points: [[ControlChartLook.Point]]
  /// What was left out, and what is not there yet.
  private(set) var notes: [String] = []

  init(_ stage: Monitor, _ cases: Cases, _ card: PilotCard?) throws(StageFault) {
    self.stage = stage
    look = ControlChartLook(
      chart: stage.chart, rules: stage.rules.rules, baseline: stage.baseline,
      allowance: stage.allowance, decisionLimit: stage.decisionLimit)
    guard let time = stage.time else {
      throw StageFault("'time' is missing", at: "time", kind: .bug)
    }
    let order = try TimeOrder(cases, time)
    let sizes = try stage.exposure.map { name throws(StageFault) in
      try cases.numbers(name, at: "exposure")
    }
    var all: [[ControlChartLook.Point]] = []
    for column in stage.outcome {
      let numbers = try cases.numbers(column, at: "outcome")
      let rows = order.rows.filter { row in
        (numbers.validity?[row] ?? true) && (sizes?.validity?[row] ?? true)
      }
      if rows.count < order.rows.count {
        notes.append(
          "\(order.rows.count - rows.count) of \(order.rows.count) periods have no '\(column)' and "
            + "are left out")
      }
      if let baseline = stage.baseline, baseline > rows.count {
        notes.append(
          "the baseline of '\(column)' is to have \(baseline) periods and has \(rows.count) so far")
      }
      all.append(
        try look.points(
          column.name, values: rows.map { numbers.values[$0] },
          sizes: sizes.map { sizes in rows.map { sizes.values[$0] } },
          times: rows.map { order.labels[$0] }))
    }
    points = all
    better = stage.outcome.map {
      stage.better?.direction ?? card?.outcome(for: $0.name)?.direction
    }
  }

  /// One look for each series; points that an earlier look has seen are not told again.
  func looks(_ history: LookHistory, on day: CalendarDate?) throws(StageFault) -> [Look] {
    var looks: [Look] = []
    for (place, column) in stage.outcome.enumerated() {
      let look = Look(
        number: history.next, date: day, outcome: column.name, contrast: "over time",
        role: .signal, better: better[place], method: MonitorSettings(stage).name(.signal),
        count: points[place].count)
      let earlier = history.looks.filter { $0.isSameRow(as: look) }.map(\.count).max() ?? 0
      guard earlier <= points[place].count else {
        throw StageFault(
          "the series '\(column)' has become shorter since the look before", at: "outcome",
          help: "give the whole series, from its first period")
      }
      looks.append(self.look.judge(look, points[place], seen: earlier))
    }
    return looks
  }
}

/// The rows of a table in time's order.
struct TimeOrder {
  /// Rows that have a time.
  let rows: [Int]
  /// For each row its time as a number.
  let keys: [Double]
  /// For each row its time as people read it.
  let labels: [String]

  /// - Throws: `StageFault` where the column is no time, or misses one.
  init(_ cases: Cases, _ name: ColumnName) throws(StageFault) {
    let column = try cases.column(name, at: "time")
    guard column.missingCount == 0 else {
      throw StageFault(
        "column '\(name)' misses the time of \(column.missingCount) rows", at: "time",
        help: "leave these rows out with 'where', or fill them in")
    }
    let keys: [Double]
    switch column {
    case .date(let days): keys = days.values.map { Double($0) }
    case .timestamp(let times): keys = times.values.map { Double($0) }
    default:
      guard let numbers = column.doubles()?.values else {
        throw StageFault(
          "column '\(name)' is \(column.type.name), and 'time' needs dates or numbers", at: "time")
      }
      keys = numbers
    }
    self.keys = keys
    rows = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    labels = column.texts().map { $0 ?? "" }
  }
}

/// What a look leads to: the whole of it first, then a row for each outcome and contrast.
enum DecisionTableOfLook {
  static let promises = [
    ColumnPromise("look", .integer), ColumnPromise("date", .date),
    ColumnPromise("outcome", .text), ColumnPromise("contrast", .text),
    ColumnPromise("role", .text), ColumnPromise("decision", .text),
    ColumnPromise("sentence", .text),
  ]

  static func table(_ looks: [Look]) throws(TableFault) -> Table {
    let (decision, sentence) = whole(looks)
    func text(_ first: String?, _ read: (Look) -> String?) -> Column {
      .text(TextColumn([first] + looks.map(read)))
    }
    let columns: [Column] = [
      .integer(FixedColumn(([looks.first] + looks).map { $0.map { Int64($0.number) } })),
      .date(FixedColumn(([looks.first] + looks).map { $0?.date?.daysSince1970 })),
      text(nil, \.outcome), text(nil, \.contrast), text("whole", \.role.rawValue),
      text(decision.rawValue, \.decision.rawValue), text(sentence, \.sentence),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }

  /// Harm to anything stops; else benefit on any outcome; futility only where every outcome is futile.
  static func whole(_ looks: [Look]) -> (LookDecision, String) {
    func of(_ decision: LookDecision) -> Look? { looks.first { $0.decision == decision } }
    if let harm = of(.stopHarm) {
      return (.stopHarm, "Stop for harm on '\(harm.outcome)' (\(harm.contrast)): \(harm.sentence)")
    }
    if let benefit = of(.stopBenefit) {
      return (
        .stopBenefit,
        "Stop for benefit on '\(benefit.outcome)' (\(benefit.contrast)): \(benefit.sentence)"
      )
    }
    let outcomes = looks.filter { $0.role == .outcome }
    if !outcomes.isEmpty, outcomes.allSatisfy({ $0.decision == .stopFutility }) {
      return (.stopFutility, "Stop for futility: no outcome is likely to show benefit.")
    }
    let decisive = looks.filter { $0.role != .signal }
    if !decisive.isEmpty, decisive.allSatisfy({ [.ended, .stopFutility].contains($0.decision) }) {
      return (.ended, "The last look is over: nothing that was looked for was shown.")
    }
    return (.go, "Go on: nothing that was looked at calls for a stop.")
  }
}
