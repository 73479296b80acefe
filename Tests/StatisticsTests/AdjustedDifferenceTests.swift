// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// CUPED: numpy 2.4.6, statsmodels 0.15.0 and spotify-confidence 4.1.0 (reference case cuped).
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct CUPEDReferenceTests {
  private func adjusted(
    _ pooling: CUPED.Pooling
  ) throws -> (cuped: CUPED, difference: MeanDifference) {
    let reference = try Reference("cuped")
    let arm = try reference.groups("z")
    let cuped = try CUPED(
      outcome: reference.numbers("y"), covariates: [("pre", reference.numbers("pre"))], arm: arm,
      pooling: pooling)
    let arms = try TwoArms(outcome: cuped.adjusted, arm: arm, treated: "1", control: "0")
    return (cuped, try arms.difference(.welch))
  }

  @Test(arguments: [
    (CUPED.Pooling.pooled, "cuped", "theta_pooled"), (.within, "cuped_within", "theta_within"),
  ])
  func `the adjusted difference is numpy's`(
    pooling: CUPED.Pooling, path: String, theta: String
  ) throws {
    let reference = try Reference("cuped")
    let (cuped, difference) = try adjusted(pooling)
    expectClose(cuped.theta[0], try reference.number(theta), 1e-10)
    expectClose(difference.estimate.value, try reference.number("\(path)/difference"), 1e-9)
    expectClose(difference.estimate.standardError, try reference.number("\(path)/se"), 1e-9)
  }

  @Test func `means and the share of variance are numpy's`() throws {
    let reference = try Reference("cuped")
    let (cuped, difference) = try adjusted(.pooled)
    expectClose(difference.treated.mean, try reference.number("cuped/mean_t"), 1e-10)
    expectClose(difference.control.mean, try reference.number("cuped/mean_c"), 1e-10)
    expectClose(cuped.varianceReduction, try reference.number("corr2"), 1e-9)
    expectClose(
      difference.estimate.value, try reference.number("spotify_ztestlinreg/difference"), 1e-9)
  }

  @Test func `within arms it is the coefficient of ANCOVA`() throws {
    expectClose(
      try adjusted(.within).difference.estimate.value,
      try Reference("cuped").number("ancova_HC2/estimate"), 1e-9)
  }
}

struct CUPEDTests {
  private let arm = Grouping((0..<20).map { $0 % 2 })
  private let outcome = (0..<20).map { Double($0 * 7 % 13) }

  @Test func `several covariates are taken out at once`() throws {
    let first = (0..<20).map { Double($0 * 3 % 7) }
    let second = (0..<20).map { Double($0 * 5 % 11) }
    let made = (0..<20).map { 2 * first[$0] - second[$0] + 4 }
    let cuped = try CUPED(
      outcome: made, covariates: [("first", first), ("second", second)], arm: arm)
    expectClose(cuped.theta[0], 2, 1e-10)
    expectClose(cuped.theta[1], -1, 1e-10)
    expectClose(cuped.varianceReduction, 1, 1e-10)
  }

  @Test func `a covariate that does not vary is named`() {
    #expect(throws: EstimationFault.rankDeficient(columns: ["before"])) {
      try CUPED(
        outcome: outcome, covariates: [("before", [Double](repeating: 2, count: 20))], arm: arm)
    }
  }

  @Test func `an outcome that does not vary is a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the outcome")) {
      try CUPED(
        outcome: [Double](repeating: 1, count: 20), covariates: [("before", outcome)], arm: arm)
    }
  }
}

/// R 4.2.2 with sandwich 3.0.2 and estimatr 1.0.0.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct RatioReferenceTests {
  /// `m <- lm(y/w ~ 1, weights = w)` in each arm of ols-cluster; `vcovHC(m, "HC1")`,
  /// `vcovCL(m, ~cl, type = "HC1")`.
  @Test func `ratios and their standard errors are R's`() throws {
    let reference = try Reference("ols-cluster")
    let denominator = try reference.numbers("w")
    let arm = try reference.groups("z")
    let outcome = try reference.numbers("y")
    let plain = try RatioDifference(
      TwoArms(outcome: outcome, arm: arm, treated: "1", control: "0"), denominator: denominator)
    expectClose(plain.control.ratio, 0.06183966431095405, 1e-10)
    expectClose(plain.control.standardError, 0.0987829801427904, 1e-9)
    expectClose(plain.treated.ratio, -0.262119362708567, 1e-10)
    expectClose(plain.treated.standardError, 0.1055561641558792, 1e-9)
    let clustered = try RatioDifference(
      TwoArms(
        outcome: outcome, arm: arm, treated: "1", control: "0", clusters: reference.groups("cl")),
      denominator: denominator)
    expectClose(clustered.control.standardError, 0.1613369459050427, 1e-9)
    expectClose(clustered.treated.standardError, 0.3715341337004229, 1e-9)
    #expect(clustered.clusters == 12 && clustered.treated.units == 6)
    #expect(clustered.covariance == 0)
    // Independent arms: √(se₁² + se₀²), and by the delta method for the quotient.
    let difference = try clustered.difference()
    expectClose(
      difference.standardError,
      (0.1613369459050427 * 0.1613369459050427 + 0.3715341337004229 * 0.3715341337004229)
        .squareRoot(), 1e-9)
    let relative = try plain.relative()
    expectClose(relative.value, -0.262119362708567 / 0.06183966431095405 - 1, 1e-9)
  }
}

struct RatioTests {
  private func arms(
    _ outcome: [Double], clusters: Grouping? = nil
  ) throws -> TwoArms {
    try TwoArms(
      outcome: outcome, arm: Grouping(outcome.indices.map { $0 % 2 == 0 ? "old" : "new" }),
      treated: "new", control: "old", clusters: clusters)
  }

  @Test func `with denominators of 1 it is the difference in means`() throws {
    let outcome = (0..<30).map { Double($0 * 11 % 17) }
    let ratio = try RatioDifference(
      arms(outcome), denominator: [Double](repeating: 1, count: 30)
    ).difference()
    let means = try arms(outcome).difference(.welch).estimate
    expectClose(ratio.value, means.value, 1e-12)
    expectClose(ratio.standardError, means.standardError, 1e-12)
    expectClose(ratio.degreesOfFreedom, means.degreesOfFreedom, 1e-12)
  }

  @Test func `scale changes the difference and not the relative effect`() throws {
    let outcome = (0..<30).map { Double($0 * 11 % 17 + 1) }
    let denominator = (0..<30).map { Double($0 % 4 + 1) }
    let one = try RatioDifference(arms(outcome), denominator: denominator)
    let other = try RatioDifference(arms(outcome.map { $0 * 60 }), denominator: denominator)
    expectClose(try other.difference().value, 60 * (try one.difference().value), 1e-12)
    expectClose(try other.relative().value, try one.relative().value, 1e-12)
    expectClose(try other.relative().standardError, try one.relative().standardError, 1e-12)
  }

  @Test func `a cluster with cases of both arms brings its covariance`() throws {
    let outcome = (0..<40).map { Double($0 / 4 + $0 % 3) }
    let mixed = try RatioDifference(
      arms(outcome, clusters: Grouping((0..<40).map { $0 / 4 })),
      denominator: [Double](repeating: 2, count: 40))
    #expect(mixed.covariance > 0)
    // What clusters share goes out of the difference.
    let independent = (mixed.treated.variance + mixed.control.variance).squareRoot()
    #expect(try mixed.difference().standardError < independent)
  }

  @Test func `what has no ratio is a fault`() throws {
    let outcome = (0..<10).map { Double($0) }
    let none = #expect(throws: EstimationFault.self) {
      try RatioDifference(arms(outcome), denominator: [Double](repeating: 0, count: 10))
    }
    #expect(none?.message == "the sum of the denominators of arm 'new' must be positive")
    let zero = try RatioDifference(
      arms((0..<10).map { $0 % 2 == 0 ? 0 : Double($0) }),
      denominator: [Double](repeating: 1, count: 10))
    #expect(throws: EstimationFault.self) { try zero.relative() }
    #expect(throws: EstimationFault.zeroVariance("the ratio")) {
      try RatioDifference(
        arms((0..<10).map { _ in 3 }), denominator: [Double](repeating: 1, count: 10)
      ).difference()
    }
    #expect(throws: EstimationFault.notFinite("denominator", rows: [2])) {
      try RatioDifference(
        arms(outcome), denominator: (0..<10).map { $0 == 2 ? .nan : 1 })
    }
    #expect(throws: EstimationFault.tooFew("clusters in arm 'new'", count: 1, needed: 2)) {
      try RatioDifference(
        arms(outcome, clusters: Grouping((0..<10).map { $0 % 2 })),
        denominator: [Double](repeating: 1, count: 10))
    }
  }
}

/// R estimatr 1.0.0.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct PostStratificationTests {
  private func arms(clusters: Bool = false) throws -> (TwoArms, Grouping) {
    let reference = try Reference(clusters ? "lin-estimator" : "diff-in-means")
    let arms = try TwoArms(
      outcome: reference.numbers("y"), arm: reference.groups(clusters ? "zc" : "z"), treated: "1",
      control: "0", clusters: clusters ? reference.groups("cl") : nil)
    if clusters {
      return (arms, Grouping(try reference.numbers("x1").map { $0 > 50.4605 ? "hi" : "lo" }))
    }
    return (arms, try reference.groups("b"))
  }

  /// `lm_lin(y ~ z, ~ factor(b))`, HC2.
  @Test func `strata found afterwards give Lin's regression on their indicators`() throws {
    let (arms, strata) = try arms()
    let result = try arms.postStratified(by: strata)
    expectClose(result.estimate.value, 0.9695783333333343, 1e-9)
    expectClose(result.estimate.standardError, 0.1784802676374781, 1e-9)
    #expect(result.estimate.degreesOfFreedom == 108)
  }

  /// `lm_robust(y ~ 0 + factor(b) + factor(b):z)`, HC2, the products weighted by .3 .2 .2 .1 .1 .1.
  @Test func `shares of a population weigh the strata`() throws {
    let (arms, strata) = try arms()
    let shares = ["1": 30.0, "2": 20, "3": 20, "4": 10, "5": 10, "6": 10]
    let result = try arms.postStratified(by: strata, shares: shares).estimate
    expectClose(result.value, 1.163274592518593, 1e-9)
    expectClose(result.standardError, 0.2336320522300533, 1e-9)
  }

  /// `lm_lin(y ~ zc, ~ (x1 > 50.4605), clusters = cl)`, CR2.
  @Test func `clusters may lie across strata`() throws {
    let (arms, strata) = try arms(clusters: true)
    let result = try arms.postStratified(by: strata).estimate
    expectClose(result.value, -0.2400061601000619, 1e-8)
    expectClose(result.standardError, 0.8862905843531196, 1e-8)
    expectClose(result.degreesOfFreedom, 29.9448491726401, 1e-6)
  }

  @Test func `a stratum without a share, and one without an arm, are named`() throws {
    let (arms, strata) = try arms()
    let fault = #expect(throws: EstimationFault.self) {
      try arms.postStratified(by: strata, shares: ["1": 1])
    }
    #expect(fault?.message == "the share of stratum '2' must be given and positive")
    let thin = #expect(throws: EstimationFault.self) {
      try arms.postStratified(by: Grouping((0..<120).map { $0 == 0 ? "lone" : "rest" }))
    }
    #expect(thin == .thinBlocks(["lone"]))
  }
}
