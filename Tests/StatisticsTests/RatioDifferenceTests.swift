// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 with sandwich 3.0.2.
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
