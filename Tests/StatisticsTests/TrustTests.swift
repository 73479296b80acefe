// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Figures of a trial of letters, by R `chisq.test`; as many digits as were published.
///
/// Trial: Moore et al. (2022), 3,539 families in the District of Columbia.
struct TrustTests {
  @Test func `three equal arms have no sample-ratio mismatch`() throws {
    let ratio = try SampleRatio(counts: [1177, 1181, 1181])
    expectClose(ratio.test.statistic, 0.00904210, 1e-6)
    expectClose(ratio.test.pValue, 0.9954892, 1e-6)
    #expect(ratio.test.degreesOfFreedom == 2)
  }

  @Test func `planned ratios need not sum to one`() throws {
    let shares = try SampleRatio(counts: [200, 110], shares: [2.0 / 3, 1.0 / 3])
    let ratios = try SampleRatio(counts: [200, 110], shares: [2, 1])
    expectClose(shares.test.statistic, ratios.test.statistic, 1e-12)
  }

  @Test func `an arm that lost its cases shows`() throws {
    #expect(try SampleRatio(counts: [1000, 880]).test.pValue < 0.01)
  }

  @Test func `a single arm has no ratio`() {
    #expect(throws: EstimationFault.tooFew("arms", count: 1, needed: 2)) {
      try SampleRatio(counts: [10])
    }
  }

  @Test func `failures and successes by letter give R's test`() throws {
    let test = try ContingencyTable([[702, 470], [1277, 1071]]).pearson()
    expectClose(test.statistic, 9.6463899, 1e-8)
    expectClose(test.pValue, 0.001897241, 1e-6)
  }

  @Test func `attrition counts the missing against the assigned`() throws {
    let attrition = ContingencyTable(missing: [5, 5, 9], assigned: [1177, 1181, 1181])
    #expect(attrition.counts == [[5, 1172], [5, 1176], [9, 1172]])
    #expect(try attrition.pearson().degreesOfFreedom == 2)
  }

  @Test func `attrition of nobody cannot be tested`() {
    #expect(throws: EstimationFault.zeroVariance("the table of counts")) {
      try ContingencyTable(missing: [0, 0], assigned: [10, 12]).pearson()
    }
  }
}

struct CovariateBalanceTests {
  private let treated = [true, true, true, true, false, false, false, false]

  @Test func `a standardised difference is in standard deviations`() throws {
    let balance = try CovariateBalance(
      covariates: [("age", [3, 5, 3, 5, 2, 4, 2, 4])], treated: treated)
    // Means 4 and 3, both variances 4⁄3.
    let line = balance.lines[0]
    expectClose(try #require(line.standardisedDifference), 0.8660254037844386, 1e-12)
    #expect(line.varianceRatio == 1)
    #expect(line.treatedMean == 4 && line.controlMean == 3)
  }

  /// With one covariate d² = (x̄₁ − x̄₀)² ⁄ (S·n⁄(n₁n₀)): here 1 ⁄ (10⁄7 · 1⁄2) = 1.4.
  @Test func `the omnibus test of one covariate is its randomisation test`() throws {
    let balance = try CovariateBalance(
      covariates: [("age", [3, 5, 3, 5, 2, 4, 2, 4])], treated: treated)
    expectClose(balance.omnibus.statistic, 1.4, 1e-12)
    #expect(balance.omnibus.degreesOfFreedom == 1)
  }

  @Test func `a covariate that repeats another adds no degree of freedom`() throws {
    let age: [Double] = [3, 5, 3, 6, 2, 4, 2, 4]
    let once = try CovariateBalance(covariates: [("age", age)], treated: treated)
    let twice = try CovariateBalance(
      covariates: [("age", age), ("months", age.map { $0 * 12 })], treated: treated)
    #expect(twice.omnibus.degreesOfFreedom == 1)
    expectClose(twice.omnibus.statistic, once.omnibus.statistic, 1e-10)
  }

  @Test func `a difference between blocks is not an imbalance`() throws {
    let covariate: [Double] = [1, 2, 11, 12, 1, 2, 11, 12, 2, 11]
    let flags = [true, true, true, true, false, false, false, false, false, true]
    let blocks = Grouping(["a", "a", "b", "b", "a", "a", "b", "b", "a", "b"])
    let within = try CovariateBalance(
      covariates: [("x", covariate)], treated: flags, blocks: blocks)
    let across = try CovariateBalance(covariates: [("x", covariate)], treated: flags)
    #expect(within.omnibus.statistic < 0.5)
    #expect(across.omnibus.statistic > within.omnibus.statistic)
  }

  @Test func `swapping the arms leaves the omnibus test`() throws {
    let covariates: [(name: String, values: [Double])] = [
      ("age", [3, 5, 3, 6, 2, 4, 2, 4]), ("income", [1, 9, 2, 4, 4, 4, 0, 7]),
    ]
    let forward = try CovariateBalance(covariates: covariates, treated: treated)
    let backward = try CovariateBalance(covariates: covariates, treated: treated.map { !$0 })
    expectClose(forward.omnibus.statistic, backward.omnibus.statistic, 1e-10)
    expectClose(
      try #require(forward.lines[1].standardisedDifference),
      -(try #require(backward.lines[1].standardisedDifference)), 1e-12)
  }

  @Test func `clusters count as what was assigned`() throws {
    let clusters = Grouping([1, 1, 2, 2, 3, 3, 4, 4])
    let balance = try CovariateBalance(
      covariates: [("age", [3, 5, 3, 6, 2, 4, 2, 5])], treated: treated, clusters: clusters)
    // Four clusters of equal size: totals 8, 9 against 6, 7; the size does not vary.
    // d² = 2² ⁄ (S·4⁄(2·2)) with S = 5⁄3.
    #expect(balance.omnibus.degreesOfFreedom == 1)
    expectClose(balance.omnibus.statistic, 2.4, 1e-12)
  }

  /// Under random assignment the p-value is spread evenly: 200 draws, at most 20 below 0.05
  /// (expected 10; more has probability 0.001).
  @Test func `random assignment rarely looks unbalanced`() throws {
    var random = SeededGenerator(21)
    let covariates = (0..<3).map { number in
      (name: "x\(number)", values: (0..<40).map { _ in random.normal() })
    }
    var low = 0
    for _ in 0..<200 {
      let flags = (0..<40).map { $0 < 20 }.shuffled(using: &random)
      if try CovariateBalance(covariates: covariates, treated: flags).omnibus.pValue < 0.05 {
        low += 1
      }
    }
    #expect(low <= 20)
  }

  @Test func `covariates that do not vary are a fault`() {
    #expect(throws: EstimationFault.zeroVariance("every covariate")) {
      try CovariateBalance(
        covariates: [("one", Array(repeating: 1, count: 8))], treated: treated)
    }
  }
}

struct GroupingTests {
  @Test func `labels that no row has are dropped`() {
    let groups = Grouping(codes: [2, 0, 2], labels: ["a", "b", "c"])
    #expect(groups.labels == ["a", "c"])
    #expect(groups.codes == [1, 0, 1])
    #expect(groups.sizes == [1, 2])
  }

  @Test func `texts are compared by their bytes`() {
    // é as one character, and as e with an accent.
    #expect(Grouping(["caf\u{e9}", "cafe\u{301}"]).count == 2)
  }

  @Test func `a fault says what to do and names no value`() {
    let fault = EstimationFault.rankDeficient(columns: ["age_group.3"])
    #expect(
      fault.message
        == "the design has no unique solution: 'age_group.3' follows from the other columns")
    #expect(fault.help == "drop the column or the intercept")
  }
}
