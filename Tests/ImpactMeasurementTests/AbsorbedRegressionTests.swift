// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

/// Fixed effects and two clusterings in `impact/regression`.
struct AbsorbedRegressionTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("regression", with, cases: try cases ?? Self.cases())
  }

  private static func cases() throws -> Table {
    try Sample.trial().adding("week") { Double($0 / 2 % 4) }.adding("fifth") { Double($0 % 5) }
  }

  @Test(arguments: ["hc0", "hc1", "hc2", "hc3"])
  func `an absorbed effect is its indicators`(variance: String) async throws {
    let absorbed = try await run(
      "{outcome: dose, arm: arm, control: a, fixed_effects: site, variance: \(variance)}")
    let shown = try await run(
      "{outcome: dose, arm: arm, control: a, block: site, variance: \(variance)}")
    for (one, other) in zip(try absorbed.effects, try shown.effects) {
      #expect(one.contrast == other.contrast)
      expectClose(one.estimate, try #require(other.estimate), 1e-9)
      expectClose(one.standardError, try #require(other.standardError), 1e-9)
      #expect(one.degreesOfFreedom == other.degreesOfFreedom)
      #expect(one.method == "regression (fixed effects)")
      #expect(one.treatedCount == 8 && one.controlCount == 8)
    }
    #expect(
      absorbed.notes.contains(
        "dose: absorbed: 'site' with 2 groups; 2 degrees of freedom"))
  }

  @Test func `without a named variance it is one that exists`() async throws {
    let one = try await run("{outcome: dose, arm: arm, control: a, fixed_effects: site}")
    #expect(try one.effects[0].variance == "hc2, df rows − coefficients")
    let two = try await run("{outcome: dose, arm: arm, control: a, fixed_effects: [site, week]}")
    #expect(try two.effects[0].variance == "hc1 × N/(N − K), df rows − coefficients")
    let clustered = try await run(
      "{outcome: dose, arm: arm, control: a, fixed_effects: site, cluster: village}")
    #expect(
      try clustered.effects[0].variance
        == "cr1 × G/(G − 1) · (N − 1)/(N − K), df clusters − 1")
  }

  @Test func `cases alone in a group are left out, counted and flagged`() async throws {
    let run = try await run("{outcome: dose, arm: arm, control: a, fixed_effects: office}")
    #expect(try run.effects[0].flags == ["singleton-effect"])
    #expect(try run.effects[0].count == 23)
    #expect(
      run.notes.contains(
        "dose: 1 of 24 cases are alone in a group of 'office', where they compare with nobody, and are left out"
      ))
  }

  @Test func `two columns of clusters are both counted`() async throws {
    let effect = try #require(
      try await run("{outcome: paid, treatment: treated, cluster: [village, site]}").effects.first)
    #expect(effect.clusters == 2)
    #expect(effect.degreesOfFreedom == 1)
    #expect(
      effect.variance
        == "cr1 two-way × G/(G − 1) · (N − 1)/(N − K), df fewer clusters − 1")
    #expect(effect.flags.contains("few-clusters"))
    let one = try await run(
      "{outcome: paid, treatment: treated, cluster: [village], variance: cr1}")
    let same = try await run("{outcome: paid, treatment: treated, cluster: village, variance: cr1}")
    #expect(try one.effects == same.effects)
  }

  @Test(arguments: [
    (
      "fixed_effects: [site, week], variance: hc2", "variance",
      "dose: the variance must be hc0 or hc1 where more than one effect is absorbed"
    ),
    (
      "fixed_effects: site, cluster: village, variance: cr2", "variance",
      "dose: the variance must be cr0 or cr1, since 'site' is absorbed and has groups in more than one cluster"
    ),
    (
      "fixed_effects: treated", "fixed_effects",
      "dose: 'c' follows from the fixed effects 'treated' and the other columns"
    ),
    (
      "fixed_effects: [site, dose]", "fixed_effects",
      "'dose' is a fixed effect and something else at once"
    ),
    (
      "fixed_effects: fifth", "outcome",
      "dose: the outcome, given the absorbed effects, does not vary, so no uncertainty can be estimated"
    ),
    (
      "fixed_effects: note", "fixed_effects",
      "dose: every case is alone in a group of its own, or misses a column"
    ),
    (
      "fixed_effects: site, covariates: same", "covariates",
      "dose: 'same' follows from the fixed effects 'site' and the other columns"
    ),
    (
      "fixed_effects: site, covariates: age, interact: true", "interact",
      "'interact' is not done beside 'fixed_effects'"
    ),
    (
      "fixed_effects: site, block: site", "fixed_effects",
      "'site' is a fixed effect and something else at once"
    ),
    (
      "cluster: [village, site], variance: cr2", "variance",
      "variance cr2 is for one column of clusters"
    ),
    ("cluster: [village, village]", "cluster", "'cluster' names 'village' twice"),
    ("cluster: [village, site, office]", "cluster", "'cluster' takes one column or two"),
    ("cluster: [village, only]", "cluster", "dose: all cases lie in one cluster"),
  ])
  func `what cannot be had says so`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault(
      "regression", "{outcome: dose, arm: arm, control: a, \(with)}", cases: try Self.cases())
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }
}
