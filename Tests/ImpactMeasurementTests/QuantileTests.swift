// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

/// The 79 rows of StatisticsTests/QuantileTests, whose figures are those of R quantreg 5.94.
struct QuantileTests {
  private let rows = Array(0..<79)

  private func cases() throws -> Table {
    let outcome = rows.map { (i: Int) -> Double in
      let arm = Double(i % 2)
      let base = 2 + 1.5 * arm + 0.8 * Double(i * 7 % 13) / 4
      let noise = Double(i * 37 % 41) / 7 * (1 + 0.5 * arm)
      return base + noise + Double(i * 11 % 17) / 50 + Double(i * i % 101) / 1009
    }
    return try Table([
      ("y", .number(FixedColumn(outcome))),
      ("count", .number(FixedColumn(rows.map { Double($0 * 37 % 41 / 14) }))),
      ("z", .number(FixedColumn(rows.map { Double($0 % 2) }))),
      ("x", .number(FixedColumn(rows.map { Double($0 * 7 % 13) / 4 }))),
      ("arm", .text(TextColumn(rows.map { $0 % 2 == 0 ? "a" : "b" }))),
      ("third", .text(TextColumn(rows.map { ["p", "q", "r"][$0 % 3] }))),
      ("site", .text(TextColumn(rows.map { "\($0 / 8)\($0 % 2)" }))),
      ("same", .number(FixedColumn(rows.map { _ in 1.0 }))),
      ("twice", .number(FixedColumn(rows.map { 2 * Double($0 % 2) }))),
    ])
  }

  private func run(_ with: String, card: PilotCard? = nil) async throws -> ImpactRun {
    try await ImpactRun("quantile", with, cases: try cases(), card: card)
  }

  /// `summary(rq(y ~ arm + x, 0.53), se = "ker")`.
  @Test func `the kernel's figures are quantreg's`() async throws {
    let run = try await run(
      "{outcome: y, treatment: z, covariates: x, quantiles: 0.53, curve: [], variance: kernel}")
    let effect = try #require(try run.effects.first)
    expectClose(effect.estimate, 3.2218703100665458, 1e-9)
    expectClose(effect.standardError, 0.9822775576624787, 1e-8)
    #expect(effect.estimand == "conditional QTE at 0.53")
    #expect(effect.variance == "kernel, df normal" && effect.treatedCount == 39)
    #expect(try run.table("curve").rowCount == 1)
  }

  @Test func `the bootstrap says how far its draws can be trusted`() async throws {
    let run = try await run("{outcome: y, arm: arm, control: a, draws: 200, curve: [0.25, 0.5]}")
    #expect(try run.effects.map(\.estimand) == ["QTE at 0.5"])
    #expect(try run.effects[0].variance == "bootstrap of 200 draws, df normal")
    #expect(
      run.notes.contains("y: 200 draws: chance in drawing moves a standard error by about 5.0 %"))
    let curve = try run.table("curve")
    #expect(curve.rowCount == 2)
    guard case .number(let errors) = curve["std_error"],
      case .number(let noise) = curve["monte_carlo_error"]
    else {
      Issue.record("the curve has no errors")
      return
    }
    expectClose(noise[0], (errors[0] ?? 0) / (398.0).squareRoot(), 1e-12)
    let again = try await self.run(
      "{outcome: y, arm: arm, control: a, draws: 200, curve: [0.25, 0.5]}")
    #expect(try again.effects == run.effects)
  }

  @Test func `arms may be taken together`() async throws {
    let run = try await run(
      """
      {outcome: y, arm: third, control: p, pool: {other: [q, r]}, curve: [], variance: kernel}
      """)
    #expect(try run.effects.map(\.contrast) == ["q - p", "r - p", "other - p"])
    #expect(try run.effect("other - p").count == 79)
    #expect(try run.effect("other - p").treatedCount == 52)
  }

  @Test func `whole clusters are drawn`() async throws {
    let effect = try await run(
      "{outcome: y, arm: arm, control: a, draws: 100, curve: [], cluster: site}"
    ).effects[0]
    #expect(effect.clusters == 20 && effect.degreesOfFreedom == 19)
    #expect(effect.flags == ["few-clusters"])
  }

  @Test func `a quantile without uncertainty that nobody asked for is left out of the curve`()
    async throws
  {
    let run = try await run(
      "{outcome: count, arm: arm, control: a, quantiles: [0.5], curve: [0.02, 0.6], draws: 200}")
    #expect(try run.effects.count == 1)
    #expect(try run.table("curve").rowCount == 2)
    #expect(
      run.notes.contains { $0.hasPrefix("left out of the curve: count, b - a: the quantile") })
  }

  @Test func `a mass point is flagged and told`() async throws {
    let run = try await run(
      """
      {outcome: count, arm: arm, control: a, quantiles: [0.3], curve: [], variance: kernel,
       covariates: x}
      """)
    #expect(try run.effects[0].flags == ["mass-point"])
    #expect(
      run.notes.contains { $0.hasPrefix("count: many cases have exactly the same value at 0.3") })
  }

  @Test func `several quantiles are several effects, and are adjusted together`() async throws {
    let run = try await run(
      """
      {outcome: y, arm: arm, control: a, quantiles: [0.25, 0.75], curve: [], variance: kernel,
       adjust: holm}
      """)
    let effects = try run.effects
    #expect(effects.count == 2)
    #expect(effects.allSatisfy { ($0.adjustedPValue ?? 0) >= ($0.pValue ?? 1) })
    #expect(try run.table("effects").schema == EffectsTable.schema)
  }

  @Test(arguments: [
    ("{outcome: y, arm: arm, control: a, quantiles: [1]}", "quantiles", "between 0 and 1"),
    ("{outcome: y, arm: arm, control: a, curve: [0]}", "curve", "between 0 and 1"),
    ("{outcome: y, arm: arm, control: a, quantiles: []}", "quantiles", "names none"),
    ("{outcome: same, arm: arm, control: a}", "outcome", "does not vary"),
    (
      "{outcome: y, treatment: z, covariates: twice}", "covariates", "follows from the other"
    ),
    ("{outcome: count, arm: arm, control: a, quantiles: [0.02]}", "quantiles", "in every draw"),
    ("{outcome: y, quantiles: [0.5]}", "arm", "neither 'arm' nor 'treatment'"),
    ("{outcome: y, arm: arm, control: a, covariates: y}", "covariates", "at once"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("quantile", with, cases: try cases())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}
