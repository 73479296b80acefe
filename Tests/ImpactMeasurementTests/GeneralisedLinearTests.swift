// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct GeneralisedLinearTests {
  private func run(
    _ with: String, cases: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun("generalised-linear", with, cases: try cases ?? Sample.trial(), card: card)
  }

  /// R 4.2.2 `glm`, sandwich 3.0.2: the reference case glm-robust; tolerance 1e-8.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("outcome: b\nfamily: logit\nvariance: classical", "logit", "se_model"),
      ("outcome: b\nfamily: logit", "logit", "se_HC1"),
      ("outcome: b\nfamily: logit\nvariance: hc0", "logit", "se_HC0"),
      ("outcome: b\nfamily: logit\ncluster: cl\nvariance: cr0", "logit", "se_CL_HC0_noadj"),
      ("outcome: b\nfamily: logit\ncluster: cl\nvariance: cr1", "logit", "se_CL_HC1"),
      ("outcome: b\nfamily: poisson", "modified_poisson", "se_HC1"),
      ("outcome: k\nfamily: poisson\nexposure: expo", "poisson_offset", "se_HC1"),
    ])
  func `ratios are the coefficients of glm with the errors of sandwich`(
    with: String, model: String, errors: String
  ) async throws {
    let reference = try Reference("glm-robust")
    let run = try await run(with + "\ntreatment: z\ncovariates: x", cases: reference.cases)
    let ratio = try #require(try EffectsTable.effects(try run.table("ratios")).first)
    expectClose(ratio.estimate, try reference.number("\(model)/coef/z"), 1e-8)
    expectClose(ratio.standardError, try reference.number("\(model)/\(errors)/z"), 1e-8)
    #expect(ratio.scale == (model == "logit" ? .logOdds : .logRate))
    #expect(ratio.role == .secondary)
    #expect(try run.effects.map(\.role) == [.primary])
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `effects are average marginal effects, with delta-method errors`() async throws {
    let reference = try Reference("glm-robust")
    let run = try await run(
      "{outcome: b, family: logit, treatment: z, covariates: x}", cases: reference.cases)
    let effect = try #require(try run.effects.first)
    expectClose(effect.estimate, try reference.number("logit_ame/z/estimate"), 1e-8)
    expectClose(effect.standardError, try reference.number("logit_ame/z_se_HC1"), 1e-8)
    #expect(effect.scale == .difference && effect.method == "generalised-linear (logit)")
    #expect(effect.variance == "hc1 × N/(N − K), df normal" && effect.degreesOfFreedom == nil)
    let slope = try await self.run(
      "{outcome: b, family: logit, treatment: x, covariates: z, variance: classical}",
      cases: reference.cases)
    let perUnit = try #require(try slope.effects.first)
    #expect(perUnit.contrast == "per unit of x")
    expectClose(perUnit.estimate, try reference.number("logit_ame/x/estimate"), 1e-8)
    expectClose(perUnit.standardError, try reference.number("logit_ame/x/se"), 1e-8)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the negative binomial tells its theta`() async throws {
    let reference = try Reference("glm-robust")
    let run = try await run(
      """
      {outcome: k, family: negative-binomial, treatment: z, covariates: x, exposure: expo,
       variance: classical}
      """, cases: reference.cases)
    let ratio = try #require(try EffectsTable.effects(try run.table("ratios")).first)
    expectClose(ratio.estimate, try reference.number("negbin/coef/z"), 1e-5)
    expectClose(ratio.standardError, try reference.number("negbin/se/z"), 1e-5)
    #expect(run.notes.contains { $0.hasPrefix("k: theta is 6.528:") })
    #expect(try run.effects[0].unit == "events per case")
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `counts that vary too much for the classical variance are flagged`() async throws {
    let reference = try Reference("glm-robust")
    let with = "{outcome: k, family: poisson, treatment: z, covariates: x, exposure: expo"
    let run = try await run(with + ", variance: classical}", cases: reference.cases)
    #expect(try run.effects[0].flags == ["overdispersed"])
    // quasipoisson's dispersion is 1.4806.
    #expect(run.notes.contains { $0.hasPrefix("k: the counts vary 1.48 times as much") })
    #expect(try await self.run(with + "}", cases: reference.cases).effects[0].flags == [])
  }

  @Test func `without covariates the effect is the difference in means`() async throws {
    let cases = try Sample.trial()
    let means = try await ImpactRun(
      "difference-in-means", "{outcome: done, arm: arm, control: a}", cases: cases)
    let run = try await run("{outcome: done, arm: arm, control: a, family: probit}", cases: cases)
    for effect in try run.effects {
      expectClose(
        effect.estimate, try #require(try means.effect(effect.contrast).estimate), 1e-9)
    }
    #expect(try run.table("ratios").rowCount == 0)
    #expect(try run.table("coefficients")["term"]?.texts() == ["(Intercept)", "b", "c"])
    #expect(try run.table("effects").schema == EffectsTable.schema)
    #expect(try run.effects[0].flags == ["outcome-missing"])
  }

  @Test func `clusters bring CR2 and its degrees of freedom`() async throws {
    let run = try await run(
      "{outcome: done, arm: arm, control: a, family: logit, cluster: village}")
    let effect = try run.effects[0]
    #expect(effect.clusters == 12 && effect.flags.contains("few-clusters"))
    #expect(effect.variance == "cr2, df Satterthwaite")
    #expect(try #require(effect.degreesOfFreedom) < 12)
  }

  private func trial(_ name: String, _ values: [Double?]) throws -> Table {
    try Sample.trial().adding(name, .number(FixedColumn(values)))
  }

  @Test func `an arm without events is named`() async throws {
    let cases = try trial(
      "event", (0..<24).map { (row: Int) -> Double? in row % 3 == 1 ? 0 : Double(row % 2) })
    for family in ["logit", "poisson"] {
      let found = try await fault(
        "generalised-linear", "{outcome: event, arm: arm, control: a, family: \(family)}",
        cases: cases)
      #expect(found.parameter == "arm")
      #expect(
        found.message
          == "event: none of the 8 cases of arm 'b' had the event, so its coefficient has no finite "
          + "value")
    }
  }

  @Test func `a level that tells the outcome is named`() async throws {
    let cases = try trial(
      "event", (0..<24).map { (row: Int) -> Double? in row == 1 ? 1 : Double(row / 2 % 2) })
    let found = try await fault(
      "generalised-linear",
      "{outcome: event, arm: arm, control: a, family: logit, covariates: office}", cases: cases)
    #expect(found.parameter == "covariates")
    #expect(
      found.message
        == "event: 'office.x', 'office.y' tell the outcome of some rows exactly (quasi-complete "
        + "separation), so the coefficient has no finite value")
  }

  @Test func `as a block a single case, or one outcome in all cases, is left out and counted`()
    async throws
  {
    let cases = try trial(
      "event",
      (0..<24).map { (row: Int) -> Double? in row / 3 % 2 == 0 ? 0 : Double(row * 7 % 5 % 2) })
    let run = try await run(
      "{outcome: event, arm: arm, control: a, family: logit, block: office}", cases: cases)
    #expect(try run.effects[0].flags == ["singleton-stratum", "constant-stratum"])
    #expect(try run.effects[0].count == 12)
    #expect(
      run.notes.contains {
        $0.hasPrefix("event: block 'x' of 'office' has one outcome in all its cases")
      })
  }

  @Test func `a plan that names the family is kept`() async throws {
    let card = try Sample.card { $0["plan"] = ["method": "logit"] }
    let run = try await run("{outcome: done, arm: arm, family: logit}", card: card)
    #expect(try !run.effects[0].flags.contains("deviates-from-plan"))
    #expect(try run.effects[0].role == .guardrail)
    #expect(try EffectsTable.effects(try run.table("ratios"))[0].role == .guardrail)
  }

  @Test(arguments: [
    ("{outcome: paid, arm: arm, control: a, family: logit}", "outcome", "must be 0 or 1"),
    ("{outcome: same, arm: arm, control: a, family: poisson}", "outcome", "does not vary"),
    ("{outcome: minus, arm: arm, control: a, family: poisson}", "outcome", "zero or more"),
    (
      "{outcome: minus, arm: arm, control: a, family: negative-binomial}", "outcome",
      "zero or more"
    ),
    (
      "{outcome: flat, arm: arm, control: a, family: negative-binomial}", "family",
      "theta has no finite value"
    ),
    (
      "{outcome: paid, arm: arm, control: a, family: poisson, exposure: dose}", "exposure",
      "the exposure of every row must be positive"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, exposure: dose}", "exposure",
      "for counts"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, variance: cr2}", "variance",
      "no 'cluster' is named"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, cluster: village, variance: hc1}",
      "variance", "inference follows assignment"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, covariates: same}", "covariates",
      "follows from the other columns"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, cluster: only}", "cluster",
      "one cluster"
    ),
    ("{outcome: empty, arm: arm, control: a, family: logit}", "outcome", "no value"),
    (
      "{outcome: done, treatment: treated, family: logit, pool: {x: [b]}}", "pool",
      "'treatment' has none"
    ),
    (
      "{outcome: done, arm: arm, control: a, family: logit, pool: {x: [a, b]}}", "pool",
      "takes in the control arm"
    ),
    ("{outcome: done, family: logit}", "arm", "neither 'arm' nor 'treatment'"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let cases = try trial("minus", (0..<24).map { Double($0 % 5) - 1 })
      .adding("flat", .number(FixedColumn((0..<24).map { Double(1 + $0 % 2) })))
    let found = try await fault("generalised-linear", with, cases: cases)
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}

/// District of Columbia, Moore and others (2022), CC0: 3,539 families, any letter against none.
///
/// R 4.2.2 `glm(recertified ~ letter, binomial)`, alone and with centre and month effects.
@Suite(.enabled(if: Reference.hasLetters, Reference.lettersAbsent))
struct LettersLogitTests {
  private func cases() throws -> Table {
    let options = CSVOptions(missing: ["", "NA"])
    let table = try CSVReader(options).read(path: Reference.letters).table
    let status = try table.column("recert_status").texts()
    let letter = try table.column("condition").texts()
    return
      try table
      .adding(
        "recertified", .boolean(BooleanColumn(status.map { $0.map { $0 == "Processed" } }))
      )
      .adding("letter", .boolean(BooleanColumn(letter.map { $0.map { $0 != "No_Letter" } })))
  }

  @Test(arguments: [
    ("", 0.2252799237, 0.07258755496),
    ("block: service_center\ncovariates: recert_month", 0.228201026128, 0.073237102493),
  ])
  func `any letter raises the log odds of recertifying`(
    with: String, estimate: Double, error: Double
  ) async throws {
    let run = try await ImpactRun(
      "generalised-linear",
      "outcome: recertified\ntreatment: letter\nfamily: logit\nvariance: classical\n" + with,
      cases: try cases())
    let ratio = try #require(try EffectsTable.effects(try run.table("ratios")).first)
    expectClose(ratio.estimate, estimate, 1e-9)
    // R stopped at its default 1e-8.
    expectClose(ratio.standardError, error, 1e-8)
    if with.isEmpty {
      expectClose(try run.effects[0].estimate, 0.0551089883, 1e-9)
    } else {
      #expect(run.notes.contains { $0.contains("'Virginia_Williams' of 'service_center'") })
    }
  }

  @Test func `arms taken together are a model of their own`() async throws {
    let run = try await ImpactRun(
      "generalised-linear",
      """
      outcome: recertified
      arm: condition
      control: No_Letter
      family: logit
      variance: classical
      pool:
        any_letter: [Open_Appt, Specific_Appt]
      """, cases: try cases())
    let effect = try run.effect("any_letter - No_Letter")
    expectClose(effect.estimate, 0.0551089883, 1e-9)
    #expect(effect.count == 3520 && effect.treatedCount == 2348)
    let ratios = try EffectsTable.effects(try run.table("ratios"))
    expectClose(ratios.last?.estimate, 0.2252799237, 1e-9)
    #expect(ratios.count == 3)
  }

  @Test func `as a covariate the centre with a single case is named as separated`() async throws {
    let found = try await fault(
      "generalised-linear",
      """
      {outcome: recertified, treatment: letter, family: logit,
       covariates: [service_center, recert_month]}
      """, cases: try cases())
    #expect(found.parameter == "covariates")
    #expect(found.message.contains("service_center.Virginia_Williams"), "\(found.message)")
  }
}
