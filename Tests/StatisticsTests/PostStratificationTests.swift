// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

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
