// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct TrustTests {
  private func run(_ with: String, cases: Table? = nil, card: PilotCard? = nil) async throws
    -> ImpactRun
  {
    try await ImpactRun("trust", with, cases: try cases ?? Sample.trial(), card: card)
  }

  /// Arms of given sizes with an outcome that the first of each arm miss.
  private func arms(_ sizes: [Int], missing: [Int]) throws -> Table {
    var labels: [String] = []
    var outcomes: [Double?] = []
    for (arm, size) in sizes.enumerated() {
      labels += [String](repeating: ["a", "b", "c"][arm], count: size)
      outcomes += (0..<size).map { $0 < missing[arm] ? nil : Double($0 % 3) }
    }
    return try Table([
      ("arm", .text(TextColumn(labels))), ("y", .number(FixedColumn(outcomes))),
    ])
  }

  @Test func `checks and balance have their columns`() async throws {
    let run = try await run("{arm: arm, control: a, outcome: paid, covariates: [age, site]}")
    #expect(try run.table("checks").schema == TrustChecks.schema)
    #expect(
      try run.table("balance").names == [
        "covariate", "arm", "mean", "control_mean", "standardised_difference", "n",
      ])
  }

  /// χ² = (1200 − 1000)²/1000 + (800 − 1000)²/1000 = 80.
  @Test func `arms of other sizes than planned are an error`() async throws {
    let check = try await run("{arm: arm}", cases: try arms([1200, 800], missing: [0, 0]))
      .check("sample-ratio")
    #expect(!check.passed && check.severity == .error && check.flag == "srm")
    expectClose(check.statistic, 80, 1e-12)
    #expect(check.degreesOfFreedom == 1)
    #expect(check.value == check.pValue && check.threshold == 0.001)
  }

  @Test func `a mismatch too small to change an effect only warns`() async throws {
    let cases = try arms([2060, 1940], missing: [0, 0])
    // χ² = 2·60²/2000 = 3.6, p = 0.058; off by 0.015.
    let failed = try await run("{arm: arm, srm_threshold: 0.1}", cases: cases).check("sample-ratio")
    #expect(!failed.passed && failed.severity == .error && failed.flag == "srm")
    let slight = try await run(
      "{arm: arm, srm_threshold: 0.1, srm_practical: 0.02}", cases: cases
    ).check("sample-ratio")
    #expect(!slight.passed && slight.severity == .warning && slight.flag == "srm-slight")
    #expect(
      slight.message.contains("no share is off by 2.0 % or more: too little to change an effect"))
  }

  @Test func `planned shares are what sizes are held against`() async throws {
    let check = try await run(
      "{arm: arm, shares: {a: 3, b: 2}}", cases: try arms([1200, 800], missing: [0, 0])
    ).check("sample-ratio")
    #expect(check.passed && check.flag == nil)
    expectClose(check.pValue, 1, 1e-12)
  }

  @Test func `the sample ratio stands on everybody, missing outcomes included`() async throws {
    let run = try await run(
      "{arm: arm, outcome: y}", cases: try arms([100, 100], missing: [60, 0]))
    #expect(try run.check("sample-ratio").passed)
    let byArm = try run.check("attrition-by-arm")
    #expect(!byArm.passed && byArm.flag == "differential-attrition")
    // 2 × 2 of 60/40 and 0/100: χ² = 200·(60·100 − 0·40)² / (60·140·100·100).
    expectClose(byArm.statistic, 200.0 * 6000 * 6000 / (60.0 * 140 * 100 * 100), 1e-12)
    #expect(try run.check("attrition").flag == "attrition")
    #expect(try run.check("attrition-in-arm", "y, a").value == 0.6)
  }

  /// 80 and 20 of 4,000 missing: χ² = 36.5, and a difference of 1.5 points.
  @Test func `a difference in attrition too small to matter only informs`() async throws {
    let cases = try arms([4000, 4000], missing: [80, 20])
    let byArm = try await run("{arm: arm, outcome: y}", cases: cases).check("attrition-by-arm")
    #expect(!byArm.passed && byArm.severity == .warning && byArm.flag == "differential-attrition")
    let slight = try await run(
      "{arm: arm, outcome: y, attrition_practical: 0.02}", cases: cases
    ).check("attrition-by-arm")
    #expect(!slight.passed && slight.severity == .info && slight.flag == nil)
    #expect(slight.message.hasSuffix("and by less than 2.0 %: too little to change much"))
  }

  @Test func `without missing outcomes there is nothing to test`() async throws {
    let check = try await run(
      "{arm: arm, outcome: y}", cases: try arms([50, 50], missing: [0, 0])
    ).check("attrition-by-arm")
    #expect(check.passed && check.pValue == nil)
    #expect(check.message == "no 'y' is missing")
  }

  @Test func `clusters are counted where clusters were assigned`() async throws {
    let run = try await run("{arm: arm, cluster: village}")
    #expect(try run.check("sample-ratio").message.contains("a 4, b 4, c 4 clusters"))
    #expect(try run.check("cluster-in-one-arm").passed)
    let mixed = try await self.run("{arm: arm, cluster: site}").check("cluster-in-one-arm")
    #expect(!mixed.passed && mixed.flag == "mixed-clusters" && mixed.value == 2)
  }

  @Test func `arms that differ before the change are flagged`() async throws {
    let cases = try arms([60, 60], missing: [0, 0]).adding(
      "age", .number(FixedColumn((0..<120).map { Double($0 % 7) + ($0 < 60 ? 0 : 5) })))
    let run = try await run("{arm: arm, control: a, covariates: age}", cases: cases)
    #expect(try run.check("balance", "b - a").flag == "imbalance")
    let balance = try run.table("balance")
    #expect(balance["covariate"]?.texts() == ["age"])
    #expect(balance["n"]?.texts() == ["60"])
    guard case .number(let means) = balance["mean"],
      case .number(let control) = balance["control_mean"]
    else {
      Issue.record("means are no numbers")
      return
    }
    expectClose(means[0], (60..<120).reduce(0) { $0 + Double($1 % 7) + 5 } / 60, 1e-12)
    expectClose(control[0], (0..<60).reduce(0) { $0 + Double($1 % 7) } / 60, 1e-12)
  }

  @Test func `a missing covariate leaves its line and not the test`() async throws {
    let run = try await run("{arm: arm, control: a, covariates: [age, office]}")
    let balance = try run.table("balance")
    #expect(balance["arm"]?.texts().filter { $0 == "b" }.count == 4)
    #expect(
      balance["covariate"]?.texts().prefix(4) == ["age", "office.lone", "office.x", "office.y"])
    // The age, whether it is missing, and two of the three offices.
    #expect(try run.check("balance", "b - a").degreesOfFreedom == 4)
    #expect(try run.check("balance", "c - a").passed)
  }

  @Test func `a covariate that never varies is shown without a difference`() async throws {
    let run = try await run("{arm: arm, control: a, covariates: same}")
    let balance = try run.table("balance")
    #expect(balance["standardised_difference"]?.missingCount == 2)
    #expect(balance["mean"]?.texts() == ["3", "3"])
    #expect(try run.check("balance", "b - a").passed)
  }

  @Test func `cases without an arm are a warning`() async throws {
    let cases = try Table([("arm", .text(TextColumn(["a", "b", nil, "a", "b"])))])
    let check = try await run("{arm: arm}", cases: cases).check("arm-known")
    #expect(!check.passed && check.value == 1 && check.flag == "arm-missing")
  }

  @Test func `checks survive the way to a table and back`() async throws {
    let run = try await run("{arm: arm, control: a, outcome: [paid, done], covariates: age}")
    let checks = try run.checks
    #expect(checks.count == 19)
    #expect(try TrustChecks.checks(TrustChecks.table(checks)) == checks)
    #expect(throws: RecordFault.self) { try TrustChecks.checks(Sample.trial()) }
  }

  @Test func `what failed is said in a note`() async throws {
    let run = try await run("{arm: arm}", cases: try arms([1200, 800], missing: [0, 0]))
    #expect(run.notes.count == 1)
    #expect(run.notes.first?.contains("do not have the planned sizes") == true)
    #expect(
      run.notes.first?.hasSuffix(
        "; evidence counts as 1 of 5 at most: the arms do not have the planned sizes") == true)
  }

  @Test(arguments: [
    ("{arm: only}", "arm"), ("{arm: arm, covariates: [age]}", "arm"),
    ("{arm: arm, control: z, covariates: [age]}", "control"),
    ("{arm: arm, shares: {a: 1, b: 1}}", "shares"),
    ("{arm: arm, shares: {a: 1, b: 1, c: 0}}", "shares"),
    ("{arm: arm, shares: {a: 1, b: 1, d: 1}}", "shares"),
    ("{arm: arm, control: a, covariates: [day]}", "covariates"),
    ("{arm: arm, control: a, covariates: [arm]}", "covariates"),
    ("{arm: arm, outcome: nowhere}", "outcome"), ("{arm: arm, srm_threshold: 2}", "srm_threshold"),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault("trust", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
  }
}
