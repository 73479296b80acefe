// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct CUPEDTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("cuped", with, cases: try cases ?? Sample.trial())
  }

  /// numpy 2.4.6 and spotify-confidence 4.1.0 (reference case cuped), 1e-8.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [("pooled", "cuped", "theta_pooled"), ("within", "cuped_within", "theta_within")])
  func `the reference run is met`(theta: String, path: String, thetaPath: String) async throws {
    let reference = try Reference("cuped")
    let run = try await run(
      "{outcome: y, treatment: z, covariates: pre, theta: \(theta)}", cases: reference.cases)
    let effect = try #require(try run.effects.first)
    expectClose(effect.estimate, try reference.number("\(path)/difference"), 1e-8)
    expectClose(effect.standardError, try reference.number("\(path)/se"), 1e-8)
    #expect(effect.method == "cuped (\(theta) theta)")
    #expect(effect.variance == "welch, df Satterthwaite")
    let table = try run.table("adjustment")
    #expect(
      table.names == ["outcome", "covariate", "theta", "variance_reduction", "n"])
    guard case .number(let thetas) = table["theta"] else {
      Issue.record("theta is no number")
      return
    }
    expectClose(thetas[0], try reference.number(thetaPath), 1e-8)
  }

  @Test func `cases without a covariate are left out and counted, texts are levels`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a, covariates: [age, site]}")
    let flags = try run.effects.flatMap(\.flags)
    #expect(flags.contains("covariate-missing") && flags.contains("outcome-missing"))
    #expect(run.notes.contains { $0.contains("have no 'age' (covariate)") })
    #expect(try run.table("adjustment")["covariate"]?.texts() == ["age", "site.south"])
  }

  @Test func `clusters and blocks are those of the difference in means`() async throws {
    let clustered = try await run(
      "{outcome: dose, treatment: treated, covariates: age, cluster: village}")
    #expect(try clustered.effects[0].variance == "cr2, df Satterthwaite")
    #expect(try clustered.effects[0].flags.contains("few-clusters"))
    let blocked = try await run(
      "{outcome: dose, treatment: treated, covariates: age, block: site}")
    #expect(try blocked.effects[0].variance == "neyman, df rows − 2 · blocks")
  }

  @Test(arguments: [
    (
      "{outcome: paid, arm: arm, control: a, covariates: []}", "covariates",
      "'covariates' names no column"
    ),
    (
      "{outcome: paid, arm: arm, control: a, covariates: paid}", "covariates",
      "'paid' is a covariate and something else at once"
    ),
    (
      "{outcome: paid, arm: arm, control: a, covariates: same}", "covariates",
      "paid: the design has no unique solution: 'same' follows from the other columns"
    ),
    (
      "{outcome: same, arm: arm, control: a, covariates: age}", "outcome",
      "same: the outcome does not vary, so no uncertainty can be estimated"
    ),
    (
      "{outcome: empty, arm: arm, control: a, covariates: age}", "outcome",
      "column 'empty' has no value in any case"
    ),
    (
      "{outcome: paid, arm: arm, control: a, covariates: age, cluster: village, variance: welch}",
      "variance", "variance welch passes over 'cluster': inference follows assignment"
    ),
  ])
  func `what cannot be says so`(with: String, parameter: String, message: String) async throws {
    let found = try await fault("cuped", with, cases: try Sample.trial())
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }
}
