// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The line M/M/c in its steady state: Poisson arrivals, exponential work, first come first served.
///
/// With a = λ⁄μ offered hours of work per hour and c staff, the share that waits is
/// C = B ⁄ (1 − a⁄c (1 − B)), B from Erlang's recursion Bₖ = aBₖ₋₁ ⁄ (k + aBₖ₋₁);
/// P(wait ≤ t) = 1 − C exp(−(cμ − λ)t), and the mean wait is C ⁄ (cμ − λ).
///
/// Source: Erlang (1917); Gross and Harris, Fundamentals of Queueing Theory, section 2.3.
struct ErlangC {
  /// The share of cases that wait at all.
  let shareWaiting: Double
  let meanWait: Double
  /// What staff can do beyond what comes in, cμ − λ.
  private let spare: Double

  /// The line with `arrivals` cases per minute; nil where staff cannot keep up, and it grows without end.
  init?(arrivals: Double, minutes: Double, staff: Int) {
    let load = arrivals * minutes
    guard Double(staff) > load else { return nil }
    var blocked = 1.0
    for k in 1...max(1, staff) { blocked = load * blocked / (Double(k) + load * blocked) }
    shareWaiting = blocked / (1 - load / Double(staff) * (1 - blocked))
    spare = Double(staff) / minutes - arrivals
    meanWait = shareWaiting / spare
  }

  /// The share of cases that wait no longer than this.
  func shareWithin(_ wait: Double) -> Double { 1 - shareWaiting * exp(-spare * wait) }

  /// The fewest staff with which a share of cases waits no longer than the norm.
  static func staff(
    arrivals: Double, minutes: Double, norm: Double, share: Double, limit: Int
  ) -> Int? {
    let least = Int((arrivals * minutes).rounded(.down)) + 1
    guard least <= limit else { return nil }
    return (least...limit).first { staff in
      ErlangC(arrivals: arrivals, minutes: minutes, staff: staff)
        .map { $0.shareWithin(norm) >= share } ?? false
    }
  }
}
