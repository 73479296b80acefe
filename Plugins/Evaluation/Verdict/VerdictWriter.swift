// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import Tables

/// Puts a decision into words: one summary, the reasons with their codes, and what to do next.
struct VerdictWriter {
  let evidence: VerdictEvidence
  let wording: EvaluationWording
  let card: PilotCard?

  var summary: String {
    switch evidence.decision {
    case .scaleUp:
      let arms = evidence.arms(decided: .scaleUp)
      return wording.scaleUp(arms.map { named($0) }, told(most(arms)))
    case .adjust:
      let arms = evidence.arms(decided: .adjust)
      if let harm = evidence.guardrails.first(where: { $0.kind == .broken }) {
        return wording.adjustForGuardrail(arms.map { named($0) }, label(of: harm.outcome))
      }
      let isMixed = arms.first?.findings.count ?? 0 > 1
      return isMixed ? wording.adjustMixed : wording.adjustTooLittle(told(most(arms)))
    case .stop:
      if let harmful = evidence.arms.first(where: \.isHarmful) {
        return wording.stopHarm(told(most([harmful])))
      }
      return wording.stopNothing(told(most(evidence.arms)))
    case .notYetKnown: return openSummary
    }
  }

  private var openSummary: String {
    if let check = evidence.failedChecks.first { return wording.openTrust(check.message) }
    if evidence.hasSampleRatioFlag { return wording.openTrust(wording.wrongSizes) }
    guard !evidence.arms.isEmpty else { return wording.openNothing }
    let held = evidence.arms.filter { $0.decision == .scaleUp }
    if let guardrail = evidence.guardrails.first(where: { $0.kind == .open || $0.kind == .missing }
    ),
      !held.isEmpty
    {
      return wording.openGuardrail(held.map { named($0) }, label(of: guardrail.outcome))
    }
    return wording.openEffect(told(most(evidence.arms(decided: .notYetKnown))))
  }

  var reasons: [Verdict.Reason] {
    var reasons: [Verdict.Reason] = []
    func add(_ code: VerdictCode, _ text: String) {
      reasons.append(Verdict.Reason(code: code.rawValue, text: text))
    }
    for check in evidence.failedChecks { add(.trustFailed, sentence(check.message)) }
    if evidence.hasSampleRatioFlag { add(.trustFailed, sentence(wording.wrongSizes)) }
    if evidence.arms.isEmpty { add(.noPrimaryEffect, wording.openNothing) }
    for arm in evidence.arms {
      for finding in arm.findings {
        add(code(of: finding), wording.reason(finding.kind, told(finding), rule: evidence.rule))
      }
    }
    for guardrail in evidence.guardrails {
      add(
        code(of: guardrail),
        wording.reason(guardrail, label(of: guardrail.outcome), told(guardrail)))
    }
    for finding in evidence.subgroups {
      add(.subgroupHarmed, wording.subgroupHarmed(finding.effect.subgroup ?? "", told(finding)))
    }
    if evidence.isMultiplicityUnadjusted { add(.multiplicityNotAdjusted, wording.notAdjusted) }
    for check in evidence.warnings { add(.trustWarning, sentence(check.message)) }
    if !evidence.arms.isEmpty {
      if !evidence.hasTrust {
        add(.trustUnchecked, wording.trustUnchecked)
      } else if !evidence.isUntrustworthy, evidence.warnings.isEmpty {
        add(.trustPassed, wording.trustPassed(evidence.checks.count))
      }
      if let grade = evidence.grade(wording) {
        add(code(ofLevel: grade.level), wording.evidenceReason(grade))
      } else {
        add(.evidenceUnknown, wording.evidenceUnknown)
      }
    }
    if !evidence.flags.isEmpty { add(.flagged, wording.flagged(evidence.flags)) }
    return reasons
  }

  var nextSteps: [String] {
    var steps: [String] = []
    for check in evidence.failedChecks { steps.append(wording.repair(check.check)) }
    if evidence.hasSampleRatioFlag { steps.append(wording.repair("sample-ratio")) }
    if evidence.arms.isEmpty { steps.append(wording.estimateFirst) }
    switch evidence.decision {
    case .scaleUp:
      let arms = evidence.arms(decided: .scaleUp)
      steps.append(wording.goOn(arms.map { named($0) }, outcomes(of: arms)))
      let harmed = evidence.arms.filter(\.isHarmful)
      if !harmed.isEmpty { steps.append(wording.stopArms(harmed.map { named($0) })) }
    case .adjust: steps.append(wording.changeAndRetry)
    case .stop: steps.append(wording.stopAndPublish)
    case .notYetKnown: steps += openSteps
    }
    for guardrail in evidence.guardrails {
      if let step = wording.step(guardrail, label(of: guardrail.outcome)) { steps.append(step) }
    }
    if !evidence.subgroups.isEmpty { steps.append(wording.lookAtSubgroups) }
    if !evidence.arms.isEmpty {
      if let level = evidence.designLevel, level <= 2 { steps.append(wording.drawByLot) }
      if !evidence.hasTrust { steps.append(wording.checkTrust) }
    }
    if let date = card?.nextDecision { steps.append(wording.decideOn(date)) }
    return steps.enumerated().filter { !steps[..<$0].contains($1) }.map(\.element)
  }

  /// How many more cases would settle what is open.
  private var openSteps: [String] {
    guard !evidence.isUntrustworthy else { return [] }
    let open = evidence.arms(decided: .notYetKnown).flatMap(\.findings)
      .filter { $0.kind == .perhapsTooLittle || $0.kind == .uncertain }
    return open.map { finding in
      let arm = told(finding).arm
      guard let count = finding.effect.count, let needed = finding.neededCount else {
        return wording.hardlySettled(arm)
      }
      return wording.moreCases(arm, needed: needed, now: count)
    }
  }
}

/// A finding in the words that sentences are made of.
struct ToldFinding {
  var arm = ""
  var control = ""
  var outcome = ""
  /// "+5.5 percentage points (95% interval 2.1 to 9.0 percentage points)".
  var figures = ""
  var minimum = ""
}

extension VerdictWriter {
  private func sentence(_ text: String) -> String {
    let start = wording.sentence(text)
    return start.hasSuffix(".") ? start : start + "."
  }

  private func label(of outcome: String) -> String { card?.outcome(for: outcome)?.label ?? outcome }

  private func label(ofArm id: String) -> String {
    card?.label(ofArm: id) ?? id
  }

  private func named(_ arm: ArmFinding) -> String { label(ofArm: arm.arm) }

  private func outcomes(of arms: [ArmFinding]) -> [String] {
    (arms.first?.findings ?? []).map { label(of: $0.effect.outcome) }
  }

  /// The finding with the largest benefit.
  private func most(_ arms: [ArmFinding]) -> Finding? {
    arms.flatMap(\.findings).max { $0.benefit ?? -.infinity < $1.benefit ?? -.infinity }
  }

  private func told(_ finding: Finding?) -> ToldFinding {
    guard let finding else { return ToldFinding() }
    let effect = finding.effect
    let contrast = Contrast(effect.contrast)
    var control = ""
    if case .arms(_, let id) = contrast { control = label(ofArm: id) }
    let format = EffectFormat(effect)
    let figures =
      effect.confidenceLow == nil
      ? format.text(effect.estimate, in: wording.language)
      : "\(format.text(effect.estimate, in: wording.language)) "
        + "(\(format.interval(of: effect, in: wording.language)))"
    return ToldFinding(
      arm: label(ofArm: contrast.treated), control: control,
      outcome: label(of: effect.outcome), figures: figures,
      minimum: evidence.rule == .significance
        ? "" : format.difference(finding.minimum, finding.direction, in: wording.language))
  }

  private func told(_ guardrail: GuardrailFinding) -> String {
    guard let effect = guardrail.effect else { return "" }
    let format = EffectFormat(effect)
    let arm = Contrast(effect.contrast).treated
    return "\(label(ofArm: arm)), \(format.text(effect.estimate, in: wording.language)), "
      + format.interval(of: effect, in: wording.language)
  }

  private func code(ofLevel level: Int) -> VerdictCode {
    level >= 4 ? .evidenceStrong : level == 3 ? .evidenceModerate : .evidenceWeak
  }

  private func code(of finding: Finding) -> VerdictCode {
    switch finding.kind {
    case .worthwhile:
      evidence.rule == .significance ? .intervalAboveZero : .intervalAboveMinimum
    case .belowMinimum: .intervalBelowMinimum
    case .nothingWorthwhile: .noWorthwhileEffect
    case .harmful: .harmful
    case .perhapsTooLittle: .benefitSizeUnclear
    case .uncertain: .effectUnclear
    case .unpublished: .intervalNotPublished
    case .lostToMultiplicity: .notAfterMultiplicity
    case .disputed: .estimatesDisagree
    }
  }

  private func code(of guardrail: GuardrailFinding) -> VerdictCode {
    switch guardrail.kind {
    case .kept: .guardrailKept
    case .open: .guardrailUnclear
    case .broken: .guardrailHarmed
    case .unbounded: .guardrailUnbounded
    case .missing: .guardrailMissing
    }
  }
}
