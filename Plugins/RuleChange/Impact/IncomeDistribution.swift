// SPDX-License-Identifier: EUPL-1.2

/// How unequal incomes are, and how many fall short of a line by how much.
///
/// With incomes x₁ ≤ … ≤ xₙ, weights w, W = Σw and Rᵢ = w₁ + … + wᵢ:
/// Gini = 2·Σ wᵢ xᵢ (Rᵢ − wᵢ⁄2) ⁄ (W · Σ wᵢ xᵢ) − 1, twice the area between the Lorenz curve and the
/// diagonal, without a correction for small samples. With a line z,
/// FGT(a) = Σ wᵢ ((z − xᵢ) ⁄ z)ᵃ ⁄ W over the incomes below z. An income below zero counts as zero in
/// both, so that none of them leaves 0…1; mean and median take it as it is.
///
/// Sources: Lerman and Yitzhaki (1989), J. Econometrics 42:43–47 for the weighted ranks; Foster, Greer and
/// Thorbecke (1984), Econometrica 52:761–766. Agrees with R laeken `gini` and `arpr`:
/// `RuleChangeTests/References/distribution.R`.
struct IncomeDistribution: Sendable, Hashable {
  let units: Int
  let weight: Double
  let mean: Double?
  /// The smallest income up to which lies at least half of the weight.
  let median: Double?
  /// Nil where nobody has any income.
  let gini: Double?

  init(_ incomes: OrderedIncomes) {
    let (values, weights) = (incomes.values, incomes.weights)
    var weight = 0.0
    var total = WeightedSum()
    var positive = 0.0
    var ranked = 0.0
    for place in values.indices {
      let own = weights[place]
      total.add(own * values[place])
      let share = own * max(0, values[place])
      positive += share
      ranked += share * (weight + own / 2)
      weight += own
    }
    units = values.count
    self.weight = weight
    mean = weight > 0 ? total.value / weight : nil
    gini = positive > 0 ? 2 * ranked / (weight * positive) - 1 : nil
    var reached = 0.0
    let middle = weights.firstIndex { own in
      reached += own
      return reached >= weight / 2
    }
    median = weight > 0 ? middle.map { values[$0] } : nil
  }
}

/// The poor: those with an income below a line.
struct Poverty: Sendable, Hashable {
  let line: Double
  /// Poor households, each counted once.
  private(set) var units = 0
  private(set) var weight = 0.0
  /// The share of the poor, the mean gap as a share of the line, and its mean square: FGT(0), (1), (2).
  let headcount: Double?
  let gap: Double?
  let severity: Double?
  /// What it would take a year to bring all of them to the line, in money of households.
  let shortfall: Double

  /// - Parameters:
  ///   - line: a yearly equivalised income above zero.
  ///   - incomes: what each row stands for in the shares.
  ///   - households: what a row stands for in the shortfall, times its equivalence factor.
  ///   - whole: the weight of all rows.
  init(line: Double, _ incomes: OrderedIncomes, households: (Int) -> Double, whole: Double) {
    self.line = line
    var gaps = 0.0
    var squares = 0.0
    var shortfall = WeightedSum()
    for place in incomes.values.indices {
      let income = max(0, incomes.values[place])
      guard income < line else { break }
      let own = incomes.weights[place]
      let share = (line - income) / line
      units += 1
      weight += own
      gaps += own * share
      squares += own * share * share
      shortfall.add(households(Int(incomes.rows[place])) * (line - income))
    }
    self.shortfall = shortfall.value
    headcount = whole > 0 ? weight / whole : nil
    gap = whole > 0 ? gaps / whole : nil
    severity = whole > 0 ? squares / whole : nil
  }
}
