// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Cox's model over all arms that had events: hazard ratios, and whether they are constant.
struct SurvivalHazards {
  private(set) var checks: [TrustCheck] = []
  private(set) var notes: [String] = []

  private let cases: SurvivalCases
  private let fitted: (model: CoxModel, covariance: CoefficientCovariance)?

  /// - Throws: `StageFault` naming the covariate that is in the way.
  init(_ cases: SurvivalCases) throws(StageFault) {
    self.cases = cases
    let control = cases.contrasts.first?.control ?? 0
    let eventful = cases.labels.indices.filter { arm in
      cases.codes.indices.contains { Int(cases.codes[$0]) == arm && cases.times.isEvent[$0] }
    }
    // An arm without events weighs nothing in the risk sets of the others.
    let treated = eventful.filter { $0 != control }
    guard eventful.contains(control), !treated.isEmpty else {
      fitted = nil
      notes = [Self.withoutEvents(cases, eventful)]
      return
    }
    if eventful.count < cases.labels.count { notes.append(Self.withoutEvents(cases, eventful)) }
    let rows = cases.codes.indices.filter { eventful.contains(Int(cases.codes[$0])) }
    var design = Design(rows: rows.count, intercept: false)
    for arm in treated {
      design.append(cases.labels[arm], rows.map { Int(cases.codes[$0]) == arm ? 1 : 0 })
    }
    for (name, values) in cases.covariates.flatMap(\.columns) {
      design.append(name, rows.map { values[$0] })
    }
    do throws(EstimationFault) {
      let model = try CoxModel(
        cases.times.selecting(rows), design: design, strata: cases.blocks?.selecting(rows))
      let covariance = try model.covariance(
        cases.stage.chosenVariance.estimator(cases.clusters?.selecting(rows)))
      fitted = (model, covariance)
      checks = try Self.checks(model, cases, arms: treated)
    } catch .notConverged(let what) {
      throw StageFault(
        EstimationFault.notConverged(what).message, at: "covariates",
        help: "adjust for fewer columns")
    } catch {
      throw StageFault(error, of: "\(cases.outcome), hazard ratio")
    }
    notes += checks.filter { !$0.passed }.map(\.message)
  }

  /// Fills in the log hazard ratio of a contrast, or the reason why there is none.
  func describe(_ contrast: ArmContrast, into effect: inout Effect) throws(StageFault) {
    effect.method = "\(Survival.info.name) (Cox)"
    effect.scale = .logHazard
    effect.unit = nil
    if effect.role == .primary { effect.role = .secondary }
    let label = contrast.treatedLabel
    guard let fitted, let place = fitted.model.names.firstIndex(where: { $0 == label }) else {
      effect.raise(["no-events-in-arm"])
      return
    }
    do throws(EstimationFault) {
      effect.take(
        try fitted.model.estimate(place, fitted.covariance, level: cases.stage.level))
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
      "\(cases.outcome): the event came in no case of arm \(names), so there is no hazard ratio "
      + "with it; the restricted mean and the log-rank test stand"
  }

  private static func checks(
    _ model: CoxModel, _ cases: SurvivalCases, arms: [Int]
  ) throws(EstimationFault) -> [TrustCheck] {
    var checks: [TrustCheck] = []
    let threshold = cases.stage.proportionalityThreshold
    for (place, arm) in arms.enumerated() {
      guard let contrast = cases.contrasts.first(where: { $0.treated == [arm] }) else { continue }
      let test: ChiSquaredTest
      do {
        test = try model.proportionality(of: [place])
      } catch .zeroVariance {
        // All events at one time: nothing can change over time.
        continue
      }
      let passed = test.pValue >= threshold
      var check = TrustCheck(
        "proportional-hazards", subject: contrast.name, passed: passed, severity: .warning,
        message: passed
          ? "\(contrast.name): nothing says that the hazard ratio changes over time "
            + "(\(test.pValue.asPValue))"
          : "\(contrast.name): the hazard ratio changes over time (\(test.pValue.asPValue)), so one "
            + "number does not describe it; read the restricted mean and the curves")
      check.take(test)
      check.value = test.pValue
      check.threshold = threshold
      check.flag = passed ? nil : "non-proportional-hazards"
      checks.append(check)
    }
    return checks
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
