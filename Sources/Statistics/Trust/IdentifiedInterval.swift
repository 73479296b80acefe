// SPDX-License-Identifier: EUPL-1.2

/// What can be said of an effect that data bound and do not pin down: two bounds and their uncertainty.
public struct IdentifiedInterval: Sendable, Hashable {
  /// The bounds, in the outcome's unit.
  public let lower: Double
  public let upper: Double
  /// Standard errors of the two bounds.
  public let lowerError: Double
  public let upperError: Double
  /// Covers the effect, wherever between the bounds it lies, in `level` of all samples.
  public let interval: ConfidenceInterval
  /// Between 0 and 1.
  public let level: Double

  /// Puts Imbens and Manski's interval around two bounds.
  ///
  /// [L − C·se_L, U + C·se_U] with C from Φ(C + (U − L)⁄max(se_L, se_U)) − Φ(−C) = level: C is the
  /// two-sided normal quantile where the bounds meet, and the one-sided where they lie far apart, for
  /// the effect can be near one bound only.
  ///
  /// - Throws: `EstimationFault.outOfRange` for a level outside (0, 1), `.zeroVariance` where both
  ///   standard errors are zero or one is no number.
  ///
  /// Source: Imbens and Manski (2004), Econometrica 72:1845–1857.
  public init(
    of what: String, lower: Double, upper: Double, lowerError: Double, upperError: Double,
    level: Double
  ) throws(EstimationFault) {
    let tail = try ConfidenceInterval.tail(outside: level)
    let largest = max(lowerError, upperError)
    guard largest > 0, largest.isFinite, lower.isFinite, upper.isFinite else {
      throw .zeroVariance(what)
    }
    let width = max(upper - lower, 0) / largest
    var least = Distribution.normal.upperQuantile(2 * tail)
    var most = Distribution.normal.upperQuantile(tail)
    for _ in 0..<60 {
      let middle = (least + most) / 2
      let covered =
        Distribution.normal.cumulative(middle + width) - Distribution.normal.cumulative(-middle)
      if covered < level { least = middle } else { most = middle }
    }
    let reach = (least + most) / 2
    self.lower = lower
    self.upper = upper
    self.lowerError = lowerError
    self.upperError = upperError
    self.level = level
    interval = ConfidenceInterval(lower - reach * lowerError, upper + reach * upperError)
  }
}

/// Standard errors from what each case contributes to an estimate's error, by cluster where one is named.
enum Contributions {
  /// √(G⁄(G − 1)·Σ_g (Σ_{i∈g} cᵢ)²), with cases as clusters where there are none.
  static func standardError(_ values: [Double], _ clusters: Grouping?) -> Double {
    guard let clusters else {
      let n = Double(values.count)
      return (n / (n - 1) * values.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
    var totals = [Double](repeating: 0, count: clusters.count)
    for (row, value) in values.enumerated() { totals[Int(clusters.codes[row])] += value }
    let count = Double(clusters.count)
    return (count / (count - 1) * totals.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
