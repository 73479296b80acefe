// SPDX-License-Identifier: EUPL-1.2

extension WeightedEffect {
  /// What is known of the propensity score.
  public enum ScoreVariance: Sendable, Hashable {
    /// That it was estimated is counted (M-estimation).
    case estimated
    /// It is taken as known.
    case known
  }

  /// Inverse propensity weights, normalised in each arm (Hájek).
  ///
  /// Everybody: 1⁄ê and 1⁄(1 − ê); the treated: 1 and ê⁄(1 − ê). With the score taken as known φ is
  /// that of two weighted means; with the score estimated it has in addition what the estimation of β
  /// adds, (Σ ∂φ⁄∂β)ᵀ(XᵀWX)⁻¹xᵢ(dᵢ − êᵢ), which often makes the variance smaller.
  ///
  /// Agrees with R survey 4.1 `svyglm` where the score is known (reference case matching-ipw), and with
  /// stacked estimating equations differentiated numerically where it is estimated.
  ///
  /// Source: Lunceford and Davidian (2004), Statistics in Medicine 23:2937–2960.
  public init(
    inversePropensity score: PropensityScore, treated: [Bool], outcome: [Double],
    estimand: TreatmentEstimand, variance: ScoreVariance = .estimated
  ) {
    let scores = score.scores
    var weights = scores
    // ∂ log w ⁄ ∂η of each case.
    var slopes = scores
    for row in scores.indices {
      let e = scores[row]
      switch (estimand, treated[row]) {
      case (.everybody, true): (weights[row], slopes[row]) = (1 / e, -(1 - e))
      case (.everybody, false): (weights[row], slopes[row]) = (1 / (1 - e), e)
      case (.treated, true): (weights[row], slopes[row]) = (1, 0)
      case (.treated, false): (weights[row], slopes[row]) = (e / (1 - e), 1)
      }
    }
    weights = weights.summingToOne(treated)
    let means = Means(outcome, weights, treated)
    var influence = outcome.indices.map { row in
      weights[row] * (treated[row] ? outcome[row] - means.treated : means.control - outcome[row])
    }
    if variance == .estimated {
      let moved = influence.indices.map { influence[$0] * slopes[$0] }
      let added = score.influence(
        along: score.design.transposed * moved, treated: treated)
      influence = zip(influence, added).map { $0 + $1 }
    }
    effect = means.treated - means.control
    self.weights = weights
    self.influence = influence
  }
}
