// SPDX-License-Identifier: EUPL-1.2

/// What the rest of a trial may still bring, given what has been seen.
public struct ConditionalPower: Sendable, Hashable {
  /// The chance of meeting an upper bound at a look to come, where the effect is as estimated now.
  public let underTrend: Double
  /// The same where the effect is the planned one; nil where none was given.
  public let underPlan: Double?
  /// The mean of that chance over what the data leave possible (flat prior), for one final look.
  public let predictive: Double

  /// - Parameters:
  ///   - statistic: Z at this look, positive where the effect is in the wanted direction.
  ///   - information: t of this look, above 0.
  ///   - ahead: looks to come, with the critical value of each; none where there is none.
  ///   - plannedDrift: E[Z] at t = 1 under the planned effect.
  /// - Throws: `EstimationFault.outOfRange` where looks to come do not lie ahead, `.tooFew` without one.
  ///
  /// Under drift θ, for one final look at t = 1:
  /// 1 − Φ((c − Z√t − θ(1 − t)) ⁄ √(1 − t)); several looks by recursive integration.
  /// Lower bounds do not count: a trial that turns out harmful has hardly a chance left anyway.
  /// Source: Lan and Wittes (1988), Biometrics 44:579–585; Spiegelhalter, Freedman and Blackburn (1986),
  /// Controlled Clinical Trials 7:8–17.
  public init(
    statistic: Double, information: Double,
    ahead: [(information: Double, critical: Double)], plannedDrift: Double? = nil
  ) throws(EstimationFault) {
    guard let last = ahead.last else { throw .tooFew("looks to come", count: 0, needed: 1) }
    let times = [information] + ahead.map(\.information)
    guard information > 0, zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .outOfRange("the information of each look", allowed: "above that of the look before")
    }
    let value = statistic * information.squareRoot()
    underTrend = Self.power(
      from: value, at: information, ahead: ahead, drift: statistic / information.squareRoot())
    underPlan = plannedDrift.map {
      Self.power(from: value, at: information, ahead: ahead, drift: $0)
    }
    let end = last.information
    let mean = value * end / information
    let spread = ((end - information) * end / information).squareRoot()
    predictive = Distribution.normal.upper(
      (last.critical * end.squareRoot() - mean) / spread)
  }

  /// The power of a whole trial: the chance of ever meeting an upper bound under a drift, look by look.
  ///
  /// - Parameters:
  ///   - bound: its looks and critical values; with two sides the lower side stops, too.
  ///   - drift: E[Z] at t = 1.
  /// - Returns: the probability of stopping at the upper bound, for each look.
  public static func crossing(_ bound: GroupSequentialBound, drift: Double) -> [Double] {
    var motion = BrownianExit(drift: drift)
    var result: [Double] = []
    for (place, t) in bound.information.enumerated() {
      let critical = bound.critical[place]
      result.append(motion.exitAbove(critical, at: t))
      motion.advance(
        to: t, between: bound.sides == .two ? -critical : -.infinity, and: critical,
        then: place + 1 < bound.information.count ? bound.information[place + 1] : nil)
    }
    return result
  }

  private static func power(
    from value: Double, at information: Double, ahead: [(information: Double, critical: Double)],
    drift: Double
  ) -> Double {
    var motion = BrownianExit(drift: drift, at: information, value: value)
    var sum = 0.0
    for (place, look) in ahead.enumerated() {
      sum += motion.exitAbove(look.critical, at: look.information)
      guard place + 1 < ahead.count else { break }
      motion.advance(
        to: look.information, between: -.infinity, and: look.critical,
        then: ahead[place + 1].information)
    }
    return min(1, sum)
  }
}
