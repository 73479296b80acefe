// SPDX-License-Identifier: EUPL-1.2

/// Effects over time, made ready for the question how far trends may have differed.
///
/// An estimate since adoption is effect plus difference in trends, an estimate before adoption is a
/// difference in trends alone: β = (0, τ) + δ. `SmoothnessSensitivity` and `RelativeMagnitudes` bound δ
/// and give intervals for θ = Σ lₜτₜ that hold for every δ within the bound.
///
/// Source: Rambachan and Roth (2023), Review of Economic Studies 90:2555–2591.
public struct TrendSensitivity: Sendable {
  /// What the intervals are for.
  public enum Target: String, Sendable, Hashable, CaseIterable {
    /// The effect in the first treated period.
    case first
    /// The mean of the effects since adoption, each time counting alike.
    case average
  }

  public let target: Target
  /// The estimate as if trends were parallel.
  public let original: Estimate
  public let level: Double
  /// How many periods there are before the reference.
  public var periodsBefore: Int { before }

  /// Before the reference and after it, ascending in time, divided by `scale`.
  let estimates: [Double]
  let covariance: Matrix
  let before: Int
  /// lₜ of the periods after the reference.
  let weights: [Double]
  /// The standard error of the estimate: all figures inside are counted in it.
  let scale: Double

  /// - Parameters:
  ///   - study: with a universal base. Periods of anticipation count as treated, with weight 0.
  ///   - target: θ.
  ///   - level: two-sided, of every interval.
  /// - Throws: `EstimationFault.tooFew` without a period before the reference or since adoption,
  ///   `.outOfRange` for a varying base, gaps between periods or a level outside (0, 1), `.notFinite`,
  ///   `.rankDeficient` naming the times where the covariance is not positive definite.
  public init(
    _ study: EventStudy, of target: Target, level: Double = 0.95
  ) throws(EstimationFault) {
    guard let reference = study.reference, study.base == .universal else {
      throw .outOfRange("the base of the effects over time", allowed: "universal")
    }
    let earlier = study.times.count { $0 < reference }
    guard earlier > 0 else {
      throw .tooFew("periods before the reference period", count: 0, needed: 1)
    }
    guard !study.after.isEmpty else { throw .tooFew("periods since adoption", count: 0, needed: 1) }
    let all = (study.times + [reference]).sorted()
    guard all.last == all[0] + all.count - 1 else {
      throw .outOfRange("times since adoption", allowed: "consecutive, none left out")
    }
    let bad = study.times.indices.filter { place in
      !study.estimates[place].isFinite
        || !study.times.indices.allSatisfy { study.covariance[place, $0].isFinite }
    }
    guard bad.isEmpty else { throw .notFinite("the effects over time", rows: bad) }
    if case .dependent(let places) = study.covariance.positiveInverse() {
      throw .rankDeficient(columns: places.map { "time \(study.times[$0])" })
    }
    var combination = [Double](repeating: 0, count: study.times.count)
    switch target {
    case .first: combination[study.after[0]] = 1
    case .average:
      for place in study.after { combination[place] = 1 / Double(study.after.count) }
    }
    original = try study.combination(combination, named: "the effect", level: level)
    self.target = target
    self.level = level
    before = earlier
    weights = Array(combination[earlier...])
    let unit = original.standardError
    scale = unit
    estimates = study.estimates.map { $0 / unit }
    covariance = Matrix(
      rows: study.covariance.rows, columns: study.covariance.columns,
      values: study.covariance.values.map { $0 / (unit * unit) })
  }

  /// How many periods follow the reference.
  var after: Int { weights.count }

  /// An interval in the outcome's unit.
  func unscaled(_ lower: Double, _ upper: Double) -> ConfidenceInterval {
    ConfidenceInterval(lower * scale, upper * scale)
  }
}

/// The interval that holds for every difference in trends within a bound.
public struct RobustInterval: Sendable, Hashable {
  /// M in the outcome's unit, or M̄ as a multiple.
  public let bound: Double
  public let interval: ConfidenceInterval
  /// Of the drawn critical value that is known least, one standard error; nil without draws.
  public let monteCarloError: Double?

  /// Whether zero lies outside.
  public var excludesZero: Bool { !interval.contains(0) }
}

/// The bound beyond which an effect can no longer be told from zero.
public enum Breakdown: Sendable, Hashable {
  /// Zero is within the interval without any difference in trends.
  case none
  /// Zero is outside for bounds up to this one.
  case at(Double)
  /// Zero is outside even at this bound, the largest that was tried.
  case above(Double)

  /// Halves the distance between a bound that excludes zero and one that does not.
  ///
  /// - Parameters:
  ///   - first: the first bound to try; it is doubled while zero is outside.
  ///   - doublings: how often at most.
  ///   - precision: relative.
  ///   - excludesZero: whether zero is outside the interval for a bound.
  /// - Returns: the largest bound known to exclude zero.
  /// - Throws: what the intervals throw.
  static func search(
    from first: Double, doublings: Int, precision: Double,
    excludesZero: (Double) throws(EstimationFault) -> Bool
  ) throws(EstimationFault) -> Breakdown {
    guard try excludesZero(0) else { return .none }
    var (low, high) = (0.0, first)
    var turns = 0
    while try excludesZero(high) {
      guard turns < doublings else { return .above(high) }
      (low, high, turns) = (high, 2 * high, turns + 1)
    }
    while high - low > precision * high, high > first * precision {
      let middle = (low + high) / 2
      if try excludesZero(middle) { low = middle } else { high = middle }
    }
    return .at(low)
  }
}
