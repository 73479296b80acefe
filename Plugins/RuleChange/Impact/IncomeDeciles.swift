// SPDX-License-Identifier: EUPL-1.2

/// Ten groups of equal weight, from the lowest income to the highest.
enum IncomeDeciles {
  static let name = "decile"

  /// The groups; rows without a known income come last, in a group without a number.
  ///
  /// With W the weight of all and F(x) the share of W with an income below x, a row is in decile
  /// ⌊10·F(x)⌋ + 1: that of the smallest d with x ≤ q(d⁄10), where the quantile q(p) is the smallest
  /// income up to which lies at least the share p. Rows with the same income are never parted, so that a
  /// decile after a large group of equal incomes may be small or empty.
  static func partition(_ incomes: OrderedIncomes, count: Int) -> UnitPartition {
    let (rows, values, weights) = (incomes.rows, incomes.values, incomes.weights)
    var codes = [Int32](repeating: 10, count: count)
    var whole = WeightedSum()
    for weight in weights { whole.add(weight) }
    var below = WeightedSum()
    var place = 0
    while place < rows.count {
      let income = values[place]
      let decile = whole.value > 0 ? min(9, (below.value * 10 / whole.value).rounded(.down)) : 0
      while place < rows.count, values[place] == income {
        codes[Int(rows[place])] = Int32(decile)
        below.add(weights[place])
        place += 1
      }
    }
    let labels: [String?] = (1...10).map { "\($0)" }
    return UnitPartition(
      named: name, labels: rows.count < count ? labels + [nil] : labels, codes: codes)
  }
}
