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
    let made = (0..<20).map { row -> Double in
      2 * first[row] - second[row] + (row % 2 == 1 ? 7.0 : 4.0)
    }
    let cuped = try CUPED(
      outcome: made, covariates: [("first", first), ("second", second)], arm: arm,
      pooling: .within)
    expectClose(cuped.theta[0], 2, 1e-10)
    expectClose(cuped.theta[1], -1, 1e-10)
    expectClose(cuped.adjusted[1] - cuped.adjusted[0], 3, 1e-10)
  }

  @Test func `a covariate that does not vary is named`() {
    #expect(throws: EstimationFault.rankDeficient(columns: ["before"])) {
      try CUPED(
        outcome: outcome, covariates: [("before", [Double](repeating: 2, count: 20))], arm: arm)
    }
  }

  @Test func `an outcome that repeats its covariate is a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the outcome, given the covariates,")) {
      try CUPED(
        outcome: outcome.map { 3 * $0 - 1 }, covariates: [("before", outcome)], arm: arm)
    }
  }

  @Test func `an outcome that does not vary is a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the outcome")) {
      try CUPED(
        outcome: [Double](repeating: 1, count: 20), covariates: [("before", outcome)], arm: arm)
    }
  }
}
