// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// What the outcome of a generalised linear model is, and how its mean hangs on the regressors.
public enum ResponseFamily: Sendable, Hashable {
  /// Yes or no, coded 1 and 0; log odds are linear.
  case logit
  /// Yes or no, coded 1 and 0; the normal quantile of the probability is linear.
  case probit
  /// Counts (or any number from 0) whose variance is their mean; the log of the mean is linear.
  case poisson
  /// Counts with variance μ + μ²⁄θ; the log of the mean is linear.
  case negativeBinomial(theta: Double)

  /// Whether outcomes are yes or no rather than counts.
  public var isBinary: Bool {
    switch self {
    case .logit, .probit: true
    case .poisson, .negativeBinomial: false
    }
  }

  /// The name in a pipeline.
  public var name: String {
    switch self {
    case .logit: "logit"
    case .probit: "probit"
    case .poisson: "poisson"
    case .negativeBinomial: "negative-binomial"
    }
  }
}

extension ResponseFamily {
  /// μ, the mean at a linear predictor.
  func mean(_ predictor: Double) -> Double {
    switch self {
    case .logit: 1 / (1 + exp(-predictor))
    case .probit: Distribution.normal.cumulative(predictor)
    case .poisson, .negativeBinomial: exp(predictor)
    }
  }

  /// dμ ⁄ dη.
  func slope(_ predictor: Double) -> Double {
    switch self {
    case .logit: 1 / (1 + exp(-predictor)) / (1 + exp(predictor))
    case .probit: Distribution.normal.density(predictor)
    case .poisson, .negativeBinomial: exp(predictor)
    }
  }

  /// d²μ ⁄ dη².
  func curvature(_ predictor: Double) -> Double {
    switch self {
    case .logit: slope(predictor) * (1 / (1 + exp(predictor)) - 1 / (1 + exp(-predictor)))
    case .probit: -predictor * Distribution.normal.density(predictor)
    case .poisson, .negativeBinomial: exp(predictor)
    }
  }

  /// The linear predictor to begin with, from the outcome alone.
  func start(_ outcome: Double) -> Double {
    switch self {
    case .logit: outcome == 1 ? log(3) : -log(3)
    case .probit: Distribution.normal.quantile(outcome == 1 ? 0.75 : 0.25)
    case .poisson, .negativeBinomial: log(outcome + 0.1)
    }
  }

  /// The weight (dμ⁄dη)²⁄V(μ) and the residual (y − μ)⁄(dμ⁄dη) of one step of Fisher's scoring.
  ///
  /// Written so that they stay exact where a probability comes close to 0 or 1.
  func working(_ outcome: Double, _ predictor: Double) -> (weight: Double, residual: Double) {
    switch self {
    case .logit:
      let success = 1 / (1 + exp(-predictor))
      let failure = 1 / (1 + exp(predictor))
      return (success * failure, outcome == 1 ? 1 / success : -1 / failure)
    case .probit:
      // φ⁄Φ on either side; the floor keeps a wild first step from dividing by zero.
      let density = max(Distribution.normal.density(predictor), 1e-150)
      let success = max(Distribution.normal.cumulative(predictor), 1e-150)
      let failure = max(Distribution.normal.upper(predictor), 1e-150)
      return (
        density / success * density / failure,
        outcome == 1 ? failure / density : -success / density
      )
    case .poisson:
      let mean = exp(predictor)
      return (mean, (outcome - mean) / mean)
    case .negativeBinomial(let theta):
      let mean = exp(predictor)
      return (mean / (1 + mean / theta), (outcome - mean) / mean)
    }
  }

  /// log f(y), with all constants, at a linear predictor.
  func logLikelihood(_ outcome: Double, _ predictor: Double) -> Double {
    switch self {
    case .logit:
      // log(1 + e^−η) without overflow.
      let signed = outcome == 1 ? predictor : -predictor
      return signed > 0 ? -log1p(exp(-signed)) : signed - log1p(exp(signed))
    case .probit:
      let signed = outcome == 1 ? predictor : -predictor
      // Below that, Mills' ratio stands in for a probability that is no number any more.
      return signed < -37
        ? -signed * signed / 2 - log(-signed) - log(2 * Double.pi) / 2
        : log(Distribution.normal.cumulative(signed))
    case .poisson:
      return outcome * predictor - exp(predictor) - lgamma(outcome + 1).0
    case .negativeBinomial(let theta):
      let mean = exp(predictor)
      return lgamma(outcome + theta).0 - lgamma(theta).0 - lgamma(outcome + 1).0
        - theta * log1p(mean / theta) + outcome * (predictor - log(theta + mean))
    }
  }

  /// log f(y) where the model fits the outcome exactly.
  func saturated(_ outcome: Double) -> Double {
    switch self {
    case .logit, .probit: 0
    case .poisson, .negativeBinomial:
      outcome > 0
        ? logLikelihood(outcome, log(outcome)) : 0
    }
  }
}
