// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import StageTesting
import Testing

@testable import Evaluation

struct VerdictTests {
  private func verdict(
    _ effects: [Effect], checks: [TrustCheck]? = nil, card: PilotCard? = nil,
    with yaml: String = "minimum: 0.02\ndirection: increase"
  ) async throws -> Verdict {
    var inputs: [String: [Labeled<Artifact>]] = [
      "effects": [Labeled("effect", .table(EffectsTable.table(effects)))]
    ]
    if let checks { inputs["trust"] = [Labeled("trust", .table(TrustChecks.table(checks)))] }
    if let card { inputs["pilot"] = [Labeled("intake", .record(card.record))] }
    let run = StageRun(DecideVerdict.self, with: yaml)
    return try Verdict(record: try await run(lists: inputs).record("verdict"))
  }

  /// Intervals on both sides of no effect and of the minimum 0.02.
  @Test(arguments: [
    (0.025, 0.060, Verdict.Decision.scaleUp, "interval-above-minimum"),
    (0.020, 0.060, .scaleUp, "interval-above-minimum"),
    (0.004, 0.015, .adjust, "interval-below-minimum"),
    (-0.010, 0.015, .stop, "no-worthwhile-effect"),
    (0.000, 0.015, .stop, "no-worthwhile-effect"),
    (-0.060, -0.010, .stop, "harmful"),
    (0.005, 0.040, .notYetKnown, "benefit-size-unclear"),
    (-0.010, 0.040, .notYetKnown, "effect-unclear"),
    (-0.010, 0.020, .notYetKnown, "effect-unclear"),
  ])
  func `the interval against the minimum decides`(
    low: Double, high: Double, decision: Verdict.Decision, code: String
  ) async throws {
    let verdict = try await verdict([Samples.effect(low: low, high: high)])
    #expect(verdict.decision == decision)
    #expect(verdict.reasons.first?.code == code)
    #expect(verdict.minimumDifference == 0.02)
  }

  @Test(arguments: [
    (-0.060, -0.025, Verdict.Decision.scaleUp), (-0.015, -0.004, .adjust), (0.01, 0.06, .stop),
    (-0.04, -0.005, .notYetKnown),
  ])
  func `less is better where the direction says so`(
    low: Double, high: Double, decision: Verdict.Decision
  ) async throws {
    let verdict = try await verdict(
      [Samples.effect(low: low, high: high)], with: "minimum: 0.02\ndirection: decrease")
    #expect(verdict.decision == decision)
  }

  /// exp(−0.05) = 0.951, exp(0.05) = 1.051.
  @Test(arguments: [(-0.2, -0.1, "decrease", "4.9%"), (0.1, 0.2, "increase", "5.1%")])
  func `the least change of a ratio is told in per cent`(
    low: Double, high: Double, direction: String, least: String
  ) async throws {
    let effect = Samples.effect(low: low, high: high) { $0.scale = .logRate }
    let verdict = try await verdict([effect], with: "minimum: 0.05\ndirection: \(direction)")
    #expect(verdict.summary.contains("the least that would be worth it is \(least)"))
  }

  @Test(arguments: [
    (0.001, 0.06, Verdict.Decision.scaleUp), (-0.01, 0.06, .notYetKnown), (-0.06, -0.01, .stop),
  ])
  func `by significance the interval against zero decides`(
    low: Double, high: Double, decision: Verdict.Decision
  ) async throws {
    let verdict = try await verdict(
      [Samples.effect(low: low, high: high)], with: "rule: significance\ndirection: increase")
    #expect(verdict.decision == decision)
    #expect(verdict.minimumDifference == nil)
  }

  @Test func `the card gives minimum, direction and names`() async throws {
    let verdict = try await verdict(
      [Samples.effect(low: 0.012, high: 0.06)], card: Samples.card(), with: "")
    #expect(verdict.decision == .scaleUp)
    #expect(verdict.minimumDifference == 0.01)
    #expect(verdict.summary.contains("Clear letter can be scaled up: Applications gets better"))
    #expect(verdict.summary.contains("+3.6\u{A0}percentage points"))
    #expect(verdict.nextSteps.last == "Next decision: 1 December 2026.")
  }

  @Test func `a missing minimum is a fault that says where to set it`() async throws {
    let card = try Samples.card {
      $0["outcomes"] = Samples.outcomes { $0["minimum_difference"] = "not published" }
    }
    await #expect {
      try await verdict([Samples.effect(low: 0.01, high: 0.06)], card: card, with: "")
    } throws: { error in
      let fault = error as? StageFault
      return fault?.parameter == "minimum" && fault?.help?.contains("minimum_difference") ?? false
    }
  }

  @Test func `a missing direction is a fault at the parameter`() async throws {
    await #expect {
      try await verdict([Samples.effect(low: 0.01, high: 0.06)], with: "minimum: 0.02")
    } throws: { ($0 as? StageFault)?.parameter == "direction" }
  }

  @Test func `without a primary effect nothing is known`() async throws {
    let verdict = try await verdict(
      [Samples.effect(low: 0.03, high: 0.06, role: .secondary)], with: "")
    #expect(verdict.decision == .notYetKnown)
    #expect(verdict.reasons.map(\.code) == ["no-primary-effect"])
  }

  @Test func `without any effects the verdict is not yet known`() async throws {
    let run = StageRun(DecideVerdict.self)
    let verdict = try Verdict(record: try await run(lists: [:]).record("verdict"))
    #expect(verdict.decision == .notYetKnown)
    #expect(verdict.experiment == "test")
  }

  @Test func `one arm that is worth it decides, and is named`() async throws {
    let verdict = try await verdict([
      Samples.effect(contrast: "b1 - standard", low: -0.01, high: 0.03),
      Samples.effect(contrast: "form - standard", low: 0.03, high: 0.06),
    ])
    #expect(verdict.decision == .scaleUp)
    #expect(verdict.summary.hasPrefix("form can be scaled up"))
    #expect(verdict.reasons.contains { $0.code == "multiplicity-not-adjusted" })
  }

  @Test func `an arm that is open keeps the question open`() async throws {
    let verdict = try await verdict([
      Samples.effect(contrast: "b1 - standard", low: -0.01, high: 0.01),
      Samples.effect(contrast: "form - standard", low: -0.01, high: 0.06),
    ])
    #expect(verdict.decision == .notYetKnown)
  }

  @Test func `primary outcomes that point both ways ask for adjustment`() async throws {
    let verdict = try await verdict([
      Samples.effect("applied", low: 0.03, high: 0.06),
      Samples.effect("paid", low: -0.06, high: -0.03),
    ])
    #expect(verdict.decision == .adjust)
  }

  @Test func `a subgroup decides nothing, and harm to it is told`() async throws {
    let harmed = Samples.effect(low: -0.06, high: -0.03) { $0.subgroup = "digital = false" }
    let verdict = try await verdict([Samples.effect(low: 0.03, high: 0.06), harmed])
    #expect(verdict.decision == .scaleUp)
    #expect(verdict.reasons.contains { $0.code == "subgroup-harmed" })
  }

  @Test(arguments: [
    (-0.01, 0.005, Verdict.Decision.scaleUp, "guardrail-kept"),
    (-0.01, 0.03, .notYetKnown, "guardrail-unclear"), (0.02, 0.04, .adjust, "guardrail-harmed"),
  ])
  func `a guardrail with a bound can only hold back`(
    low: Double, high: Double, decision: Verdict.Decision, code: String
  ) async throws {
    let verdict = try await verdict(
      [
        Samples.effect(low: 0.03, high: 0.06),
        Samples.effect("complaints", low: low, high: high, role: .guardrail),
      ], with: "minimum: 0.02\ndirection: increase\nguardrails: {complaints: 0.01}")
    #expect(verdict.decision == decision)
    #expect(verdict.reasons.contains { $0.code == code })
  }

  @Test func `a good guardrail lifts nothing`() async throws {
    let verdict = try await verdict(
      [
        Samples.effect(low: -0.01, high: 0.01),
        Samples.effect("complaints", low: -0.05, high: -0.03, role: .guardrail),
      ], with: "minimum: 0.02\ndirection: increase\nguardrails: {complaints: 0.01}")
    #expect(verdict.decision == .stop)
  }

  @Test func `a guardrail of the card without effect holds back`() async throws {
    let card = try Samples.card {
      let applied = $0["outcomes"]?[0] ?? .null
      $0["outcomes"] = [
        applied, ["id": "complaints", "direction": "decrease", "role": "guardrail"],
      ]
    }
    let verdict = try await verdict(
      [Samples.effect(low: 0.03, high: 0.06)], card: card, with: "")
    #expect(verdict.decision == .notYetKnown)
    #expect(verdict.reasons.contains { $0.code == "guardrail-missing" })
    #expect(verdict.nextSteps.contains("Measure complaints, which was to be watched."))
  }

  @Test func `a bound against the card's direction is a fault`() async throws {
    let card = try Samples.card {
      let applied = $0["outcomes"]?[0] ?? .null
      $0["outcomes"] = [
        applied, ["id": "complaints", "direction": "decrease", "role": "guardrail"],
      ]
    }
    await #expect {
      try await verdict(
        [
          Samples.effect(low: 0.03, high: 0.06),
          Samples.effect("complaints", low: 0, high: 0.01, role: .guardrail),
        ], card: card, with: "guardrails: {complaints: -0.01}")
    } throws: { ($0 as? StageFault)?.parameter == "guardrails" }
  }

  @Test func `a failed check leaves everything unknown, with its reason`() async throws {
    let verdict = try await verdict(
      [Samples.effect(low: 0.03, high: 0.06)],
      checks: [Samples.check("sample-ratio", passed: false, severity: .error, flag: "srm")])
    #expect(verdict.decision == .notYetKnown)
    #expect(
      verdict.reasons.first
        == .init(code: "trust-failed", text: "Sample-ratio is not as it should be."))
    #expect(verdict.nextSteps.first?.contains("'sample-ratio'") ?? false)
  }

  @Test func `a warning is told and holds nothing back`() async throws {
    let verdict = try await verdict(
      [Samples.effect(low: 0.03, high: 0.06)],
      checks: [Samples.check("attrition", passed: false, severity: .warning)])
    #expect(verdict.decision == .scaleUp)
    #expect(verdict.reasons.contains { $0.code == "trust-warning" })
  }

  @Test func `effects marked srm are not believed`() async throws {
    let verdict = try await verdict([Samples.effect(low: 0.03, high: 0.06) { $0.flags = ["srm"] }])
    #expect(verdict.decision == .notYetKnown)
  }

  @Test func `what is chance over all comparisons is not yet known`() async throws {
    let verdict = try await verdict([
      Samples.effect(low: 0.03, high: 0.06) { $0.adjustedPValue = 0.2 }
    ])
    #expect(verdict.decision == .notYetKnown)
    #expect(verdict.reasons.first?.code == "not-after-multiplicity")
  }

  @Test func `two estimates of one effect that disagree leave it open`() async throws {
    let effects = [
      Samples.effect(low: 0.03, high: 0.06),
      Samples.effect(low: -0.01, high: 0.01) { $0.method = "regression" },
    ]
    let disputed = try await verdict(effects)
    #expect(disputed.reasons.first?.code == "estimates-disagree")
    let card = try Samples.card { $0["plan"] = ["method": "regression"] }
    #expect(try await verdict(effects, card: card, with: "minimum: 0.02").decision == .stop)
  }

  /// n·(half-width ⁄ distance to the minimum)²: 2000·(0.0175 ⁄ 0.0025)² is 98,000.
  @Test func `an open verdict says roughly how many cases would settle it`() async throws {
    let verdict = try await verdict([Samples.effect(low: 0.005, high: 0.04)])
    #expect(verdict.nextSteps.first?.contains("98,000 cases in all (now 2,000)") ?? false)
  }

  @Test(arguments: [(5, "evidence-strong"), (3, "evidence-moderate"), (1, "evidence-weak")])
  func `the level of evidence is named`(level: Int, code: String) async throws {
    let verdict = try await verdict([
      Samples.effect(low: 0.03, high: 0.06) { $0.smsLevel = level }
    ])
    #expect(
      verdict.reasons.first { $0.code == code }?.text.contains("level \(level) of 5") ?? false)
  }

  @Test func `a failed check lowers the evidence, and the clause says why`() async throws {
    let checks = [
      Samples.check(
        "attrition-by-arm", subject: "applied", passed: false, severity: .warning,
        flag: "differential-attrition"),
      Samples.check(
        "balance", subject: "b1 - standard", passed: false, severity: .warning, flag: "imbalance"),
    ]
    let verdict = try await verdict([Samples.effect(low: 0.03, high: 0.06)], checks: checks)
    #expect(verdict.decision == .scaleUp)
    #expect(
      verdict.reasons.first { $0.code == "evidence-moderate" }?.text
        == "Evidence level 3 of 5 (Maryland scale): chance decided who got what; the arms were not "
        + "alike before the change; outcomes are missing more often in one arm than in another.")
    // The lot was drawn: drawing it again repairs nothing.
    #expect(!verdict.nextSteps.contains { $0.contains("drawn by lot") })
  }

  @Test func `a check on another outcome leaves the evidence as it is`() async throws {
    let check = Samples.check(
      "attrition-by-arm", subject: "satisfied", passed: false, severity: .warning,
      flag: "differential-attrition")
    let verdict = try await verdict([Samples.effect(low: 0.03, high: 0.06)], checks: [check])
    #expect(verdict.reasons.contains { $0.code == "evidence-strong" })
  }

  @Test func `a Dutch verdict is Dutch throughout`() async throws {
    let verdict = try await verdict(
      [Samples.effect(low: 0.03, high: 0.06)],
      with: "minimum: 0.02\ndirection: increase\nlanguage: nl")
    #expect(
      verdict.summary
        == "b1 kan worden opgeschaald: applied wordt beter, +4,5\u{A0}procentpunt (95%-interval 3,0 tot "
        + "6,0\u{A0}procentpunt); het kleinste verschil dat de moeite waard is, is 2,0\u{A0}procentpunt."
    )
  }

  @Test func `a verdict speaks the card's language unless told otherwise`() async throws {
    let card = try Samples.card { $0["language"] = "nl" }
    let effects = [Samples.effect(low: 0.03, high: 0.06)]
    let dutch = try await verdict(effects, card: card, with: "")
    #expect(dutch.summary.hasPrefix("Clear letter kan worden opgeschaald"))
    let english = try await verdict(effects, card: card, with: "language: en")
    #expect(english.summary.hasPrefix("Clear letter can be scaled up"))
  }

  @Test func `effects of two experiments are no verdict`() async throws {
    let other = Samples.effect(experiment: "other", estimate: 0.03)
    await #expect(throws: StageFault.self) {
      try await verdict([Samples.effect(estimate: 0.03), other])
    }
  }

  @Test func `ratios are held against one`() async throws {
    let ratio = Samples.effect(low: 1.1, high: 1.4) { $0.scale = .ratio }
    #expect(
      try await verdict([ratio], with: "minimum: 0.05\ndirection: increase").decision == .scaleUp)
  }
}
