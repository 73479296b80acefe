// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What the rules do to the distribution of incomes: under the scheme as it is, and under each reform.
struct IncomeMeasures: Sendable {
  /// One set of rules.
  struct Variant: Sendable {
    let id: String
    let distribution: IncomeDistribution
    let poverty: Poverty?
  }

  /// The baseline first.
  let variants: [Variant]
  /// Tenths of the households by their income under the baseline.
  let deciles: UnitPartition
  /// Households that are in no measure, because an income or a result is not known.
  let leftOut: Int
  /// Households with an income below zero under the baseline.
  let belowZero: Int

  /// - Parameters:
  ///   - incomes: what households have without the result.
  ///   - results: the result under the baseline and under each reform.
  ///   - weights: how many households each row stands for.
  ///   - persons: how many persons each household has, where poverty and inequality count persons.
  ///   - line: below which income a household is poor.
  ///   - ids: what the variants are called.
  /// - Complexity: one sort of the households for each variant, side by side.
  init(
    _ incomes: HouseholdIncomes, results: [Column], weights: [Double]?, persons: [Double]?,
    line: PovertyLine?, ids: [String]
  ) {
    let equivalised = RowChunks.each(results.count) { incomes.equivalised(with: results[$0]) }
    let first = equivalised[0]
    // Every variant is measured on the same households.
    let common = equivalised.dropFirst().reduce(first.known) { $0 & $1.known }
    let counted = Self.product(weights, persons)
    let ordered = RowChunks.each(results.count) { variant in
      variant == 0
        ? OrderedIncomes(first, weights: weights)
        : OrderedIncomes(
          HouseholdIncomes.Equivalised(values: equivalised[variant].values, known: common),
          weights: counted)
    }
    let isWhole = common == first.known && persons == nil
    let measured =
      [isWhole ? ordered[0] : ordered[0].keeping(common, of: first, weights: counted)]
      + ordered.dropFirst()
    let distributions = RowChunks.each(results.count) { IncomeDistribution(measured[$0]) }
    let amount = line.flatMap { line -> Double? in
      switch line {
      case .amount(let amount): amount
      case .shareOfMedian(let share): distributions[0].median.map { $0 * share }
      }
    }
    variants = ids.indices.map { variant in
      let poverty = amount.flatMap { amount -> Poverty? in
        guard amount > 0 else { return nil }
        return Poverty(
          line: amount, measured[variant],
          households: { (weights?[$0] ?? 1) * incomes.factors[$0] },
          whole: distributions[variant].weight)
      }
      return Variant(id: ids[variant], distribution: distributions[variant], poverty: poverty)
    }
    deciles = IncomeDeciles.partition(ordered[0], count: first.values.count)
    leftOut = first.values.count - measured[0].rows.count
    belowZero = ordered[0].values.prefix { $0 < 0 }.count
  }

  private static func product(_ left: [Double]?, _ right: [Double]?) -> [Double]? {
    guard let left, let right else { return left ?? right }
    return zip(left, right).map { $0 * $1 }
  }

  /// What people must know of the data, without a small number.
  var notes: [String] {
    func households(_ count: Int) -> String {
      count < HiddenCells.smallest ? "fewer than ten households" : "\(count) households"
    }
    var notes: [String] = []
    if leftOut > 0 {
      notes.append(
        "\(households(leftOut)) without a known income, factor or result count in no distribution")
    }
    if belowZero > 0 {
      notes.append(
        "\(households(belowZero)) with an income below zero count as zero in gini and poverty")
    }
    return notes
  }
}
