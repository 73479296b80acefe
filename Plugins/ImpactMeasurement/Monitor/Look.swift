// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// What a look leads to.
enum LookDecision: String {
  case go = "continue"
  /// The last look showed nothing that was looked for.
  case ended = "end-nothing-shown"
  case stopBenefit = "stop-benefit"
  case stopHarm = "stop-harm"
  case stopFutility = "stop-futility"
}

/// One look at one outcome of one contrast: what was seen, what it was held against, and what follows.
struct Look {
  enum Role: String {
    /// Decides about benefit, harm and futility.
    case outcome
    /// Decides about harm only.
    case guardrail
    /// A signal in time, without arms.
    case signal
  }

  /// Counted from 1, over all runs that were carried forward.
  var number: Int
  var date: CalendarDate?
  var outcome: String
  var contrast: String
  var role: Role
  /// Which way is better; nil where a signal has no better side.
  var better: PilotCard.Direction?
  /// The method with its settings: what has to stay the same from look to look.
  var method: String
  var count: Int
  /// The share of the planned information that is in.
  var information: Double?
  var estimate: Double?
  var standardError: Double?
  /// On the scale of Z, positive where things are better.
  var statistic: Double?
  /// What the statistic is held against: at or beyond it the look stops.
  var bound: Double?
  /// The error that the whole monitoring of this row may make, and what of it is spent by this look.
  var alpha: Double?
  var alphaSpent: Double?
  /// The interval that holds at all looks.
  var low: Double?
  var high: Double?
  var conditionalPower: Double?
  var conditionalPowerPlanned: Double?
  var predictivePower: Double?
  var decision = LookDecision.go
  var sentence = ""

  init(
    number: Int, date: CalendarDate?, outcome: String, contrast: String, role: Role,
    better: PilotCard.Direction?, method: String, count: Int
  ) {
    self.number = number
    self.date = date
    self.outcome = outcome
    self.contrast = contrast
    self.role = role
    self.better = better
    self.method = method
    self.count = count
  }

  /// Whether two looks are at the same thing.
  func isSameRow(as other: Look) -> Bool {
    outcome.isExactly(other.outcome) && contrast.isExactly(other.contrast) && role == other.role
  }
}

extension Double {
  /// For a sentence: three decimals at most, and more only where the number is smaller than that.
  var asFigure: String {
    let scale: Double = magnitude >= 0.001 || self == 0 ? 1e3 : 1e6
    return NumberText.print((self * scale).rounded() / scale)
  }
}
