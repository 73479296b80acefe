// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether units that start moved in parallel with units that never do, before they started.
struct ParallelTrendsCheck {
  private let units: CaseGroups
  private let time: Measurements
  private let adopted: Measurements
  private let cluster: CaseGroups?

  /// More periods than this are no panel periods.
  static let periodLimit = 200

  /// - Throws: `StageFault` where a column does not do, or a unit starts at two times.
  init(
    _ cases: Cases, unit: ColumnName, time: ColumnName, adopted: ColumnName, cluster: ColumnName?
  ) throws(StageFault) {
    units = try cases.groups(unit, at: "unit")
    self.time = try cases.numbers(time, at: "time")
    self.adopted = try cases.numbers(adopted, at: "adopted")
    self.cluster = try cases.groups(cluster, at: "cluster")
    var starts: [Double?] = units.labels.map { _ in nil }
    for (row, code) in units.codes.enumerated() where code >= 0 {
      let start = start(row)
      if let known = starts[Int(code)], known != start {
        throw StageFault(
          "a unit of '\(unit)' has two values of '\(adopted)'", at: "adopted",
          help: "give each unit one first treated period, the same in all its rows")
      }
      starts[Int(code)] = start
    }
    let periods = Set(self.time.values.indices.filter { has($0) }.map { self.time.values[$0] })
    guard periods.count <= Self.periodLimit else {
      throw StageFault(
        "'\(time)' has \(periods.count) different values, and a trend takes at most "
          + "\(Self.periodLimit)", at: "time", help: "count time in months or years")
    }
  }

  /// The first treated period, infinite where there is none.
  private func start(_ row: Int) -> Double {
    adopted.validity?[row] ?? true ? adopted.values[row] : .infinity
  }

  private func has(_ row: Int) -> Bool {
    units.codes[row] >= 0 && time.validity?[row] ?? true && (cluster?.codes[row] ?? 0) >= 0
  }

  /// The linear test for one outcome; rows of units that have started do not enter.
  func check(_ outcome: Measurements, threshold: Double) throws(StageFault) -> TrustCheck {
    let last = time.values.indices.map(start).filter(\.isFinite).max() ?? .infinity
    let rows = time.values.indices.filter { row in
      has(row) && outcome.validity?[row] ?? true && time.values[row] < min(start(row), last)
    }
    let test: PreTrend
    do throws(EstimationFault) {
      test = try PreTrend(
        outcome: rows.map { outcome.values[$0] }, time: rows.map { time.values[$0] },
        starts: rows.map { start($0).isFinite }, units: units.grouping(rows),
        clusters: cluster?.grouping(rows))
    } catch {
      throw StageFault(
        "trends of '\(outcome.column)' before '\(adopted.column)': \(error.message)",
        at: "adopted",
        help: "leave 'adopted' out here; impact/staggered-adoption tests trends among units that "
          + "start at different times")
    }
    let slope = test.slope
    let passed = slope.pValue >= threshold
    var check = TrustCheck(
      "pre-trends", subject: outcome.column, passed: passed, severity: .warning,
      message: passed
        ? "'\(outcome.column)' moved alike before the change in \(test.startingUnits) units that start "
          + "and \(test.units - test.startingUnits) that never do (\(slope.pValue.asPValue)); a "
          + "test without power passes too"
        : "'\(outcome.column)' moved differently before the change in \(test.startingUnits) units that "
          + "start and \(test.units - test.startingUnits) that never do (\(slope.pValue.asPValue))")
    check.statistic = slope.statistic
    check.degreesOfFreedom = slope.degreesOfFreedom
    check.pValue = slope.pValue
    check.value = slope.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "pre-trends"
    return check
  }
}
