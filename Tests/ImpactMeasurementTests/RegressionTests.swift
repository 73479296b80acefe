// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct RegressionTests {
  private func run(
    _ with: String, card: PilotCard? = nil, cases: Table? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun("regression", with, cases: try cases ?? Sample.trial(), card: card)
  }

  /// R estimatr 1.0.0 `lm_robust` and `lm_lin`, clubSandwich 0.5.8: the named reference cases.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("ols-hc", "treatment: x1\ncovariates: [x2, g]\nvariance: hc0", "HC0/x1"),
      ("ols-hc", "treatment: x1\ncovariates: [x2, g]\nvariance: hc1", "HC1/x1"),
      ("ols-hc", "treatment: x1\ncovariates: [x2, g]", "HC2/x1"),
      ("ols-hc", "treatment: x1\ncovariates: [x2, g]\nvariance: hc3", "HC3/x1"),
      ("ols-hc", "treatment: x1\ncovariates: [x2, g]\nweight: w", "weighted_HC2/x1"),
      ("ols-hc", "treatment: x1\ncovariates: x2\nblock: g", "HC2/x1"),
      ("ols-cluster", "treatment: z\ncovariates: x\ncluster: cl\nvariance: cr0", "CR0/z"),
      ("ols-cluster", "treatment: z\ncovariates: x\ncluster: cl\nvariance: cr1", "stata/z"),
      ("ols-cluster", "treatment: z\ncovariates: x\ncluster: cl", "CR2/z"),
      ("ols-cluster", "treatment: z\ncovariates: x\ncluster: cl\nweight: w", "weighted_CR2/z"),
      ("lin-estimator", "treatment: z\ncovariates: [x1, x2]\ninteract: true", "lin_HC2/z"),
      (
        "lin-estimator", "treatment: z\ncovariates: [x1, x2]\ninteract: true\nvariance: hc1",
        "lin_HC1/z"
      ),
      (
        "lin-estimator", "treatment: zc\ncovariates: [x1, x2]\ninteract: true\ncluster: cl",
        "lin_cluster_CR2/zc"
      ),
      ("lin-estimator", "treatment: z", "unadjusted_HC2/z"),
      ("lin-estimator", "treatment: z\ncovariates: [x1, x2]", "ancova_HC2/z"),
    ])
  func `the models of estimatr give its figures`(
    name: String, with: String, path: String
  ) async throws {
    let reference = try Reference(name)
    let run = try await run("outcome: y\n" + with, cases: reference.cases)
    try reference.expect(try #require(try run.effects.first), equals: path)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `all coefficients stand in the second output`() async throws {
    let reference = try Reference("ols-hc")
    let run = try await run(
      "{outcome: y, treatment: x1, covariates: [x2, g]}", cases: reference.cases)
    let table = try run.table("coefficients")
    #expect(
      table.names == [
        "outcome", "term", "estimate", "std_error", "statistic", "df", "p_value", "conf_low",
        "conf_high",
      ])
    #expect(table["term"]?.texts() == ["(Intercept)", "x1", "x2", "g.b", "g.c"])
    guard case .number(let errors) = table["std_error"] else {
      Issue.record("std_error is no number")
      return
    }
    expectClose(errors[0], try reference.number("HC2/(Intercept)/se"), 1e-8)
    expectClose(errors[4], try reference.number("HC2/gc/se"), 1e-8)
    #expect(
      run.notes == [
        "y: reference levels: g.a",
        "y: on average 0.53 more for each unit more of x1; between 0.36 and 0.70.",
      ])
  }

  @Test func `the effects table has exactly the standard columns`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a, covariates: [age, site]}")
    #expect(try run.table("effects").schema == EffectsTable.schema)
  }

  @Test func `without covariates arms differ as their means do`() async throws {
    let cases = try Sample.trial()
    let means = try await ImpactRun(
      "difference-in-means", "{outcome: dose, arm: arm, control: a, variance: hc2}", cases: cases)
    for effect in try await run("{outcome: dose, arm: arm, control: a}", cases: cases).effects {
      let other = try means.effect(effect.contrast)
      expectClose(effect.estimate, try #require(other.estimate), 1e-10)
      expectClose(effect.standardError, try #require(other.standardError), 1e-10)
      #expect(effect.treatedCount == 8 && effect.controlCount == 8 && effect.count == 24)
    }
  }

  @Test func `numbers other than 0 and 1 give an effect per unit`() async throws {
    let effect = try #require(try await run("{outcome: paid, treatment: dose}").effects.first)
    #expect(effect.contrast == "per unit of dose")
    #expect(effect.treatedCount == nil && effect.count == 23)
  }

  @Test func `rows that miss a covariate are left out and counted`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a, covariates: age}")
    #expect(try run.effects[0].flags == ["outcome-missing", "covariate-missing"])
    #expect(try run.effects[0].count == 22)
    #expect(run.notes.contains("paid: 1 of 24 cases have no 'age' (covariate) and are left out"))
  }

  @Test func `a block with a single case is left out, counted and flagged`() async throws {
    let run = try await run("{outcome: dose, arm: arm, control: a, block: office}")
    #expect(try run.effects[0].flags == ["singleton-stratum"])
    #expect(try run.effects[0].count == 23)
    #expect(run.notes.contains { $0.contains("block 'lone' of 'office' has a single case") })
  }

  @Test(arguments: ["hc2", "hc3"])
  func `a covariate's level with one case has no such variance`(variance: String) async throws {
    let found = try await fault(
      "regression",
      "{outcome: dose, arm: arm, control: a, covariates: office, variance: \(variance)}",
      cases: try Sample.trial())
    #expect(found.parameter == "covariates")
    #expect(found.message.contains("'lone' of 'office'"))
    #expect(found.help?.contains("block") == true)
  }

  @Test func `under hc1 such a level is flagged`() async throws {
    let run = try await run(
      "{outcome: dose, arm: arm, control: a, covariates: office, variance: hc1}")
    #expect(try run.effects[0].flags == ["singleton-stratum"])
    let blocked = try await self.run("{outcome: dose, arm: arm, control: a, block: office}")
    expectClose(
      try run.effects[0].estimate, try #require(try blocked.effects[0].estimate), 1e-10)
  }

  @Test func `lin's estimator says so, and covariates raise the grade of a comparison`()
    async throws
  {
    let run = try await run(
      "{outcome: dose, arm: arm, control: a, covariates: site, interact: true, design: matching}")
    let effect = try run.effects[0]
    #expect(effect.method == "regression (Lin)")
    #expect(effect.smsLevel == 2)
    #expect(effect.variance == "hc2, df rows − coefficients")
  }

  @Test func `the covariates of the plan are not flagged, others are`() async throws {
    let card = try Sample.card { $0["plan"] = ["method": "regression", "covariates": ["site"]] }
    let planned = try await run("{outcome: done, arm: arm, covariates: [site]}", card: card)
    #expect(try !planned.effects[0].flags.contains("deviates-from-plan"))
    let other = try await run("{outcome: done, arm: arm, covariates: [site, age]}", card: card)
    #expect(try other.effects[0].flags.contains("deviates-from-plan"))
  }

  @Test(arguments: [
    ("{outcome: paid}", "arm"), ("{outcome: paid, arm: arm, control: z}", "control"),
    ("{outcome: paid, arm: arm, control: a, interact: true}", "interact"),
    ("{outcome: paid, treatment: dose, covariates: age, interact: true}", "interact"),
    ("{outcome: paid, arm: arm, control: a, covariates: [paid]}", "covariates"),
    ("{outcome: paid, arm: arm, control: a, covariates: [day]}", "covariates"),
    ("{outcome: paid, arm: arm, control: a, covariates: [same]}", "covariates"),
    ("{outcome: paid, arm: arm, control: a, covariates: [treated]}", "covariates"),
    ("{outcome: paid, arm: arm, control: a, covariates: [note]}", "covariates"),
    ("{outcome: paid, arm: arm, control: a, covariates: site, block: office}", "block"),
    ("{outcome: paid, arm: arm, control: a, variance: cr1}", "variance"),
    ("{outcome: paid, arm: arm, control: a, cluster: village, variance: hc2}", "variance"),
    ("{outcome: paid, arm: arm, control: a, cluster: only}", "cluster"),
    ("{outcome: paid, arm: arm, control: a, weight: dose}", "weight"),
    ("{outcome: paid, arm: arm, control: a, weight: site}", "weight"),
    ("{outcome: same, arm: arm, control: a}", "outcome"),
    ("{outcome: empty, arm: arm, control: a}", "outcome"),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault("regression", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(!found.message.contains("person"))
  }
}
