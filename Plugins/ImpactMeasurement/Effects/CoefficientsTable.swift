// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// All coefficients of the models of a stage, one row each, for people who read regressions.
struct CoefficientsTable {
  static let names = [
    "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high",
  ]

  private var outcomes: [String] = []
  private var terms: [String] = []
  private var figures: [[Double?]] = names.map { _ in [] }

  /// Adds a model, or some of its terms; a coefficient without an uncertainty keeps its estimate alone.
  mutating func append(
    _ fit: any LinearModel, _ covariance: CoefficientCovariance, outcome: String, level: Double,
    only positions: [Int]? = nil
  ) {
    for (position, term) in fit.names.enumerated() where positions?.contains(position) ?? true {
      outcomes.append(outcome)
      terms.append(term)
      let estimate = try? fit.estimate(position, covariance, level: level)
      let values = [
        fit.coefficients[position], estimate?.standardError, estimate?.statistic,
        estimate?.degreesOfFreedom, estimate?.pValue, estimate?.interval.lower,
        estimate?.interval.upper,
      ]
      for (place, value) in values.enumerated() { figures[place].append(value) }
    }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      [("outcome", .text(TextColumn(outcomes))), ("term", .text(TextColumn(terms)))]
        + zip(Self.names, figures).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    [ColumnPromise("outcome", .text), ColumnPromise("term", .text)]
      + names.map { ColumnPromise($0, .number) }
  }
}
