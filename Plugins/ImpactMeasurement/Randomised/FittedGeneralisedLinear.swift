// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// The generalised linear model of one outcome.
struct FittedGeneralisedLinear {
  let model: GeneralizedLinearModel
  let covariance: CoefficientCovariance
  private let estimator: VarianceEstimator
  private let rows: ModelRows
  private let stage: GeneralisedLinear
  private let outcome: String

  /// - Throws: `StageFault` that names the arm, column or level that is in the way.
  init(_ stage: GeneralisedLinear, _ rows: ModelRows, of outcome: String) throws(StageFault) {
    self.stage = stage
    self.rows = rows
    self.outcome = outcome
    estimator = stage.chosenVariance.estimator(rows.clusters)
    try Self.checkEvents(stage.family, rows, outcome)
    do throws(EstimationFault) {
      switch stage.family {
      case .negativeBinomial:
        model = try .negativeBinomial(
          outcome: rows.outcome, design: rows.model.design, exposure: rows.exposure)
      case .logit, .probit, .poisson:
        model = try GeneralizedLinearModel(
          stage.family.response, outcome: rows.outcome, design: rows.model.design,
          exposure: rows.exposure)
      }
      covariance = try model.covariance(estimator)
    } catch {
      throw Self.fault(error, rows, stage, outcome)
    }
  }

  /// What the model says beside its effects.
  var notes: [String] {
    if let theta = model.theta {
      return [
        "theta is \((theta * 1000).rounded() / 1000): the variance of a count is its mean plus the mean "
          + "squared over theta"
      ]
    }
    guard stage.family == .poisson else { return [] }
    var notes: [String] = []
    if rows.outcome.contains(where: { $0 != $0.rounded() }) {
      notes.append(
        "the outcome holds numbers that are no counts: the coefficients are right for its mean, and "
          + "only a robust variance is right for their uncertainty")
    }
    if !flags.isEmpty {
      let pearson = model.pearson
      let dispersion = pearson.statistic / pearson.degreesOfFreedom
      notes.append(
        "the counts vary \((dispersion * 100).rounded() / 100) times as much as Poisson's "
          + "(\(pearson.pValue.asPValue)), and the variance classical takes them as Poisson's: its "
          + "intervals are too narrow; use hc1")
    }
    return notes
  }

  /// Counts that vary more than the chosen variance believes.
  var flags: [String] {
    let isTrusting = stage.family == .poisson && stage.chosenVariance == .classical
    return isTrusting && model.pearson.pValue < 0.01 ? ["overdispersed"] : []
  }

  /// What a row of the effects table says of the model.
  func describe(_ effect: inout Effect, _ contrast: RegressionModel.Contrast) {
    effect.raise(flags)
    effect.method = "\(GeneralisedLinear.info.name) (\(stage.family.rawValue))"
    effect.take(clusters: covariance.clusters)
    effect.take(variance: covariance.name, rule: covariance.degreesOfFreedomRule)
    effect.count = rows.count
    effect.treatedCount = contrast.treatedCount
    effect.controlCount = contrast.controlCount
  }

  func marginalEffect(_ contrast: RegressionModel.Contrast) throws(StageFault) -> Estimate {
    do throws(EstimationFault) {
      return rows.isDose
        ? try model.averageSlope(contrast.position, estimator, level: stage.level)
        : try model.averageDifference(
          contrast.position, among: rows.model.contrasts.map(\.position), estimator,
          level: stage.level)
    } catch {
      throw StageFault(error, of: "\(outcome), \(contrast.name)")
    }
  }

  /// The same contrast as log odds or log rates; nil for a family without such a scale.
  func ratio(
    _ contrast: RegressionModel.Contrast, like effect: Effect
  ) throws(StageFault) -> Effect? {
    guard let scale = stage.family.scale else { return nil }
    var ratio = effect
    ratio.scale = scale
    ratio.unit = nil
    if ratio.role == .primary { ratio.role = .secondary }
    do throws(EstimationFault) {
      ratio.take(try model.estimate(contrast.position, covariance, level: stage.level))
    } catch {
      throw StageFault(error, of: "\(outcome), \(contrast.name)")
    }
    return ratio
  }

  /// An arm in which nobody, or everybody, had the event has no finite coefficient.
  private static func checkEvents(
    _ family: GeneralisedLinear.Family, _ rows: ModelRows, _ outcome: String
  ) throws(StageFault) {
    guard let arms = rows.model.arms, let first = rows.outcome.first,
      !rows.outcome.allSatisfy({ $0 == first }),
      !family.isBinary || rows.outcome.allSatisfy({ $0 == 0 || $0 == 1 })
    else { return }
    var events = [Int](repeating: 0, count: arms.count)
    for (row, arm) in arms.codes.enumerated() where rows.outcome[row] != 0 { events[Int(arm)] += 1 }
    for (arm, size) in arms.sizes.enumerated() {
      let isFull = family.isBinary && events[arm] == size
      guard events[arm] == 0 || isFull else { continue }
      throw StageFault(
        "\(outcome): \(isFull ? "all" : "none") of the \(size) cases of arm '\(arms.labels[arm])' "
          + "had the event, so its coefficient has no finite value", at: "arm",
        help: "compare shares with impact/difference-in-means, or leave the arm out with 'where'")
    }
  }

  private static func fault(
    _ fault: EstimationFault, _ rows: ModelRows, _ stage: GeneralisedLinear, _ outcome: String
  ) -> StageFault {
    switch fault {
    case .outOfRange(let what, "0 or 1"):
      return StageFault(
        "\(outcome): \(what) must be 0 or 1 with the family \(stage.family.rawValue)",
        at: "outcome",
        help: "derive a yes/no column at intake, or use the family poisson for counts")
    case .outOfRange(let what, let allowed) where what.hasPrefix("the count"):
      return StageFault(
        "\(outcome): \(what) must be \(allowed) with the family \(stage.family.rawValue)",
        at: "outcome", help: "use impact/regression for numbers that can be negative")
    case .separated(let columns, _):
      let isOfBlock = columns.allSatisfy { name in
        rows.model.block?.columns.contains { $0.name == name } ?? false
      }
      let isOfArms = columns.allSatisfy { name in
        rows.model.arms?.labels.contains { $0 == name } ?? false
      }
      return StageFault(
        "\(outcome): \(fault.message)", at: isOfBlock ? "block" : isOfArms ? "arm" : "covariates",
        help: fault.help)
    default:
      return rows.model.fault(fault, of: outcome, variance: stage.chosenVariance.rawValue)
    }
  }
}

extension GeneralisedLinear.Family {
  fileprivate var response: ResponseFamily {
    switch self {
    case .logit: .logit
    case .probit: .probit
    case .poisson, .negativeBinomial: .poisson
    }
  }
}

extension GeneralisedLinear.Variance {
  /// The stage has seen to it that there are clusters where they are needed.
  fileprivate func estimator(_ clusters: Statistics.Grouping?) -> VarianceEstimator {
    let clusters = clusters ?? Statistics.Grouping(codes: [], labels: [])
    return switch self {
    case .classical: .classical
    case .hc0: .hc0
    case .hc1: .hc1
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    case .cr2: .cr2(clusters)
    }
  }
}
