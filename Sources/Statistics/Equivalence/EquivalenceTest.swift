// SPDX-License-Identifier: EUPL-1.2

/// Whether an effect is shown to lie within margins that were declared beforehand.
///
/// Two one-sided tests at α = (1 − level) ⁄ 2: that the effect is above the lower margin, and below the
/// upper one. With one margin this is non-inferiority, with two it is equivalence. Both tests reject
/// exactly when the interval at `level` lies inside the margins, so that one interval says it all; at the
/// usual α of 5 % its level is 0.90, at 2.5 % it is 0.95. That a difference is not significant shows no
/// equivalence.
///
/// Source: Schuirmann (1987), J. Pharmacokinetics and Biopharmaceutics 15:657–680; European Medicines
/// Agency (2005), Guideline on the choice of the non-inferiority margin.
public struct EquivalenceTest: Sendable, Hashable {
  /// What an effect may not go below and not go above, in the effect's unit; nil for no margin there.
  public struct Margins: Sendable, Hashable {
    public let lower: Double?
    public let upper: Double?

    /// - Throws: `EstimationFault.outOfRange` without any margin, or where the lower one is not below
    ///   the upper one.
    public init(lower: Double?, upper: Double?) throws(EstimationFault) {
      if let lower, let upper, !(lower < upper) {
        throw .outOfRange("the lower margin", allowed: "below the upper margin")
      }
      guard lower != nil || upper != nil, lower?.isFinite ?? true, upper?.isFinite ?? true else {
        throw .outOfRange("the margin", allowed: "a number")
      }
      self.lower = lower
      self.upper = upper
    }
  }

  public let margins: Margins
  /// In the effect's unit.
  public let value: Double
  /// At the level of the whole test.
  public let interval: ConfidenceInterval
  /// The level of each one-sided test.
  public let alpha: Double
  /// That the effect is above the lower margin; nil without one.
  public let lowerPValue: Double?
  /// That the effect is below the upper margin; nil without one.
  public let upperPValue: Double?

  /// The larger of the one-sided p-values.
  public var pValue: Double { max(lowerPValue ?? 0, upperPValue ?? 0) }

  /// Whether the effect is shown to lie within the margins.
  public var isShown: Bool { pValue < alpha }

  /// Tests an estimate whose interval is Student's or the normal one.
  ///
  /// Agrees with R `t.test(mu =, alternative =)` to 1e-10.
  public init(_ estimate: Estimate, within margins: Margins) {
    let distribution = Distribution.studentT(estimate.degreesOfFreedom)
    self.margins = margins
    value = estimate.value
    interval = estimate.interval
    alpha = (1 - estimate.level) / 2
    lowerPValue = margins.lower.map {
      distribution.upper((estimate.value - $0) / estimate.standardError)
    }
    upperPValue = margins.upper.map {
      distribution.cumulative((estimate.value - $0) / estimate.standardError)
    }
  }

  /// Tests a difference of shares by Farrington and Manning's score test.
  ///
  /// - Parameters:
  ///   - shares: successes of both arms.
  ///   - margins: between −1 and 1.
  ///   - level: of the interval, the score test's.
  /// - Throws: `EstimationFault.outOfRange` for a margin or level.
  public init(
    score shares: TwoProportions, within margins: Margins, level: Double
  ) throws(EstimationFault) {
    self.margins = margins
    value = shares.treated.share - shares.control.share
    interval = try shares.scoreInterval(level: level)
    alpha = (1 - level) / 2
    lowerPValue = try margins.lower.map { margin throws(EstimationFault) in
      Distribution.normal.upper(try shares.score(against: margin))
    }
    upperPValue = try margins.upper.map { margin throws(EstimationFault) in
      Distribution.normal.cumulative(try shares.score(against: margin))
    }
  }

  /// Tests a difference of shares by Newcombe's interval.
  ///
  /// A one-sided p-value is the α at which the interval just reaches the margin.
  ///
  /// - Parameters:
  ///   - shares: successes of both arms.
  ///   - margins: between −1 and 1.
  ///   - level: of the interval.
  /// - Throws: `EstimationFault.outOfRange` for a margin or level.
  public init(
    newcombe shares: TwoProportions, within margins: Margins, level: Double
  ) throws(EstimationFault) {
    self.margins = margins
    value = shares.treated.share - shares.control.share
    interval = try shares.newcombe(level: level)
    alpha = (1 - level) / 2
    lowerPValue = try margins.lower.map { margin throws(EstimationFault) in
      try shares.newcombeTail(beyond: margin)
    }
    upperPValue = try margins.upper.map { margin throws(EstimationFault) in
      1 - (try shares.newcombeTail(beyond: margin))
    }
  }
}

extension TwoProportions {
  /// The α at which Newcombe's interval just reaches a difference: small where it lies far below the
  /// observed one, close to 1 where it lies far above.
  fileprivate func newcombeTail(beyond difference: Double) throws(EstimationFault) -> Double {
    guard difference > -1, difference < 1 else {
      throw .outOfRange("the margin of a difference of shares", allowed: "between −1 and 1")
    }
    let isBelow = difference < treated.share - control.share
    var low = 0.0
    var high = 0.5
    for _ in 0..<100 {
      let alpha = (low + high) / 2
      if alpha == low || alpha == high { break }
      let interval = try newcombe(level: 1 - 2 * alpha)
      let isReached = isBelow ? interval.lower <= difference : interval.upper >= difference
      if isReached { low = alpha } else { high = alpha }
    }
    return isBelow ? high : 1 - high
  }
}
