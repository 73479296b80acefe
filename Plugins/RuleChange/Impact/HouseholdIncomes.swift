// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The yearly incomes of households, made comparable: (income + what the rules give) ⁄ factor.
struct HouseholdIncomes: Sendable {
  /// Without what the rules give.
  let income: [Double]
  let factors: [Double]
  /// How often a year the result is paid.
  let timesAYear: Double
  /// Rows with an income and a factor.
  private let known: Bitmap

  /// - Parameters:
  ///   - column: yearly disposable income without the result.
  ///   - equivalence: the factors; 1 for all without them.
  ///   - timesAYear: how often a year the result is paid.
  ///   - population: one row per household.
  /// - Throws: a fault at `income` or `equivalence` where a column holds no such numbers.
  init(
    _ column: ColumnName, _ equivalence: Equivalence?, timesAYear: Double, in population: Table
  ) throws {
    guard let (income, validity) = try population.column(column.name).doubles() else {
      throw StageFault("income column '\(column)' holds no numbers", at: "income")
    }
    var known = validity ?? Bitmap(repeating: true, count: income.count)
    if !income.allSatisfy(\.isFinite) {
      known = known & Bitmap(rows: income.count) { income[$0].isFinite }
    }
    self.income = income
    self.timesAYear = timesAYear
    if let equivalence {
      let given = try equivalence.factors(of: population)
      factors = given.values
      self.known = given.known.map { known & $0 } ?? known
    } else {
      factors = [Double](repeating: 1, count: income.count)
      self.known = known
    }
  }

  /// Incomes under one set of rules.
  struct Equivalised: Sendable {
    let values: [Double]
    /// Rows whose income is known.
    let known: Bitmap
  }

  /// The incomes with these results.
  func equivalised(with results: Column) -> Equivalised {
    guard let (amounts, validity) = results.doubles() else {
      return Equivalised(
        values: income, known: Bitmap(repeating: false, count: income.count))
    }
    let values = income.indices.map { row in
      (income[row] + amounts[row] * timesAYear) / factors[row]
    }
    return Equivalised(values: values, known: validity.map { known & $0 } ?? known)
  }
}
