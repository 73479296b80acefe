// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct ControlChartTests {
  /// NIST/SEMATECH e-Handbook 6.3.2.2, flowrates: 50.81, 55.8041, 45.8159; NIST rounds d₂ to 1.128, so 1e-4.
  @Test func `the flowrates of NIST give its limits`() throws {
    let chart = try ControlChart(individuals: [
      49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
    ])
    expectClose(chart.points[0].centre, 50.81, 1e-12)
    expectClose(chart.points[0].upper, 55.8041, 1e-4)
    expectClose(chart.points[0].lower, 45.8159, 1e-4)
  }

  /// p̄ = 30 ⁄ 300, σ = √(.09 ⁄ n): by hand.
  @Test func `shares have limits by the size of each point`() throws {
    let chart = try ControlChart(shares: [10, 5, 15], of: [100, 100, 100])
    expectClose(chart.points[0].upper, 0.19, 1e-12)
    expectClose(chart.points[0].lower, 0.01, 1e-12)
    let uneven = try ControlChart(shares: [4, 1, 25], of: [25, 25, 250], baseline: 3)
    #expect(uneven.points[0].lower == 0)
    expectClose(uneven.points[2].upper, 0.1 + 3 * (0.09 / 250).squareRoot(), 1e-12)
    #expect(uneven.overdispersion == 1)
  }

  /// ū = 12 ⁄ 6 = 2, σ = √(2 ⁄ n): by hand.
  @Test func `rates have limits by the exposure of each point`() throws {
    let chart = try ControlChart(rates: [4, 2, 6], of: [2, 2, 2])
    expectClose(chart.points[0].upper, 5, 1e-12)
    #expect(chart.points[0].lower == 0)
    expectClose(chart.points[2].z, 1, 1e-12)
  }

  /// z = ∓1 by turns: the mean moving range is 2, σ_z = 2·√π ⁄ 2.
  @Test func `Laney widens limits by what the points really do`() throws {
    let counts = [90.0, 110, 90, 110, 90, 110]
    let sizes = [Double](repeating: 1000, count: 6)
    let plain = try ControlChart(shares: counts, of: sizes)
    let wide = try ControlChart(shares: counts, of: sizes, dispersion: .laney)
    expectClose(
      wide.overdispersion, 2 * plain.points[1].z * Double.pi.squareRoot() / 2, 1e-12)
    expectClose(
      wide.points[0].upper - 0.1, wide.overdispersion * (plain.points[0].upper - 0.1), 1e-12)
  }

  @Test func `a baseline leaves later points out of the limits`() throws {
    let calm = try ControlChart(individuals: [1, 2, 1, 2, 1, 2, 9, 9], baseline: 6)
    expectClose(calm.points[0].centre, 1.5, 1e-12)
    #expect(calm.points[7].value > calm.points[7].upper)
  }

  @Test func `a series without limits is a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the series in its baseline")) {
      try ControlChart(individuals: [3, 3, 3])
    }
    #expect(throws: EstimationFault.zeroVariance("the series in its baseline")) {
      try ControlChart(shares: [0, 0], of: [10, 10])
    }
    #expect(throws: EstimationFault.tooFew("points in the baseline", count: 1, needed: 2)) {
      try ControlChart(individuals: [3])
    }
    #expect(throws: EstimationFault.notFinite("the series", rows: [1])) {
      try ControlChart(individuals: [3, .nan, 4])
    }
    #expect(throws: EstimationFault.outOfRange("the size of every point", allowed: "above 0")) {
      try ControlChart(rates: [1, 2], of: [1, 0])
    }
    #expect(
      throws: EstimationFault.outOfRange(
        "the count of every point", allowed: "between 0 and its size")
    ) { try ControlChart(shares: [11, 2], of: [10, 10]) }
  }
}

struct RunRuleTests {
  @Test(arguments: [
    (RunRule.beyondLimits, [0, 3.1], 1), (.beyondLimits, [0, -3.1], -1),
    (.twoOfThree, [2.1, 0, 2.2], 1), (.twoOfThree, [-2.1, -2.2], -1),
    (.fourOfFive, [1.1, 1.2, -0.5, 1.3, 1.4], 1),
    (.eightOnOneSide, [Double](repeating: -0.1, count: 8), -1),
    (.nineOnOneSide, [Double](repeating: 0.1, count: 9), 1),
    (.sixTrending, [-1, -0.5, 0, 0.1, 0.2, 0.3], 1),
    (.fourteenAlternating, (0..<14).map { $0 % 2 == 0 ? 0.1 : -0.1 }, 0),
    (.fifteenWithin, [Double](repeating: 0.5, count: 15), 0),
    (.eightOutside, [1.1, -1.1, 1.2, -1.2, 1.1, -1.1, 1.5, -1.5], 0),
  ])
  func `each rule finds its pattern and nothing shorter`(
    rule: RunRule, z: [Double], side: Int
  ) {
    #expect(rule.signal(at: z[...]) == side)
    #expect(rule.signal(at: z.dropLast()) == nil)
  }

  @Test func `a pattern is told at the point that makes it, not after`() {
    #expect(RunRule.twoOfThree.signal(at: [2.1, 2.1, 0]) == nil)
    #expect(RunRule.twoOfThree.signal(at: [2.1, 0, -2.1]) == nil)
    #expect(RunRule.eightOutside.signal(at: [Double](repeating: 1.5, count: 8)[...]) == nil)
  }

  @Test func `a chart tells which rules speak at which point`() throws {
    let chart = try ControlChart(individuals: [1, 2, 1, 2, 1, 2, 9, 9], baseline: 6)
    let signals = chart.signals(RunRule.westernElectric)
    #expect(signals[5].isEmpty)
    #expect(signals[6].map(\.rule) == [.beyondLimits])
    #expect(signals[7].map(\.rule) == [.beyondLimits, .twoOfThree])
    #expect(signals[7].allSatisfy { $0.side == 1 })
  }
}

struct CumulativeSumTests {
  /// NIST/SEMATECH e-Handbook 6.3.2.3: target 325, k 0.3175, h 4.1959 (not divided by σ); the sums as NIST
  /// tables them, recomputed in Python: 1e-10.
  @Test func `the example of NIST signals at the fourteenth point`() throws {
    let values = [
      324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600,
      324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350,
    ]
    let sums = try CumulativeSum(
      values.map { $0 - 325 }, allowance: 0.3175, limit: 4.1959)
    #expect(values.indices.first { sums.signal(at: $0) != nil } == 13)
    #expect(sums.signal(at: 13) == 1)
    expectClose(sums.above[12], 3.0075, 1e-10)
    expectClose(sums.above[19], 19.035, 1e-10)
    expectClose(sums.below[7], 0.715, 1e-10)
  }

  @Test func `a fall is seen from below, and settings have their domain`() throws {
    let sums = try CumulativeSum([-2, -2, -2, -2])
    #expect(sums.signal(at: 2) == nil && sums.signal(at: 3) == -1)
    #expect(
      throws: EstimationFault.outOfRange("allowance and limit", allowed: "positive")
    ) { try CumulativeSum([1], limit: 0) }
  }
}
