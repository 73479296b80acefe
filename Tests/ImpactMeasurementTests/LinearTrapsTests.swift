// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

/// The traps of linear models, each with the words that an evaluator reads.
struct LinearTrapsTests {
  private func message(_ stage: String, _ with: String, card: PilotCard? = nil) async throws
    -> String
  {
    let cases = try Sample.trial().adding("fivefold") { 5 * Double($0 % 5) + 0.1 }
    let found = try await fault(stage, with, cases: cases, card: card)
    return "\(found.message) [\(found.parameter ?? "")] \(found.help ?? "")"
  }

  @Test(arguments: [
    // Hat value 1.
    (
      "regression", "{outcome: dose, arm: arm, control: a, covariates: office}",
      "dose: a single case has the level 'lone' of 'office', so hc2 does not exist (hat value 1) [covariates] "
        + "merge the level with another, use hc1, or name 'office' under 'block', where a single case is left out and counted"
    ),
    // Collinear columns.
    (
      "regression", "{outcome: paid, arm: arm, control: a, covariates: [age, treated]}",
      "paid: the design has no unique solution: 'treated' follows from the other columns [covariates] "
        + "drop it, or merge its levels"
    ),
    // An arm of which no case is left.
    (
      "difference-in-means", "{outcome: dose, arm: arm, control: z}",
      "no case is in arm 'z' of 'arm' [control] arms: a, b, c"
    ),
    (
      "regression", "{outcome: dose, arm: arm, control: a, where: arm = \"a\"}",
      "column 'arm' has one arm only, so there is nothing to compare [arm] check 'where', or name another column"
    ),
    // Zero variance.
    (
      "difference-in-means", "{outcome: same, arm: arm, control: a}",
      "same, b - a: the outcome of 'b' and 'a' does not vary, so no uncertainty can be estimated [outcome] "
        + "check that the column holds what was measured"
    ),
    (
      "regression", "{outcome: same, arm: arm, control: a}",
      "same: the outcome, given the regressors, does not vary, so no uncertainty can be estimated [outcome] "
        + "check that the column holds what was measured"
    ),
    (
      "regression", "{outcome: dose, arm: arm, control: a, covariates: fivefold}",
      "dose: the outcome, given the regressors, does not vary, so no uncertainty can be estimated [outcome] "
        + "check that the column holds what was measured"
    ),
    // An outcome that nobody has.
    (
      "difference-in-means", "{outcome: empty, arm: arm, control: a}",
      "column 'empty' has no value in any case [outcome] "
    ),
    (
      "regression", "{outcome: empty, arm: arm, control: a}",
      "column 'empty' has no value in any case [outcome] "
    ),
    // All cases in one cluster.
    (
      "regression", "{outcome: dose, arm: arm, control: a, cluster: only}",
      "dose: all cases lie in one cluster [cluster] name the column of the unit that was assigned"
    ),
    // One treated cluster: the residuals say nothing about it.
    (
      "regression", "{outcome: dose, treatment: treated, cluster: treated}",
      "dose, treated - control: the clusters leave no degrees of freedom for 'treated' [cluster] "
        + "use more clusters, fewer columns, or a randomisation test"
    ),
    (
      "difference-in-means", "{outcome: dose, treatment: treated, cluster: treated}",
      "dose, treated - control: 1 clusters in arm 'treated' where at least 2 are needed [cluster] "
        + "use more cases or a simpler design"
    ),
  ])
  func `a trap is told in words`(stage: String, with: String, words: String) async throws {
    #expect(try await message(stage, with) == words)
  }

  @Test(arguments: [
    ("difference-in-means", "arm: arm"), ("regression", "arm: arm"),
    ("cuped", "arm: arm, covariates: age"), ("post-stratification", "arm: arm, strata: site"),
    ("ratio", "arm: arm, denominator: same"),
    ("instrument", "instrument: arm, treatment: treated"),
  ])
  func `cases below the unit of assignment need its cluster`(
    stage: String, with: String
  ) async throws {
    let card = try Sample.card {
      $0["unit_of_assignment"] = "village"
      $0["unit_of_analysis"] = "person"
    }
    #expect(
      try await message(stage, "{outcome: dose, \(with)}", card: card)
        == "the pilot card says that each village was assigned, and the cases are analysed one by one as "
        + "each person: inference follows assignment [cluster] name the column that tells which village a "
        + "case belongs to, as in cluster: village")
  }

  @Test(arguments: [
    ("difference-in-means", ""), ("regression", ""), ("cuped", ", covariates: age"),
    ("ratio", ", denominator: same"),
  ])
  func `few clusters are flagged`(stage: String, more: String) async throws {
    let run = try await ImpactRun(
      stage, "{outcome: dose, treatment: treated, cluster: village\(more)}",
      cases: try Sample.trial())
    let effect = try #require(try run.effects.first)
    #expect(effect.flags.contains("few-clusters"))
    #expect(effect.clusters == 12)
  }
}
