// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

extension TwoProportions {
  /// The score statistic of the hypothesis that the shares differ by δ.
  ///
  /// z = (p₁ − p₀ − δ) ⁄ √(p̃₁q̃₁⁄n₁ + p̃₀q̃₀⁄n₀), with the shares p̃ that are most likely under p̃₁ − p̃₀ = δ
  /// (the root of a cubic); it exists also where an arm has no success. No continuity correction.
  ///
  /// - Parameter difference: δ, between −1 and 1, both excluded.
  /// - Returns: standard normal under the hypothesis.
  /// - Throws: `EstimationFault.outOfRange` for δ.
  ///
  /// Source: Farrington and Manning (1990), Statistics in Medicine 9:1447–1454; Miettinen and Nurminen
  /// (1985), Statistics in Medicine 4:213–226, for the cubic. Agrees with R rpact
  /// `getStageResults(thetaH0 =)` to 1e-10.
  public func score(against difference: Double) throws(EstimationFault) -> Double {
    guard difference > -1, difference < 1 else {
      throw .outOfRange("the margin of a difference of shares", allowed: "between −1 and 1")
    }
    return statistic(difference)
  }

  /// The differences that the score test does not reject.
  ///
  /// - Parameter level: two-sided confidence level.
  /// - Returns: the interval that goes with `score(against:)`.
  /// - Throws: `EstimationFault.outOfRange` for the level.
  public func scoreInterval(level: Double = 0.95) throws(EstimationFault) -> ConfidenceInterval {
    let limit = Distribution.normal.upperQuantile(try ConfidenceInterval.tail(outside: level))
    let middle = treated.share - control.share
    return ConfidenceInterval(
      bound(from: middle, to: -1) { $0 > limit }, bound(from: middle, to: 1) { $0 < -limit })
  }

  private func bound(
    from inside: Double, to outside: Double, _ isRejected: (Double) -> Bool
  ) -> Double {
    var inside = inside
    var outside = outside
    for _ in 0..<200 where inside != outside {
      let middle = (inside + outside) / 2
      if middle == inside || middle == outside { break }
      if isRejected(statistic(middle)) { outside = middle } else { inside = middle }
    }
    return inside
  }

  private func statistic(_ difference: Double) -> Double {
    let p1 = treated.share
    let p0 = control.share
    guard p1 - p0 != difference else { return 0 }
    let n1 = Double(treated.count)
    let n0 = Double(control.count)
    let ratio = n0 / n1
    let a = 1 + ratio
    let b = -(1 + ratio + p1 + ratio * p0 + difference * (ratio + 2))
    let c = difference * (difference + 2 * p1 + ratio + 1) + p1 + ratio * p0
    let d = -p1 * difference * (1 + difference)
    let third = b / (3 * a)
    let v = third * third * third - b * c / (6 * a * a) + d / (2 * a)
    let u = (v < 0 ? -1.0 : 1.0) * max(0, third * third - c / (3 * a)).squareRoot()
    let cosine = u == 0 ? 0 : min(1, max(-1, v / (u * u * u)))
    let angle = (Double.pi + acos(cosine)) / 3
    let first = min(1, max(0, 2 * u * cos(angle) - third))
    let second = min(1, max(0, first - difference))
    let variance = first * (1 - first) / n1 + second * (1 - second) / n0
    let distance = p1 - p0 - difference
    return variance > 0
      ? distance / variance.squareRoot() : distance < 0 ? -.infinity : .infinity
  }
}
