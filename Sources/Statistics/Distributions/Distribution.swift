// SPDX-License-Identifier: EUPL-1.2

internal import CDistributions

/// A probability distribution: cumulative and upper probabilities, quantiles, density.
///
/// Outside a distribution's domain (negative degrees of freedom, a probability above 1) the answer
/// is NaN. Computed by Boost.Math; within 1e-13 relative of SciPy and R for the central ones.
public struct Distribution: Sendable, Hashable {
  private let family: UInt32
  private let first: Double
  private let second: Double
  private let third: Double

  private init(
    _ family: DistributionFamily, _ first: Double, _ second: Double = 0, _ third: Double = 0
  ) {
    self.family = family.rawValue
    self.first = first
    self.second = second
    self.third = third
  }

  /// The standard normal distribution.
  public static let normal = normal(mean: 0, standardDeviation: 1)

  public static func normal(mean: Double, standardDeviation: Double) -> Self {
    Self(DistributionFamilyNormal, mean, standardDeviation)
  }

  /// Student's t; the degrees of freedom may be a fraction, or infinite for the normal distribution.
  public static func studentT(_ degreesOfFreedom: Double) -> Self {
    degreesOfFreedom == .infinity ? normal : Self(DistributionFamilyStudentT, degreesOfFreedom)
  }

  /// F with numerator and denominator degrees of freedom.
  public static func f(_ numerator: Double, _ denominator: Double) -> Self {
    Self(DistributionFamilyF, numerator, denominator)
  }

  /// χ².
  public static func chiSquared(_ degreesOfFreedom: Double) -> Self {
    Self(DistributionFamilyChiSquared, degreesOfFreedom)
  }

  public static func beta(_ firstShape: Double, _ secondShape: Double) -> Self {
    Self(DistributionFamilyBeta, firstShape, secondShape)
  }

  public static func gamma(shape: Double, scale: Double) -> Self {
    Self(DistributionFamilyGamma, shape, scale)
  }

  /// Number of successes; a quantile is the smallest count that reaches the probability.
  public static func binomial(trials: Int, probability: Double) -> Self {
    Self(DistributionFamilyBinomial, Double(trials), probability)
  }

  /// Number of events; a quantile is the smallest count that reaches the probability.
  public static func poisson(mean: Double) -> Self { Self(DistributionFamilyPoisson, mean) }

  /// t of a shifted normal, as power calculations need it.
  public static func nonCentralT(_ degreesOfFreedom: Double, shift: Double) -> Self {
    Self(DistributionFamilyNonCentralT, degreesOfFreedom, shift)
  }

  public static func nonCentralF(_ numerator: Double, _ denominator: Double, shift: Double) -> Self
  {
    Self(DistributionFamilyNonCentralF, numerator, denominator, shift)
  }

  public static func nonCentralChiSquared(_ degreesOfFreedom: Double, shift: Double) -> Self {
    Self(DistributionFamilyNonCentralChiSquared, degreesOfFreedom, shift)
  }
}

extension Distribution {
  /// P(X ≤ x).
  public func cumulative(_ x: Double) -> Double {
    distribution_cumulative(DistributionFamily(family), x, first, second, third)
  }

  /// P(X > x), exact also where it is tiny.
  public func upper(_ x: Double) -> Double {
    distribution_upper(DistributionFamily(family), x, first, second, third)
  }

  /// The x with P(X ≤ x) = p.
  public func quantile(_ p: Double) -> Double {
    distribution_quantile(DistributionFamily(family), p, first, second, third)
  }

  /// The x with P(X > x) = p, exact also where p is tiny.
  public func upperQuantile(_ p: Double) -> Double {
    distribution_upper_quantile(DistributionFamily(family), p, first, second, third)
  }

  /// The density at x, or for counts the probability of x.
  public func density(_ x: Double) -> Double {
    distribution_density(DistributionFamily(family), x, first, second, third)
  }
}
