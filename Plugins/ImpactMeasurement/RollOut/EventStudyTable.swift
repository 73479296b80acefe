// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Effects by time since adoption, one row each, with their covariance in a second table.
///
/// `event_time` counts periods since adoption. The reference, zero by construction, has no uncertainty.
/// `band_low` and `band_high` hold all times at once, where bands were drawn.
struct EventStudyTable {
  private var outcomes: [String] = []
  private var times: [Int64] = []
  private var isReference: [Bool] = []
  private var figures: [[Double?]] = names.map { _ in [] }
  private var pairs: [(outcome: String, first: Int64, second: Int64, covariance: Double)] = []

  private static let names = [
    "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "band_low",
    "band_high",
  ]

  /// Adds an outcome's effects.
  ///
  /// - Parameters:
  ///   - study: the effects.
  ///   - references: times that are zero by construction.
  ///   - outcome: the column.
  ///   - band: the critical value of simultaneous intervals.
  ///   - level: two-sided confidence level.
  mutating func append(
    _ study: EventStudy, references: [Int], outcome: String, band: SimultaneousBand? = nil,
    level: Double
  ) {
    for time in (study.times + references).sorted() {
      outcomes.append(outcome)
      times.append(Int64(time))
      guard let place = study.times.firstIndex(of: time) else {
        isReference.append(true)
        append([0] + Array(repeating: nil, count: Self.names.count - 1))
        continue
      }
      isReference.append(false)
      let value = study.estimates[place]
      let estimate = try? study.estimate(place, level: level)
      let reach = band.flatMap { band in estimate.map { $0.standardError * band.criticalValue } }
      append([
        value, estimate?.standardError, estimate?.statistic,
        estimate.flatMap { $0.degreesOfFreedom.isFinite ? $0.degreesOfFreedom : nil },
        estimate?.pValue, estimate?.interval.lower, estimate?.interval.upper,
        reach.map { value - $0 }, reach.map { value + $0 },
      ])
      for other in study.times.indices {
        pairs.append(
          (outcome, Int64(time), Int64(study.times[other]), study.covariance[place, other]))
      }
    }
  }

  private mutating func append(_ values: [Double?]) {
    for (place, value) in values.enumerated() { figures[place].append(value) }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      [
        ("outcome", .text(TextColumn(outcomes))),
        ("event_time", .integer(FixedColumn(times.map { $0 as Int64? }))),
        ("reference", .boolean(BooleanColumn(isReference.map { $0 as Bool? }))),
      ] + zip(Self.names, figures).map { ($0, .number(FixedColumn($1))) })
  }

  /// The covariance of each two times' effects, both ways round.
  func covariance() throws(TableFault) -> Table {
    try Table([
      ("outcome", .text(TextColumn(pairs.map(\.outcome)))),
      ("event_time", .integer(FixedColumn(pairs.map { $0.first as Int64? }))),
      ("other_event_time", .integer(FixedColumn(pairs.map { $0.second as Int64? }))),
      ("covariance", .number(FixedColumn(pairs.map { $0.covariance as Double? }))),
    ])
  }

  static var promises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("event_time", .integer),
      ColumnPromise("reference", .boolean),
    ] + names.map { ColumnPromise($0, .number) }
  }

  static var covariancePromises: [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("event_time", .integer),
      ColumnPromise("other_event_time", .integer), ColumnPromise("covariance", .number),
    ]
  }
}
