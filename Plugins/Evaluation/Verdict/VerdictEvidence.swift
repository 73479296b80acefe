// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// Everything that a verdict rests on, and the decision that follows.
struct VerdictEvidence {
  let arms: [ArmFinding]
  let guardrails: [GuardrailFinding]
  let checks: [TrustCheck]
  /// Whether any trust checks came in at all.
  let hasTrust: Bool
  /// Subgroups that the change harms.
  let subgroups: [Finding]
  let rule: DecideVerdict.Rule

  var failedChecks: [TrustCheck] { checks.filter { !$0.passed && $0.severity == .error } }
  var warnings: [TrustCheck] { checks.filter { !$0.passed && $0.severity == .warning } }

  private var primary: [Effect] { arms.flatMap { $0.findings.map(\.effect) } }

  /// Whether the effects themselves say that arms have the wrong sizes.
  var hasSampleRatioFlag: Bool {
    primary.contains { $0.flags.contains("srm") } && !failedChecks.contains { $0.flag == "srm" }
  }

  var isUntrustworthy: Bool { !failedChecks.isEmpty || hasSampleRatioFlag }

  /// The effect with the least evidence among those that decide, once failed checks are counted.
  private var weakest: Effect? {
    primary.filter { $0.smsLevel != nil }
      .min { $0.smsLevel(after: checks) ?? 0 < $1.smsLevel(after: checks) ?? 0 }
  }

  /// What the design alone would give.
  var designLevel: Int? { weakest?.smsLevel }

  /// The least grade of the effects that decide, and why it is no lower and no higher.
  func grade(_ wording: EvaluationWording) -> EvidenceGrade? {
    guard let weakest, let level = weakest.smsLevel else { return nil }
    var grade = EvidenceGrade(min(max(level, 1), 5), because: wording.evidenceMeaning(level))
    grade.lower(by: GradeRule.rules(for: weakest, checks: checks), in: wording.spoken)
    return grade
  }

  var flags: [String] {
    var flags: [String] = []
    for flag in primary.flatMap(\.flags) where flag != "srm" && !flags.contains(flag) {
      flags.append(flag)
    }
    return flags
  }

  /// Several contrasts decide, and nobody counted them when p-values were found.
  var isMultiplicityUnadjusted: Bool {
    primary.count > 1 && primary.contains { $0.adjustedPValue == nil }
  }

  /// The arms that are worth going on with after the guardrails that concern them.
  var decision: Verdict.Decision {
    guard !isUntrustworthy else { return .notYetKnown }
    return arms.map { decision(for: $0) }.best
  }

  /// Certain harm to a guardrail weighs more than harm that is open.
  func decision(for arm: ArmFinding) -> Verdict.Decision {
    let held =
      guardrails
      .filter { $0.contrast?.isExactly(arm.contrast) ?? true }
      .map { $0.holdingBack(arm.decision) }
    return [.adjust, .notYetKnown].first { arm.decision == .scaleUp && held.contains($0) }
      ?? arm.decision
  }

  func arms(decided decision: Verdict.Decision) -> [ArmFinding] {
    arms.filter { self.decision(for: $0) == decision }
  }
}

extension [Verdict.Decision] {
  /// One arm that is worth it is enough to go on; else what is open stays open.
  fileprivate var best: Verdict.Decision {
    [.scaleUp, .notYetKnown, .adjust, .stop].first(where: contains) ?? .notYetKnown
  }
}
