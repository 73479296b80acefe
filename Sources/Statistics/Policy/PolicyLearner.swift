// SPDX-License-Identifier: EUPL-1.2

/// Learns a shallow rule from scores.
///
/// Without constraints the rule is the best tree there is (`PolicySearch`). With them, trees are searched
/// exactly at twelve prices of cost and at every depth, and with scores tilted against one group and for
/// the others where groups should have something alike; for each tree found, all ways to give arms to its
/// leaves are tried, and the best that keeps to the constraints is the rule. The reference arm for
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
    func search(_ price: Double, _ depth: Int, _ tilt: ScoreTilt? = nil) -> PolicyTree? {
      let rewards = scores.enumerated().map { arm, column in
        let own = tilt?.tilted(column, arm, scores[constraints.reference], constraints) ?? column
        return price == 0 ? own : own.map { $0 - price * constraints.costs[arm] }
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
    for tilt in ScoreTilt.all(scores, constraints) {
      if let tree = search(0, depth, tilt), !trees.contains(tree) { trees.append(tree) }
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
