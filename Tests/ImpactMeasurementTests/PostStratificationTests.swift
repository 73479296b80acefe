// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct PostStratificationTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("post-stratification", with, cases: try cases ?? Sample.trial())
  }

  /// R estimatr 1.0.0: `lm_lin(y ~ z, ~ factor(b))`, HC2, on the data of reference case diff-in-means; with
  /// shares, the products of `lm_robust(y ~ 0 + factor(b) + factor(b):z)` weighted .3 .2 .2 .1 .1 .1.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("", 0.9695783333333343, 0.1784802676374781),
      (
        ", shares: {\"1\": 3, \"2\": 2, \"3\": 2, \"4\": 1, \"5\": 1, \"6\": 1}", 1.163274592518593,
        0.2336320522300533
      ),
    ])
  func `strata are weighted as in estimatr`(
    shares: String, estimate: Double, error: Double
  ) async throws {
    let run = try await run(
      "{outcome: y, treatment: z, strata: b\(shares)}", cases: Reference("diff-in-means").cases)
    let effect = try #require(try run.effects.first)
    expectClose(effect.estimate, estimate, 1e-8)
    expectClose(effect.standardError, error, 1e-8)
    #expect(effect.degreesOfFreedom == 108)
    #expect(effect.variance == "neyman, df rows − 2 · strata")
  }

  @Test func `several columns make their combinations`() async throws {
    let run = try await run(
      "{outcome: dose, arm: arm, control: a, strata: [site, only], shares: {north x a: 1, south x a: 3}}"
    )
    #expect(try run.effects[0].method == "post-stratification (to a population)")
    #expect(try run.effects[0].degreesOfFreedom == 12)
  }

  @Test func `strata that compare nothing are left out, counted and flagged`() async throws {
    let run = try await run("{outcome: dose, arm: arm, control: a, strata: office}")
    let effect = try run.effect("b - a")
    #expect(effect.flags == ["singleton-stratum"])
    #expect(
      run.notes.contains {
        $0.contains("stratum 'lone' of 'office' has a single case, so it compares nothing")
      })
  }

  @Test(arguments: [
    ("strata: []", "strata", "'strata' names no column"),
    ("strata: dose", "strata", "'dose' is a stratum and something else at once"),
    ("strata: site, shares: {north: 0}", "shares", "the share of 'north' is not positive"),
    (
      "strata: site, shares: {north: 1, west: 1}", "shares",
      "no case is in stratum 'west' of 'site'"
    ),
    (
      "strata: site, shares: {north: 1}", "shares",
      "dose, b - a: the share of stratum 'south' must be given and positive"
    ),
    (
      "strata: village", "strata",
      "dose, b - a: no stratum has cases of both arms"
    ),
    (
      "strata: third", "strata",
      "dose, b - a: in stratum '0', '1', '2', '3', '4' and 3 more an arm has fewer than two cases"
    ),
  ])
  func `what cannot be says so`(with: String, parameter: String, message: String) async throws {
    let found = try await fault(
      "post-stratification", "{outcome: dose, arm: arm, control: a, \(with)}",
      cases: try Sample.trial().adding("third") { Double($0 / 3) })
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }
}
