// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// Kaplan and Meier's curves as a table: one row per arm and time at which a case left.
struct CurvesTable {
  private static let texts = ["outcome", "arm"]
  private static let numbers = ["time", "survival", "std_error", "conf_low", "conf_high"]
  private static let counts = ["at_risk", "events", "censored"]

  private var outcomes: [String] = []
  private var arms: [String] = []
  private var steps: [KaplanMeier.Step] = []

  private let hasErrors: Bool

  /// - Parameter hasErrors: whether cases are independent, as Greenwood's errors take them.
  init(hasErrors: Bool) { self.hasErrors = hasErrors }

  mutating func append(_ curve: KaplanMeier, arm: String, outcome: String) {
    for step in curve.steps {
      outcomes.append(outcome)
      arms.append(arm)
      steps.append(step)
    }
  }

  func table() throws(TableFault) -> Table {
    let figures: [[Double?]] = [
      steps.map(\.time), steps.map(\.survival),
      steps.map { hasErrors ? $0.standardError : nil },
      steps.map { hasErrors ? $0.interval?.lower : nil },
      steps.map { hasErrors ? $0.interval?.upper : nil },
    ]
    let counts = [steps.map(\.atRisk), steps.map(\.events), steps.map(\.censored)]
    return try Table(
      zip(Self.texts, [outcomes, arms]).map { ($0, .text(TextColumn($1))) }
        + zip(Self.numbers, figures).map { ($0, .number(FixedColumn($1))) }
        + zip(Self.counts, counts).map { ($0, .integer(FixedColumn($1.map { Int64($0) }))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    texts.map { ColumnPromise($0, .text) } + numbers.map { ColumnPromise($0, .number) }
      + counts.map { ColumnPromise($0, .integer) }
  }
}

/// Log-rank tests as a table.
struct LogRankTable {
  private static let texts = ["outcome", "contrast", "test"]
  private static let numbers = ["statistic", "df", "p_value", "events"]

  private var outcomes: [String] = []
  private var subjects: [String] = []
  private var figures: [[Double?]] = numbers.map { _ in [] }

  /// Adds a test; one that nothing can be tested with keeps its row.
  mutating func append(
    _ test: ChiSquaredTest?, events: Int, subject: String, outcome: String
  ) {
    outcomes.append(outcome)
    subjects.append(subject)
    let values = [
      test?.statistic, test?.degreesOfFreedom, test?.pValue, Double(events),
    ]
    for (place, value) in values.enumerated() { figures[place].append(value) }
  }

  // The name says what the tests are, such as `log-rank within blocks`.
  func table(named name: String) throws(TableFault) -> Table {
    let texts = [outcomes, subjects, outcomes.map { _ in name }]
    return try Table(
      zip(Self.texts, texts).map { ($0, .text(TextColumn($1))) }
        + zip(Self.numbers, figures).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    texts.map { ColumnPromise($0, .text) } + numbers.map { ColumnPromise($0, .number) }
  }
}
