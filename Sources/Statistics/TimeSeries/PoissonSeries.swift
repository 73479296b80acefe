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
    guard counts.allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange("every count", allowed: "0 or more")
    }
    guard exposure?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true else {
      throw .outOfRange("the exposure of every row", allowed: "positive and finite")
    }
    guard counts.contains(where: { $0 > 0 }) else { throw .zeroVariance("the count") }
    let offset = counts.indices.map { log(exposure?[$0] ?? 1) }
    var linear = counts.indices.map { log(max(counts[$0], 0.5)) }
    var before = Double.infinity
    for _ in 0..<50 {
      let means = linear.map { exp($0) }
      let working = counts.indices.map {
        linear[$0] - offset[$0] + (counts[$0] - means[$0]) / means[$0]
      }
      let fit = try OLS(outcome: working, design: design, weights: means)
      let matrix = design.matrix
      for row in linear.indices {
        linear[row] = offset[row]
        for column in 0..<matrix.columns {
          linear[row] += matrix[row, column] * fit.coefficients[column]
        }
      }
      let deviance = counts.indices.reduce(0.0) { sum, row in
        let mean = exp(linear[row])
        let part = counts[row] > 0 ? counts[row] * log(counts[row] / mean) : 0
        return sum + 2 * (part - (counts[row] - mean))
      }
      guard linear.allSatisfy({ $0 > -30 && $0 < 700 }) else { break }
      if (deviance - before).magnitude < 1e-13 * (deviance.magnitude + 0.1) { return fit }
      before = deviance
    }
    throw .notConverged("the rates: in some part of the design all counts are 0")
  }
}
