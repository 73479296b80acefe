// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What to do with a change: scale up, adjust, stop, or not yet known; in plain words with reasons.
///
/// Effects with the role `primary` and no subgroup decide, each by its interval against the smallest
/// difference that would be worth the change; `Finding` has the table of cases. Of several arms one
/// that is worth it decides. Guardrails and displacement can only hold back: certain harm beyond the
/// bound turns scaling up into adjusting, harm that cannot be ruled out into "not yet known". A failed
/// trust check of severity `error`, or the flag `srm`, leaves every effect unknown.
struct DecideVerdict: Stage {
  static let info = StageInfo(
    "verdict", version: 1,
    summary: "Decides from effects, guardrails and trust checks: scale up, adjust, stop or wait.",
    namesExperiment: true,
    example: """
      verdict:
        use: evaluation/verdict
        from: {effects: [effect.effects], trust: [trust.checks], pilot: intake.pilot}
        with:
          minimum: 0.02
          guardrails: {complaints: 0.01}
          language: en
      """,
    source: "Kirkwood and Sterne (2003), Essential Medical Statistics, chapter 8; Piaggio et al. "
      + "(2012), CONSORT for non-inferiority trials, JAMA 308:2594–2604.")

  enum Rule: String, ParameterChoice {
    case minimumDifference = "minimum-difference"
    /// The interval against zero; no minimum is needed.
    case significance
  }

  enum Direction: String, ParameterChoice {
    case increase
    case decrease
  }

  @Parameter("Hold the interval against the minimum meaningful difference, or against zero only.")
  var rule: Rule = .minimumDifference
  @Parameter(
    "Smallest difference worth the change, in the effect's unit; else the card's.", in: 0...)
  var minimum: Double?
  @Parameter("Which way is better; the card's unless given.")
  var direction: Direction?
  @Parameter(
    "How far a guardrail may move: 0.02 says it may rise by less than 0.02, -0.02 fall by less.")
  var guardrails: NamedValues<Double> = NamedValues()
  @Parameter("Language of the verdict; the pilot card's unless given, and English without one.")
  var language: SpokenLanguage?

  struct Input: PortSet {
    @Port("Effects of one experiment.") var effects: [Labeled<Table>]
    @Port("Its trust checks.") var trust: [Labeled<Table>]
    @Port("Its pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("Decision, summary, reasons and next steps.") var verdict: Verdict
  }

  func validate() throws(StageFault) {
    for entry in guardrails.entries where entry.value == 0 || !entry.value.isFinite {
      throw .user(
        "the bound of '\(entry.name)' says no way", at: "guardrails",
        help: "write how far it may rise (0.01) or fall (-0.01)")
    }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let all = try input.effects.effects().map(\.effect)
    let experiment = try experiment(of: all, card: input.pilot, context)
    let effects = DecidingEffects(all, card: input.pilot)
    let arms = try arms(of: effects.primary, card: input.pilot)
    let guardrailFindings = try guardrailFindings(effects.guarding, card: input.pilot)
    let evidence = VerdictEvidence(
      arms: arms, guardrails: guardrailFindings, checks: try input.trust.checks(),
      hasTrust: !input.trust.isEmpty, subgroups: try subgroups(effects.subgroups, input.pilot),
      rule: rule)
    let spoken = language ?? SpokenLanguage(of: input.pilot)
    let writer = VerdictWriter(evidence: evidence, wording: spoken.wording, card: input.pilot)
    var output = Output()
    output.verdict = Verdict(
      experiment: experiment, decision: evidence.decision, summary: writer.summary,
      reasons: writer.reasons, nextSteps: writer.nextSteps, rule: rule.rawValue,
      minimumDifference: rule == .significance
        ? nil : arms.first?.findings.first?.minimum ?? minimum)
    return output
  }
}

extension DecideVerdict {
  private func experiment(
    of effects: [Effect], card: PilotCard?, _ context: StageContext
  ) throws(StageFault) -> String {
    var seen: Set<ExactText> = []
    let names = (effects.map(\.experiment) + (card.map { [$0.id] } ?? []))
      .filter { seen.insert(ExactText($0)).inserted }
    guard names.count < 2 else {
      throw StageFault(
        "a verdict is on one experiment, and these are \(names.joined(separator: ", "))",
        help: "give each its own evaluation/verdict, and set them side by side with "
          + "evaluation/compare", kind: .user)
    }
    return names.first ?? context.experiment
  }

  /// One finding for each contrast; estimates of the same contrast must agree.
  private func arms(of effects: [Effect], card: PilotCard?) throws(StageFault) -> [ArmFinding] {
    var order: [ExactText] = []
    var findings: [ExactText: [Finding]] = [:]
    for effect in effects {
      let contrast = ExactText(effect.contrast)
      if findings[contrast] == nil { order.append(contrast) }
      let finding = Finding(
        effect, direction: try betterWay(of: effect, card), minimum: try least(for: effect, card))
      var known = findings[contrast] ?? []
      let twin = known.firstIndex {
        DecidingEffects.key($0.effect) == DecidingEffects.key(effect)
      }
      if let twin {
        if known[twin].decision != finding.decision { known[twin].kind = .disputed }
      } else {
        known.append(finding)
      }
      findings[contrast] = known
    }
    return order.map { ArmFinding(contrast: $0.text, findings: findings[$0] ?? []) }
  }

  private func betterWay(
    of effect: Effect, _ card: PilotCard?
  ) throws(StageFault) -> PilotCard.Direction {
    if let direction { return direction == .increase ? .increase : .decrease }
    if let declared = card?.outcome(for: effect.outcome)?.direction { return declared }
    throw .user(
      "nothing says which way '\(effect.outcome)' gets better", at: "direction",
      help: "write direction: increase or decrease here, or feed the pilot card, which says it")
  }

  private func least(for effect: Effect, _ card: PilotCard?) throws(StageFault) -> Double {
    if rule == .significance { return 0 }
    if let minimum { return minimum }
    guard let declared = card?.outcome(for: effect.outcome)?.minimumDifference else {
      throw .user(
        "nothing says which difference in '\(effect.outcome)' would be worth the change",
        at: "minimum",
        help: "write minimum: here, or minimum_difference at the outcome on the pilot card; "
          + "rule: significance does without")
    }
    guard effect.scale == nil || effect.scale == .difference else {
      throw .user(
        "the card's minimum is a difference, and the effect on '\(effect.outcome)' is none",
        at: "minimum", help: "write here the minimum on the effect's own scale")
    }
    return declared.magnitude
  }

  private func guardrailFindings(
    _ effects: [Effect], card: PilotCard?
  ) throws(StageFault) -> [GuardrailFinding] {
    var findings: [GuardrailFinding] = []
    for effect in effects {
      let declared = card?.outcome(for: effect.outcome)
      let bound = guardrails[effect.outcome] ?? declared.flatMap { guardrails[$0.id] }
      if let bound {
        let better: PilotCard.Direction = bound > 0 ? .decrease : .increase
        if let declared, declared.direction != better {
          throw .user(
            "'\(effect.outcome)' gets better by an \(declared.direction.rawValue) says the card, and "
              + "the bound guards the other way", at: "guardrails",
            help: "turn the sign of the bound: a positive one is how far it may rise")
        }
        findings.append(
          GuardrailFinding(effect, direction: better, bound: bound.magnitude))
      } else if let declared {
        findings.append(
          GuardrailFinding(
            effect, direction: declared.direction, bound: declared.minimumDifference?.magnitude))
      } else {
        throw .user(
          "nothing says which way '\(effect.outcome)' may not move", at: "guardrails",
          help: "write guardrails: {\(effect.outcome): 0.01} with how far it may rise or fall")
      }
    }
    return findings + missing(findings, card: card)
  }

  /// Guardrails that were promised and of which no effect came in.
  private func missing(
    _ found: [GuardrailFinding], card: PilotCard?
  ) -> [GuardrailFinding] {
    let declared = (card?.outcomes ?? []).filter {
      $0.role == .guardrail || $0.role == .displacement
    }
    var missing: [GuardrailFinding] = []
    for outcome in declared
    where !found.contains(where: {
      $0.outcome.isExactly(outcome.id) || $0.outcome.isExactly(outcome.column ?? outcome.id)
    }) {
      missing.append(GuardrailFinding(missing: outcome.id, role: outcome.role))
    }
    for entry in guardrails.entries
    where !(found + missing).contains(where: { $0.outcome.isExactly(entry.name) })
      && card?.outcome(for: entry.name) == nil
    {
      missing.append(GuardrailFinding(missing: entry.name, role: .guardrail))
    }
    return missing
  }

  /// Findings on subgroups; they decide nothing, and harm to one is told.
  private func subgroups(
    _ effects: [Effect], _ card: PilotCard?
  ) throws(StageFault) -> [Finding] {
    var findings: [Finding] = []
    for effect in effects {
      findings.append(Finding(effect, direction: try betterWay(of: effect, card), minimum: 0))
    }
    return findings.filter { $0.kind == .harmful }
  }
}
