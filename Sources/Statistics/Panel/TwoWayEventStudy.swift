// SPDX-License-Identifier: EUPL-1.2

/// Two-way fixed effects with an indicator for each time since adoption.
///
/// y_it = αᵢ + λ_t + Σ_{e≠−1} θₑ·1[t − gᵢ = e] + xβ. With one date of adoption θₑ is the difference
/// in changes since the period before adoption. With several dates it mixes effects of other times
/// where groups differ in their effects (Sun and Abraham 2021): use their estimator there. Units that
/// adopt after the last period are never treated.
public struct TwoWayEventStudy: Sendable {
  public let fit: TwoWayFixedEffects
  /// The effects, ascending, without the reference.
  public let times: [Int]
  /// The times whose effects are set to zero: the last before adoption less anticipation, and, where
  /// every unit adopts, the first as well, without which a trend could not be told from effects.
  public let references: [Int]
  public let anticipation: Int

  /// - Parameters:
  ///   - panel: units, times and adoption of the rows.
  ///   - outcome: of each row.
  ///   - covariates: named numbers of each row.
  ///   - anticipation: periods before adoption that may show an effect.
  ///   - weights: positive; nil for 1.
  /// - Throws: `EstimationFault.tooFew` where nobody adopts, or all at the same time; else as
  ///   `TwoWayFixedEffects`.
  public init(
    _ panel: AdoptionPanel, outcome: [Double],
    covariates: [(name: String, values: [Double])] = [], anticipation: Int = 0,
    weights: [Double]? = nil
  ) throws(EstimationFault) {
    let since = panel.places.indices.map {
      panel.timeSinceAdoption($0, anticipation: anticipation)
    }
    let all = Set(since.compactMap(\.self)).sorted()
    guard all.contains(where: { $0 >= 0 }) else {
      throw .tooFew("units that adopt within the panel", count: 0, needed: 1)
    }
    guard let reference = all.last(where: { $0 < -anticipation }) else {
      throw .tooFew("periods before adoption", count: 0, needed: 1)
    }
    var references = [reference]
    if !since.contains(nil) {
      guard panel.cohorts.count > 1 else {
        throw .tooFew("units that adopt at another time or never", count: 0, needed: 1)
      }
      if let first = all.first, first < reference { references.insert(first, at: 0) }
    }
    times = all.filter { !references.contains($0) }
    self.references = references
    self.anticipation = anticipation
    let places = Dictionary(uniqueKeysWithValues: zip(times, Int32(0)...))
    fit = try TwoWayFixedEffects(
      outcome: outcome, indicators: times.map { "time \($0)" },
      codes: since.map { time in time.flatMap { places[$0] } ?? -1 }, regressors: covariates,
      units: panel.units,
      times: panel.places.indices.map(panel.time), weights: weights)
  }

  /// The effects with their covariance; degrees of freedom are clusters − 1, or the model's.
  public func eventStudy(_ covariance: CoefficientCovariance) -> EventStudy {
    EventStudy(
      times: times, estimates: times.indices.map { fit.coefficients[position($0)] },
      covariance: covariance.matrix.selecting(times.indices.map(position)),
      reference: references.last, anticipation: anticipation,
      degreesOfFreedom: covariance.clusters.map { Double($0 - 1) }
        ?? Double(fit.residualDegreesOfFreedom))
  }

  /// The mean of the effects since adoption, each time counting alike.
  ///
  /// - Throws: as `OLS.contrast`.
  public func average(
    _ variance: VarianceEstimator, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let after = times.indices.filter { times[$0] >= 0 }
    guard !after.isEmpty else { throw .tooFew("periods since adoption", count: 0, needed: 1) }
    var weights = [Double](repeating: 0, count: fit.names.count)
    for place in after { weights[position(place)] = 1 / Double(after.count) }
    return try fit.contrast(
      weights, named: "the average effect since adoption", variance, level: level)
  }

  private func position(_ place: Int) -> Int { fit.position(ofIndicator: place) }
}
