// SPDX-License-Identifier: EUPL-1.2

/// Cumulative sums, which see a small shift that lasts (CUSUM).
///
/// C⁺ᵢ = max(0, C⁺ᵢ₋₁ + zᵢ − k) and C⁻ᵢ = max(0, C⁻ᵢ₋₁ − zᵢ − k); a signal where one of them exceeds h.
/// Sums are not set back after a signal. With k = ½ a shift of one σ is found soonest; h = 5 gives a
/// false alarm in about 465 points, h = 4 in about 168.
///
/// Source: Page (1954), Biometrika 41:100–115; Montgomery (2019), chapter 9.
public struct CumulativeSum: Sendable, Hashable {
  public let above: [Double]
  public let below: [Double]
  /// h, in σ.
  public let limit: Double

  /// - Parameters:
  ///   - z: standardised points in time's order, as a control chart gives them.
  ///   - allowance: k, half the shift to be found, in σ; not negative.
  ///   - limit: h, in σ; above 0.
  /// - Throws: `EstimationFault.outOfRange`.
  public init(
    _ z: [Double], allowance: Double = 0.5, limit: Double = 5
  ) throws(EstimationFault) {
    guard allowance >= 0, limit > 0 else {
      throw .outOfRange("allowance and limit", allowed: "positive")
    }
    var (up, down) = (0.0, 0.0)
    var above: [Double] = []
    var below: [Double] = []
    for value in z {
      up = max(0, up + value - allowance)
      down = max(0, down - value - allowance)
      above.append(up)
      below.append(down)
    }
    self.above = above
    self.below = below
    self.limit = limit
  }

  /// 1 where the upper sum signals at a point, −1 where the lower one does; nil where neither does.
  public func signal(at place: Int) -> Int? {
    if above[place] > limit { return 1 }
    return below[place] > limit ? -1 : nil
  }
}
