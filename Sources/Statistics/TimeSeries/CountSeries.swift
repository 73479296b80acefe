// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

extension OLS {
  /// A Poisson regression with log link as the weighted least squares that it comes to.
  ///
  /// E(y) = exposure·exp(xᵀβ). At the end of the iteration the weights are the fitted counts and the
  /// residuals (y − μ)⁄μ, so that the classical covariance is the quasi-Poisson one (dispersion =
  /// Pearson's χ² ⁄ (n − k)) and `neweyWest` is the sandwich over time of the scores x(y − μ).
  ///
  /// - Parameters:
  ///   - counts: n counts, 0 or more, not all 0.
  ///   - design: n × k with n > k.
  ///   - exposure: n positive numbers, such as people; nil for 1.
  /// - Returns: coefficients on the log scale: exp(β) is a rate ratio.
  /// - Throws: as `OLS.init`; `.outOfRange` for a negative count or an exposure that is not positive;
  ///   `.zeroVariance` where all counts are 0; `.notConverged` where some rate runs off to 0.
  ///
  /// Source: McCullagh and Nelder (1989), Generalized Linear Models, chapter 6. Agrees with R
  /// `glm(family = quasipoisson)` and sandwich `NeweyWest` to 1e-8 (SeriesTests).
  public static func poisson(
    counts: [Double], design: Design, exposure: [Double]? = nil
  ) throws(EstimationFault) -> OLS {
    try logLinear(counts, design, exposure, dispersion: 0)
  }

  /// A negative binomial regression with log link, Var(y) = μ + αμ², as `poisson` gives one.
  ///
  /// α is the most likely one, found by golden section on the profile likelihood; near 0 where counts
  /// vary no more than Poisson's. Weights are μ⁄(1 + αμ); the classical covariance has Pearson's
  /// dispersion beside α, where R's `glm.nb` takes it for 1.
  ///
  /// - Parameters:
  ///   - counts: n counts, 0 or more, not all 0.
  ///   - design: n × k with n > k.
  ///   - exposure: n positive numbers, such as people; nil for 1.
  /// - Returns: coefficients on the log scale, and α.
  /// - Throws: as `poisson(counts:design:exposure:)`.
  ///
  /// Source: Lawless (1987), Canadian J. Statistics 15:209–225. Agrees with R MASS 7.3 `glm.nb` and
  /// sandwich `NeweyWest` to 1e-5 (SeriesTests).
  public static func negativeBinomial(
    counts: [Double], design: Design, exposure: [Double]? = nil
  ) throws(EstimationFault) -> (fit: OLS, dispersion: Double) {
    func profile(_ logDispersion: Double) throws(EstimationFault) -> Double {
      let dispersion = exp(logDispersion)
      let fit = try logLinear(counts, design, exposure, dispersion: dispersion)
      let matrix = fit.design
      let size = 1 / dispersion
      var sum = 0.0
      for row in counts.indices {
        var linear = log(exposure?[row] ?? 1)
        for column in 0..<matrix.columns {
          linear += matrix[row, column] * fit.coefficients[column]
        }
        let scaled = dispersion * exp(linear)
        let rising = risingLogarithm(counts[row], dispersion)
        sum += rising + counts[row] * linear - (counts[row] + size) * log(1 + scaled)
      }
      return sum
    }
    var (low, high) = (log(1e-8), log(1e3))
    let golden = (5.0.squareRoot() - 1) / 2
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (atLeft, atRight) = (try profile(left), try profile(right))
    while high - low > 1e-8 {
      if atLeft > atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - golden * (high - low)
        atLeft = try profile(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + golden * (high - low)
        atRight = try profile(right)
      }
    }
    let dispersion = exp((low + high) / 2)
    return (try logLinear(counts, design, exposure, dispersion: dispersion), dispersion)
  }

  /// log Γ(y + 1⁄α) − log Γ(1⁄α) + y·log α = Σ log(1 + αj) over the whole numbers j below y.
  ///
  /// Beyond fifty terms the rest is an integral with Euler and Maclaurin's corrections, good to 1e-8.
  private static func risingLogarithm(_ count: Double, _ dispersion: Double) -> Double {
    let direct = min(count, 50)
    var sum = 0.0
    for below in stride(from: 0, to: direct, by: 1) { sum += log1p(dispersion * below) }
    guard count > direct else { return sum }
    func part(_ x: Double) -> Double {
      let logarithm = log1p(dispersion * x)
      let slope = dispersion / (1 + dispersion * x)
      return (1 + dispersion * x) * (logarithm - 1) / dispersion - logarithm / 2 + slope / 12
        - slope * slope * slope / 360
    }
    return sum + part(count) - part(direct)
  }

  /// Iterated weighted least squares with weights μ⁄(1 + αμ); α is 0 for Poisson's variance.
  private static func logLinear(
    _ counts: [Double], _ design: Design, _ exposure: [Double]?, dispersion: Double
  ) throws(EstimationFault) -> OLS {
    guard counts.allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange("every count", allowed: "0 or more")
    }
    guard exposure?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true else {
      throw .outOfRange("the exposure of every row", allowed: "positive and finite")
    }
    guard counts.contains(where: { $0 > 0 }) else { throw .zeroVariance("the count") }
    let offset = counts.indices.map { log(exposure?[$0] ?? 1) }
    var linear = counts.indices.map { log(max(counts[$0], 0.5)) }
    let matrix = design.matrix
    var before: [Double] = []
    for _ in 0..<100 {
      let means = linear.map { exp($0) }
      let working = counts.indices.map {
        linear[$0] - offset[$0] + (counts[$0] - means[$0]) / means[$0]
      }
      let fit = try OLS(
        outcome: working, design: design, weights: means.map { $0 / (1 + dispersion * $0) })
      for row in linear.indices {
        linear[row] = offset[row]
        for column in 0..<matrix.columns {
          linear[row] += matrix[row, column] * fit.coefficients[column]
        }
      }
      guard linear.allSatisfy({ $0 > -30 && $0 < 700 }) else { break }
      let moved = zip(fit.coefficients, before).map { ($0 - $1).magnitude / ($0.magnitude + 1) }
      if let most = moved.max(), most < 1e-11 { return fit }
      before = fit.coefficients
    }
    throw .notConverged("the rates: in some part of the design all counts are 0")
  }
}
