// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct RatioTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("ratio", with, cases: try cases ?? Sample.trial())
  }

  /// R 4.2.2, sandwich 3.0.2: `lm(y/w ~ 1, weights = w)` in each arm of ols-cluster, `vcovCL(., ~cl, "HC1")`.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `ratios of clusters are R's`() async throws {
    let run = try await run(
      "{outcome: y, denominator: w, treatment: z, cluster: cl, scale: [difference, relative]}",
      cases: Reference("ols-cluster").cases)
    let effects = try run.effects
    let (treated, control) = (-0.262119362708567, 0.06183966431095405)
    let (first, second) = (0.3715341337004229, 0.1613369459050427)
    expectClose(effects[0].estimate, treated - control, 1e-8)
    expectClose(effects[0].standardError, (first * first + second * second).squareRoot(), 1e-8)
    #expect(effects[0].scale == .difference && effects[0].clusters == 12)
    #expect(effects[0].method == "ratio to w")
    #expect(effects[0].variance == "delta × G/(G − 1) in each arm, df Satterthwaite over arms")
    expectClose(effects[1].estimate, treated / control - 1, 1e-8)
    #expect(effects[1].scale == .relative && effects[1].unit == nil)
    let ratios = try run.table("ratios")
    #expect(ratios["arm"]?.texts() == ["treated", "control"])
    guard case .number(let values) = ratios["ratio"] else {
      Issue.record("ratio is no number")
      return
    }
    expectClose(values[0], treated, 1e-8)
  }

  @Test func `a denominator of 1 gives the difference in means`() async throws {
    let effect = try await run(
      "{outcome: dose, denominator: same, arm: arm, control: a}"
    ).effect("b - a")
    let means = try await ImpactRun(
      "difference-in-means", "{outcome: dose, arm: arm, control: a}", cases: try Sample.trial()
    ).effect("b - a")
    // The denominator is 3 in every case.
    expectClose(effect.estimate, try #require(means.estimate) / 3, 1e-10)
    expectClose(effect.standardError, try #require(means.standardError) / 3, 1e-10)
    expectClose(effect.pValue, try #require(means.pValue), 1e-8)
  }

  @Test func `cases without a denominator are left out and counted`() async throws {
    let run = try await run("{outcome: dose, denominator: age, arm: arm, control: a}")
    #expect(try run.effects.contains { $0.flags == ["denominator-missing"] } == true)
    #expect(run.notes.contains { $0.contains("have no 'age' (denominator)") })
  }

  @Test(arguments: [
    (
      "{outcome: dose, denominator: dose, arm: arm, control: a}", "denominator",
      "'dose' is the denominator and something else at once"
    ),
    (
      "{outcome: dose, denominator: zero, arm: arm, control: a}", "denominator",
      "dose per zero, b - a: the sum of the denominators of arm 'b' must be positive"
    ),
    (
      "{outcome: zero, denominator: age, arm: arm, control: a, scale: relative}", "scale",
      "zero per age, b - a: the ratio of arm 'a' must be other than 0 for a relative effect"
    ),
    (
      "{outcome: same, denominator: same2, arm: arm, control: a}", "outcome",
      "same per same2, b - a: the ratio does not vary, so no uncertainty can be estimated"
    ),
    (
      "{outcome: dose, denominator: age, arm: arm, control: a, scale: []}", "scale",
      "'scale' takes difference, relative, or both"
    ),
    (
      "{outcome: dose, denominator: age, treatment: treated, cluster: treated}", "cluster",
      "dose per age, treated - control: 1 clusters in arm 'treated' where at least 2 are needed"
    ),
  ])
  func `what has no ratio says so`(with: String, parameter: String, message: String) async throws {
    var columns = try Sample.trial()
    columns = try columns.adding("zero") { _ in 0 }
    columns = try columns.adding("same2") { _ in 2 }
    let found = try await fault("ratio", with, cases: columns)
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }
}
