// SPDX-License-Identifier: EUPL-1.2

import Experiments

/// Whether an outcome that may not get worse stayed within its bounds; it can only hold a change back.
///
/// With a bound: kept where the interval lies within it, broken where it lies beyond, open between.
/// Without one only certain harm counts, since every interval around zero has a bad side.
struct GuardrailFinding {
  enum Kind {
    case kept
    case open
    case broken
    /// Not certainly worse, and nobody said how much worse would be too much.
    case unbounded
    /// Declared on the card or in the pipeline, and no effect of it came in.
    case missing
  }

  let outcome: String
  let contrast: String?
  let role: PilotCard.Role
  let kind: Kind
  var effect: Effect?

  /// - Parameters:
  ///   - effect: the guardrail's effect.
  ///   - direction: the way in which it gets better.
  ///   - bound: how much worse it may get, not negative; nil where nobody said.
  init(_ effect: Effect, direction: PilotCard.Direction, bound: Double?) {
    self.effect = effect
    outcome = effect.outcome
    contrast = effect.contrast
    role = effect.role
    guard let low = effect.confidenceLow, let high = effect.confidenceHigh else {
      kind = .missing
      return
    }
    let sign = direction == .increase ? 1.0 : -1.0
    let null = effect.scale?.null ?? 0
    let ends = [sign * (low - null), sign * (high - null)]
    let worst = min(ends[0], ends[1])
    let best = max(ends[0], ends[1])
    if best < -(bound ?? 0) {
      kind = .broken
    } else if let bound {
      kind = worst > -bound || (bound == 0 && worst >= 0) ? .kept : .open
    } else {
      kind = worst >= 0 ? .kept : .unbounded
    }
  }

  init(missing outcome: String, role: PilotCard.Role) {
    self.outcome = outcome
    self.role = role
    contrast = nil
    kind = .missing
  }

  /// The decision once the guardrail is heard.
  func holdingBack(_ decision: Verdict.Decision) -> Verdict.Decision {
    guard decision == .scaleUp else { return decision }
    switch kind {
    case .kept, .unbounded: return decision
    case .open, .missing: return .notYetKnown
    case .broken: return .adjust
    }
  }
}
