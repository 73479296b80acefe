// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// An interval that may be looked at after every case: it holds at all times at once, in large samples.
///
/// θ̂ₙ ± se·√( 2(nρ² + 1) ⁄ (nρ²) · ln(√(nρ² + 1) ⁄ α) ), Robbins's normal mixture with an estimated
/// variance. It is wider than an interval at one time, by a factor of about 1.5, and narrowest near the
/// number of cases that ρ is tuned for. Valid as n grows; below some hundred cases use
/// `BinomialConfidenceSequence` or `BoundedConfidenceSequence`, which hold at any n.
///
/// Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52:2613–2640,
/// theorem 2.2 and appendix B.2 (tuning).
public struct AsymptoticConfidenceSequence: Sendable, Hashable {
  public let interval: ConfidenceInterval
  /// A p-value against 0 that holds at all times.
  public let pValue: Double

  /// - Parameters:
  ///   - value: θ̂ from the cases so far.
  ///   - standardError: of θ̂, above 0.
  ///   - count: n, the cases so far.
  ///   - tunedFor: the number of cases at which the interval should be narrowest.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.outOfRange`, `.zeroVariance`, `.tooFew`.
  public init(
    value: Double, standardError: Double, count: Int, tunedFor: Int, level: Double = 0.95
  ) throws(EstimationFault) {
    let alpha = 2 * (try ConfidenceInterval.tail(outside: level))
    guard standardError > 0, standardError.isFinite else { throw .zeroVariance("the estimate") }
    guard count > 1 else { throw .tooFew("cases", count: count, needed: 2) }
    guard tunedFor > 0 else {
      throw .outOfRange("the number of cases to tune for", allowed: "above 0")
    }
    let squaredRho = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / Double(tunedFor)
    let weight = Double(count) * squaredRho
    let reach = (2 * (weight + 1) / weight * log((weight + 1).squareRoot() / alpha)).squareRoot()
    interval = ConfidenceInterval(value - reach * standardError, value + reach * standardError)
    let z = value / standardError
    pValue = min(1, (weight + 1).squareRoot() * exp(-z * z * weight / (2 * (weight + 1))))
  }
}
