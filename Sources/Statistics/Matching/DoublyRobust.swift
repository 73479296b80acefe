// SPDX-License-Identifier: EUPL-1.2

extension WeightedEffect {
  /// Augmented inverse propensity weighting: right where the propensity score or the outcome's
  /// regression is.
  ///
  /// Everybody: mean of m₁ − m₀ + d(y − m₁)⁄ê − (1 − d)(y − m₀)⁄(1 − ê), its φ the terms' deviations ⁄ n;
  /// the treated: Σ (d − (1 − d)ê⁄(1 − ê))(y − m₀) ⁄ n₁. m₁ and m₀ are least squares within arms, on the
  /// covariates of the score; nothing is cross-fitted.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming a covariate that does not vary within an arm,
  ///   `.tooFew`, `.emptyArm`.
  ///
  /// Source: Robins, Rotnitzky and Zhao (1994), J. American Statistical Association 89:846–866; Sant'Anna
  /// and Zhao (2020), J. Econometrics 219:101–122. Agrees with reference case matching-ipw.
  public init(
    doublyRobust score: PropensityScore, covariates: [(name: String, values: [Double])],
    treated: [Bool], outcome: [Double], estimand: TreatmentEstimand
  ) throws(EstimationFault) {
    let arms = try CovariateArms(covariates, treated)
    let control = try arms.predict(outcome, of: false, weights: nil)
    let count = Double(treated.count)
    let scores = score.scores
    switch estimand {
    case .everybody:
      let change = try arms.predict(outcome, of: true, weights: nil)
      let terms = outcome.indices.map { row in
        change[row] - control[row]
          + (treated[row]
            ? (outcome[row] - change[row]) / scores[row]
            : -(outcome[row] - control[row]) / (1 - scores[row]))
      }
      let mean = terms.reduce(0, +) / count
      effect = mean
      influence = terms.map { ($0 - mean) / count }
      weights = outcome.indices.map { treated[$0] ? 1 / scores[$0] : 1 / (1 - scores[$0]) }
        .summingToOne(treated)
    case .treated:
      let size = Double(arms.treatedRows.count)
      let terms = outcome.indices.map { row in
        (outcome[row] - control[row])
          * (treated[row] ? 1 : -scores[row] / (1 - scores[row]))
      }
      let mean = terms.reduce(0, +) / size
      effect = mean
      influence = outcome.indices.map { (terms[$0] - (treated[$0] ? mean : 0)) / size }
      weights = outcome.indices.map { treated[$0] ? 1 : scores[$0] / (1 - scores[$0]) }
        .summingToOne(treated)
    }
  }
}
