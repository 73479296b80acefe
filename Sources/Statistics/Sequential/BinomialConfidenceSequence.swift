// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// An interval for a share that holds at all times at once, at any number of cases.
///
/// The shares p with B(x + ½, n − x + ½) ⁄ B(½, ½) ⁄ (pˣ(1 − p)ⁿ⁻ˣ) < 1 ⁄ α: the likelihood ratio of a
/// beta mixture against p is a martingale under p, so that it reaches 1 ⁄ α with probability α at most.
///
/// Source: Robbins (1970), Annals of Mathematical Statistics 41:1397–1409; Ville (1939).
public struct BinomialConfidenceSequence: Sendable, Hashable {
  public let interval: ConfidenceInterval

  /// - Throws: `EstimationFault.outOfRange` for a level outside (0, 1).
  public init(_ proportion: Proportion, level: Double = 0.95) throws(EstimationFault) {
    let alpha = 2 * (try ConfidenceInterval.tail(outside: level))
    let successes = Double(proportion.successes)
    let failures = Double(proportion.count - proportion.successes)
    let mixture =
      lgamma(successes + 0.5) + lgamma(failures + 0.5) - lgamma(successes + failures + 1)
      - 2 * lgamma(0.5)
    // Above zero inside the interval.
    func room(_ p: Double) -> Double {
      let likelihood =
        (successes > 0 ? successes * log(p) : 0) + (failures > 0 ? failures * log1p(-p) : 0)
      return -log(alpha) - mixture + likelihood
    }
    let share = proportion.share
    let upper = failures == 0 ? 1 : FallingRoot.find(from: share, to: 1 - 1e-16, room)
    let lower =
      successes == 0 ? 0 : 1 - FallingRoot.find(from: 1 - share, to: 1 - 1e-300) { room(1 - $0) }
    interval = ConfidenceInterval(max(0, lower), min(1, upper))
  }

  /// The interval for the difference of two shares: each arm at half the error.
  ///
  /// - Throws: as `init(_:level:)`.
  public static func difference(
    _ treated: Proportion, _ control: Proportion, level: Double = 0.95
  ) throws(EstimationFault) -> ConfidenceInterval {
    let each = 1 - (1 - level) / 2
    let first = try Self(treated, level: each).interval
    let second = try Self(control, level: each).interval
    return ConfidenceInterval(first.lower - second.upper, first.upper - second.lower)
  }
}
