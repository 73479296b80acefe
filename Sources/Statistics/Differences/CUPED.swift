// SPDX-License-Identifier: EUPL-1.2

/// Outcomes freed of what was known before the change: y − θᵀ(x − x̄).
///
/// Any comparison of arms may follow, with the variance that its assignment asks for; it estimates the
/// same effect, since x was there before anybody was assigned. θ counts as known: that it was estimated
/// costs less than the last digit of a standard error at the sizes this is for.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
///
/// Source: Deng, Xu, Kohavi and Walker (2013), WSDM, 123–132. Agrees with numpy and
/// spotify-confidence's ZTestLinreg (reference case cuped) to 1e-8.
public struct CUPED: Sendable, Hashable {
  /// From which variation θ is found.
  public enum Pooling: String, Sendable, Hashable, CaseIterable {
    /// All rows as one group, as published.
    case pooled
    /// Within arms, so that a large effect leaves no trace in θ.
    case within
  }

  public let covariates: [String]
  /// For each covariate, in the outcome's unit per unit of it.
  public let theta: [Double]
  /// y − θᵀ(x − x̄), in the outcome's unit, x̄ over all rows.
  public let adjusted: [Double]
  /// 1 − Var(adjusted) ⁄ Var(y); the squared correlation with one covariate and pooled θ.
  public let varianceReduction: Double

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - covariates: named columns of n values, measured before the change.
  ///   - arm: the arm of each row.
  ///   - pooling: from which variation θ is found.
  /// - Throws: `EstimationFault.rankDeficient` naming a covariate that does not vary or follows from the
  ///   others, `.zeroVariance` for a constant outcome or one that repeats them, `.tooFew`, `.notFinite`.
  /// - Complexity: O(n·k²).
  public init(
    outcome: [Double], covariates: [(name: String, values: [Double])], arm: Grouping,
    pooling: Pooling = .pooled
  ) throws(EstimationFault) {
    var design = Design(rows: outcome.count, capacity: covariates.count + arm.count)
    if pooling == .within { design.appendIndicators("arm", arm) }
    for (name, values) in covariates { design.append(name, values) }
    let fit = try OLS(outcome: outcome, design: design)
    let before = Moments(outcome).variance
    guard before > 0 else { throw .zeroVariance("the outcome") }
    var adjusted = outcome
    let theta = Array(fit.coefficients.suffix(covariates.count))
    for (factor, covariate) in zip(theta, covariates) {
      let mean = Moments(covariate.values).mean
      for row in adjusted.indices { adjusted[row] -= factor * (covariate.values[row] - mean) }
    }
    let after = Moments(adjusted).variance
    guard after > 1e-22 * before else { throw .zeroVariance("the outcome, given the covariates,") }
    self.covariates = covariates.map(\.name)
    self.theta = theta
    self.adjusted = adjusted
    varianceReduction = 1 - after / before
  }
}
