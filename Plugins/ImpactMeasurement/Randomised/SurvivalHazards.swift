// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Cox's model over all arms that had events (and one for each group of arms that is taken together):
/// hazard ratios, and whether they are constant.
struct SurvivalHazards {
  private struct Fitted {
    let model: CoxModel
    let covariance: CoefficientCovariance
    let position: Int
  }

  private(set) var checks: [TrustCheck] = []
  private(set) var notes: [String] = []

  private let cases: SurvivalCases
  /// By the name of the contrast.
  private var fitted: [String: Fitted] = [:]

  /// - Throws: `StageFault` naming the covariate that is in the way.
  init(_ cases: SurvivalCases) throws(StageFault) {
    self.cases = cases
    let eventful = cases.labels.indices.filter { arm in
      cases.codes.indices.contains { Int(cases.codes[$0]) == arm && cases.times.isEvent[$0] }
    }
    if eventful.count < cases.labels.count { notes.append(Self.withoutEvents(cases, eventful)) }
    let isSingle: (ArmContrast) -> Bool = { contrast in
      contrast.treated.map { cases.labels[$0] } == [contrast.treatedLabel]
    }
    // An arm without events weighs nothing in the risk sets of the others.
    let all = cases.contrasts.filter { contrast in
      isSingle(contrast) && contrast.treated.allSatisfy(eventful.contains)
    }
    if let control = cases.contrasts.first?.control, eventful.contains(control) {
      if !all.isEmpty {
        try fit(
          all, rows: cases.codes.indices.filter { eventful.contains(Int(cases.codes[$0])) })
      }
      for contrast in cases.contrasts where !isSingle(contrast) {
        guard contrast.treated.contains(where: eventful.contains) else { continue }
        try fit([contrast], rows: cases.rows(contrast))
      }
    }
    notes += checks.filter { !$0.passed }.map(\.message)
  }

  private mutating func fit(_ contrasts: [ArmContrast], rows: [Int]) throws(StageFault) {
    var design = Design(rows: rows.count, intercept: false)
    for contrast in contrasts {
      design.append(
        contrast.treatedLabel,
        rows.map { contrast.isTreated(cases.codes[$0]) == true ? 1 : 0 })
    }
    for (name, values) in cases.covariates.flatMap(\.columns) {
      design.append(name, rows.map { values[$0] })
    }
    do throws(EstimationFault) {
      let model = try CoxModel(
        cases.times.selecting(rows), design: design, strata: cases.blocks?.selecting(rows))
      let covariance = try model.covariance(
        cases.stage.chosenVariance.estimator(cases.clusters?.selecting(rows)))
      for (position, contrast) in contrasts.enumerated() {
        fitted[contrast.name] = Fitted(model: model, covariance: covariance, position: position)
        if let check = try check(contrast.name, model, position) { checks.append(check) }
      }
    } catch .notConverged(let what) {
      throw StageFault(
        EstimationFault.notConverged(what).message, at: "covariates",
        help: "adjust for fewer columns")
    } catch {
      throw StageFault(error, of: "\(cases.outcome), hazard ratio")
    }
  }

  /// Fills in the log hazard ratio of a contrast, or the reason why there is none.
  func describe(_ contrast: ArmContrast, into effect: inout Effect) throws(StageFault) {
    effect.method = "\(Survival.info.name) (Cox)"
    effect.scale = .logHazard
    effect.unit = nil
    // Events come sooner as the time gets less: the card's direction and role are those of the time.
    effect.outcome = cases.event
    effect.role = .secondary
    guard let fitted = fitted[contrast.name] else {
      effect.raise(["no-events-in-arm"])
      return
    }
    do throws(EstimationFault) {
      effect.take(
        try fitted.model.estimate(fitted.position, fitted.covariance, level: cases.stage.level))
    } catch {
      throw StageFault(error, of: "\(cases.outcome), \(contrast.name)")
    }
    effect.take(
      variance: fitted.covariance.name, rule: fitted.covariance.degreesOfFreedomRule)
    if let check = checks.first(where: { $0.subject == contrast.name }), let flag = check.flag {
      effect.raise([flag])
    }
  }

  private static func withoutEvents(_ cases: SurvivalCases, _ eventful: [Int]) -> String {
    let idle = cases.labels.indices.filter { !eventful.contains($0) }
    let names = idle.map { "'\(cases.labels[$0])'" }.joined(separator: ", ")
    return
      "\(cases.event): the event came in no case of arm \(names), so there is no hazard ratio "
      + "with it; the restricted mean and the log-rank test stand"
  }

  /// Nil where all events happen at one time: nothing can change then.
  private func check(
    _ contrast: String, _ model: CoxModel, _ position: Int
  ) throws(EstimationFault) -> TrustCheck? {
    let test: ChiSquaredTest
    do {
      test = try model.proportionality(of: [position])
    } catch {
      guard case .zeroVariance = error else { throw error }
      return nil
    }
    let threshold = cases.stage.proportionalityThreshold
    let passed = test.pValue >= threshold
    var check = TrustCheck(
      "proportional-hazards", subject: contrast, passed: passed, severity: .warning,
      message: passed
        ? "\(contrast): nothing says that the hazard ratio changes over time "
          + "(\(test.pValue.asPValue))"
        : "\(contrast): the hazard ratio changes over time (\(test.pValue.asPValue)), so one number "
          + "does not describe it; read the restricted mean and the curves")
    check.take(test)
    check.value = test.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "non-proportional-hazards"
    return check
  }
}

extension Survival.Variance {
  /// The stage has seen to it that there are clusters where they are needed.
  fileprivate func estimator(_ clusters: Statistics.Grouping?) -> VarianceEstimator {
    let clusters = clusters ?? Statistics.Grouping(codes: [], labels: [])
    return switch self {
    case .classical: .classical
    case .hc0: .hc0
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    }
  }
}
