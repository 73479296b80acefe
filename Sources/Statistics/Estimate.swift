// SPDX-License-Identifier: EUPL-1.2

/// The lower and upper bound of a two-sided interval.
public struct ConfidenceInterval: Sendable, Hashable {
  public let lower: Double
  public let upper: Double

  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Half the distance between the bounds.
  public var halfWidth: Double { (upper - lower) / 2 }

  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// (1 − level) ⁄ 2, the probability beyond either bound.
  static func tail(outside level: Double) throws(EstimationFault) -> Double {
    guard level > 0, level < 1 else {
      throw .outOfRange("the confidence level", allowed: "between 0 and 1")
    }
    return (1 - level) / 2
  }
}

/// A number with its uncertainty: θ̂, its standard error, and what follows from the two.
///
/// t = θ̂ ⁄ se, p = 2·P(T > |t|), interval θ̂ ± t₍₁₋α⁄₂₎·se, with Student's t at the degrees of
/// freedom, and the normal distribution where these are infinite.
public struct Estimate: Sendable, Hashable {
  /// θ̂ in the unit of what is estimated.
  public let value: Double
  public let standardError: Double
  /// Infinite where the normal distribution is used.
  public let degreesOfFreedom: Double
  /// θ̂ ⁄ se, against θ = 0.
  public let statistic: Double
  /// Two-sided.
  public let pValue: Double
  public let interval: ConfidenceInterval
  /// Two-sided confidence level of `interval`, between 0 and 1.
  public let level: Double

  /// - Throws: `EstimationFault.outOfRange` for a level outside (0, 1) or degrees of freedom that
  ///   are not positive, and for an estimate or an interval beyond what a number holds; `.zeroVariance` for a
  ///   standard error that is not positive, or is rounding only.
  public init(
    of what: String, value: Double, standardError: Double, degreesOfFreedom: Double = .infinity,
    level: Double = 0.95
  ) throws(EstimationFault) {
    let tail = try ConfidenceInterval.tail(outside: level)
    // Below the rounding of the estimate itself, what is left of a fit that is exact.
    guard standardError > 1e-15 * value.magnitude else { throw .zeroVariance(what) }
    guard degreesOfFreedom > 0 else { throw .noDegreesOfFreedom(what) }
    let distribution = Distribution.studentT(degreesOfFreedom)
    let reach = distribution.upperQuantile(tail) * standardError
    guard (value.magnitude + reach).isFinite else {
      throw .outOfRange(what, allowed: "small enough to be counted with: use another unit")
    }
    self.value = value
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.level = level
    statistic = value / standardError
    pValue = 2 * distribution.upper((value / standardError).magnitude)
    interval = ConfidenceInterval(value - reach, value + reach)
  }
}

/// A statistic with a χ² distribution under the hypothesis.
public struct ChiSquaredTest: Sendable, Hashable {
  public let statistic: Double
  public let degreesOfFreedom: Double
  public let pValue: Double

  public init(statistic: Double, degreesOfFreedom: Double) {
    self.statistic = statistic
    self.degreesOfFreedom = degreesOfFreedom
    pValue = Distribution.chiSquared(degreesOfFreedom).upper(statistic)
  }
}

/// A statistic with an F distribution under the hypothesis.
public struct FTest: Sendable, Hashable {
  public let statistic: Double
  public let numeratorDegreesOfFreedom: Double
  public let denominatorDegreesOfFreedom: Double
  public let pValue: Double

  public init(statistic: Double, numerator: Double, denominator: Double) {
    self.statistic = statistic
    numeratorDegreesOfFreedom = numerator
    denominatorDegreesOfFreedom = denominator
    pValue = Distribution.f(numerator, denominator).upper(statistic)
  }
}
