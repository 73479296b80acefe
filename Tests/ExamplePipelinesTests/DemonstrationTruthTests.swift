// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import Pipelines
import StageKit
import Tables
import Testing

/// The demonstrations make up their data, so that the truth is known: it has to lie in the intervals.
struct DemonstrationTruthTests {
  private func run(_ name: String) async throws -> Installed.Finished {
    try await Installed.run(Installed.root.appending(path: "pipelines/\(name).yaml"))
  }

  private func expect(
    _ run: Installed.Finished, _ stage: String, _ outcome: String, truth: Double, grade: Int,
    flags: [String] = []
  ) throws {
    let effects = try EffectsTable.effects(run.table(stage, "effects"))
    let effect = try #require(effects.first { $0.outcome == outcome }, "\(stage): \(outcome)")
    let low = try #require(effect.confidenceLow)
    let high = try #require(effect.confidenceHigh)
    #expect(low <= truth && truth <= high, "\(stage), \(outcome): \(low) to \(high)")
    #expect(effect.smsLevel == grade && effect.flags == flags, "\(stage): \(effect.flags)")
  }

  private func decision(_ run: Installed.Finished) throws -> Verdict.Decision {
    try Verdict(record: run.record("verdict", "verdict")).decision
  }

  @Test func `the wedge finds the visits' effect, and its lottery agrees`() async throws {
    let run = try await run("outreach-wedge")
    try expect(run, "effect", "reached", truth: 0.10, grade: 5, flags: ["few-clusters"])
    try expect(run, "effect", "minutes", truth: 25, grade: 5, flags: ["few-clusters"])
    try expect(run, "redrawn", "reached", truth: 0.10, grade: 5, flags: ["few-clusters"])
    #expect(try decision(run) == .scaleUp)
  }

  /// Truth: −2 points after a ramp of three months, by 510 treated municipality-months:
  /// (15 × 0.34 + 15 × 0.22 + 10 × 0.10) ⁄ 510.
  @Test func `the roll-out finds the effect of all months, and no trend that was not made`()
    async throws
  {
    let run = try await run("earnings-rollout")
    try expect(run, "effect", "recovery", truth: -9.4 / 510, grade: 3)
    try expect(run, "effect", "part_time", truth: 0, grade: 3)
    #expect(try decision(run) == .scaleUp)
    let plain = try EffectsTable.effects(run.table("two-way", "effects"))
    #expect(plain.first?.flags.contains("negative-weights") == true)
  }

  /// Truth: 40 points of the households are moved, each by −20 points.
  @Test func `the cut-off finds what the rule does, and what the scheme does`() async throws {
    let run = try await run("scheme-cutoff")
    try expect(run, "rule", "arrears", truth: -0.08, grade: 4)
    try expect(run, "rule", "sports", truth: 0, grade: 4)
    try expect(run, "scheme", "arrears", truth: -0.20, grade: 4)
    #expect(try TrustChecks.checks(run.table("trust", "checks")).allSatisfy(\.passed))
    #expect(try decision(run) == .scaleUp)
  }

  @Test func `the weeks of the call centre find a tenth fewer repeat calls`() async throws {
    let run = try await run("call-centre")
    try expect(run, "repeats", "repeats", truth: log(0.9), grade: 3)
    try expect(run, "seconds", "seconds", truth: 0, grade: 3)
    #expect(try decision(run) == .scaleUp)
  }

  @Test func `the case table gives a lesson with its counter-cases`() async throws {
    let run = try await run("case-table")
    let lesson = try Lesson(record: run.record("lesson", "lesson"))
    let claim = try #require(lesson.claims.first)
    #expect(lesson.cases == 24 && claim.cases == 20 && claim.sites == 3)
    #expect(claim.counterCases == ["case-17"])
  }

  @Test(arguments: ["verdict", "compare"])
  func `a lesson is no effect, and takes no part in a decision`(stage: String) throws {
    let file = Installed.root.appending(path: "pipelines/case-table.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacing("source: case-table/", with: "source: \(file.deletingPathExtension().path)/")
    let changed = FileManager.default.temporaryDirectory.appending(
      path: "\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: changed) }
    try (text + "\n  wrong:\n    use: evaluation/\(stage)\n    from: {effects: [lesson.lesson]}\n")
      .write(to: changed, atomically: true, encoding: .utf8)
    let faults = Installed.check(changed).diagnostics.map(\.message)
    #expect(faults.count == 1 && faults[0].contains("lesson"), "\(faults)")
  }
}
