// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Effects by group (first treated period) and period, one row each.
///
/// Before adoption they are placebos; the base period is zero by construction and has no uncertainty.
struct GroupTimeTable {
  struct Line {
    let group: Int
    let time: Int
    let estimate: Double
    let standardError: Double?
    let treatedCount: Int?
    let controlCount: Int?
  }

  private var outcomes: [String] = []
  private var lines: [Line] = []
  private var intervals = IntervalColumns()

  mutating func append(
    _ lines: [Line], outcome: String, band: SimultaneousBand?, degreesOfFreedom: Double,
    level: Double
  ) {
    for line in lines {
      outcomes.append(outcome)
      self.lines.append(line)
      intervals.append(
        line.estimate, line.standardError, band: band, degreesOfFreedom: degreesOfFreedom,
        level: level)
    }
  }

  func table() throws(TableFault) -> Table {
    func integers(_ read: (Line) -> Int?) -> Column {
      .integer(FixedColumn(lines.map { line in read(line).map { Int64($0) } }))
    }
    return try Table(
      [
        ("outcome", .text(TextColumn(outcomes))), ("adopted", integers(\.group)),
        ("time", integers(\.time)), ("event_time", integers { $0.time - $0.group }),
      ] + intervals.columns + [
        ("n_treated", integers(\.treatedCount)), ("n_control", integers(\.controlCount)),
      ])
  }

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("adopted", .integer),
      ColumnPromise("time", .integer), ColumnPromise("event_time", .integer),
    ] + IntervalColumns.promises + [
      ColumnPromise("n_treated", .integer), ColumnPromise("n_control", .integer),
    ]
  }
}

/// All ways of drawing effects together: a row for each whole (no `key`) and for each part, whose `key`
/// is a group, a time since adoption, or a period.
struct AggregatesTable {
  private var outcomes: [String] = []
  private var kinds: [String] = []
  private var keys: [Int64?] = []
  private var intervals = IntervalColumns()

  mutating func append(
    _ aggregate: GroupTimeAggregate, outcome: String, band: SimultaneousBand?,
    degreesOfFreedom: Double, level: Double
  ) {
    let whole = (key: nil as Int?, aggregate.overall, aggregate.standardError as Double?)
    let parts = aggregate.parts.map { ($0.key as Int?, $0.estimate, $0.standardError) }
    for (key, estimate, error) in [whole] + parts {
      outcomes.append(outcome)
      kinds.append(aggregate.kind.rawValue)
      keys.append(key.map { Int64($0) })
      intervals.append(
        estimate, error, band: key == nil ? nil : band, degreesOfFreedom: degreesOfFreedom,
        level: level)
    }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      [
        ("outcome", .text(TextColumn(outcomes))), ("aggregate", .text(TextColumn(kinds))),
        ("key", .integer(FixedColumn(keys))),
      ] + intervals.columns)
  }

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("aggregate", .text),
      ColumnPromise("key", .integer),
    ] + IntervalColumns.promises
  }
}

/// An estimate with its pointwise and simultaneous interval, as columns.
private struct IntervalColumns {
  private static let names = [
    "estimate", "std_error", "p_value", "conf_low", "conf_high", "band_low", "band_high",
  ]

  private var figures: [[Double?]] = names.map { _ in [] }

  mutating func append(
    _ value: Double, _ error: Double?, band: SimultaneousBand?, degreesOfFreedom: Double,
    level: Double
  ) {
    let estimate = error.flatMap { error in
      try? Estimate(
        of: "the effect", value: value, standardError: error, degreesOfFreedom: degreesOfFreedom,
        level: level)
    }
    let reach = band.flatMap { band in estimate.map { $0.standardError * band.criticalValue } }
    let values = [
      value, estimate?.standardError, estimate?.pValue, estimate?.interval.lower,
      estimate?.interval.upper, reach.map { value - $0 }, reach.map { value + $0 },
    ]
    for (place, figure) in values.enumerated() { figures[place].append(figure) }
  }

  var columns: [(String, Column)] {
    zip(Self.names, figures).map { ($0, .number(FixedColumn($1))) }
  }

  static var promises: [ColumnPromise] { names.map { ColumnPromise($0, .number) } }
}
