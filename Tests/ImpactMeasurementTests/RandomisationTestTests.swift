// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct RandomisationTestTests {
  private func run(
    _ with: String, cases: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "randomisation-test", with, cases: try cases ?? Sample.trial(), card: card)
  }

  /// Full enumeration in R 4.2.2 (reference case permutation-exact); exact.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("statistic: difference", "complete/p_two_sided", "complete/observed"),
      ("statistic: studentised", "studentised/p_two_sided", "studentised/observed"),
      ("statistic: difference\nblock: block", "blocked/p_two_sided", "blocked/observed"),
      ("statistic: difference\nmethod: complete", "coin_exact_oneway", "complete/observed"),
    ])
  func `the reference's assignments give its p-values`(
    with: String, pValue: String, observed: String
  ) async throws {
    let reference = try Reference("permutation-exact")
    let run = try await run(
      "outcome: y\ntreatment: z\ndesign: individual-rct\n" + with, cases: reference.cases)
    let effect = try run.effect("treated - control")
    expectClose(effect.pValue, try reference.number(pValue), 1e-12)
    expectClose(effect.statistic, try reference.number(observed), 1e-12)
    #expect(effect.flags.isEmpty && effect.smsLevel == 5 && effect.estimand == "ITT")
    #expect(effect.standardError == nil && effect.degreesOfFreedom == nil)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `interval, variance and simulation say what was done`() async throws {
    let reference = try Reference("permutation-exact")
    let run = try await run(
      "outcome: y\ntreatment: z\nstatistic: difference\ndesign: individual-rct",
      cases: reference.cases)
    let effect = try run.effect("treated - control")
    expectClose(effect.confidenceLow, try reference.number("inverted_ci_95_grid001/low"), 1e-9)
    expectClose(effect.confidenceHigh, try reference.number("inverted_ci_95_grid001/high"), 1e-9)
    #expect(effect.variance == "assignment drawn again (complete), each of 924")
    #expect(effect.method == "randomisation-test (difference)")
    #expect((effect.count, effect.treatedCount, effect.controlCount) == (12, 6, 6))
    let simulation = try run.table("simulation")
    #expect(
      simulation.names == [
        "outcome", "contrast", "statistic", "draws", "exact", "observed", "p_value",
        "p_value_error", "p_upper", "p_lower", "null_std_dev",
      ])
    #expect(simulation["draws"]?.texts() == ["924"])
    #expect(simulation["exact"]?.texts() == ["true"])
    #expect(simulation["p_value_error"]?.texts() == [nil])
    guard case .number(let upper) = simulation["p_upper"] else {
      Issue.record("p_upper is no number")
      return
    }
    expectClose(upper[0], try reference.number("complete/p_upper"), 1e-12)
  }

  @Test func `drawn assignments come with their error, and repeat`() async throws {
    let with =
      "{outcome: dose, arm: arm, control: a, exact_limit: 0, draws: 999, adjust: holm}"
    let first = try await run(with)
    #expect(try first.effects.map(\.contrast) == ["b - a", "c - a"])
    let again = try await run(with)
    #expect(try again.effects == first.effects)
    for effect in try first.effects {
      #expect(effect.variance == "assignment drawn again (complete), 999 draws")
      #expect(effect.adjustedPValue ?? 0 >= effect.pValue ?? 1)
      #expect(effect.flags == ["assignment-assumed"])
    }
    let errors = try first.table("simulation")["p_value_error"]?.texts() ?? []
    #expect(errors.count == 2 && errors.allSatisfy { $0 != nil })
    #expect(first.notes.contains { $0.contains("suppose") })
  }

  @Test func `blocks, clusters and both say how units were drawn`() async throws {
    for (with, scheme, clusters) in [
      ("block: site", "block", nil), ("cluster: village", "cluster", 8),
      ("method: cluster, cluster: village", "cluster", 8),
    ] as [(String, String, Int?)] {
      let effect = try await run("{outcome: dose, arm: arm, control: a, \(with)}").effect("b - a")
      #expect(effect.variance?.contains("(\(scheme))") == true)
      #expect(effect.clusters == clusters)
    }
    #expect(
      try await run("{outcome: dose, arm: arm, control: a, cluster: village}").effect("b - a").flags
        == ["assignment-assumed", "few-clusters"])
  }

  @Test func `covariates make it a regression, and cases without them are counted`() async throws {
    let run = try await run("{outcome: dose, arm: arm, control: a, covariates: [age, site]}")
    let effect = try run.effect("b - a")
    #expect(effect.method == "randomisation-test (regression)")
    let regression = try await ImpactRun(
      "regression",
      "{outcome: dose, arm: arm, control: a, covariates: [age, site], where: 'arm != \"c\"'}",
      cases: try Sample.trial())
    expectClose(effect.estimate, try #require(try regression.effect("b - a").estimate), 1e-10)
    #expect(effect.flags.contains("covariate-missing"))
  }

  @Test func `a block with one case in an arm stays where no variance is needed`() async throws {
    let cases = try Table([
      ("arm", .text(TextColumn(["a", "a", "b", "a", "b", "a", "b", "a", "b", "b"]))),
      ("ward", .text(TextColumn(["s", "s", "s", "n", "n", "n", "n", "n", "n", "lone"]))),
      ("y", .number(FixedColumn([1.0, 2, 6, 3, 5, 2, 7, 3, 8, 9]))),
    ])
    let with = "outcome: y\narm: arm\ncontrol: a\nblock: ward\nstatistic: "
    let run = try await run(with + "difference", cases: cases)
    let effect = try run.effect("b - a")
    #expect(effect.count == 9)
    #expect(
      run.notes.contains(
        "y, b - a: block 'lone' of 'ward' has a single case, so it compares nothing: 1 of 10 cases "
          + "are left out"))
    #expect(effect.flags == ["singleton-stratum", "assignment-assumed"])
    // 3 × 20 assignments, of which the observed one and its mirror image are the most extreme.
    #expect(effect.pValue == 1.0 / 60)
    let found = try await fault("randomisation-test", with + "studentised", cases: cases)
    #expect(found.parameter == "block" && found.message.contains("'s'"))
  }

  private func wedge(_ change: (Int, Int) -> Double? = { _, _ in nil }) throws -> Table {
    let y: [Double] = [3, 5, 6, 7, 2, 4, 4, 6, 5, 5, 8, 9, 1, 2, 5, 4, 4, 4, 5, 9, 6, 7, 7, 9]
    let starts: [Double] = [1, 1, 2, 2, 3, 3]
    return try Table([
      ("office", .text(TextColumn((0..<24).map { "office \($0 / 4)" }))),
      ("month", .number(FixedColumn((0..<24).map { Double($0 % 4) }))),
      ("started", .number(FixedColumn((0..<24).map { change($0 / 4, $0 % 4) ?? starts[$0 / 4] }))),
      ("y", .number(FixedColumn(y))),
    ])
  }

  /// numpy 2.4.6: regression with cluster and period effects, refitted for each of 90 orders.
  @Test func `a stepped wedge draws its order again`() async throws {
    let with = "{outcome: y, cluster: office, time: month, adopted: started, design: stepped-wedge}"
    let effect = try await run(with, cases: wedge()).effect("treated - control")
    expectClose(effect.estimate, 1.9000000000000021, 1e-10)
    #expect(effect.pValue == 2.0 / 90)
    #expect(effect.variance == "assignment drawn again (stepped-wedge), each of 90")
    #expect(effect.smsLevel == 5 && effect.clusters == 6 && effect.treatedCount == 12)
    let mixed = try wedge { $0 == 2 && $1 == 3 ? 1 : nil }
    let found = try await fault("randomisation-test", with, cases: mixed)
    #expect(found.parameter == "adopted")
    #expect(
      found.message
        == "y: 'started' (or the block) differs within 1 of 6 clusters of 'office', which start as "
        + "a whole")
  }

  @Test(arguments: [
    ("{outcome: same, arm: arm, control: a}", "outcome", "does not vary"),
    ("{outcome: dose, arm: arm, control: a, cluster: site}", "cluster", "2 of 2 clusters"),
    ("{outcome: dose, arm: arm, control: a, block: site, method: pair}", "block", "is no pair"),
    ("{outcome: dose, arm: arm, control: a, method: block}", "method", "no 'block' is named"),
    (
      "{outcome: dose, arm: arm, control: a, block: site, method: complete}", "method",
      "passes over 'block'"
    ),
    (
      "{outcome: dose, arm: arm, control: a, covariates: age, statistic: rank-sum}", "statistic",
      "passes over 'covariates'"
    ),
    ("{outcome: dose, arm: arm, control: a, method: stepped-wedge}", "cluster", "needs 'cluster'"),
    (
      "{outcome: dose, arm: arm, cluster: village, time: age, adopted: dose}", "arm",
      "both say who was treated"
    ),
    ("{outcome: dose, arm: arm, control: a, design: stepped-wedge}", "adopted", "order"),
    (
      "{outcome: dose, arm: arm, control: a, where: 'village = 0 or village = 1', cluster: village}",
      "arm", "2 possible assignments where at least 3 are needed"
    ),
    ("{outcome: dose, arm: arm, control: a, draws: 3}", "draws", "draws"),
  ])
  func `what cannot be drawn again is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("randomisation-test", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test func `an arm without outcomes is a fault that names it`() async throws {
    let cases = try Table([
      ("arm", .text(TextColumn(["a", "a", "b", "b"]))),
      ("y", .number(FixedColumn([1.0, 2, nil, nil]))),
    ])
    for stage in ["randomisation-test", "bootstrap"] {
      let found = try await fault(stage, "{outcome: y, arm: arm, control: a}", cases: cases)
      #expect(found.parameter == "arm")
      #expect(found.message == "y, b - a: arm 'b' has no cases")
    }
  }

  @Test func `too few assignments leave the interval open`() async throws {
    let cases = try Table([
      ("arm", .text(TextColumn(["a", "a", "a", "b", "b", "b"]))),
      ("y", .number(FixedColumn([1.0, 2, 3, 9, 8, 7]))),
    ])
    let effect = try await run("{outcome: y, arm: arm, control: a}", cases: cases).effect("b - a")
    #expect(effect.pValue == 0.1 && effect.confidenceLow == nil && effect.confidenceHigh == nil)
    #expect(effect.flags.contains("open-interval"))
  }
}
