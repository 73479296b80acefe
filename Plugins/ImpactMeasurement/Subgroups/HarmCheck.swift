// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// Whether a change makes it worse for a group that can bear it least.
///
/// It stands on the unadjusted interval: counting comparisons protects from false hopes, and would hide
/// harm.
struct HarmCheck {
  /// The subgroups to watch, as the effects table names them.
  let vulnerable: [String]
  let direction: Subgroups.Direction?
  let card: PilotCard?

  func isWatched(_ title: String) -> Bool { vulnerable.contains { $0.isExactly(title) } }

  /// The check of one subgroup's effect.
  func check(_ effect: Effect, title: String) throws(StageFault) -> TrustCheck {
    let better = try better(for: effect.outcome)
    let sign = better == .increase ? 1.0 : -1.0
    guard let low = effect.confidenceLow, let high = effect.confidenceHigh else {
      return tooFew(effect, title: title)
    }
    let worst = min(sign * low, sign * high)
    let best = max(sign * low, sign * high)
    let least = card?.outcome(for: effect.outcome)?.minimumDifference?.magnitude ?? 0
    let finding = "\(title): \(effect.outcome), \(effect.contrast)"
    let isHarmed = best < 0
    let isRuledOut = worst > -least || worst >= 0
    var check = TrustCheck(
      "harm", subject: subject(effect, title), passed: isRuledOut,
      severity: isHarmed ? .warning : .info,
      message: isHarmed
        ? "\(finding) gets worse for certain: stop or change it for this group"
        : isRuledOut
          ? "\(finding): harm that matters is ruled out"
          : "\(finding): harm is not certain, and not ruled out")
    check.value = worst
    check.threshold = -least
    check.flag = isHarmed ? Self.flag : nil
    return check
  }

  /// The check of a subgroup whose effect cannot be shown.
  func tooFew(_ effect: Effect, title: String) -> TrustCheck {
    TrustCheck(
      "harm", subject: subject(effect, title), passed: false, severity: .warning,
      message: "\(title): too few cases to see whether \(effect.outcome) gets worse by "
        + "\(effect.contrast)")
  }

  static let flag = "harms-vulnerable-group"

  private func subject(_ effect: Effect, _ title: String) -> String {
    "\(effect.outcome), \(effect.contrast), \(title)"
  }

  private func better(for outcome: String) throws(StageFault) -> PilotCard.Direction {
    if let direction { return direction == .increase ? .increase : .decrease }
    if let declared = card?.outcome(for: outcome)?.direction { return declared }
    throw .user(
      "nothing says which way '\(outcome)' gets better", at: "direction",
      help: "write direction: increase or decrease, or feed the pilot card, which says it")
  }
}
