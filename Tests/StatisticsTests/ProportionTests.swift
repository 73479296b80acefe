// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 (`prop.test`, `binom.test` and formulas written out); 1e-8 relative.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct ProportionReferenceTests {
  private func arms(_ reference: Reference) throws -> TwoProportions {
    let events = try reference.list("pooled/events").map { Int($0) }
    let counts = try reference.list("pooled/n").map { Int($0) }
    return try TwoProportions(
      treated: Proportion(events[1], of: counts[1]), control: Proportion(events[0], of: counts[0]))
  }

  private func expect(
    _ interval: ConfidenceInterval, _ expected: [Double],
    at location: SourceLocation = #_sourceLocation
  ) {
    expectClose(interval.lower, expected[0], 1e-8, at: location)
    expectClose(interval.upper, expected[1], 1e-8, at: location)
  }

  @Test func `the difference and its intervals are R's`() throws {
    let reference = try Reference("proportions")
    let arms = try arms(reference)
    let wald = try arms.difference()
    expectClose(wald.value, try reference.number("rd_wald/estimate"), 1e-10)
    expectClose(wald.standardError, try reference.number("rd_wald/se"), 1e-10)
    expect(
      wald.interval,
      [try reference.number("rd_wald/low"), try reference.number("rd_wald/high")])
    expect(
      try arms.newcombe(),
      [try reference.number("rd_newcombe/low"), try reference.number("rd_newcombe/high")])
  }

  @Test func `intervals of one share are R's`() throws {
    let reference = try Reference("proportions")
    let arms = try arms(reference)
    expect(try arms.control.wilson(), try reference.list("wilson/g0"))
    expect(try arms.treated.wilson(), try reference.list("wilson/g1"))
    expect(try arms.control.clopperPearson(), try reference.list("clopper_pearson/g0"))
    expect(
      try Proportion(0, of: 20).clopperPearson(),
      try reference.list("clopper_pearson/zero_of_20"))
  }

  @Test func `ratios and the test are R's`() throws {
    let reference = try Reference("proportions")
    let arms = try arms(reference)
    expectClose(
      try arms.logRiskRatio().standardError, try reference.number("rr/se_log"), 1e-10)
    expectClose(
      try arms.logOddsRatio().standardError, try reference.number("or_woolf/se_log"), 1e-10)
    let test = try arms.pearson()
    expectClose(test.statistic, try reference.number("pearson/chi2"), 1e-10)
    expectClose(test.pValue, try reference.number("pearson/p"), 1e-8)
  }
}

struct ProportionTests {
  @Test func `an empty cell still has a ratio`() throws {
    let arms = try TwoProportions(
      treated: Proportion(0, of: 10), control: Proportion(4, of: 10))
    // (0.5 ⁄ 11) ⁄ (4.5 ⁄ 11) = 1 ⁄ 9
    expectClose(try arms.logRiskRatio().value, -2.1972245773362196, 1e-12)
  }

  @Test func `more successes than cases are a fault`() {
    #expect(throws: EstimationFault.self) { try Proportion(3, of: 2) }
  }

  @Test func `shares without variation are a fault`() throws {
    let arms = try TwoProportions(
      treated: Proportion(5, of: 5), control: Proportion(9, of: 9))
    #expect(throws: EstimationFault.zeroVariance("the outcome")) { try arms.difference() }
  }

  @Test(arguments: 0...10)
  func `the exact interval covers Wilson's centre`(successes: Int) throws {
    let share = try Proportion(successes, of: 10)
    #expect(try share.clopperPearson().contains(share.share))
    #expect(try share.wilson().halfWidth < share.clopperPearson().halfWidth)
  }
}
