// SPDX-License-Identifier: EUPL-1.2

/// Two arms compared by a ratio of sums, such as errors per declaration or minutes per call, where the
/// denominator varies from case to case as well.
///
/// R = Σy ⁄ Σx in each arm. By the delta method the variance is that of the sum of
/// u = (y − R·x) ⁄ Σx: V̂ = m ⁄ (m − 1) · Σ_g (Σ_{i in g} uᵢ)², over the m cases, or clusters, of the arm. A
/// cluster with cases of both arms adds its covariance.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n).
///
/// Source: Cochran (1977), Sampling Techniques, 3rd ed., chapter 6; Deng, Knoblich and Lu (2018), KDD,
/// 233–242. Agrees with R sandwich `vcovHC` and `vcovCL` (HC1) of `lm(y/x ~ 1, weights = x)` in each arm
/// to 1e-9: `StatisticsTests/RatioDifferenceTests`.
public struct RatioDifference: Sendable, Hashable {
  /// One arm.
  public struct Arm: Sendable, Hashable {
    public let label: String
    /// Σy ⁄ Σx.
    public let ratio: Double
    /// V̂(R).
    public let variance: Double
    /// How many cases there are.
    public let count: Int
    /// Cases, or clusters where there are any.
    public let units: Int

    public var standardError: Double { variance.squareRoot() }
  }

  public let treated: Arm
  public let control: Arm
  /// Between the two ratios; 0 unless a cluster has cases of both arms.
  public let covariance: Double
  /// The number of clusters, nil where cases were assigned.
  public let clusters: Int?

  /// - Parameters:
  ///   - arms: the two arms; their outcome is the numerator.
  ///   - denominator: a number for each row that `arms` was made from, in the order of these rows.
  /// - Throws: `EstimationFault.emptyArm`, `.tooFew` for an arm of one case or cluster, `.outOfRange` for
  ///   an arm whose denominators do not sum to something positive, `.notFinite`.
  public init(_ arms: TwoArms, denominator: [Double]) throws(EstimationFault) {
    let below = arms.rows.map { denominator[$0] }
    for (name, column) in [("numerator", arms.outcome), ("denominator", below)] {
      let rows = column.indices.filter { !column[$0].isFinite }
      guard rows.isEmpty else { throw .notFinite(name, rows: rows) }
    }
    let treated = try ArmSums(arms, below, treated: true)
    let control = try ArmSums(arms, below, treated: false)
    self.treated = treated.arm
    self.control = control.arm
    clusters = arms.clusters?.count
    covariance =
      arms.clusters == nil
      ? 0
      : (treated.factor * control.factor).squareRoot()
        * zip(treated.shares, control.shares).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// R₁ − R₀, in the unit of the ratio; Welch and Satterthwaite's degrees of freedom.
  ///
  /// - Throws: `EstimationFault.zeroVariance` where neither arm varies, `.outOfRange`.
  public func difference(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    try estimate(
      "the ratio", treated.ratio - control.ratio, slopes: (1, -1), level: level)
  }

  /// R₁ ⁄ R₀ − 1, the relative effect; Welch and Satterthwaite's degrees of freedom.
  ///
  /// - Throws: `EstimationFault.outOfRange` where the control's ratio is zero, `.zeroVariance`.
  public func relative(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    guard control.ratio != 0 else {
      throw .outOfRange(
        "the ratio of arm '\(control.label)'", allowed: "other than 0 for a relative effect")
    }
    let quotient = treated.ratio / control.ratio
    return try estimate(
      "the relative effect", quotient - 1,
      slopes: (1 / control.ratio, -quotient / control.ratio), level: level)
  }

  private func estimate(
    _ what: String, _ value: Double, slopes: (Double, Double), level: Double
  ) throws(EstimationFault) -> Estimate {
    let first = slopes.0 * slopes.0 * treated.variance
    let second = slopes.1 * slopes.1 * control.variance
    let both = first + second
    let freedom =
      both * both
      / (first * first / Double(treated.units - 1) + second * second / Double(control.units - 1))
    return try Estimate(
      of: what, value: value,
      standardError: (both + 2 * slopes.0 * slopes.1 * covariance).squareRoot(),
      degreesOfFreedom: freedom, level: level)
  }
}

/// The sums of one arm.
private struct ArmSums {
  let arm: RatioDifference.Arm
  /// m ⁄ (m − 1).
  let factor: Double
  /// u of each case, or its sum in each cluster of both arms.
  private(set) var shares: [Double]

  init(_ arms: TwoArms, _ denominator: [Double], treated: Bool) throws(EstimationFault) {
    let label = treated ? arms.treatedLabel : arms.controlLabel
    let rows = arms.isTreated.indices.filter { arms.isTreated[$0] == treated }
    guard !rows.isEmpty else { throw .emptyArm(label) }
    let above = rows.reduce(0) { $0 + arms.outcome[$1] }
    let below = rows.reduce(0) { $0 + denominator[$1] }
    guard below > 0 else {
      throw .outOfRange("the sum of the denominators of arm '\(label)'", allowed: "positive")
    }
    let ratio = above / below
    let own = rows.map { (arms.outcome[$0] - ratio * denominator[$0]) / below }
    var units = rows.count
    shares = own
    if let clusters = arms.clusters {
      shares = [Double](repeating: 0, count: clusters.count)
      var isHere = [Bool](repeating: false, count: clusters.count)
      for (row, share) in zip(rows, own) {
        shares[Int(clusters.codes[row])] += share
        isHere[Int(clusters.codes[row])] = true
      }
      units = isHere.count { $0 }
    }
    guard units > 1 else {
      let what = arms.clusters == nil ? "cases" : "clusters"
      throw .tooFew("\(what) in arm '\(label)'", count: units, needed: 2)
    }
    factor = Double(units) / Double(units - 1)
    arm = RatioDifference.Arm(
      label: label, ratio: ratio, variance: factor * shares.reduce(0) { $0 + $1 * $1 },
      count: rows.count, units: units)
  }
}
