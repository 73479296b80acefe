// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

struct ExamplePipelineTests {
  @Test(arguments: Installed.files())
  func `every example checks without a fault and runs`(file: URL) async throws {
    #expect(Installed.check(file).diagnostics == [])
    _ = try await Installed.run(file)
  }

  @Test func `there are the demonstrations`() {
    let names = Installed.files().map { $0.deletingPathExtension().lastPathComponent }
    #expect(
      Set(names).isSuperset(of: [
        "bcg", "benefit-letter", "bijstandsnormen", "call-centre", "case-table", "earnings-rollout",
        "income-supplement",
        "outreach-wedge", "scheme-cutoff", "six-municipalities",
        "supplement-by-municipality", "taper-trial", "zorgtoeslag",
      ]))
  }

  @Test(arguments: Installed.catalog.stages.map(\.name))
  func `every stage declares itself well`(name: String) throws {
    let stage = try #require(Installed.catalog[name])
    #expect(stage.info.summary.hasSuffix("."))
    #expect(stage.info.example != nil, "\(name) has no example")
    for parameter in stage.parameters {
      #expect(parameter.help.hasSuffix("."), "\(parameter.name)")
    }
    for port in stage.inputs + stage.outputs { #expect(port.help.hasSuffix("."), "\(port.name)") }
  }

  @Test func `the letters' true effects lie in their intervals`() async throws {
    let run = try await Installed.run(
      Installed.root.appending(path: "pipelines/benefit-letter.yaml"))
    let effects = try EffectsTable.effects(run.table("effect", "effects"))
    for (arm, truth) in [("plain", 0.02), ("prefilled", 0.047)] {
      let effect = try #require(
        effects.first { $0.outcome == "applied" && $0.contrast == "\(arm) - standard" })
      let low = try #require(effect.confidenceLow)
      let high = try #require(effect.confidenceHigh)
      #expect(low <= truth && truth <= high, "\(arm): \(low) to \(high)")
      #expect(effect.experiment == "benefit-letter")
      #expect(effect.smsLevel == 5)
    }
    #expect(effects.contains { $0.role == .guardrail })
    let verdict = try Verdict(record: run.record("verdict", "verdict"))
    #expect(verdict.decision == .scaleUp)
  }

  /// The thirteen trials as the literature pools them.
  ///
  /// Fixed −0.430285, DerSimonian-Laird −0.714117, REML −0.714532 with Hartung and Knapp's standard error
  /// 0.180792: Viechtbauer (2010), J. Statistical Software 36:3, and R metafor.
  @Test(arguments: [
    ("pooled[method=fixed]", -0.430_285_163_654, 0.040_498_751_710_9),
    ("pooled[method=dl]", -0.714_117_222_073, 0.178_742_089_535),
    ("pooled[method=reml]", -0.714_532_348_365, 0.179_781_531_78),
    ("hartung-knapp", -0.714_532_348_365, 0.180_791_745_519),
  ])
  func `the vaccine trials pool to the published numbers`(
    stage: String, estimate: Double, error: Double
  ) async throws {
    let run = try await Installed.run(Installed.root.appending(path: "pipelines/bcg.yaml"))
    let pooled = try run.table(stage, "pooled")
    let found = try #require(pooled.column("estimate").doubles()?.values.first)
    let standardError = try #require(pooled.column("std_error").doubles()?.values.first)
    #expect(abs(found - estimate) < 1e-6)
    #expect(abs(standardError - error) < 1e-6)
  }

  @Test func `the six municipalities are compared and nothing is pooled or invented`() async throws
  {
    let run = try await Installed.run(
      Installed.root.appending(path: "pipelines/six-municipalities.yaml"))
    #expect(try run.table("compare", "pooled").rowCount == 0)
    let comparison = try run.table("compare", "comparison")
    #expect(comparison.rowCount == 6)
    #expect(try comparison.column("estimate").missingCount == 6)
    #expect(try run.table("compare", "comparability").rowCount > 0)
  }

  @Test func `the income supplement's ambiguous band edge is reported`() async throws {
    let run = try await Installed.run(
      Installed.root.appending(path: "pipelines/income-supplement.yaml"))
    let findings = run.outcome.results.filter { $0.use == "rules/check-table" }
    let table = try run.table(try #require(findings.first.map { "\($0.id)" }), "findings")
    let witnesses = try table.column("witness").texts().compactMap(\.self)
    #expect(witnesses.contains { $0.contains("124") })
  }
}
