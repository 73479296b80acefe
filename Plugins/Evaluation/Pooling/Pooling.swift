// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics

/// How studies are pooled: the variance between them, the standard error, the intervals.
struct Pooling {
  /// Which quantile the prediction interval takes.
  enum Prediction: String, ParameterChoice {
    case normal
    /// Student's, with k − 1 degrees of freedom.
    case t
    case none
  }

  enum Method: String, ParameterChoice {
    case fixed
    case dl
    case pm
    case reml

    var statistical: MetaAnalysis.Method {
      switch self {
      case .fixed: .fixed
      case .dl: .dl
      case .pm: .pm
      case .reml: .reml
      }
    }
  }

  var method = Method.reml
  var isHartungKnapp = true
  var level = 0.95
  var prediction = Prediction.t

  /// Pools estimates with known standard errors.
  ///
  /// - Throws: `StageFault` naming the parameter that can change what the estimator refuses.
  func pool(_ estimates: [Double], _ standardErrors: [Double]) throws(StageFault) -> Pooled {
    do throws(EstimationFault) {
      let result = try MetaAnalysis(
        effects: estimates, variances: standardErrors.map { $0 * $0 }, method: method.statistical,
        hartungKnapp: isHartungKnapp, level: level)
      return Pooled(result: result, prediction: predicted(result))
    } catch {
      let parameter =
        switch error {
        case .notConverged: "method"
        case .tooFew: "outcome"
        default: "std_error"
        }
      throw StageFault(error.message, at: parameter, help: error.help)
    }
  }

  /// μ̂ ± q·√(se² + τ̂²): where the true effect of a new study is expected; none for a fixed effect.
  private func predicted(_ result: MetaAnalysis) -> ConfidenceInterval? {
    guard method != .fixed, prediction != .none else { return nil }
    let distribution =
      prediction == .normal
      ? Distribution.normal : Distribution.studentT(Double(result.weights.count - 1))
    let error = result.estimate.standardError
    let reach =
      distribution.upperQuantile((1 - level) / 2)
      * (error * error + result.tauSquared).squareRoot()
    return ConfidenceInterval(result.estimate.value - reach, result.estimate.value + reach)
  }
}

/// What pooling gave.
struct Pooled {
  let result: MetaAnalysis
  let prediction: ConfidenceInterval?
}
