// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

struct JointDifferencesTests {
  private static let streams = RandomStreams(seed: 5, name: "joint")

  private let observed = [2.1, -3.0, 0.4, 2.5]
  private let null = (0..<60).map { i in
    (0..<4).map { j in
      let wave = Double((i * 31 + j * 17 + i * j * 7) % 97) / 97
      return wave * 4 - 2 + 0.5 * Double(i % 5 - 2)
    }
  }

  /// pyfixest 0.60.0 `_get_rwolf_pval` on the same 60 × 4 statistics; exact.
  @Test func `step-down by the largest statistic is pyfixest's Romano–Wolf`() {
    let result = StepDown.maxT.adjust(observed, null: null, isExact: false)
    let expected = [16.0, 2, 50, 4].map { $0 / 61 }
    for (value, literal) in zip(result.adjusted, expected) { expectClose(value, literal, 1e-12) }
  }

  /// numpy 2.4.6, by Westfall and Young's definition; exact.
  @Test func `step-down by the smallest p-value follows its definition`() {
    let result = StepDown.minP.adjust(observed, null: null, isExact: false)
    for (value, count) in zip(result.adjusted, [19.0, 4, 50, 6]) {
      expectClose(value, count / 61, 1e-12)
    }
    for (value, count) in zip(result.unadjusted, [10.0, 1, 50, 2]) {
      expectClose(value, count / 61, 1e-12)
    }
  }

  @Test func `one hypothesis needs no adjustment, and copies of it neither`() {
    for stepDown in StepDown.allCases {
      let one = stepDown.adjust([2.1], null: null.map { [$0[0]] }, isExact: false)
      #expect(one.adjusted == one.unadjusted)
      let copies = stepDown.adjust(
        [2.1, 2.1, -2.1], null: null.map { [$0[0], $0[0], -$0[0]] }, isExact: false)
      #expect(copies.adjusted == [Double](repeating: one.adjusted[0], count: 3))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `step-down by p lies between the p-values and Holm's`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let null = (0..<200).map { _ in (0..<5).map { _ in random.normal() } }
    let observed = (0..<5).map { _ in 1.7 * random.normal() }
    let result = StepDown.minP.adjust(observed, null: null, isExact: false)
    let holm = try MultiplicityAdjustment.holm.adjust(result.unadjusted)
    for place in 0..<5 {
      #expect(result.unadjusted[place] <= result.adjusted[place] + 1e-12)
      #expect(result.adjusted[place] <= holm[place] + 1e-12)
    }
  }

  private let y: [Double] = [12, 15, 9, 22, 17, 11, 25, 14, 19, 28, 16, 21]
  private let z: [Int32] = [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1]

  private func joint(
    _ outcomes: [[Double]], blocks: Grouping? = nil, clusters: Grouping? = nil
  ) throws -> JointDifferences {
    try JointDifferences(
      outcomes: outcomes, arms: z, blocks: blocks, clusters: clusters,
      hypotheses: outcomes.indices.map {
        .init(outcome: $0, treated: [1], control: 0, name: "outcome \($0)")
      })
  }

  /// The reference case permutation-exact (studentised, 924 assignments): 0.0411255411255411.
  @Test func `one outcome gives the studentised randomisation test`() throws {
    let other: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    let test = try joint([y, other])
    expectClose(test.observed[0].statistic, 2.48507669337033, 1e-12)
    let apart = test.westfallYoung(families: [[0], [1]], .maxT, draws: 100, streams: Self.streams)
    #expect(apart.isExact && apart.draws == 924)
    expectClose(apart.adjusted[0], 0.0411255411255411, 1e-12)
    let together = test.westfallYoung(families: [[0, 1]], .maxT, draws: 100, streams: Self.streams)
    #expect(
      together.adjusted[0] > apart.adjusted[0] && together.adjusted[0] < 2 * 38.0 / 924 + 0.01)
    #expect(together.unadjusted == apart.unadjusted)
    let drawn = test.westfallYoung(
      families: [[0, 1]], .maxT, draws: 2_000, limit: 10, streams: Self.streams)
    let error = try #require(drawn.monteCarloError(of: drawn.adjusted[0]))
    #expect((drawn.adjusted[0] - together.adjusted[0]).magnitude < 4 * error)
  }

  /// numpy 2.4.6: three outcomes over all assignments, stepped down by definition; counts exact.
  @Test(arguments: [
    (StepDown.maxT, false, [80.0, 300, 90], 924.0), (.minP, false, [62, 300, 90], 924),
    (.maxT, true, [12, 60, 18], 216), (.minP, true, [16, 60, 18], 216),
  ])
  func `three outcomes step down over every assignment`(
    stepDown: StepDown, blocked: Bool, counts: [Double], assignments: Double
  ) throws {
    let other: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    let near = zip(y, [0, 4, -3, 2, 0, 1, 3, -2, 5, 0, -1, 2]).map { $0 + $1 }
    let test = try joint(
      [y, other, near], blocks: blocked ? Grouping((0..<12).map { $0 / 4 }) : nil)
    let result = test.westfallYoung(
      families: [[0, 1, 2]], stepDown, draws: 10, streams: Self.streams)
    #expect(result.isExact && Double(result.draws) == assignments)
    for (value, count) in zip(result.adjusted, counts) {
      expectClose(value, count / assignments, 1e-12)
    }
  }

  /// numpy 2.4.6, all 2⁸ exchanges within pairs: t = 6.17748252304939, 2 of 256 as extreme.
  @Test func `pairs exchange their members, and are resampled whole`() throws {
    let outcome: [Double] = [5, 8, 3, 4, 9, 7, 6, 10, 2, 7, 4, 9, 5, 9, 1, 3]
    let test = try JointDifferences(
      outcomes: [outcome], arms: [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
      blocks: Grouping((0..<16).map { $0 / 2 }), clusters: nil,
      hypotheses: [.init(outcome: 0, treated: [1], control: 0, name: "pairs")])
    expectClose(test.observed[0].statistic, 6.17748252304939, 1e-12)
    let exact = test.westfallYoung(families: [[0]], .maxT, draws: 10, streams: Self.streams)
    #expect(exact.adjusted == [2.0 / 256])
    // The bootstrap-t of eight differences: t = 6.2 has a p-value of 0.0005 under Student's law.
    let wolf = test.romanoWolf(families: [[0]], draws: 2_000, streams: Self.streams)
    #expect(wolf.adjusted[0] < 0.05)
  }

  /// R 4.2.2 `t.test(y ~ z)`: p = 0.0346 (Welch); a bootstrap-t of twelve cases is near it.
  @Test func `Romano–Wolf resamples units and adjusts within families`() throws {
    let test = try joint([y, y, y.map { -$0 }])
    let result = test.romanoWolf(families: [[0, 1], [2]], draws: 4_000, streams: Self.streams)
    #expect(result.adjusted[0] == result.adjusted[1] && result.adjusted[0] == result.adjusted[2])
    #expect((result.adjusted[0] - 0.0346).magnitude < 0.03)
    #expect(
      test.romanoWolf(families: [[0, 1], [2]], draws: 4_000, streams: Self.streams) == result)
  }

  @Test func `a missing outcome leaves the case in for the others`() throws {
    var holes = y
    holes[4] = .nan
    let test = try joint([y, holes])
    #expect(test.observed[0].statistic == (try joint([y]).observed[0].statistic))
    #expect(test.observed[1].estimate != test.observed[0].estimate)
    let result = test.westfallYoung(families: [[0, 1]], .minP, draws: 10, streams: Self.streams)
    #expect(result.adjusted.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test func `arms without two units or any spread are faults`() throws {
    #expect(throws: EstimationFault.zeroVariance("outcome 1")) {
      try joint([y, y.map { _ in 1 }])
    }
    let few = y.indices.map { z[$0] == 1 && $0 > 1 ? Double.nan : y[$0] }
    #expect(
      throws: EstimationFault.tooFew("cases in each arm of outcome 0", count: 1, needed: 2)
    ) { try joint([few]) }
    let thin = Grouping((0..<12).map { $0 < 3 ? "thin" : "rest" })
    #expect(throws: EstimationFault.thinBlocks(["thin"])) { try joint([y], blocks: thin) }
  }
}
