// SPDX-License-Identifier: EUPL-1.2

import StageKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
import Tables
#endif

extension RandomStream {
  /// Standard normal, by the polar method (Marsaglia and Bray 1964, SIAM Review 6:260–264).
  mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let radius = x * x + y * y
      if radius > 0, radius < 1 { return x * (-2 * log(radius) / radius).squareRoot() }
    }
  }
}

/// The Poisson distribution.
enum Poisson {
  /// The largest mean that is drawn from: e⁻ᵐ must not vanish.
  static let largestMean = 500.0

  /// The least k with P(X ≤ k) ≥ u, found by adding up probabilities.
  ///
  /// A larger mean never gives a smaller k for the same u, so that outcomes under two arms that share
  /// their u differ in the direction of the effect only.
  static func quantile(_ u: Double, mean: Double) -> Int64 {
    precondition(mean >= 0 && mean <= largestMean, "a mean that is not drawn from")
    var probability = exp(-mean)
    var cumulative = probability
    var k: Int64 = 0
    while cumulative <= u {
      k += 1
      probability *= mean / Double(k)
      let sum = cumulative + probability
      // Far in the tail nothing more is added, and the sum may stay one rounding below u.
      if sum == cumulative, Double(k) > mean { break }
      cumulative = sum
    }
    return k
  }
}

extension StageContext {
  /// A stream of its own for everything that has a name: a column more never changes the others.
  func random(named name: String) throws(StageFault) -> RandomStream {
    // FNV-1a (Fowler, Noll and Vo), 64 bits.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return try random(for: Int(truncatingIfNeeded: hash))
  }
}
