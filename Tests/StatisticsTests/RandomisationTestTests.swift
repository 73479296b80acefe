// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

struct RandomisationTestTests {
  private static let streams = RandomStreams(seed: 20_261_126, name: "randomisation-test")
  private let exact = RandomisationTest.Setup(streams: streams)

  private func arms(
    _ outcome: [Double], _ treated: [Int], blocks: Grouping? = nil, clusters: Grouping? = nil
  ) throws -> TwoArms {
    try TwoArms(
      outcome: outcome, arm: Grouping(treated.map { $0 == 1 ? "new" : "old" }), treated: "new",
      control: "old", blocks: blocks, clusters: clusters)
  }

  private func reference(blocked: Bool = false) throws -> (Reference, TwoArms) {
    let reference = try Reference("permutation-exact")
    let arms = try arms(
      reference.numbers("y"), try reference.numbers("z").map { Int($0) },
      blocks: blocked ? reference.groups("block") : nil)
    return (reference, arms)
  }

  /// Full enumeration in R 4.2.2, exactRankTests 0.8.35 and coin 1.4.2; exact.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `twelve cases in two arms have 924 assignments`() throws {
    let (reference, arms) = try reference()
    let test = try RandomisationTest(arms, .difference, exact)
    #expect(test.assignments == 924 && test.monteCarloError == nil)
    expectClose(test.statistic, try reference.number("complete/observed"), 1e-12)
    expectClose(test.pValue, try reference.number("complete/p_two_sided"), 1e-12)
    expectClose(test.pValue, try reference.number("coin_exact_oneway"), 1e-12)
    expectClose(test.upperPValue, try reference.number("complete/p_upper"), 1e-12)
    expectClose(test.lowerPValue, try reference.number("complete/p_lower"), 1e-12)
    expectClose(test.nullStandardDeviation, try reference.number("complete/null_sd"), 1e-12)
    expectClose(
      try #require(test.interval.lower), try reference.number("inverted_ci_95_grid001/low"), 1e-9)
    expectClose(
      try #require(test.interval.upper), try reference.number("inverted_ci_95_grid001/high"), 1e-9)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `studentised, ranked and blocked tests are those of the reference`() throws {
    let (reference, arms) = try reference()
    let studentised = try RandomisationTest(arms, .studentised, exact)
    expectClose(studentised.statistic, try reference.number("studentised/observed"), 1e-12)
    expectClose(studentised.pValue, try reference.number("studentised/p_two_sided"), 1e-12)
    let ranks = try RandomisationTest(arms, .rankSum, exact)
    #expect(ranks.statistic == 51 - 39)
    expectClose(ranks.pValue, try reference.number("wilcox_exact_p"), 1e-12)
    let (_, blocked) = try self.reference(blocked: true)
    let block = try RandomisationTest(blocked, .difference, exact)
    #expect(block.assignments == 216)
    expectClose(block.statistic, try reference.number("blocked/observed"), 1e-12)
    expectClose(block.pValue, try reference.number("blocked/p_two_sided"), 1e-12)
    expectClose(block.upperPValue, try reference.number("blocked/p_upper"), 1e-12)
  }

  /// Hodges and Lehmann (1963), Annals of Mathematical Statistics 34:598–611; 1e-9.
  ///
  /// The median may lie between two differences. R's data on sleep give 1.35.
  @Test(arguments: [
    [
      [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
      [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
    ],
    [[5, 9, 2, 2], [1, 3, 8]], [[1, 2], [5, 9]], [[4, 4, 7, 7, 9], [4, 4, 1, 0]],
  ])
  func `the shift of ranks is the median of all differences`(samples: [[Double]]) throws {
    let arms = try arms(
      samples[0] + samples[1], samples[0].map { _ in 1 } + samples[1].map { _ in 0 })
    let differences = samples[0].flatMap { y in samples[1].map { y - $0 } }.sorted()
    let half = differences.count / 2
    let median =
      differences.count.isMultiple(of: 2)
      ? (differences[half - 1] + differences[half]) / 2 : differences[half]
    if samples[0].count == 10 { #expect(abs(median - 1.35) < 1e-12) }
    expectClose(try RandomisationTest(arms, .rankSum, exact).estimate, median, 1e-9)
  }

  private static let y: [Double] = [12, 15, 9, 22, 17, 11, 25, 14, 19, 28, 16, 21]
  private static let z = [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1]

  /// numpy 2.4.6 and scipy 1.17.1: every assignment refitted or ranked again, intervals by halving with
  /// ties counted; 1e-8, ends that are ties 1e-6.
  @Test func `other statistics agree with a full enumeration by hand`() throws {
    let arms = try arms(Self.y, Self.z)
    let studentised = try RandomisationTest(arms, .studentised, exact)
    #expect(abs(try #require(studentised.interval.lower) - 0.5) < 1e-6)
    #expect(abs(try #require(studentised.interval.upper) - 13) < 1e-6)
    let ranks = try RandomisationTest(arms, .rankSum, exact)
    #expect(abs(ranks.estimate - 6) < 1e-6)
    #expect(abs(try #require(ranks.interval.lower) + 1) < 1e-6)
    #expect(abs(try #require(ranks.interval.upper) - 13) < 1e-6)
    var nuisance = Design(rows: 12)
    nuisance.append("x", [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
    let adjusted = try RandomisationTest(
      Assignment(arms), outcome: Self.y, nuisance: nuisance, exact)
    expectClose(adjusted.estimate, 6.36541889483065, 1e-12)
    #expect(adjusted.pValue == 72.0 / 924)
    expectClose(try #require(adjusted.interval.lower), -1.152966051841323, 1e-8)
    expectClose(try #require(adjusted.interval.upper), 13.435419947049446, 1e-8)
    let blocks = Grouping((0..<12).map { $0 / 4 })
    let blocked = try self.arms(Self.y, Self.z, blocks: blocks)
    let elteren = try RandomisationTest(blocked, .rankSum, exact)
    expectClose(elteren.statistic, 1, 1e-12)
    #expect(elteren.pValue == 8.0 / 216)
    let neyman = try RandomisationTest(blocked, .studentised, exact)
    expectClose(neyman.statistic, 2.4814328839420905, 1e-12)
    #expect(neyman.pValue == 8.0 / 216)
  }

  /// numpy 2.4.6, every choice of 4 of 8 clusters; counts exact, ends 1e-8.
  @Test func `clusters of unequal size are drawn whole`() throws {
    let sizes = [1, 2, 3, 2, 4, 1, 2, 3]
    let clusters = Grouping(sizes.indices.flatMap { [Int](repeating: $0, count: sizes[$0]) })
    let treated = clusters.codes.map { [0, 0, 1, 0, 1, 0, 1, 1][Int($0)] }
    let y: [Double] = [3, 5, 4, 8, 9, 7, 2, 4, 6, 7, 5, 8, 9, 3, 4, 10, 12, 11]
    let arms = try arms(y, treated, clusters: clusters)
    let setup = RandomisationTest.Setup(level: 0.8, streams: Self.streams)
    let difference = try RandomisationTest(arms, .difference, setup)
    #expect(difference.assignments == 70)
    expectClose(difference.estimate, 3, 1e-12)
    #expect(difference.pValue == 16.0 / 70)
    #expect(abs(try #require(difference.interval.lower)) < 1e-8)
    expectClose(try #require(difference.interval.upper), 5.842105265263513, 1e-8)
    let studentised = try RandomisationTest(arms, .studentised, setup)
    expectClose(studentised.statistic, 1.7469417098230906, 1e-12)
    #expect(studentised.pValue == 12.0 / 70)
    expectClose(try #require(studentised.interval.lower), 0.2695600130185767, 1e-8)
    expectClose(try #require(studentised.interval.upper), 5.904220167596918, 1e-8)
  }

  /// numpy 2.4.6, all 2⁸ exchanges within pairs.
  @Test(arguments: [
    (RandomisationTest.Statistic.difference, 3.25), (.studentised, 6.17748252304939),
  ])
  func `pairs exchange their members`(
    statistic: RandomisationTest.Statistic, observed: Double
  ) throws {
    let y: [Double] = [5, 8, 3, 4, 9, 7, 6, 10, 2, 7, 4, 9, 5, 9, 1, 3]
    let pairs = Grouping((0..<16).map { $0 / 2 })
    let arms = try arms(y, [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], blocks: pairs)
    let test = try RandomisationTest(arms, scheme: .pair, statistic, exact)
    expectClose(test.statistic, observed, 1e-12)
    #expect(test.assignments == 256)
    #expect(test.pValue == 2.0 / 256)
  }

  /// numpy 2.4.6: regression with cluster and period effects, refitted for each of 90 orders.
  @Test func `a stepped wedge draws the order of its clusters again`() throws {
    let starts: [Int32] = [1, 1, 2, 2, 3, 3]
    let y: [Double] = [3, 5, 6, 7, 2, 4, 4, 6, 5, 5, 8, 9, 1, 2, 5, 4, 4, 4, 5, 9, 6, 7, 7, 9]
    let clusters = Grouping((0..<24).map { $0 / 4 })
    let periods = Grouping((0..<24).map { $0 % 4 })
    let assignment = try Assignment(
      .steppedWedge, codes: (0..<24).map { starts[$0 / 4] - 1 }, blocks: nil, clusters: clusters)
    var nuisance = Design(rows: 24)
    nuisance.appendIndicators("cluster", clusters)
    nuisance.appendIndicators("period", periods)
    let test = try RandomisationTest(assignment, outcome: y, nuisance: nuisance, exact) {
      Int32($0 % 4) >= $1 + 1
    }
    #expect(test.assignments == 90)
    expectClose(test.estimate, 1.9000000000000021, 1e-12)
    #expect(test.pValue == 2.0 / 90)
    let drawn = try RandomisationTest(
      assignment, outcome: y, nuisance: nuisance,
      .init(draws: 4_000, limit: 0, streams: Self.streams)
    ) { Int32($0 % 4) >= $1 + 1 }
    let error = try #require(drawn.monteCarloError)
    #expect(abs(drawn.pValue - 2.0 / 90) < 4 * error)
  }

  @Test(arguments: RandomisationTest.Statistic.allCases, [false, true])
  func `drawn p-values and intervals are near the exact ones`(
    statistic: RandomisationTest.Statistic, blocked: Bool
  ) throws {
    let arms = try arms(
      Self.y, Self.z, blocks: blocked ? Grouping((0..<12).map { $0 / 4 }) : nil)
    let whole = try RandomisationTest(arms, statistic, exact)
    let drawn = try RandomisationTest(
      arms, statistic, .init(draws: 2_000, limit: 100, streams: Self.streams))
    #expect(drawn.assignments == nil && drawn.draws == 2_000)
    let error = try #require(drawn.monteCarloError)
    let distance = (drawn.pValue - whole.pValue).magnitude
    #expect(distance < 5 * error + 1e-3)
    #expect(drawn.estimate == whole.estimate)
  }

  /// The smaller arm is the one that is drawn: its complement has to give the same law.
  @Test(arguments: [2, 10])
  func `a small and a large treated arm give the exact law`(treated: Int) throws {
    let arms = try arms(Self.y, (0..<12).map { $0 < treated ? 1 : 0 })
    let whole = try RandomisationTest(arms, .difference, exact)
    let drawn = try RandomisationTest(
      arms, .difference, .init(draws: 5_000, limit: 0, streams: Self.streams))
    expectClose(drawn.nullStandardDeviation, whole.nullStandardDeviation, 0.03)
    let distance = (drawn.pValue - whole.pValue).magnitude
    #expect(distance < 4 * (drawn.monteCarloError ?? 0))
  }

  @Test func `draws depend on their index and on nothing else`() throws {
    let arms = try arms(Self.y, Self.z)
    let setup = RandomisationTest.Setup(draws: 500, limit: 0, streams: Self.streams)
    let first = try RandomisationTest(arms, .difference, setup)
    #expect(try RandomisationTest(arms, .difference, setup) == first)
    let other = RandomisationTest.Setup(
      draws: 500, limit: 0, streams: RandomStreams(seed: 2, name: "randomisation-test"))
    #expect(
      try RandomisationTest(arms, .difference, other).nullStandardDeviation
        != first.nullStandardDeviation)
  }

  /// Over all assignments that might have been drawn, p ≤ α happens with a chance of at most α, and the
  /// interval misses the truth with a chance of at most 1 − level.
  @Test(arguments: RandomisationTest.Statistic.allCases)
  func `the test and its interval keep their level`(
    statistic: RandomisationTest.Statistic
  ) throws {
    let baseline: [Double] = [3, 1, 4, 1.5, 5, 9, 2.6, 6.5]
    let effect = 2.25
    var pValues: [Double] = []
    var missed = 0
    for pattern in 0..<256 where pattern.nonzeroBitCount == 4 {
      let treated = (0..<8).map { pattern >> $0 & 1 }
      let outcome = zip(baseline, treated).map { $0 + effect * Double($1) }
      let setup = RandomisationTest.Setup(level: 0.8, streams: Self.streams)
      let test = try RandomisationTest(arms(outcome, treated), statistic, setup)
      if let lower = test.interval.lower, effect < lower - 1e-9 { missed += 1 }
      if let upper = test.interval.upper, effect > upper + 1e-9 { missed += 1 }
      pValues.append(try RandomisationTest(arms(baseline, treated), statistic, setup).pValue)
    }
    #expect(missed <= 14)
    for alpha in [0.03, 0.1, 0.2, 0.5] {
      #expect(Double(pValues.count { $0 <= alpha + 1e-9 }) <= 70 * alpha + 1e-9)
    }
    #expect(pValues.contains { $0 < 0.1 })
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `neither the order of rows nor a large mean changes an exact test`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let order = (0..<12).shuffled(using: &random)
    let blocks = (0..<12).map { $0 / 4 }
    for statistic in RandomisationTest.Statistic.allCases {
      let expected = try RandomisationTest(
        arms(Self.y, Self.z, blocks: Grouping(blocks)), statistic, exact)
      let test = try RandomisationTest(
        arms(
          order.map { Self.y[$0] + 1_753_000_000 }, order.map { Self.z[$0] },
          blocks: Grouping(order.map { blocks[$0] })), statistic, exact)
      expectClose(test.statistic, expected.statistic, 1e-6)
      #expect(test.pValue == expected.pValue)
    }
  }

  @Test func `with few assignments the interval is open`() throws {
    let arms = try arms([1, 2, 3, 9, 8, 7], [0, 0, 0, 1, 1, 1])
    let test = try RandomisationTest(arms, .difference, exact)
    #expect(test.assignments == 20 && test.pValue == 0.1)
    #expect(test.interval.lower == nil && test.interval.upper == nil)
  }

  @Test func `the trap of each design is a fault`() throws {
    let y = Self.y
    #expect(throws: EstimationFault.zeroVariance("the outcome")) {
      try RandomisationTest(try arms(y.map { _ in 3 }, Self.z), .difference, exact)
    }
    #expect(throws: EstimationFault.emptyArm("new")) {
      try arms(y, Self.z.map { _ in 0 })
    }
    let lone = Grouping((0..<12).map { $0 == 11 ? "lone" : "rest" })
    #expect(
      throws: EstimationFault.tooFew("units of each arm in block 'lone'", count: 0, needed: 1)
    ) { try RandomisationTest(try arms(y, Self.z, blocks: lone), .difference, exact) }
    let triples = Grouping((0..<12).map { "p\($0 / 3)" })
    #expect(throws: EstimationFault.notPairs(["p0", "p1", "p2", "p3"])) {
      try RandomisationTest(try arms(y, Self.z, blocks: triples), scheme: .pair, .difference, exact)
    }
    let mixed = Grouping((0..<12).map { $0 / 3 })
    #expect(throws: EstimationFault.mixedClusters(4, of: 4)) {
      try RandomisationTest(try arms(y, Self.z, clusters: mixed), .difference, exact)
    }
    let two = Grouping((0..<12).map { $0 / 6 })
    #expect(throws: EstimationFault.tooFew("possible assignments", count: 2, needed: 3)) {
      try RandomisationTest(
        try arms(y, (0..<12).map { $0 / 6 }, clusters: two), .difference, exact)
    }
    let thin = Grouping((0..<12).map { $0 < 3 ? "thin" : "rest" })
    #expect(throws: EstimationFault.thinBlocks(["thin"])) {
      try RandomisationTest(
        try arms(y, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], blocks: thin), .studentised, exact)
    }
    #expect(throws: EstimationFault.outOfRange("the number of draws", allowed: "positive")) {
      try RandomisationTest(
        try arms(y, Self.z), .difference, .init(draws: 0, streams: Self.streams))
    }
  }

  @Test func `messages say what is wrong and what to do`() {
    #expect(
      EstimationFault.mixedClusters(3, of: 20).description
        == "3 of 20 clusters have cases of several arms or blocks, so clusters were not what was "
        + "drawn; name the column of the unit that was drawn")
    #expect(
      EstimationFault.notPairs(["a", "b"]).description
        == "block 'a', 'b' is no pair of one treated and one control unit; drop what is no pair, or "
        + "use block: each block then keeps its own numbers")
  }
}
