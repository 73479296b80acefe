// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct DoublyRobustScoresTests {
  private static let rows = Array(0..<60)
  private static let first = rows.map { Double($0 * 7 % 11) }
  private static let second = rows.map { Double(($0 * 5 % 13) * ($0 * 5 % 13)) }
  private static let arms = Grouping(
    codes: rows.map { Int32($0 * 7919 % 101 % 3) }, labels: ["a", "b", "c"])
  private static let parts = Grouping(rows.map { $0 / 3 % 2 })

  private static let outcome = rows.map { row in
    let noise = Double(row * 17 % 9) / 4
    switch arms.codes[row] {
    case 1: return 2 + 0.3 * first[row] + noise
    case 2: return 0.02 * second[row] + noise
    default: return 1 + noise
    }
  }

  private static let answer = rows.map { row in
    Double(row * 17 % 9) + (arms.codes[row] == 1 ? 3 : 0) + first[row] / 4 > 6 ? 1.0 : 0
  }

  private func scores(
    _ outcome: [Double], _ propensities: DoublyRobustScores.Propensities, isBinary: Bool = false
  ) throws -> DoublyRobustScores {
    try DoublyRobustScores(
      outcome: outcome, arms: Self.arms, covariates: [Self.first, Self.second], parts: Self.parts,
      propensities: propensities, isBinary: isBinary)
  }

  private func expect(
    _ scores: DoublyRobustScores, means: [Double], single: [Double],
    at location: SourceLocation = #_sourceLocation
  ) {
    for (arm, mean) in means.enumerated() {
      expectClose(
        scores.scores[arm].reduce(0, +) / 60, mean, 1e-9, "mean of arm \(arm)", at: location)
    }
    for (place, row) in [5, 17, 40].enumerated() {
      expectClose(scores.scores[place][row], single[place], 1e-9, "row \(row)", at: location)
    }
  }

  /// The formulas in Python 3.11 with NumPy (ridge by normal equations, Newton's method); 1e-9.
  @Test func `scores agree with the same formulas in NumPy`() throws {
    let known = [0.3, 0.3, 0.4].map { [Double](repeating: $0, count: 60) }
    expect(
      try scores(Self.outcome, .known(known)),
      means: [1.949356004251662, 4.463437587692423, 2.065245906654198],
      single: [2.730947122966832, 3.0913006035881847, 2.23807574177644])
    expect(
      try scores(Self.outcome, .logistic),
      means: [1.935626202172909, 4.496797397165638, 0.061070024459803654],
      single: [2.3260296432301493, 2.0743766990805743, 2.23807574177644])
    expect(
      try scores(Self.answer, .logistic, isBinary: true),
      means: [0.43513091888266653, 0.6962078390903707, -0.34101681025263125],
      single: [-0.18509344602391056, 1.359329821640891, 0.800695404488829])
  }

  @Test func `covariates that say nothing, or the same twice, do no harm`() throws {
    let known = [0.3, 0.3, 0.4].map { [Double](repeating: $0, count: 60) }
    let odd = try DoublyRobustScores(
      outcome: Self.outcome, arms: Self.arms,
      covariates: [[Double](repeating: 4, count: 60), Self.first, Self.first],
      parts: Self.parts, propensities: .known(known), isBinary: false)
    #expect(odd.scores.allSatisfy { $0.allSatisfy(\.isFinite) })
    #expect(odd.clipped == 0)
  }

  @Test func `an arm that the covariates give away is told`() throws {
    let away = Self.arms.codes.map { Double($0) * 100 }
    let scores = try DoublyRobustScores(
      outcome: Self.outcome, arms: Self.arms, covariates: [away, away, away, away],
      parts: Self.parts, propensities: .logistic, isBinary: false)
    #expect(scores.clipped > 0)
    #expect(scores.ownPropensity.allSatisfy { $0 >= DoublyRobustScores.leastPropensity })
  }

  @Test func `what cannot be scored is a fault`() {
    #expect(throws: EstimationFault.tooFew("parts", count: 1, needed: 2)) {
      try DoublyRobustScores(
        outcome: [1, 2], arms: Grouping(["a", "b"]), covariates: [],
        parts: Grouping(["p", "p"]), propensities: .logistic, isBinary: false)
    }
    #expect(
      throws: EstimationFault.tooFew("cases of arm 'a' beside a part", count: 1, needed: 2)
    ) {
      try DoublyRobustScores(
        outcome: [1, 2, 3, 4], arms: Grouping(["a", "b", "a", "b"]), covariates: [],
        parts: Grouping(["p", "p", "q", "q"]), propensities: .logistic, isBinary: false)
    }
    let chance = EstimationFault.outOfRange(
      "the chance of every arm", allowed: "above 0 and at most 1")
    #expect(throws: chance) {
      try scores(Self.outcome, .known(Self.arms.labels.map { _ in [0.0] }))
    }
  }
}

struct PolicyTreeTests {
  /// Random scores for a few cases, in two or three arms.
  private struct Draw {
    let features: [PolicyFeature]
    let scores: [[Double]]
    let arms: Grouping

    init(_ seed: UInt64, count: Int = 24, arms armCount: Int = 2) {
      var random = SeededGenerator(seed)
      let first = (0..<count).map { _ in Double(Int.random(in: 0..<5, using: &random)) }
      let kinds = (0..<count).map { _ in ["x", "y", "z"][Int.random(in: 0..<3, using: &random)] }
      features = [
        PolicyFeature("first", ordered: first), PolicyFeature("kind", labels: Grouping(kinds)),
      ]
      scores = (0..<armCount).map { _ in (0..<count).map { _ in random.normal() } }
      arms = Grouping(codes: (0..<count).map { Int32($0 % armCount) }, labels: ["a", "b", "c"])
    }

    func value(_ tree: PolicyTree) -> Double {
      let leaves = tree.leaves
      return tree.leafOfRows(features).enumerated().reduce(0) {
        $0 + scores[leaves[$1.element].arm][$1.offset]
      }
    }

    func learn(
      _ depth: Int, least: Int = 1, _ constraints: PolicyConstraints? = nil
    ) throws -> PolicyTree {
      try PolicyLearner.learn(
        features, scores: scores, arms: arms, depth: depth, least: least,
        constraints: constraints
          ?? PolicyConstraints(
            costs: scores.map { _ in 0 }, budget: nil, equalities: [], reference: 0))
    }

    /// The best value by trying every tree; nil where a leaf is too small.
    func bestByTrying(_ depth: Int, rows: [Int], least: Int) -> Double? {
      let sizes = scores.indices.map { arm in rows.count { Int(arms.codes[$0]) == arm } }
      guard sizes.allSatisfy({ $0 >= least }) else { return nil }
      var best = scores.map { column in rows.reduce(0) { $0 + column[$1] } }.max()
      guard depth > 0 else { return best }
      for feature in features {
        for at in 0..<5 {
          var isOrdered = false
          if case .ordered = feature.kind { isOrdered = true }
          let isLeft = { (row: Int) in
            isOrdered ? Int(feature.bins[row]) <= at : Int(feature.bins[row]) == at
          }
          let left = bestByTrying(depth - 1, rows: rows.filter(isLeft), least: least)
          let right = bestByTrying(depth - 1, rows: rows.filter { !isLeft($0) }, least: least)
          if let left, let right { best = max(best ?? -.infinity, left + right) }
        }
      }
      return best
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `the search finds what trying every tree finds`(seed: UInt64) throws {
    for (armCount, least) in [(2, 1), (3, 1), (2, 2)] {
      let draw = Draw(seed, arms: armCount)
      for depth in 0...2 {
        let best = try #require(draw.bestByTrying(depth, rows: Array(0..<24), least: least))
        #expect((draw.value(try draw.learn(depth, least: least)) - best).magnitude < 1e-9)
      }
    }
  }

  @Test(arguments: 0..<2 as Range<UInt64>)
  func `also at depth three`(seed: UInt64) throws {
    let draw = Draw(seed, count: 40)
    let best = try #require(draw.bestByTrying(3, rows: Array(0..<40), least: 2))
    #expect((draw.value(try draw.learn(3, least: 2)) - best).magnitude < 1e-9)
  }

  @Test func `a rule that is there is found, and no deeper than it is`() throws {
    let age = (0..<200).map { Double(20 + $0 % 40) }
    let site = (0..<200).map { ["n", "s"][$0 / 40 % 2] }
    let features = [
      PolicyFeature("age", ordered: age, limit: 100),
      PolicyFeature("site", labels: Grouping(site)),
    ]
    let gain = (0..<200).map { age[$0] < 35 && site[$0] == "n" ? 1.0 : -1 }
    let tree = try PolicyLearner.learn(
      features, scores: [[Double](repeating: 0, count: 200), gain],
      arms: Grouping(codes: (0..<200).map { Int32($0 / 2 % 2) }, labels: ["a", "b"]), depth: 3,
      least: 10,
      constraints: PolicyConstraints(costs: [0, 0], budget: nil, equalities: [], reference: 0))
    #expect(tree.leaves.count == 3)
    #expect(tree.leaves.count { $0.arm == 1 } == 1)
    let leaves = tree.leaves
    let treated = tree.leafOfRows(features).map { leaves[$0].arm == 1 }
    #expect(treated == gain.map { $0 > 0 })
  }

  @Test func `every leaf holds enough cases of every arm`() throws {
    let draw = Draw(3, count: 60)
    let tree = try draw.learn(3, least: 10)
    var counts: [[Int]] = tree.leaves.map { _ in [0, 0] }
    for (row, leaf) in tree.leafOfRows(draw.features).enumerated() {
      counts[leaf][Int(draw.arms.codes[row])] += 1
    }
    #expect(counts.allSatisfy { $0.allSatisfy { $0 >= 10 } })
    #expect(
      throws: EstimationFault.tooFew("cases in the smallest arm", count: 30, needed: 40)
    ) { try draw.learn(1, least: 40) }
  }

  @Test(arguments: [0.1, 0.3, 0.5])
  func `a budget is kept, and more of it never costs value`(budget: Double) throws {
    let draw = Draw(9, count: 60)
    func constrained(_ budget: Double) throws -> PolicyTree {
      try draw.learn(
        2, PolicyConstraints(costs: [0, 1], budget: budget, equalities: [], reference: 0))
    }
    let tree = try constrained(budget)
    let leaves = tree.leaves
    let treated = tree.leafOfRows(draw.features).count { leaves[$0].arm == 1 }
    #expect(Double(treated) <= budget * 60 + 1e-9)
    #expect(draw.value(tree) <= draw.value(try constrained(budget + 0.2)) + 1e-9)
    #expect(draw.value(try constrained(1)) == draw.value(try draw.learn(2)))
  }

  @Test func `groups get the same share within a tolerance`() throws {
    let draw = Draw(4, count: 60)
    let groups = Grouping((0..<60).map { ["g", "h"][$0 / 30] })
    for of in [PolicyConstraints.Equality.Of.share, .value] {
      let tree = try draw.learn(
        2,
        PolicyConstraints(
          costs: [0, 1], budget: nil,
          equalities: [PolicyConstraints.Equality(groups: groups, of: of, tolerance: 0.05)],
          reference: 0))
      let leaves = tree.leaves
      let arms = tree.leafOfRows(draw.features).map { leaves[$0].arm }
      let means = [0..<30, 30..<60].map { rows in
        rows.reduce(0.0) { sum, row in
          sum
            + (of == .share ? Double(arms[row]) : draw.scores[arms[row]][row] - draw.scores[0][row])
        } / 30
      }
      #expect((means[0] - means[1]).magnitude <= 0.05 + 1e-9)
      #expect(draw.value(tree) >= draw.scores[0].reduce(0, +) - 1e-9)
    }
  }

  /// The best split follows the groups; the next best cuts across them and is worth 175 of 200.
  @Test func `a rule that treats groups alike is looked for, not only checked`() throws {
    let isFirst = (0..<200).map { $0 < 100 }
    let isSecond = (0..<200).map { $0 % 4 < 2 }
    let features = [
      PolicyFeature("first", ordered: isFirst.map { $0 ? 1 : 0 }),
      PolicyFeature("second", ordered: isSecond.map { $0 ? 1 : 0 }),
    ]
    let gain = zip(isFirst, isSecond).map { $0 ? 2 : $1 ? 1.5 : -3.0 }
    let groups = Grouping(isFirst.map { $0 ? "g" : "h" })
    let arms = Grouping(codes: (0..<200).map { Int32($0 % 2) }, labels: ["a", "b"])
    for (tolerance, value) in [(1.0, 200.0), (0.05, 175)] {
      let tree = try PolicyLearner.learn(
        features, scores: [[Double](repeating: 0, count: 200), gain], arms: arms, depth: 1,
        least: 10,
        constraints: PolicyConstraints(
          costs: [0, 1], budget: nil,
          equalities: [
            PolicyConstraints.Equality(groups: groups, of: .share, tolerance: tolerance)
          ], reference: 0))
      let leaves = tree.leaves
      let rows = tree.leafOfRows(features)
      #expect(rows.indices.reduce(0) { $0 + (leaves[rows[$1]].arm == 1 ? gain[$1] : 0) } == value)
    }
  }

  @Test func `many values are cut at quantiles, and few at each value`() {
    let fine = PolicyFeature("x", ordered: (0..<1000).map { Double($0) }, limit: 4)
    #expect(fine.kind == .ordered(cuts: [250, 500, 750]))
    #expect(fine.bins[249] == 0 && fine.bins[250] == 1 && fine.bins[999] == 3)
    #expect(PolicyFeature("x", ordered: [3, 1, 3, 2]).kind == .ordered(cuts: [2, 3]))
    #expect(PolicyFeature("x", ordered: [3, 3]).kind == .ordered(cuts: []))
  }

  @Test func `depths and arms have their limits`() {
    let draw = Draw(1)
    #expect(throws: EstimationFault.outOfRange("the depth", allowed: "0 to 3")) {
      try draw.learn(4)
    }
  }
}

struct PolicyValueTests {
  /// The mean difference of 1, 3, 1, 3 and its standard error √(4 ⁄ 3 ⁄ 4): by hand.
  @Test func `a gain is the mean difference of scores, with its standard error`() throws {
    let value = PolicyValue(
      scores: [[0, 0, 0, 0], [1, 3, 1, 3]], outcome: [0, 3, 0, 3], clusters: nil)
    let gain = try #require(try value.gain(of: .everybody(arm: 1), over: .everybody(arm: 0)))
    expectClose(gain.value, 2, 1e-12)
    expectClose(gain.standardError, (4.0 / 3 / 4).squareRoot(), 1e-12)
    #expect(gain.degreesOfFreedom == 3)
    expectClose(try value.value(.asAssigned).value, 1.5, 1e-12)
    let rule = PolicyValue.Rule.arms([0, 1, 0, 1])
    expectClose(try value.value(rule).value, 1.5, 1e-12)
    #expect(try value.gain(of: rule, over: rule) == nil)
  }

  @Test func `cases of one cluster count together`() throws {
    let scores = [[0.0, 0, 0, 0, 0, 0], [1, 1, 3, 3, 2, 2]]
    let clustered = PolicyValue(
      scores: scores, outcome: scores[0], clusters: Grouping(["p", "p", "q", "q", "r", "r"]))
    let gain = try #require(try clustered.gain(of: .everybody(arm: 1), over: .everybody(arm: 0)))
    // Three equal clusters: the variance of three means, 1 ⁄ 3, with two degrees of freedom.
    expectClose(gain.standardError, (1.0 / 3).squareRoot(), 1e-9)
    expectClose(gain.degreesOfFreedom, 2, 1e-9)
    #expect(throws: EstimationFault.oneCluster) {
      try PolicyValue(
        scores: scores, outcome: scores[0], clusters: Grouping(["p", "p", "p", "p", "p", "p"])
      ).value(.everybody(arm: 1))
    }
  }
}
