// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// A look at a signal in time: whether it has left the limits within which it used to move.
struct ControlChartLook {
  let chart: Monitor.Chart
  let rules: [RunRule]
  let baseline: Int?
  let allowance: Double
  let decisionLimit: Double

  /// One point of the chart's table.
  struct Point {
    let outcome: String
    let time: String
    let point: ControlChart.Point
    let sums: (above: Double, below: Double)?
    let signals: [(name: String, side: Int)]
  }

  /// The points of one series, in time's order.
  func points(
    _ outcome: String, values: [Double], sizes: [Double]?, times: [String]
  ) throws(StageFault) -> [Point] {
    do throws(EstimationFault) {
      let drawn = try draw(values, sizes)
      let sums =
        chart == .cusum
        ? try CumulativeSum(drawn.points.map(\.z), allowance: allowance, limit: decisionLimit) : nil
      let found = sums == nil ? drawn.signals(rules) : []
      return drawn.points.indices.map { place in
        var signals = found.isEmpty ? [] : found[place].map { ($0.rule.rawValue, $0.side) }
        if let side = sums?.signal(at: place) { signals.append(("cusum", side)) }
        return Point(
          outcome: outcome, time: times[place], point: drawn.points[place],
          sums: sums.map { ($0.above[place], $0.below[place]) }, signals: signals)
      }
    } catch {
      throw StageFault("\(outcome): \(error.message)", at: parameter(error), help: error.help)
    }
  }

  private func draw(_ values: [Double], _ sizes: [Double]?) throws(EstimationFault) -> ControlChart
  {
    let sizes = sizes ?? []
    return switch chart {
    case .xmr, .cusum: try ControlChart(individuals: values, baseline: baseline)
    case .p: try ControlChart(shares: values, of: sizes, baseline: baseline)
    case .pPrime:
      try ControlChart(shares: values, of: sizes, baseline: baseline, dispersion: .laney)
    case .u: try ControlChart(rates: values, of: sizes, baseline: baseline)
    case .uPrime:
      try ControlChart(rates: values, of: sizes, baseline: baseline, dispersion: .laney)
    }
  }

  private func parameter(_ fault: EstimationFault) -> String {
    switch fault {
    case .tooFew: "baseline"
    case .outOfRange: "exposure"
    default: "outcome"
    }
  }

  /// What the points that no earlier look has seen lead to.
  func judge(_ look: Look, _ points: [Point], seen: Int) -> Look {
    var look = look
    look.statistic = points.last.map { $0.point.z * (look.better == .decrease ? -1 : 1) }
    look.estimate = points.last?.point.value
    look.bound = chart == .cusum ? decisionLimit : 3
    let new = points.dropFirst(seen)
    let signals = new.flatMap { point in point.signals.map { (point.time, $0.name, $0.side) } }
    guard let (time, name, _) = signals.first else {
      look.sentence = "None of \(new.count) new points is out of the ordinary."
      return look
    }
    let bad = look.better == .increase ? -1 : 1
    let isWorse = look.better != nil && signals.contains { $0.2 == bad }
    look.decision = isWorse ? .stopHarm : .go
    let side =
      look.better == nil || !signals.contains { $0.2 != 0 }
      ? "out of the ordinary" : isWorse ? "worse" : "better"
    look.sentence =
      "\(signals.count) \(signals.count == 1 ? "signal" : "signals") in \(new.count) new points, "
      + "the first at \(time) (\(name)): \(side)."
    return look
  }
}

/// The table of a control chart, one row for each point.
enum ControlChartTable {
  static let promises = [
    ColumnPromise("outcome", .text), ColumnPromise("time", .text),
    ColumnPromise("value", .number), ColumnPromise("centre", .number),
    ColumnPromise("lower", .number), ColumnPromise("upper", .number), ColumnPromise("z", .number),
    ColumnPromise("cusum_above", .number), ColumnPromise("cusum_below", .number),
    ColumnPromise("signals", .text),
  ]

  static func table(_ points: [ControlChartLook.Point]) throws(TableFault) -> Table {
    func number(_ read: (ControlChartLook.Point) -> Double?) -> Column {
      .number(FixedColumn(points.map(read)))
    }
    let columns: [Column] = [
      .text(TextColumn(points.map(\.outcome))), .text(TextColumn(points.map(\.time))),
      number(\.point.value), number(\.point.centre), number(\.point.lower),
      number(\.point.upper), number(\.point.z), number { $0.sums?.above },
      number { $0.sums?.below },
      .text(
        TextColumn(
          points.map { point in
            point.signals.isEmpty
              ? nil : point.signals.map(\.name).joined(separator: ";")
          })),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
