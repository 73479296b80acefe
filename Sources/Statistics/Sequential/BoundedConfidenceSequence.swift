// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// An interval for the mean of values between known limits that holds at all times, at any number of cases.
///
/// The predictable plug-in empirical Bernstein sequence: with values in [0, 1], bets
/// λᵢ = min(½, √(2ln(2⁄α) ⁄ (σ̂²ᵢ₋₁·i·ln(1 + i)))) that know only what came before, the centre
/// Σλᵢxᵢ ⁄ Σλᵢ and the half-width (ln(2⁄α) + Σ vᵢψ(λᵢ)) ⁄ Σλᵢ, with vᵢ = 4(xᵢ − μ̂ᵢ₋₁)² and
/// ψ(λ) = (−ln(1 − λ) − λ) ⁄ 4.
///
/// The order of values matters: it has to be the order in which they came in.
/// Source: Waudby-Smith and Ramdas (2024), J. Royal Statistical Society B 86:1–27, theorem 2.
public struct BoundedConfidenceSequence: Sendable, Hashable {
  public let interval: ConfidenceInterval

  /// - Parameters:
  ///   - values: in the order in which they came, none missing.
  ///   - limits: what the outcome cannot leave, known beforehand.
  ///   - level: two-sided confidence level.
  /// - Throws: `EstimationFault.outOfRange` where a value lies outside the limits, `.tooFew` without one.
  public init(
    _ values: [Double], limits: ClosedRange<Double>, level: Double = 0.95
  ) throws(EstimationFault) {
    let alpha = 2 * (try ConfidenceInterval.tail(outside: level))
    let width = limits.upperBound - limits.lowerBound
    guard width > 0 else { throw .outOfRange("the limits", allowed: "apart from each other") }
    guard !values.isEmpty else { throw .tooFew("cases", count: 0, needed: 1) }
    guard values.allSatisfy(limits.contains) else {
      throw .outOfRange(
        "every value", allowed: "between \(limits.lowerBound) and \(limits.upperBound)")
    }
    let target = log(2 / alpha)
    var (sum, squares) = (0.0, 0.0)
    var (mean, variance) = (0.5, 0.25)
    var (bets, winnings, cost) = (0.0, 0.0, 0.0)
    for (place, value) in values.enumerated() {
      let x = (value - limits.lowerBound) / width
      let i = Double(place + 1)
      let bet = min(0.5, (2 * target / (variance * i * log1p(i))).squareRoot())
      bets += bet
      winnings += bet * x
      cost += (x - mean) * (x - mean) * (-log1p(-bet) - bet)
      sum += x
      mean = (0.5 + sum) / (i + 1)
      squares += (x - mean) * (x - mean)
      variance = (0.25 + squares) / (i + 1)
    }
    let centre = winnings / bets
    let reach = (target + cost) / bets
    interval = ConfidenceInterval(
      limits.lowerBound + width * max(0, centre - reach),
      limits.lowerBound + width * min(1, centre + reach))
  }

  /// The interval for the difference of two means: each arm at half the error.
  ///
  /// - Throws: as `init(_:limits:level:)`.
  public static func difference(
    _ treated: [Double], _ control: [Double], limits: ClosedRange<Double>, level: Double = 0.95
  ) throws(EstimationFault) -> ConfidenceInterval {
    let each = 1 - (1 - level) / 2
    let first = try Self(treated, limits: limits, level: each).interval
    let second = try Self(control, limits: limits, level: each).interval
    return ConfidenceInterval(first.lower - second.upper, first.upper - second.lower)
  }
}
