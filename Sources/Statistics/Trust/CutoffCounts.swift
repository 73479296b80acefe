// SPDX-License-Identifier: EUPL-1.2

/// Whether as many cases lie just above a cut-off as just below, as where nobody chose their side.
public struct CutoffCounts: Sendable, Hashable {
  /// Half the width of the window around the cut-off, in the running variable's unit.
  public let reach: Double
  /// Cases in [cut-off − reach, cut-off).
  public let below: Int
  /// Cases in [cut-off, cut-off + reach).
  public let above: Int
  /// The exact two-sided binomial test of a half.
  public let pValue: Double

  /// Counts in the narrowest window with enough cases.
  ///
  /// Under local randomisation each case of a narrow window lies above with probability one half:
  /// p = min(1, 2·P(B ≤ min(below, above))), B binomial(below + above, ½). The window is half-open on
  /// both sides, so that a running variable in whole numbers has as many values below as above. Steep
  /// densities fail wide windows: the narrower, the safer and the weaker.
  ///
  /// - Parameters:
  ///   - running: the variable that the cut-off sorts by, none missing.
  ///   - cutoff: in its unit; who reaches it gets the change.
  ///   - count: cases the window needs; all are taken where there are fewer.
  /// - Throws: `EstimationFault.notFinite`; `.tooFew` where either side has no case at all, or the
  ///   window holds fewer than twenty.
  /// - Complexity: O(n·log n).
  ///
  /// Source: Cattaneo, Titiunik and Vazquez-Bare (2017), J. of Policy Analysis and Management
  /// 36:643–681; for whole numbers Frandsen (2017), Advances in Econometrics 38:281–315.
  public init(running: [Double], cutoff: Double, count: Int = 100) throws(EstimationFault) {
    let wrong = running.indices.filter { !running[$0].isFinite }
    guard wrong.isEmpty else { throw .notFinite("running", rows: wrong) }
    for (side, isBelow) in [("below", true), ("above", false)] {
      let cases = running.count { ($0 < cutoff) == isBelow }
      guard cases > 0 else { throw .tooFew("cases \(side) the cut-off", count: 0, needed: 1) }
    }
    guard running.count >= Self.leastCount else {
      throw .tooFew("cases around the cut-off", count: running.count, needed: Self.leastCount)
    }
    let reach = Self.reach(running, cutoff, max(count, Self.leastCount))
    below = running.count { $0 < cutoff && cutoff - $0 <= reach }
    above = running.count { $0 >= cutoff && $0 - cutoff < reach }
    self.reach = reach
    let binomial = Distribution.binomial(trials: below + above, probability: 0.5)
    pValue = min(1, 2 * binomial.cumulative(Double(min(below, above))))
  }

  private static let leastCount = 20

  /// The least distance of a case below at which the window holds enough, so that steps of the variable
  /// are taken in pairs; beyond the last case below, the distance of a case above.
  private static func reach(_ running: [Double], _ cutoff: Double, _ count: Int) -> Double {
    let below = running.filter { $0 < cutoff }.map { cutoff - $0 }.sorted()
    let above = running.filter { $0 >= cutoff }.map { $0 - cutoff }.sorted()
    var passed = 0
    for (place, distance) in below.enumerated() {
      while passed < above.count, above[passed] < distance { passed += 1 }
      if place + 1 + passed >= count { return distance }
    }
    let missing = min(max(count - below.count, 1), above.count)
    return max(above[missing - 1].nextUp, below.last ?? 0)
  }
}
