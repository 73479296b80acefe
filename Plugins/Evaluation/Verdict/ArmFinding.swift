// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// What the primary outcomes say together about one contrast.
struct ArmFinding {
  let contrast: String
  /// One for each primary outcome.
  let findings: [Finding]

  /// Outcomes that agree decide; a benefit beside a harm, or beside too little, is to be adjusted; and
  /// while one is open, all is.
  var decision: Verdict.Decision {
    let decisions = Set(findings.map(\.decision))
    if decisions.count == 1, let only = decisions.first { return only }
    return decisions.contains(.notYetKnown) ? .notYetKnown : .adjust
  }

  var isHarmful: Bool { findings.contains { $0.kind == .harmful } }

  /// The arm that is compared with the control, as far as the contrast names it.
  var arm: String { Contrast(contrast).treated }
}

/// Sorts effects into those that decide, those that guard, and those of subgroups.
struct DecidingEffects {
  let primary: [Effect]
  let guarding: [Effect]
  let subgroups: [Effect]

  /// Where one contrast was estimated on several scales, differences decide; and where the card's plan
  /// names a method, effects by that method decide over others of the same contrast.
  init(_ effects: [Effect], card: PilotCard?) {
    let whole = effects.filter { $0.subgroup == nil }
    let timeless = whole.filter { $0.time == nil }
    let deciding = timeless.isEmpty ? whole : timeless
    guarding = deciding.filter { $0.role == .guardrail || $0.role == .displacement }
    subgroups = effects.filter { $0.subgroup != nil && $0.role == .primary }
    var primary = deciding.filter { $0.role == .primary }
    primary = Self.narrowed(primary) { $0.scale == .difference }
    if let method = card?.plan.method?.split(separator: "/").last {
      primary = Self.narrowed(primary) { $0.method?.isExactly(String(method)) ?? false }
    }
    self.primary = primary
  }

  /// Leaves only the preferred effects of each contrast that has some.
  private static func narrowed(_ effects: [Effect], by isPreferred: (Effect) -> Bool) -> [Effect] {
    let preferred = Set(effects.filter(isPreferred).map(key))
    return effects.filter { isPreferred($0) || !preferred.contains(key($0)) }
  }

  static func key(_ effect: Effect) -> [ExactText] {
    [effect.outcome, effect.contrast, effect.time ?? ""].map(ExactText.init)
  }
}
