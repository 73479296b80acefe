// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics

extension StageFault {
  /// What an estimator refused, at the parameter that can change it.
  ///
  /// - Parameters:
  ///   - fault: facts, without any value of a case.
  ///   - what: the outcome and contrast that were to be estimated.
  init(_ fault: EstimationFault, of what: String) {
    self.init("\(what): \(fault.message)", at: fault.parameter, help: fault.help)
  }
}

extension EstimationFault {
  fileprivate var parameter: String {
    switch self {
    case .rankDeficient, .leverageOne, .separated: "covariates"
    case .noOverdispersion: "family"
    case .tooFew(let what, _, _):
      what.hasPrefix("clusters") ? "cluster" : what.hasPrefix("blocks") ? "block" : "arm"
    case .emptyArm: "arm"
    case .zeroVariance, .notFinite, .notConverged: "outcome"
    case .thinBlocks, .notPairs: "block"
    case .oneCluster, .noDegreesOfFreedom, .mixedClusters: "cluster"
    case .repeatedPeriods: "unit"
    case .changingAdoption: "adopted"
    case .noOverlap: "covariates"
    case .outOfRange(let what, _):
      Self.settings.first { what.contains($0.word) }?.parameter ?? "level"
    }
  }

  /// The parameter that a setting outside its domain belongs to, by a word of its name.
  private static let settings: [(word: String, parameter: String)] = [
    ("weight", "weight"), ("exposure", "exposure"), ("horizon", "horizon"), ("entry", "entry"),
    ("margin", "margin"), ("saturation", "saturation"), ("quantile", "quantiles"),
    ("variance", "variance"), ("share", "shares"), ("denominator", "denominator"),
    ("ratio", "scale"), ("count", "outcome"), ("outcome", "outcome"), ("time", "time"),
  ]
}

extension EstimationFault {
  /// A model that fits every case, of a constant outcome or of one that repeats a regressor.
  static var noResiduals: EstimationFault { .zeroVariance("the outcome, given the regressors,") }
}
