// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

import struct Tables.RandomStreams

struct BootstrapTests {
  private static let control: [Double] = [12, 15, 9, 22, 17, 11, 25, 14, 19]
  private static let treated: [Double] = [28, 16, 21, 30, 18, 25, 33]

  private func arms(
    _ control: [Double] = control, _ treated: [Double] = treated, blocks: Grouping? = nil,
    clusters: Grouping? = nil
  ) throws -> TwoArms {
    try TwoArms(
      outcome: control + treated,
      arm: Grouping(control.map { _ in "old" } + treated.map { _ in "new" }), treated: "new",
      control: "old", blocks: blocks, clusters: clusters)
  }

  private func setup(
    _ method: BootstrapInterval, draws: Int = 20_000, level: Double = 0.95, seed: UInt64 = 1
  ) -> Bootstrap.Setup {
    .init(
      method, draws: draws, level: level, streams: RandomStreams(seed: seed, name: "bootstrap"))
  }

  /// R 4.2.2, boot 1.3-28 `boot.ci` on these 199 replicates; 1e-10.
  @Test func `quantiles and BCa's probabilities are those of R boot`() throws {
    let replicates = (1...199).map { i in
      let share = (Double(i * i * 37 % 1_009) / 1_009 + 0.0005) / 1.001
      return Distribution.normal.quantile(share) * 0.4 + 1.1 + 0.15 * Double(i % 3)
    }
    let quantile = BootstrapQuantiles(replicates)
    expectClose(quantile(0.05), 0.4342703203429872, 1e-10)
    expectClose(quantile(0.95), 2.02897441397101, 1e-10)
    let influence = [2, -1, 0.5, -0.7, 3, -2.2, 1.1, -0.4, -1.6, -0.7]
    let acceleration = BootstrapCorrection.acceleration(
      leavingOut: influence.map { -$0 }, starts: [0, 10])
    expectClose(acceleration, 0.0282967096327765, 1e-12)
    let bias = Distribution.normal.quantile(quantile.shareBelow(1.2))
    expectClose(bias, -0.107272419490186, 1e-12)
    let correction = BootstrapCorrection(bias: bias, acceleration: acceleration)
    expectClose(quantile(correction.moved(0.025)), 0.3526537186195368, 1e-10)
    expectClose(quantile(correction.moved(0.975)), 2.110760469151879, 1e-10)
    expectClose(correction.movedBack(correction.moved(0.3)), 0.3, 1e-10)
  }

  /// scipy 1.17.1 `stats.bootstrap`, 200,000 resamples of each arm; within what either simulation leaves.
  @Test(arguments: [
    (BootstrapInterval.bca, 2.88889, 13.73016), (.percentile, 2.96825, 13.79365),
    (.basic, 3.06349, 13.88889),
  ])
  func `the difference in means has scipy's intervals`(
    method: BootstrapInterval, lower: Double, upper: Double
  ) throws {
    let bootstrap = try Bootstrap(arms(), .difference, setup(method))
    #expect((bootstrap.interval.lower - lower).magnitude < 4 * bootstrap.lowerError)
    #expect((bootstrap.interval.upper - upper).magnitude < 4 * bootstrap.upperError)
    #expect((bootstrap.standardError - 2.77310860) < 4 * bootstrap.standardErrorError)
    #expect(bootstrap.undefined == 0 && bootstrap.draws == 20_000)
  }

  /// As above, of the ratio of means: 1.152134 to 1.987900, standard error 0.215146.
  @Test func `the ratio of means has scipy's interval`() throws {
    let bootstrap = try Bootstrap(arms(), .ratio, setup(.bca))
    expectClose(bootstrap.estimate, (171.0 / 7) / 16, 1e-12)
    #expect((bootstrap.interval.lower - 1.1521336).magnitude < 4 * bootstrap.lowerError)
    #expect((bootstrap.interval.upper - 1.9878997).magnitude < 4 * bootstrap.upperError)
    #expect((bootstrap.standardError - 0.2151455).magnitude < 4 * bootstrap.standardErrorError)
    let studentised = try Bootstrap(arms(), .ratio, setup(.studentised))
    #expect(studentised.interval.lower > 1 && studentised.interval.upper < 3)
  }

  @Test(arguments: BootstrapInterval.allCases)
  func `the p-value is where the interval just leaves out no effect`(
    method: BootstrapInterval
  ) throws {
    let first = try Bootstrap(arms(), .difference, setup(method, draws: 5_000))
    #expect(first.pValue < 0.05 && !first.interval.contains(0))
    for (level, leavesOut) in [(1 - 0.8 * first.pValue, false), (1 - 1.25 * first.pValue, true)] {
      let other = try Bootstrap(
        arms(), .difference, setup(method, draws: 5_000, level: level))
      #expect(other.interval.contains(0) != leavesOut)
    }
  }

  /// The same draws of the same units: a regression on the arm alone is the difference in means.
  @Test(arguments: BootstrapInterval.allCases)
  func `a regression on the arm is the difference in means`(method: BootstrapInterval) throws {
    let control = Array(Self.control.prefix(7))
    var design = Design(rows: 14)
    design.append("new", [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1])
    let regression = try Bootstrap(
      outcome: control + Self.treated, design: design, position: 1, clusters: nil,
      strata: Grouping((0..<14).map { $0 / 7 }), setup(method, draws: 400))
    let means = try Bootstrap(arms(control), .difference, setup(method, draws: 400))
    expectClose(regression.estimate, means.estimate, 1e-10)
    expectClose(regression.standardError, means.standardError, 1e-10)
    expectClose(regression.interval.lower, means.interval.lower, 1e-9)
    expectClose(regression.interval.upper, means.interval.upper, 1e-9)
    expectClose(regression.pValue, means.pValue, 1e-9)
  }

  @Test func `clusters are drawn whole and blocks keep their share`() throws {
    let clusters = Grouping([0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7])
    let clustered = try Bootstrap(
      arms(clusters: clusters), .difference, setup(.percentile, draws: 4_000))
    let cases = try Bootstrap(arms(), .difference, setup(.percentile, draws: 4_000))
    #expect(clustered.estimate == cases.estimate)
    #expect(clustered.standardError != cases.standardError)
    let blocks = Grouping([0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1])
    let blocked = try Bootstrap(
      arms(blocks: blocks), .difference, setup(.studentised, draws: 4_000))
    // 7 of 16 rows in the first block, 9 in the second.
    let expected = 7.0 / 16 * (65.0 / 3 - 58.0 / 4) + 9.0 / 16 * (106.0 / 4 - 86.0 / 5)
    expectClose(blocked.estimate, expected, 1e-12)
  }

  @Test func `what cannot be resampled is a fault`() throws {
    #expect(throws: EstimationFault.tooFew("cases in arm 'new'", count: 1, needed: 2)) {
      try Bootstrap(arms(Self.control, [3]), .difference, setup(.bca, draws: 100))
    }
    #expect(throws: EstimationFault.zeroVariance("the estimate over resamples")) {
      try Bootstrap(arms([1, 1, 1], [1, 1]), .difference, setup(.percentile, draws: 100))
    }
    let mixed = Grouping((0..<16).map { $0 % 4 })
    #expect(throws: EstimationFault.mixedClusters(4, of: 4)) {
      try Bootstrap(arms(clusters: mixed), .difference, setup(.percentile, draws: 100))
    }
    #expect(
      throws: EstimationFault.outOfRange("the mean of arm 'old'", allowed: "other than zero")
    ) { try Bootstrap(arms([-1, 1], [3, 4]), .ratio, setup(.percentile, draws: 100)) }
    #expect(throws: EstimationFault.outOfRange("the number of draws", allowed: "at least 2")) {
      try Bootstrap(arms(), .difference, setup(.percentile, draws: 1))
    }
  }
}
