// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import StageTesting
import Tables

@testable import Evaluation

/// Effects, cards and checks that tests start from.
enum Samples {
  /// An effect with an interval of ±1.96 standard errors.
  static func effect(
    _ outcome: String = "applied", contrast: String = "b1 - standard",
    experiment: String = "letters", estimate: Double?, standardError: Double? = 0.01,
    role: PilotCard.Role = .primary, change: (inout Effect) -> Void = { _ in }
  ) -> Effect {
    var effect = Effect(
      experiment: experiment, outcome: outcome, contrast: contrast, role: role)
    effect.scale = .difference
    effect.unit = "share"
    effect.design = "individual-rct"
    effect.estimand = "ITT"
    effect.method = "difference-in-means"
    effect.variance = "welch, df Welch–Satterthwaite"
    effect.smsLevel = 5
    effect.level = 0.95
    effect.count = 2000
    effect.treatedCount = 1000
    effect.controlCount = 1000
    effect.estimate = estimate
    effect.standardError = standardError
    if let estimate, let standardError {
      effect.confidenceLow = estimate - 1.96 * standardError
      effect.confidenceHigh = estimate + 1.96 * standardError
      effect.pValue = 0.01
    }
    change(&effect)
    return effect
  }

  /// An effect with this interval around its middle.
  static func effect(
    _ outcome: String = "applied", contrast: String = "b1 - standard", low: Double, high: Double,
    role: PilotCard.Role = .primary, change: (inout Effect) -> Void = { _ in }
  ) -> Effect {
    effect(outcome, contrast: contrast, estimate: (low + high) / 2, role: role) {
      $0.standardError = (high - low) / 3.92
      $0.confidenceLow = low
      $0.confidenceHigh = high
      change(&$0)
    }
  }

  static let cardAnswers: JSONValue = [
    "id": "letters", "title": "Does a clearer letter help?", "owner": "Team Inkomen",
    "organisation": ["name": "Gemeente Voorbeeld", "type": "municipality"],
    "target_group": "households on benefit", "track": "experiment",
    "problem": "Few households apply.", "goal": "More of them apply.",
    "change": ["description": "A letter at level B1.", "kind": "letter"],
    "legal_basis": "within-existing-rules", "design": "individual-rct",
    "unit_of_assignment": "household",
    "arms": [
      ["id": "standard", "label": "Old letter", "control": true],
      ["id": "b1", "label": "Clear letter"],
    ],
    "outcomes": [
      [
        "id": "applied", "column": "applied", "label": "Applications", "metric": "take-up@1",
        "unit": "share", "direction": "increase", "role": "primary", "minimum_difference": 0.01,
        "window": "60 days",
      ]
    ],
    "recruitment": ["invited": 2000, "participants": 2000],
    "next_decision": "2026-12-01",
  ]

  static func card(_ change: (inout JSONValue) -> Void = { _ in }) throws -> PilotCard {
    var answers = cardAnswers
    change(&answers)
    return try PilotCard(answers: answers)
  }

  /// The card's outcomes with a change to the first.
  static func outcomes(_ change: (inout JSONValue) -> Void) -> JSONValue {
    var first = cardAnswers["outcomes"]?[0] ?? .null
    change(&first)
    return [first]
  }

  static func check(
    _ name: String, subject: String = "arm", passed: Bool, severity: TrustCheck.Severity,
    flag: String? = nil
  ) -> TrustCheck {
    var check = TrustCheck(
      name, subject: subject, passed: passed, severity: severity,
      message: passed ? "\(name) is as it should be" : "\(name) is not as it should be")
    check.flag = flag
    return check
  }

  static func effects(_ effects: Effect...) -> [Labeled<Artifact>] {
    effects.map { Labeled($0.experiment, .table(EffectsTable.table([$0]))) }
  }
}

extension Table {
  func number(_ name: String, _ row: Int = 0) -> Double? { TableRows(self).number(name, row) }
  func text(_ name: String, _ row: Int = 0) -> String? { TableRows(self).text(name, row) }
  func flag(_ name: String, _ row: Int = 0) -> Bool? { TableRows(self).flag(name, row) }

  /// The row in which a column holds this text.
  func row(_ name: String, _ text: String) -> Int? {
    self[name]?.texts().firstIndex { $0 == text }
  }
}
