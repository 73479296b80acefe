// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// A look at any time, with an interval that holds at all times at once.
struct ConfidenceSequenceLook {
  let sequence: Monitor.Sequence
  let tunedFor: Int?
  let limits: ClosedRange<Double>?
  /// When each case came in; nil where that does not matter.
  let order: [Double]?
  /// Both sides together for an outcome; one side for a guardrail.
  let alpha: Double
  let futility: Double?

  func judge(_ look: Look, _ compared: ComparedLook) throws(StageFault) -> Look {
    var look = look
    look.alpha = alpha
    // A guardrail looks at one side only, so that both sides may have twice its error.
    let level = 1 - (look.role == .guardrail ? 2 * alpha : alpha)
    let interval: ConfidenceInterval?
    do throws(EstimationFault) {
      interval = try self.interval(compared, level: level)
    } catch {
      throw StageFault(
        "\(look.outcome), \(look.contrast): \(error.message)", at: "sequence", help: error.help)
    }
    if let estimate = compared.difference?.estimate {
      look.estimate = estimate.value
      look.standardError = estimate.standardError
      look.statistic = compared.statistic
    }
    guard let interval else {
      look.sentence = "The outcome does not vary yet, so there is no interval."
      return look
    }
    look.low = interval.lower
    look.high = interval.upper
    decide(&look, interval, compared)
    return look
  }

  private func interval(
    _ compared: ComparedLook, level: Double
  ) throws(EstimationFault) -> ConfidenceInterval? {
    switch sequence {
    case .asymptotic:
      guard let estimate = compared.difference?.estimate else { return nil }
      return try AsymptoticConfidenceSequence(
        value: estimate.value, standardError: estimate.standardError, count: compared.units,
        tunedFor: tunedFor ?? compared.units, level: level
      ).interval
    case .binomial:
      let arms = compared.arms
      guard arms.outcome.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw .outOfRange("the outcome of a binomial sequence", allowed: "yes or no, 1 or 0")
      }
      func share(_ treated: Bool) throws(EstimationFault) -> Proportion {
        let values = arms.outcome.indices.filter { arms.isTreated[$0] == treated }
        return try Proportion(values.count { arms.outcome[$0] == 1 }, of: values.count)
      }
      return try BinomialConfidenceSequence.difference(share(true), share(false), level: level)
    case .bounded:
      guard let limits, let order else { return nil }
      let places = compared.rows.indices.sorted {
        (order[compared.rows[$0]], $0) < (order[compared.rows[$1]], $1)
      }
      func values(_ treated: Bool) -> [Double] {
        places.filter { compared.arms.isTreated[$0] == treated }.map { compared.arms.outcome[$0] }
      }
      return try BoundedConfidenceSequence.difference(
        values(true), values(false), limits: limits, level: level)
    }
  }

  private func decide(
    _ look: inout Look, _ interval: ConfidenceInterval, _ compared: ComparedLook
  ) {
    let worst = min(compared.sign * interval.lower, compared.sign * interval.upper)
    let best = max(compared.sign * interval.lower, compared.sign * interval.upper)
    let seen =
      "the difference lies between \(interval.lower.asFigure) and \(interval.upper.asFigure) at "
      + "all looks"
    if best < 0 {
      look.decision = .stopHarm
      look.sentence = "Worse: \(seen)."
    } else if look.role == .guardrail {
      look.sentence = "No harm shown: \(seen)."
    } else if worst > 0 {
      look.decision = .stopBenefit
      look.sentence = "Better: \(seen)."
    } else if futility != nil, let minimum = compared.outcome.minimum?.magnitude, best < minimum {
      look.decision = .stopFutility
      look.sentence = "Too little: \(seen), which leaves out \(minimum.asFigure)."
    } else {
      look.sentence = "Go on: \(seen)."
    }
  }
}
