// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// A look at planned or unplanned times, with bounds that keep the error over all looks.
struct GroupSequentialLook {
  let spending: Monitor.Spending
  let shape: Double?
  /// Information of the looks that were planned, the last one included.
  let plannedLooks: [Double]
  /// Units planned in the arms of a contrast.
  let planned: Int
  let isFinal: Bool
  /// Both sides together for an outcome; one side for a guardrail.
  let alpha: Double
  /// Chances below this are futile; nil where nothing is.
  let futility: Double?
  let sides: GroupSequentialBound.Sides

  func judge(
    _ look: Look, _ compared: ComparedLook, _ history: LookHistory
  ) throws(StageFault) -> Look {
    var look = look
    look.information = Double(compared.units) / Double(planned)
    look.alpha = alpha
    let earlier = try history.bounded(look)
    guard let estimate = compared.difference?.estimate, let z = compared.statistic,
      let information = look.information
    else {
      look.sentence = "The outcome does not vary yet, so this look is held against no bound."
      return look
    }
    look.estimate = estimate.value
    look.standardError = estimate.standardError
    look.statistic = z
    do throws(EstimationFault) {
      let times = earlier.compactMap(\.information) + [information]
      let fixed = earlier.compactMap(\.bound)
      let bound = try bound(times, fixed, closes: isFinal || information >= 1)
      guard let critical = bound.critical.last, let spent = bound.spent.last else { return look }
      look.bound = critical
      look.alphaSpent = spent
      look.low = estimate.value - critical * estimate.standardError
      look.high = estimate.value + critical * estimate.standardError
      if !isFinal, information < 1 {
        try addPower(&look, compared, times: times, fixed: fixed + [critical])
      }
    } catch {
      throw StageFault(
        "\(look.outcome), \(look.contrast): \(error.message)", at: "spending", help: error.help)
    }
    decide(&look)
    return look
  }

  private func bound(
    _ times: [Double], _ fixed: [Double], closes: Bool
  ) throws(EstimationFault) -> GroupSequentialBound {
    switch spending {
    case .haybittlePeto:
      return try GroupSequentialBound(
        haybittlePeto: shape ?? 3, information: times, closes: closes, alpha: alpha, sides: sides)
    case .fixedPocock, .fixedObrienFleming:
      let exponent = spending == .fixedPocock ? 0.5 : 0
      let plan = try GroupSequentialBound(
        shape: exponent, information: plannedLooks, alpha: alpha, sides: sides)
      let now = min(times.last ?? 1, 1)
      let constant = plan.critical.last ?? 0
      return try GroupSequentialBound(
        .obrienFleming, information: times,
        fixed: fixed + [constant * power(now, exponent - 0.5)], alpha: alpha, sides: sides)
    case .obrienFleming, .pocock, .kimDemets, .hwangShihDecani:
      return try GroupSequentialBound(
        spending.function(shape), information: times, fixed: fixed, closes: closes, alpha: alpha,
        sides: sides)
    }
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    exponent == 0 ? 1 : 1 / base.squareRoot()
  }

  /// The chance that looks to come still stop for benefit.
  private func addPower(
    _ look: inout Look, _ compared: ComparedLook, times: [Double], fixed: [Double]
  ) throws(EstimationFault) {
    guard sides == .two, let now = times.last, let z = look.statistic,
      let error = look.standardError
    else { return }
    let ahead = (plannedLooks.filter { $0 > now + 1e-9 && $0 < 1 } + [1])
    var critical = fixed
    for place in ahead.indices {
      let bound = try bound(
        times + ahead[...place], critical, closes: place == ahead.count - 1)
      critical.append(bound.critical.last ?? 0)
    }
    let looks = zip(ahead, critical.suffix(ahead.count)).map {
      (information: $0, critical: $1)
    }
    let drift = compared.outcome.minimum.map { $0.magnitude / (error * now.squareRoot()) }
    let power = try ConditionalPower(
      statistic: z, information: now, ahead: looks, plannedDrift: drift)
    look.conditionalPower = power.underTrend
    look.conditionalPowerPlanned = power.underPlan
    look.predictivePower = power.predictive
  }

  private func decide(_ look: inout Look) {
    guard let z = look.statistic, let bound = look.bound, let spent = look.alphaSpent else {
      return
    }
    let seen = "z is \(z.asFigure)"
    let cost = "\(spent.asFigure) of an error of \(alpha.asFigure) is spent"
    if sides == .one {
      if -z >= bound {
        look.decision = .stopHarm
        look.sentence = "\(seen), at or below −\(bound.asFigure): the guardrail is harmed."
      } else {
        if isLast(look) { look.decision = .ended }
        look.sentence = "\(seen), above −\(bound.asFigure): no harm shown; \(cost)."
      }
    } else if z >= bound {
      look.decision = .stopBenefit
      look.sentence =
        "\(seen), at or above \(bound.asFigure): better, at an error of "
        + "\(alpha.asFigure) over all looks."
    } else if -z >= bound {
      look.decision = .stopHarm
      look.sentence =
        "\(seen), at or below −\(bound.asFigure): worse, at an error of "
        + "\(alpha.asFigure) over all looks."
    } else if let futility, let trend = look.conditionalPower,
      max(trend, look.conditionalPowerPlanned ?? 0) < futility
    {
      look.decision = .stopFutility
      look.sentence =
        "\(seen); the chance of showing benefit by the end is "
        + "\(max(trend, look.conditionalPowerPlanned ?? 0).asFigure), below \(futility.asFigure)."
    } else {
      if isLast(look) { look.decision = .ended }
      look.sentence =
        "\(seen), between −\(bound.asFigure) and \(bound.asFigure): "
        + (isLast(look) ? "nothing shown at the last look; " : "go on; ") + "\(cost)."
    }
  }

  private func isLast(_ look: Look) -> Bool { isFinal || (look.information ?? 0) >= 1 }
}

extension Monitor.Spending {
  func function(_ shape: Double?) -> AlphaSpending {
    switch self {
    case .pocock: .pocock
    case .kimDemets: .power(shape ?? 2)
    case .hwangShihDecani: .hwangShihDeCani(shape ?? -4)
    case .obrienFleming, .haybittlePeto, .fixedPocock, .fixedObrienFleming: .obrienFleming
    }
  }
}
