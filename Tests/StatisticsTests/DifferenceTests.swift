// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

/// Tolerances 1e-8 relative; references by R 4.2.2 and estimatr 1.0.0.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct DifferenceReferenceTests {
  private func arms(
    _ case: Reference, _ outcome: String, _ arm: String, blocks: String? = nil,
    clusters: String? = nil
  ) throws -> TwoArms {
    try TwoArms(
      outcome: `case`.numbers(outcome), arm: `case`.groups(arm), treated: "1", control: "0",
      blocks: blocks.map(`case`.groups), clusters: clusters.map(`case`.groups))
  }

  @Test func `Welch's difference is estimatr's`() throws {
    let reference = try Reference("diff-in-means")
    let result = try arms(reference, "y", "z").difference(.welch)
    try reference.expect(result.estimate, equals: "simple")
  }

  @Test func `Neyman's variance within blocks is estimatr's`() throws {
    let reference = try Reference("diff-in-means")
    let result = try arms(reference, "y", "z", blocks: "b").difference(.neyman)
    try reference.expect(result.estimate, equals: "blocked")
    #expect(result.blocks == 6)
  }

  @Test func `matched pairs are estimatr's`() throws {
    let reference = try Reference("diff-in-means")
    let result = try arms(reference, "yp", "zp", blocks: "pair").difference(.neyman)
    try reference.expect(result.estimate, equals: "matched_pairs")
  }

  @Test func `assigned clusters are estimatr's`() throws {
    let reference = try Reference("diff-in-means")
    let result = try arms(reference, "yc", "zc", clusters: "cl").difference(.cr2)
    try reference.expect(result.estimate, equals: "clustered")
    #expect(result.clusters == 30)
  }

  @Test func `clusters assigned within blocks are estimatr's`() throws {
    let reference = try Reference("diff-in-means")
    let result = try arms(reference, "ybc", "zbc", blocks: "bc", clusters: "cl").difference(.cr2)
    try reference.expect(result.estimate, equals: "block_clustered")
  }

  @Test(arguments: [("welch", MeanDifference.Variance.welch), ("pooled", .pooled)])
  func `the sleep data give R's tests`(name: String, variance: MeanDifference.Variance) throws {
    let reference = try Reference("two-sample-tests")
    let result = try TwoArms(
      outcome: reference.numbers("extra"), arm: reference.groups("group"), treated: "2",
      control: "1"
    ).difference(variance).estimate
    expectClose(result.statistic, try reference.number("\(name)/stat"), 1e-12)
    expectClose(result.degreesOfFreedom, try reference.number("\(name)/df"), 1e-12)
    expectClose(result.pValue, try reference.number("\(name)/p"), 1e-12)
    expectClose(result.interval.lower, try reference.number("\(name)/low"), 1e-12)
    expectClose(result.interval.upper, try reference.number("\(name)/high"), 1e-12)
  }

  @Test func `HC2 is the regression on the arm`() throws {
    let reference = try Reference("lin-estimator")
    let result = try arms(reference, "y", "z").difference(.hc2)
    try reference.expect(result.estimate, equals: "unadjusted_HC2/z")
  }
}

/// Trials that were published, by R 4.2.2; as many digits as were kept.
struct PublishedDifferenceTests {
  /// Families who recertified: 470 of 1,172 without a letter, 1,071 of 2,348 with one.
  ///
  /// Trial: Moore et al. (2022), District of Columbia; outcomes missing for 19 families.
  @Test func `a reminder letter helps families recertify`() throws {
    let result = try MeanDifference.welch(
      treated: Sample("letter", Proportion(1071, of: 2348)),
      control: Sample("none", Proportion(470, of: 1172))
    ).estimate
    expectClose(result.value, 0.0551089883, 1e-8)
    expectClose(result.statistic, 3.125818261, 1e-9)
    expectClose(result.degreesOfFreedom, 2374.196607, 1e-9)
    expectClose(result.pValue, 0.0017945572, 1e-7)
    expectClose(result.interval.lower, 0.0205366890767, 1e-10)
    expectClose(result.interval.upper, 0.0896812874453, 1e-10)
  }

  @Test func `an open appointment is not told from a specific one`() throws {
    let result = try MeanDifference.welch(
      treated: Sample("open", Proportion(546, of: 1176)),
      control: Sample("specific", Proportion(525, of: 1172))
    ).estimate
    expectClose(result.value, 0.016333495855, 1e-10)
    expectClose(result.statistic, 0.7942934102, 1e-9)
    expectClose(result.degreesOfFreedom, 2345.999365, 1e-9)
    expectClose(result.pValue, 0.427104978, 1e-8)
  }

  private static let earnings = Reference.folder.deletingLastPathComponent()
    .appending(path: "data/nsw/nsw.csv")

  /// The training trial of LaLonde (1986) in the sample of Dehejia and Wahba (1999), 445 men.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: earnings.path),
      "the data of the training trial are not beside the repository"))
  func `training raises earnings, plain and adjusted`() throws {
    let columns = try Reference.columns(of: Self.earnings)
    func numbers(_ name: String) throws -> [Double] {
      try #require(columns[name]).map { try #require(Double($0)) }
    }
    let arm = Grouping(try #require(columns["treat"]))
    let outcome = try numbers("re78")
    let plain = try TwoArms(outcome: outcome, arm: arm, treated: "1", control: "0")
      .difference(.hc2).estimate
    expectClose(plain.value, 1794.342382, 1e-9)
    expectClose(plain.standardError, 670.9965445, 1e-9)
    let names = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
    let design = Design.lin(
      arm: arm, control: Int(try #require(arm.code(of: "0"))),
      covariates: try names.map { ($0, try numbers($0)) })
    let model = try OLS(outcome: outcome, design: design)
    let adjusted = try model.estimate(1, model.covariance(.hc2))
    expectClose(adjusted.value, 1621.583082, 1e-9)
    expectClose(adjusted.standardError, 694.7215691, 1e-9)
  }
}

struct DifferenceTests {
  /// Student (1908), Biometrika 6:1–25: hours of sleep gained; R 4.x `t.test(extra ~ group, sleep)`.
  @Test func `the sleep data give R's Welch test`() throws {
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    let result = try MeanDifference.welch(
      treated: Sample("2", second), control: Sample("1", first)
    ).estimate
    expectClose(result.statistic, 1.86081346748685, 1e-12)
    expectClose(result.degreesOfFreedom, 17.7764735161785, 1e-12)
  }

  @Test(arguments: MeanDifference.Variance.allCases, 0..<4 as Range<UInt64>)
  func `swapping the arms flips the sign`(
    variance: MeanDifference.Variance, seed: UInt64
  ) throws {
    let trial = Trial(seed)
    let forward = try trial.arms("b", "a").difference(variance).estimate
    let backward = try trial.arms("a", "b").difference(variance).estimate
    expectClose(forward.value, -backward.value, 1e-10)
    expectClose(forward.standardError, backward.standardError, 1e-10)
    expectClose(forward.interval.lower, -backward.interval.upper, 1e-10)
  }

  @Test(arguments: MeanDifference.Variance.allCases)
  func `another unit scales estimate and error, and leaves the test`(
    variance: MeanDifference.Variance
  ) throws {
    var trial = Trial(5)
    let euros = try trial.arms("b", "a").difference(variance).estimate
    trial.outcome = trial.outcome.map { $0 * 100 + 7 }
    let cents = try trial.arms("b", "a").difference(variance).estimate
    expectClose(cents.value, euros.value * 100, 1e-10)
    expectClose(cents.standardError, euros.standardError * 100, 1e-10)
    expectClose(cents.pValue, euros.pValue, 1e-9)
  }

  @Test(arguments: MeanDifference.Variance.allCases)
  func `the order of rows does not matter`(variance: MeanDifference.Variance) throws {
    let trial = Trial(6)
    let given = try trial.arms("b", "a").difference(variance).estimate
    let shuffled = try trial.shuffled(seed: 3).arms("b", "a").difference(variance).estimate
    expectClose(shuffled.value, given.value, 1e-12)
    expectClose(shuffled.standardError, given.standardError, 1e-12)
    expectClose(shuffled.degreesOfFreedom, given.degreesOfFreedom, 1e-12)
  }

  @Test func `a third arm changes nothing between the other two`() throws {
    let trial = Trial(8)
    let rows = trial.arm.indices.filter { trial.arm[$0] != "c" }
    let alone = try TwoArms(
      outcome: rows.map { trial.outcome[$0] }, arm: Grouping(rows.map { trial.arm[$0] }),
      treated: "b", control: "a")
    let among = try trial.arms("b", "a")
    #expect(try alone.difference(.welch) == among.difference(.welch))
    #expect(among.rows == rows)
  }

  @Test(arguments: zip([0.8, 0.9, 0.95], [0.9, 0.95, 0.99]))
  func `a higher level never narrows the interval`(lower: Double, higher: Double) throws {
    let arms = try Trial(9).arms("b", "a")
    let narrow = try arms.difference(.welch, level: lower).estimate.interval
    let wide = try arms.difference(.welch, level: higher).estimate.interval
    #expect(wide.lower < narrow.lower && narrow.upper < wide.upper)
  }

  @Test func `an absent arm is named`() throws {
    #expect(throws: EstimationFault.emptyArm("d")) { try Trial(1).arms("d", "a") }
  }

  @Test func `an arm of one case is named`() throws {
    let arms = try TwoArms(
      outcome: [1, 2, 3], arm: Grouping(["a", "a", "b"]), treated: "b", control: "a")
    #expect(throws: EstimationFault.tooFew("cases in arm 'b'", count: 1, needed: 2)) {
      try arms.difference(.welch)
    }
  }

  @Test func `outcomes that do not vary are a fault`() throws {
    let arms = try TwoArms(
      outcome: [1, 1, 0, 0], arm: Grouping(["a", "a", "b", "b"]), treated: "b", control: "a")
    #expect(throws: EstimationFault.zeroVariance("the outcome of 'b' and 'a'")) {
      try arms.difference(.welch)
    }
  }

  @Test func `a block with a single case is named`() throws {
    var trial = Trial(2)
    trial.block[0] = "lonely"
    let arms = try trial.arms(trial.arm[0], trial.arm[0] == "a" ? "b" : "a")
    #expect(throws: EstimationFault.thinBlocks(["lonely"])) { try arms.difference(.neyman) }
  }

  @Test func `an arm with one cluster is a fault`() throws {
    let arms = try TwoArms(
      outcome: [1, 2, 3, 4, 5, 7], arm: Grouping(["a", "a", "a", "a", "b", "b"]), treated: "b",
      control: "a", clusters: Grouping([1, 1, 2, 2, 3, 3]))
    #expect(throws: EstimationFault.tooFew("clusters in arm 'b'", count: 1, needed: 2)) {
      try arms.difference(.cr1)
    }
  }

  @Test(arguments: [0, 1, -0.5, Double.nan])
  func `a level outside its range is a fault`(level: Double) throws {
    #expect(
      throws: EstimationFault.outOfRange("the confidence level", allowed: "between 0 and 1")
    ) { try Trial(1).arms("b", "a").difference(.welch, level: level) }
  }

  @Test func `a missing outcome is a fault, not a result`() throws {
    var trial = Trial(1)
    trial.outcome[4] = .nan
    let arms = try trial.arms(trial.arm[4], trial.arm[4] == "a" ? "b" : "a")
    #expect(throws: EstimationFault.self) { try arms.difference(.welch) }
  }

  @Test func `a large mean does not swallow the variance`() throws {
    let small = [0.1, 0.2, 0.4, 0.7]
    let large = small.map { $0 + 1e9 }
    expectClose(try Sample("a", large).variance, try Sample("a", small).variance, 1e-6)
  }
}

/// A small trial with three arms, blocks, and clusters within blocks.
private struct Trial {
  var outcome: [Double] = []
  var arm: [String] = []
  var block: [String] = []
  var cluster: [String] = []

  init(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    for unit in 0..<24 {
      let shift = random.normal()
      for _ in 0..<(2 + unit % 3) {
        outcome.append(shift + random.normal() + (unit % 3 == 1 ? 0.8 : 0))
        arm.append(["a", "b", "c"][unit % 3])
        block.append(unit < 12 ? "north" : "south")
        cluster.append("unit \(unit)")
      }
    }
  }

  func arms(_ treated: String, _ control: String) throws -> TwoArms {
    try TwoArms(
      outcome: outcome, arm: Grouping(arm), treated: treated, control: control,
      blocks: Grouping(block), clusters: Grouping(cluster))
  }

  func shuffled(seed: UInt64) -> Trial {
    var random = SeededGenerator(seed)
    let order = outcome.indices.shuffled(using: &random)
    var result = self
    result.outcome = order.map { outcome[$0] }
    result.arm = order.map { arm[$0] }
    result.block = order.map { block[$0] }
    result.cluster = order.map { cluster[$0] }
    return result
  }
}
