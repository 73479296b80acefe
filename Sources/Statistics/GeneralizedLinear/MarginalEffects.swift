// SPDX-License-Identifier: EUPL-1.2

extension GeneralizedLinearModel {
  /// The average effect of an indicator on the outcome's own scale.
  ///
  /// n⁻¹ Σ [μ(xᵢ with the indicator at 1) − μ(xᵢ with it at 0)] over all rows, the indicators `among`
  /// which it stands at 0 in both; rows keep their covariates and their exposure. In shares for a yes/no
  /// outcome, in events per row for counts. The standard error is the delta method's with the covariates
  /// as they are (the effect on these cases, not on others drawn like them).
  ///
  /// - Parameters:
  ///   - position: of the indicator.
  ///   - alternatives: positions of the other indicators of the same column.
  ///   - estimator: how the coefficients' variance is estimated.
  ///   - level: two-sided confidence level.
  /// - Returns: a difference of shares, or of events per row.
  /// - Throws: as `covariance(_:)`, and `EstimationFault.zeroVariance`.
  ///
  /// Source: Cameron and Trivedi (2005), Microeconometrics, sections 5.9 and 7.2. Agrees with the
  /// reference case glm-robust (`logit_ame`) to 1e-8.
  public func averageDifference(
    _ position: Int, among alternatives: [Int] = [], _ estimator: VarianceEstimator,
    level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let design = working.design
    let indicators = [position] + alternatives.filter { $0 != position }
    var gradient = [Double](repeating: 0, count: names.count)
    var sum = 0.0
    for row in 0..<rowCount {
      var base = linearPredictor[row]
      for other in indicators { base -= coefficients[other] * design[row, other] }
      let high = base + coefficients[position]
      sum += family.mean(high) - family.mean(base)
      let treatedSlope = family.slope(high)
      let change = treatedSlope - family.slope(base)
      for column in gradient.indices { gradient[column] += change * design[row, column] }
      // The indicators' own columns stand at 1 or 0, whatever the row has.
      for other in indicators { gradient[other] -= change * design[row, other] }
      gradient[position] += treatedSlope
    }
    let count = Double(rowCount)
    return try smooth(
      names[position], value: sum / count, gradient: gradient.map { $0 / count }, estimator,
      level: level)
  }

  /// The average slope of the outcome in a number: n⁻¹ Σ βⱼ · dμ⁄dη at each row.
  ///
  /// - Parameters:
  ///   - position: of the regressor.
  ///   - estimator: how the coefficients' variance is estimated.
  ///   - level: two-sided confidence level.
  /// - Returns: shares, or events per row, for each unit of the regressor.
  /// - Throws: as `averageDifference(_:among:_:level:)`.
  public func averageSlope(
    _ position: Int, _ estimator: VarianceEstimator, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let design = working.design
    var gradient = [Double](repeating: 0, count: names.count)
    var slopes = 0.0
    for row in 0..<rowCount {
      slopes += family.slope(linearPredictor[row])
      let bend = family.curvature(linearPredictor[row]) * coefficients[position]
      for column in gradient.indices { gradient[column] += bend * design[row, column] }
    }
    gradient[position] += slopes
    let count = Double(rowCount)
    return try smooth(
      names[position], value: coefficients[position] * slopes / count,
      gradient: gradient.map { $0 / count }, estimator, level: level)
  }
}
