// SPDX-License-Identifier: EUPL-1.2

/// Effects by time since adoption, with their joint covariance, whichever estimator found them.
///
/// Times are counted in the panel's own unit from adoption: 0 is the first treated period, −1 the
/// period before it. Times before `−anticipation` are placebos, which are near zero where trends
/// were parallel; the reference period has the estimate zero by construction and is not listed.
public struct EventStudy: Sendable, Hashable {
  /// What the estimates before adoption are measured against.
  public enum Base: String, Sendable, Hashable, CaseIterable {
    /// The period just before each: they are changes from one period to the next.
    case varying
    /// The last period before adoption (less anticipation), as for those after it. Methods that
    /// bound violations of parallel trends need this one.
    case universal
  }

  /// Ascending, without the reference period.
  public let times: [Int]
  /// In the outcome's unit, one for each time.
  public let estimates: [Double]
  /// As many rows and columns as there are times, in the outcome's unit squared.
  public let covariance: Matrix
  /// The time whose effect is zero by construction; nil with a varying base.
  public let reference: Int?
  public let base: Base
  /// How many periods before adoption may already show an effect.
  public let anticipation: Int
  /// For the interval of each estimate; infinite for the normal distribution.
  public let degreesOfFreedom: Double

  /// - Parameters:
  ///   - times: ascending, none twice, without the reference.
  ///   - estimates: one for each time.
  ///   - covariance: square, symmetric, in the order of the times.
  ///   - reference: the time that is zero by construction.
  ///   - base: what placebos are measured against.
  ///   - anticipation: periods before adoption that may show an effect.
  ///   - degreesOfFreedom: of each estimate.
  public init(
    times: [Int], estimates: [Double], covariance: Matrix, reference: Int?,
    base: Base = .universal, anticipation: Int = 0, degreesOfFreedom: Double = .infinity
  ) {
    precondition(times.count == estimates.count, "one estimate for each time")
    precondition(
      covariance.rows == times.count && covariance.columns == times.count,
      "one row and column of the covariance for each time")
    precondition(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times in their order")
    self.times = times
    self.estimates = estimates
    self.covariance = covariance
    self.reference = reference
    self.base = base
    self.anticipation = anticipation
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The places of the placebos in `times`.
  public var before: [Int] { times.indices.filter { times[$0] < -anticipation } }

  /// The places of the effects since adoption in `times`.
  public var after: [Int] { times.indices.filter { times[$0] >= 0 } }

  /// One effect with its uncertainty.
  ///
  /// - Throws: `EstimationFault.zeroVariance`, `.outOfRange` for the level.
  public func estimate(
    _ place: Int, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    try Estimate(
      of: "the effect at time \(times[place])", value: estimates[place],
      standardError: covariance[place, place].squareRoot(), degreesOfFreedom: degreesOfFreedom,
      level: level)
  }

  /// A weighted sum of the effects, Σ wₑ·θ̂ₑ, with its uncertainty.
  ///
  /// - Throws: as `estimate(_:level:)`.
  public func combination(
    _ weights: [Double], named name: String, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    precondition(weights.count == times.count, "one weight for each time")
    let value = zip(weights, estimates).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = zip(weights, covariance * weights).reduce(0) { $0 + $1.0 * $1.1 }
    return try Estimate(
      of: name, value: value, standardError: max(0, variance).squareRoot(),
      degreesOfFreedom: degreesOfFreedom, level: level)
  }

  /// The mean of the effects since adoption, each time counting alike.
  ///
  /// - Throws: `EstimationFault.tooFew` where there is none, else as `estimate(_:level:)`.
  public func average(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    guard !after.isEmpty else { throw .tooFew("periods since adoption", count: 0, needed: 1) }
    var weights = [Double](repeating: 0, count: times.count)
    for place in after { weights[place] = 1 / Double(after.count) }
    return try combination(weights, named: "the average effect since adoption", level: level)
  }

  /// Whether the placebos are all zero (Wald): W = θ̂ᵀ V̂⁻¹ θ̂.
  ///
  /// χ² with as many degrees of freedom as there are placebos; with finite degrees of freedom of
  /// the estimates, W ⁄ q as F. Passing says little where the placebos are imprecise.
  ///
  /// - Returns: nil where there is no placebo.
  /// - Throws: `EstimationFault.rankDeficient` naming the times where V̂ is singular, as with fewer
  ///   units than placebos.
  public func preTrend() throws(EstimationFault) -> WaldTest? {
    guard !before.isEmpty else { return nil }
    return try WaldTest(
      before.map { estimates[$0] }, covariance.selecting(before),
      names: before.map { "time \(times[$0])" }, degreesOfFreedom: degreesOfFreedom)
  }
}

/// Whether several estimates are all zero.
public struct WaldTest: Sendable, Hashable {
  /// W, or with finite denominator degrees of freedom W ⁄ q.
  public let statistic: Double
  /// How many estimates.
  public let degreesOfFreedom: Double
  /// Infinite for χ².
  public let denominatorDegreesOfFreedom: Double
  public let pValue: Double

  /// - Throws: `EstimationFault.rankDeficient` for a singular covariance.
  init(
    _ estimates: [Double], _ covariance: Matrix, names: [String], degreesOfFreedom: Double
  ) throws(EstimationFault) {
    let solution = try covariance.positiveSolution(estimates)
    guard solution.rank == estimates.count else { throw .rankDeficient(columns: names) }
    let quadratic = zip(solution.x, estimates).reduce(0) { $0 + $1.0 * $1.1 }
    let count = Double(estimates.count)
    self.degreesOfFreedom = count
    denominatorDegreesOfFreedom = degreesOfFreedom
    if degreesOfFreedom.isFinite {
      let test = FTest(
        statistic: quadratic / count, numerator: count, denominator: degreesOfFreedom)
      (statistic, pValue) = (test.statistic, test.pValue)
    } else {
      let test = ChiSquaredTest(statistic: quadratic, degreesOfFreedom: count)
      (statistic, pValue) = (test.statistic, test.pValue)
    }
  }
}

extension Matrix {
  /// Some rows and the same columns.
  func selecting(_ places: [Int]) -> Matrix {
    var part = Matrix(rows: places.count, columns: places.count)
    for (i, first) in places.enumerated() {
      for (j, second) in places.enumerated() { part[i, j] = self[first, second] }
    }
    return part
  }
}
