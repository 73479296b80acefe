// SPDX-License-Identifier: EUPL-1.2

/// Sums by leaf, from which any way to give arms to the leaves is judged.
struct LeafSums {
  /// By leaf and then arm.
  private var rewards: [[Double]]
  private var sizes: [Double]
  /// By equality, leaf and group: cases; and by equality, leaf, arm and group: gains.
  private var cases: [[[Double]]] = []
  private var gains: [[[[Double]]]] = []
  private let count: Double

  init(
    _ tree: PolicyTree, _ features: [PolicyFeature], _ scores: [[Double]],
    _ constraints: PolicyConstraints
  ) throws(EstimationFault) {
    let leafCount = tree.leafCount
    var ways = 1.0
    for _ in 0..<leafCount { ways *= Double(scores.count) }
    guard ways <= 500_000 else {
      throw .outOfRange("the number of arms", allowed: "small enough for this depth: 5 at depth 3")
    }
    let places =
      features.isEmpty
      ? [Int](repeating: 0, count: scores[0].count) : tree.leafOfRows(features)
    count = Double(places.count)
    sizes = [Double](repeating: 0, count: leafCount)
    rewards = [[Double]](
      repeating: [Double](repeating: 0, count: scores.count), count: leafCount)
    for (row, leaf) in places.enumerated() {
      sizes[leaf] += 1
      for arm in scores.indices { rewards[leaf][arm] += scores[arm][row] }
    }
    for equality in constraints.equalities {
      let none = [Double](repeating: 0, count: equality.groups.count)
      var byLeaf = [[Double]](repeating: none, count: leafCount)
      var byArm = [[[Double]]](
        repeating: [[Double]](repeating: none, count: scores.count), count: leafCount)
      for (row, leaf) in places.enumerated() {
        let group = Int(equality.groups.codes[row])
        byLeaf[leaf][group] += 1
        for arm in scores.indices {
          byArm[leaf][arm][group] += scores[arm][row] - scores[constraints.reference][row]
        }
      }
      cases.append(byLeaf)
      gains.append(byArm)
    }
  }

  func best(_ constraints: PolicyConstraints) -> (value: Double, arms: [Int])? {
    var arms = [Int](repeating: 0, count: sizes.count)
    var best: (value: Double, arms: [Int])?
    while true {
      var value = 0.0
      var cost = 0.0
      for (leaf, arm) in arms.enumerated() {
        value += rewards[leaf][arm]
        cost += sizes[leaf] * constraints.costs[arm]
      }
      let isAffordable = constraints.budget.map { cost <= $0 * count * (1 + 1e-12) } ?? true
      if isAffordable, value > (best?.value ?? -.infinity), isEqual(arms, constraints) {
        best = (value, arms)
      }
      var leaf = 0
      while leaf < arms.count, arms[leaf] == rewards[leaf].count - 1 {
        arms[leaf] = 0
        leaf += 1
      }
      if leaf == arms.count { return best }
      arms[leaf] += 1
    }
  }

  private func isEqual(_ arms: [Int], _ constraints: PolicyConstraints) -> Bool {
    for (place, equality) in constraints.equalities.enumerated() {
      var totals = [Double](repeating: 0, count: equality.groups.count)
      var sums = totals
      for (leaf, arm) in arms.enumerated() {
        for group in totals.indices {
          totals[group] += cases[place][leaf][group]
          switch equality.of {
          case .share:
            if arm != constraints.reference { sums[group] += cases[place][leaf][group] }
          case .value: sums[group] += gains[place][leaf][arm][group]
          }
        }
      }
      let means = totals.indices.filter { totals[$0] > 0 }.map { sums[$0] / totals[$0] }
      if let high = means.max(), let low = means.min(), high - low > equality.tolerance + 1e-12 {
        return false
      }
    }
    return true
  }
}
