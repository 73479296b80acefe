// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct EquivalenceTests {
  private func shares(_ a: Int, _ n: Int, _ b: Int, _ m: Int) throws -> TwoProportions {
    TwoProportions(treated: try Proportion(a, of: n), control: try Proportion(b, of: m))
  }

  /// R 4.2.2 `t.test(a, b, mu = -2, alternative = "greater")`, `mu = 2, alternative = "less"`,
  /// `conf.level = 0.9`; tolerance 1e-10.
  @Test func `two one-sided Welch tests are R's`() throws {
    let treated = try Sample("b", [12.1, 9.8, 11.4, 10.2, 13.5, 9.1, 10.9])
    let control = try Sample("a", [10.0, 12.2, 9.7, 11.1, 10.4, 8.8])
    let difference = try MeanDifference.welch(treated: treated, control: control, level: 0.9)
    let test = EquivalenceTest(difference.estimate, within: try .init(lower: -2, upper: 2))
    expectClose(try #require(test.lowerPValue), 0.002265519543319168, 1e-10)
    expectClose(try #require(test.upperPValue), 0.04605612046254095, 1e-10)
    expectClose(test.pValue, 0.04605612046254095, 1e-10)
    expectClose(test.interval.upper, 1.9636162548264529, 1e-10)
    #expect(test.isShown)
    expectClose(test.alpha, 0.05, 1e-12)
  }

  /// R 4.2.2 with rpact 3.3.4 `getStageResults(getDesignGroupSequential(kMax = 1), dataset,
  /// thetaH0 = margin)`, which is Farrington and Manning's test; tolerance 1e-10.
  @Test(arguments: [
    ([470, 1172, 1071, 2348], -0.1, 2.568742653875497606, 0.005103411234484434),
    ([0, 30, 2, 40], 0.1, -2.270687514007752, 0.988417049293967),
    ([18, 60, 25, 50], -0.05, -1.6053957366931024, 0.9457966289742291),
    ([18, 60, 25, 50], 0.05, -2.6812366049230318, 0.9963324683442056),
  ])
  func `the score test of a margin is rpact's`(
    cells: [Int], margin: Double, statistic: Double, pValue: Double
  ) throws {
    let shares = try shares(cells[0], cells[1], cells[2], cells[3])
    expectClose(try shares.score(against: margin), statistic, 1e-10)
    let test = try EquivalenceTest(
      score: shares, within: .init(lower: margin, upper: nil), level: 0.95)
    expectClose(test.pValue, pValue, 1e-10)
    #expect(test.upperPValue == nil)
  }

  @Test(arguments: [[18, 60, 25, 50], [0, 30, 2, 40], [30, 30, 28, 40], [0, 20, 0, 25]])
  func `the score interval ends where the test stops rejecting`(cells: [Int]) throws {
    let shares = try shares(cells[0], cells[1], cells[2], cells[3])
    let interval = try shares.scoreInterval(level: 0.9)
    let limit = Distribution.normal.upperQuantile(0.05)
    expectClose(try shares.score(against: interval.lower), limit, 1e-6)
    expectClose(try shares.score(against: interval.upper), -limit, 1e-6)
  }

  @Test(arguments: [-0.4, -0.3, -0.1, 0.05, 0.2])
  func `a decision and its interval never disagree`(margin: Double) throws {
    let shares = try shares(18, 60, 25, 50)
    for level in [0.8, 0.9, 0.95] {
      let lower = try EquivalenceTest.Margins(lower: margin, upper: nil)
      let score = try EquivalenceTest(score: shares, within: lower, level: level)
      #expect(score.isShown == (score.interval.lower > margin))
      let newcombe = try EquivalenceTest(newcombe: shares, within: lower, level: level)
      #expect(newcombe.isShown == (newcombe.interval.lower > margin))
      let upper = try EquivalenceTest.Margins(lower: nil, upper: margin)
      let above = try EquivalenceTest(newcombe: shares, within: upper, level: level)
      #expect(above.isShown == (above.interval.upper < margin))
    }
  }

  @Test func `at Newcombe's own bound the p-value is the level of the bound`() throws {
    let shares = try shares(18, 60, 25, 50)
    let bound = try shares.newcombe(level: 0.9)
    let test = try EquivalenceTest(
      newcombe: shares, within: .init(lower: bound.lower, upper: bound.upper), level: 0.95)
    expectClose(try #require(test.lowerPValue), 0.05, 1e-10)
    expectClose(try #require(test.upperPValue), 0.05, 1e-10)
  }

  @Test func `margins that are none are faults`() throws {
    #expect(throws: EstimationFault.outOfRange("the margin", allowed: "a number")) {
      try EquivalenceTest.Margins(lower: nil, upper: nil)
    }
    #expect(
      throws: EstimationFault.outOfRange("the lower margin", allowed: "below the upper margin")
    ) { try EquivalenceTest.Margins(lower: 1, upper: -1) }
    #expect(
      throws: EstimationFault.outOfRange(
        "the margin of a difference of shares", allowed: "between −1 and 1")
    ) {
      try EquivalenceTest(
        score: shares(1, 5, 2, 5), within: .init(lower: -2, upper: nil), level: 0.95)
    }
  }
}
