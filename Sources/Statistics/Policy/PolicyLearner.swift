// SPDX-License-Identifier: EUPL-1.2

/// What a rule may cost, and how equal it has to be.
public struct PolicyConstraints: Sendable, Hashable {
  /// Something that groups should have alike.
  public struct Equality: Sendable, Hashable {
    public enum Of: Sendable, Hashable {
      /// The share of cases that get another arm than the reference.
      case share
      /// The mean gain over the reference.
      case value
    }

    /// The group of each case.
    public let groups: Grouping
    public let of: Of
    /// The largest difference between two groups.
    public let tolerance: Double

    public init(groups: Grouping, of: Of, tolerance: Double) {
      self.groups = groups
      self.of = of
      self.tolerance = tolerance
    }

    public func selecting(_ rows: [Int]) -> Equality {
      Equality(groups: groups.selecting(rows), of: of, tolerance: tolerance)
    }
  }

  /// What an arm costs for one case.
  public let costs: [Double]
  /// The mean cost of a case at most; nil where cost does not matter.
  public let budget: Double?
  public let equalities: [Equality]
  /// The arm that costs and gains are counted from.
  public let reference: Int

  public init(costs: [Double], budget: Double?, equalities: [Equality], reference: Int) {
    self.costs = costs
    self.budget = budget
    self.equalities = equalities
    self.reference = reference
  }

  public var isEmpty: Bool { budget == nil && equalities.isEmpty }

  public func selecting(_ rows: [Int]) -> PolicyConstraints {
    PolicyConstraints(
      costs: costs, budget: budget, equalities: equalities.map { $0.selecting(rows) },
      reference: reference)
  }
}

/// Learns a shallow rule from scores.
///
/// Without constraints the rule is the best tree there is (`PolicySearch`). With them, trees are searched
/// exactly at twelve prices of cost and at every depth; for each tree found, all ways to give arms to
/// its leaves are tried, and the best that keeps to the constraints is the rule. The reference arm for
/// everybody always does, so that there is always a rule.
public enum PolicyLearner {
  /// - Parameters:
  ///   - features: what the rule may split on.
  ///   - scores: by arm and then case; higher is better.
  ///   - arms: the arm that each case was in.
  ///   - depth: 0 to 3.
  ///   - least: cases of each arm that a leaf holds at least.
  ///   - constraints: as they hold for these cases.
  /// - Returns: the rule.
  /// - Throws: `EstimationFault.tooFew` where even all cases together hold too few of an arm, and
  ///   `.outOfRange` for a depth beyond 3 or more ways to give arms to leaves than can be tried.
  public static func learn(
    _ features: [PolicyFeature], scores: [[Double]], arms: Grouping, depth: Int, least: Int,
    constraints: PolicyConstraints
  ) throws(EstimationFault) -> PolicyTree {
    guard (0...3).contains(depth) else { throw .outOfRange("the depth", allowed: "0 to 3") }
    guard let few = zip(arms.labels, arms.sizes).min(by: { $0.1 < $1.1 }), few.1 >= least else {
      throw .tooFew("cases in the smallest arm", count: arms.sizes.min() ?? 0, needed: least)
    }
    func search(_ price: Double, _ depth: Int) -> PolicyTree? {
      let rewards = scores.enumerated().map { arm, column in
        price == 0 ? column : column.map { $0 - price * constraints.costs[arm] }
      }
      return PolicySearch(features, rewards: rewards, arms: arms, least: least).best(depth: depth)?
        .tree
    }
    guard !constraints.isEmpty else { return search(0, depth) ?? .leaf(arm: 0) }
    var prices = [0.0]
    if constraints.budget != nil {
      let top = largestPrice(scores, constraints)
      prices += (1...11).map { top * Double($0 * $0) / 121 }
    }
    var trees: [PolicyTree] = [.leaf(arm: constraints.reference)]
    for level in stride(from: depth, through: 0, by: -1) {
      for price in prices {
        if let tree = search(price, level), !trees.contains(tree) { trees.append(tree) }
      }
    }
    var best: (value: Double, tree: PolicyTree)?
    for tree in trees {
      let leaves = try LeafSums(tree, features, scores, constraints)
      guard let found = leaves.best(constraints), found.value > (best?.value ?? -.infinity) + 1e-12
      else { continue }
      best = (found.value, tree.giving(found.arms))
    }
    return best?.tree ?? .leaf(arm: constraints.reference)
  }

  /// A price at which hardly anybody is worth more than the reference.
  private static func largestPrice(
    _ scores: [[Double]], _ constraints: PolicyConstraints
  ) -> Double {
    let count = scores[0].count
    var gains: [Double] = []
    for arm in scores.indices {
      let cost = constraints.costs[arm] - constraints.costs[constraints.reference]
      guard cost > 0 else { continue }
      for row in 0..<count {
        gains.append((scores[arm][row] - scores[constraints.reference][row]) / cost)
      }
    }
    gains.sort()
    return gains.isEmpty ? 0 : max(0, gains[Int(0.99 * Double(gains.count - 1))])
  }
}

/// Sums by leaf, from which any way to give arms to the leaves is judged.
private struct LeafSums {
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
