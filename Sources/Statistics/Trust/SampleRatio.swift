// SPDX-License-Identifier: EUPL-1.2

/// Whether arms have the sizes that their assignment planned (sample-ratio mismatch).
public struct SampleRatio: Sendable, Hashable {
  /// Cases expected in each arm.
  public let expected: [Double]
  public let test: ChiSquaredTest
  /// The largest |share − planned share| of an arm.
  public let largestDeviation: Double

  /// Pearson's χ² = Σ (nₐ − n·πₐ)² ⁄ (n·πₐ) with arms − 1 degrees of freedom.
  ///
  /// Count what was *assigned*, missing outcomes included: a missing outcome is attrition.
  ///
  /// - Parameters:
  ///   - counts: cases assigned to each arm.
  ///   - shares: planned shares or ratios, positive; nil for equal ones.
  /// - Throws: `EstimationFault.tooFew` for fewer than two arms or no cases, `.outOfRange` for a
  ///   share that is not positive.
  ///
  /// Source: Fabijan et al. (2019), KDD, 2156–2164. Agrees with R `chisq.test(counts, p = shares)`.
  public init(counts: [Int], shares: [Double]? = nil) throws(EstimationFault) {
    let shares = shares ?? Array(repeating: 1, count: counts.count)
    precondition(counts.count == shares.count, "one share per arm")
    guard counts.count > 1 else { throw .tooFew("arms", count: counts.count, needed: 2) }
    guard shares.allSatisfy({ $0 > 0 && $0.isFinite }), counts.allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange("the planned share of every arm", allowed: "positive")
    }
    let total = counts.reduce(0, +)
    guard total > 0 else { throw .tooFew("cases", count: 0, needed: 1) }
    let whole = shares.reduce(0, +)
    let expected = shares.map { Double(total) * $0 / whole }
    let statistic = zip(counts, expected).reduce(0.0) { sum, pair in
      let deviation = Double(pair.0) - pair.1
      return sum + deviation * deviation / pair.1
    }
    self.expected = expected
    largestDeviation =
      zip(counts, expected).map { (Double($0) - $1).magnitude / Double(total) }.max() ?? 0
    test = ChiSquaredTest(
      statistic: statistic, degreesOfFreedom: Double(counts.count - 1))
  }
}
