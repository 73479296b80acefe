// SPDX-License-Identifier: EUPL-1.2

extension GeneralizedLinearModel {
  /// The covariance of the coefficients.
  ///
  /// `classical` is the inverse of Fisher's information. `hc0` and `hc1` (· n⁄(n − k)) are sandwiches of
  /// the scores, `cr0` and `cr1` (· G⁄(G − 1) · (n − 1)⁄(n − k)) of their sums by cluster; `cr2`
  /// adjusts the sums as `OLS` does, on the weighted rows of the last step, so that the working variances
  /// are the family's. Degrees of freedom are infinite (the normal distribution) without clusters, G − 1
  /// with cr0, cr1 and cr3, and Satterthwaite's with cr2. A negative binomial's θ counts as known.
  ///
  /// - Throws: `EstimationFault.oneCluster`, `.leverageOne` (hc2, hc3).
  ///
  /// Source: White (1982), Econometrica 50:1–25; Liang and Zeger (1986), Biometrika 73:13–22;
  /// Pustejovsky and Tipton (2018), J. Business & Economic Statistics 36:672–683. Agrees with R sandwich
  /// `vcovHC`, `vcovCL` (reference case glm-robust) to 1e-8, and for cr2 with clubSandwich `vcovCR` of
  /// the weighted rows; of the `glm` itself it takes another square root and differs by some 1e-3.
  public func covariance(
    _ estimator: VarianceEstimator
  ) throws(EstimationFault) -> CoefficientCovariance {
    let middle = try middle(
      estimator, contrasts: names.indices.map { working.basis.row($0) })
    return CoefficientCovariance(
      matrix: working.basis.sandwich(middle.meat), degreesOfFreedom: middle.degreesOfFreedom,
      name: estimator.name, degreesOfFreedomRule: Self.rule(estimator),
      clusters: estimator.clusters?.count)
  }

  /// The rule for degrees of freedom, in words.
  public static func rule(_ estimator: VarianceEstimator) -> String {
    estimator.clusters == nil ? "normal" : estimator.degreesOfFreedomRule
  }

  /// A smooth function of the coefficients by the delta method, se² = JᵀV̂J.
  func smooth(
    _ what: String, value: Double, gradient: [Double], _ estimator: VarianceEstimator,
    level: Double
  ) throws(EstimationFault) -> Estimate {
    let direction = working.basis.transposed * gradient
    let middle = try middle(estimator, contrasts: [direction])
    guard middle.degreesOfFreedom[0] > 0 else { throw .noDegreesOfFreedom(what) }
    let spread = zip(middle.meat * direction, direction).reduce(0) { $0 + $1.0 * $1.1 }
    return try Estimate(
      of: "the estimate of '\(what)'", value: value, standardError: spread.squareRoot(),
      degreesOfFreedom: middle.degreesOfFreedom[0], level: level)
  }

  private func middle(
    _ estimator: VarianceEstimator, contrasts: [[Double]]
  ) throws(EstimationFault) -> Meat {
    let normal = contrasts.map { _ in Double.infinity }
    if let clusters = estimator.clusters {
      precondition(clusters.rowCount == rowCount, "one cluster per row")
      guard clusters.count > 1 else { throw .oneCluster }
    }
    switch estimator {
    case .classical:
      return Meat(meat: .identity(names.count), degreesOfFreedom: normal)
    case .hc0, .hc1, .hc2, .hc3:
      return Meat(
        meat: try working.meat(estimator, contrasts: contrasts).meat, degreesOfFreedom: normal)
    case .cr0, .cr1, .cr3:
      return try working.meat(estimator, contrasts: contrasts)
    case .cr2(let clusters):
      // The weights of the last step are inverse variances: on the weighted rows the working model is
      // that of equal variances.
      return try working.biasReducedMeat(clusters, power: -0.5, contrasts: contrasts)
    }
  }
}
