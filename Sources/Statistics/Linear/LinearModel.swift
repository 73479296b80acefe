// SPDX-License-Identifier: EUPL-1.2

/// A fitted linear model: what its coefficients are, whichever way they were found.
public protocol LinearModel: Sendable {
  /// The names of the regressors, in the order of the coefficients.
  var names: [String] { get }
  /// β̂, in the outcome's unit per unit of each regressor.
  var coefficients: [Double] { get }
}

extension LinearModel {
  /// One coefficient with its uncertainty.
  ///
  /// - Parameters:
  ///   - position: of the regressor.
  ///   - covariance: of this model's coefficients.
  ///   - level: two-sided confidence level.
  /// - Returns: in the outcome's unit per unit of the regressor.
  /// - Throws: `EstimationFault.zeroVariance`, `.noDegreesOfFreedom`, `.outOfRange`.
  public func estimate(
    _ position: Int, _ covariance: CoefficientCovariance, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let degreesOfFreedom = covariance.degreesOfFreedom[position]
    guard degreesOfFreedom > 0 else { throw .noDegreesOfFreedom(names[position]) }
    return try Estimate(
      of: "the estimate of '\(names[position])'", value: coefficients[position],
      standardError: covariance.matrix[position, position].squareRoot(),
      degreesOfFreedom: degreesOfFreedom, level: level)
  }
}

extension OLS: LinearModel {}
