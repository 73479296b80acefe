// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What one outcome gave: the effect, what it rests on, and what speaks against it.
struct SyntheticFinding {
  private(set) var weights: [SyntheticWeightsTable.Line] = []
  private(set) var path: [SyntheticPathTable.Line] = []
  private(set) var placebos: [PlacebosTable.Line] = []
  private(set) var checks: [TrustCheck] = []
  private(set) var notes: [String] = []
  private var method = ""
  private var variance = ""
  private var uncertainty: Uncertainty?
  private let panel: TreatedPanel
  private let earlier: Int
  private let fitLimit: Double

  private enum Uncertainty {
    case ranked(effect: Double, PlaceboRank?, ConfidenceInterval?)
    case estimated(Estimate)
  }

  /// - Throws: `EstimationFault` as the estimators do.
  init(
    _ stage: SyntheticControl, _ cases: SyntheticPanel, _ streams: RandomStreams
  ) throws(EstimationFault) {
    panel = cases.panel
    earlier = cases.earlier
    fitLimit = stage.fitLimit
    switch stage.method {
    case .classic:
      let method = cases.predictors.map {
        Statistics.SyntheticControl.Method.predictors($0, importance: nil)
      }
      let earlier = cases.earlierPredictors.map {
        Statistics.SyntheticControl.Method.predictors($0, importance: nil)
      }
      try weigh(
        stage, method ?? .outcomes, earlier: method == nil ? .outcomes : earlier,
        cases.predictorNames, streams)
    case .augmented:
      let method = Statistics.SyntheticControl.Method.augmented(ridge: stage.ridge)
      try weigh(stage, method, earlier: method, [], streams)
    case .differences:
      try compareChanges(stage, streams)
    }
  }

  /// Puts the figures into a row of the effects table.
  func fill(_ row: inout Effect) {
    row.method = method
    row.variance = variance
    switch uncertainty {
    case .ranked(let effect, let rank, let interval):
      row.estimate = effect
      row.confidenceLow = interval?.lower
      row.confidenceHigh = interval?.upper
      row.pValue = rank?.pValue
      row.statistic = rank?.ratio
    case .estimated(let estimate): row.take(estimate)
    case nil: break
    }
  }
}

extension SyntheticFinding {
  private mutating func weigh(
    _ stage: SyntheticControl, _ method: Statistics.SyntheticControl.Method,
    earlier earlierMethod: Statistics.SyntheticControl.Method?, _ predictors: [String],
    _ streams: RandomStreams
  ) throws(EstimationFault) {
    let control = try Statistics.SyntheticControl(panel, method)
    var words = [stage.method.rawValue]
    if case .classic = stage.method {
      words.append(predictors.isEmpty ? "outcomes" : "predictors")
      notes.append(
        predictors.isEmpty
          ? "donors are weighed by their outcomes before the change"
          : "donors are weighed by \(predictors.joined(separator: ", ")); how much each counts was "
            + "chosen so that outcomes before the change are met")
    }
    for unit in control.units { describe(unit, predictors) }
    let ridges = control.units.compactMap(\.ridge)
    if !ridges.isEmpty {
      notes.append("ridge " + ridges.map { "\($0)" }.joined(separator: ", "))
    }
    fitCheck(control.errorBefore, control.relativeErrorBefore)
    uniquenessCheck(control.units.allSatisfy(\.isUnique))

    var rank: PlaceboRank?
    if panel.donors.count > 2 {
      let space = try control.placebosInSpace()
      for (cohort, units) in zip(panel.cohorts, space) {
        for unit in units { place(unit, "space", from: cohort.from) }
      }
      rank = try control.rank(among: space, draws: stage.draws, streams: streams)
      if let earlierMethod,
        let time = try control.placeboInTime(
          earlier: earlier, method: earlierMethod, draws: stage.draws, streams: streams)
      {
        for unit in time.units { place(unit, "time", from: unit.treatedPeriods.lowerBound) }
        timeCheck(time.units.meanGap, time.rank.pValue, panel.donors.count)
      }
      let left = try control.leavingOutDonors()
      for (donor, effect) in left {
        placebos.append(
          PlacebosTable.Line(kind: "leave-one-out", unit: panel.units[donor], effect: effect))
      }
      leaveOneOutCheck(control.effect, left.map(\.effect))
    }
    let interval =
      stage.method == .augmented ? try control.timeJackknifeInterval(level: stage.level) : nil
    powerCheck(rank, stage.level)
    self.method = "\(SyntheticControl.info.name) (\(words.joined(separator: ", ")))"
    uncertainty = .ranked(effect: control.effect, rank, interval)
    variance =
      rank.map { rank in
        "placebo in space, rank \(rank.rank) of \(rank.count) by error ratio"
          + (rank.monteCarloError.map { ", Monte Carlo error \($0.shown)" } ?? "")
      } ?? "none: too few donors for placebos"
    if interval != nil { variance += "; interval jackknife+ over periods" }
  }

  private mutating func compareChanges(
    _ stage: SyntheticControl, _ streams: RandomStreams
  ) throws(EstimationFault) {
    let fit = try SyntheticDifference(panel)
    let variance = stage.variance ?? .placebo
    let error = try fit.uncertainty(
      variance.estimator, draws: stage.draws, streams: streams)
    let estimate = try Estimate(
      of: "the effect", value: fit.effect, standardError: error.standardError,
      level: stage.level)
    for cohort in fit.cohorts { describe(cohort) }
    fitCheck(fit.errorBefore, fit.relativeErrorBefore)
    uniquenessCheck(fit.cohorts.allSatisfy(\.isUnique))
    for (donor, cohort) in try fit.placebosInSpace() ?? [] {
      placebos.append(
        PlacebosTable.Line(
          kind: "space", unit: panel.units[donor], from: panel.times[cohort.from],
          effect: cohort.effect))
    }
    let left = try fit.leavingOutDonors()
    for (donor, effect) in left {
      placebos.append(
        PlacebosTable.Line(kind: "leave-one-out", unit: panel.units[donor], effect: effect))
    }
    leaveOneOutCheck(fit.effect, left.map(\.effect))
    if let earlierPanel = panel.withChange(earlier: earlier) {
      let early = try SyntheticDifference(earlierPanel)
      let spread = try early.uncertainty(.placebo, draws: stage.draws, streams: streams)
      let test = try Estimate(
        of: "the effect", value: early.effect, standardError: spread.standardError)
      placebos.append(
        PlacebosTable.Line(
          kind: "time", from: early.cohorts.first.map { panel.times[$0.from] },
          effect: early.effect, errorBefore: early.errorBefore, pValue: test.pValue))
      timeCheck(early.effect, test.pValue, panel.donors.count)
    }
    let treated = panel.treated.count
    if variance != .placebo, treated < 10 {
      var check = TrustCheck(
        "treated-units", subject: "treated", passed: false, severity: .info,
        message: "\(variance.rawValue) rests on \(treated) treated units, and wants some tens")
      check.value = Double(treated)
      check.threshold = 10
      check.flag = "few-treated"
      checks.append(check)
    }
    method = "\(SyntheticControl.info.name) (\(stage.method.rawValue))"
    uncertainty = .estimated(estimate)
    self.variance = "\(variance.rawValue)"
    if let precision = error.monteCarloError {
      self.variance += " over \(stage.draws) draws, Monte Carlo error \(precision.shown)"
    }
    self.variance += ", df normal"
  }
}

extension SyntheticFinding {
  private mutating func describe(_ unit: SyntheticUnit, _ predictors: [String]) {
    let label = panel.units[unit.unit]
    for (donor, weight) in zip(unit.donors, unit.weights) where weight != 0 {
      weights.append(.init(treated: label, kind: "unit", label: panel.units[donor], weight: weight))
    }
    for (name, weight) in zip(predictors, unit.predictorWeights ?? []) {
      weights.append(.init(treated: label, kind: "predictor", label: name, weight: weight))
    }
    let observed = panel.outcomes.column(unit.unit)
    for (time, gap) in unit.gaps.enumerated() {
      path.append(
        .init(
          treated: label, time: panel.times[time], observed: observed[time],
          synthetic: observed[time] - gap, gap: gap,
          isTreated: unit.treatedPeriods.contains(time)))
    }
  }

  private mutating func describe(_ cohort: SyntheticDifference.Cohort) {
    let label =
      cohort.units.count == 1
      ? panel.units[cohort.units[0]]
      : "\(cohort.units.count) units from \(panel.times[cohort.from]) on"
    for (donor, weight) in zip(panel.donors, cohort.unitWeights) where weight != 0 {
      weights.append(.init(treated: label, kind: "unit", label: panel.units[donor], weight: weight))
    }
    for (time, weight) in cohort.timeWeights.enumerated() where weight != 0 {
      weights.append(.init(treated: label, kind: "time", label: panel.times[time], weight: weight))
    }
    for (time, gap) in cohort.gaps.enumerated() {
      let observed =
        cohort.units.reduce(0) { $0 + panel.outcomes[time, $1] } / Double(cohort.units.count)
      path.append(
        .init(
          treated: label, time: panel.times[time], observed: observed, synthetic: observed - gap,
          gap: gap, isTreated: time >= cohort.from))
    }
  }

  private mutating func place(_ unit: SyntheticUnit, _ kind: String, from: Int) {
    placebos.append(
      PlacebosTable.Line(
        kind: kind, unit: panel.units[unit.unit], from: panel.times[from], effect: unit.effect,
        errorBefore: unit.errorBefore, errorAfter: unit.errorAfter, ratio: [unit].errorRatio))
  }
}

extension SyntheticFinding {
  private mutating func fitCheck(_ error: Double, _ relative: Double) {
    let passed = relative <= fitLimit
    var check = TrustCheck(
      "fit-before", subject: "treated", passed: passed, severity: .warning,
      message: "the outcome before the change is \(passed ? "" : "badly ")met: root mean squared "
        + "error \(error.shown), \(relative.shown) standard deviations of units")
    check.statistic = error
    check.value = relative
    check.threshold = fitLimit
    check.flag = passed ? nil : "poor-fit-before"
    checks.append(check)
  }

  private mutating func timeCheck(_ effect: Double, _ pValue: Double, _ donors: Int) {
    let passed = pValue > 0.1
    var check = TrustCheck(
      "placebo-in-time", subject: "treated", passed: passed, severity: .warning,
      message: "\(earlier) periods before the change its effect is \(effect.shown) "
        + "(\(pValue.asPValue))"
        + (passed ? "" : ", where there should be none"))
    check.statistic = effect
    check.pValue = pValue
    check.value = pValue
    check.threshold = 0.1
    check.flag = passed ? nil : "effect-before"
    checks.append(check)
  }

  private mutating func leaveOneOutCheck(_ effect: Double, _ others: [Double]) {
    guard let least = others.min(), let largest = others.max() else { return }
    let passed = least * effect > 0 && largest * effect > 0
    var check = TrustCheck(
      "leave-one-out", subject: "donors", passed: passed, severity: .info,
      message: "without one donor the effect lies between \(least.shown) and \(largest.shown)")
    check.value = others.map { ($0 - effect).magnitude }.max()
    check.flag = passed ? nil : "one-donor-decides"
    checks.append(check)
  }

  private mutating func uniquenessCheck(_ isUnique: Bool) {
    checks.append(
      {
        var check = TrustCheck(
          "unique-weights", subject: "donors", passed: isUnique, severity: .info,
          message: isUnique
            ? "no other weights fit as well"
            : "other weights fit as well, and would give another effect")
        check.flag = isUnique ? nil : "weights-not-unique"
        return check
      }())
  }

  /// Whether any rank could be rare enough.
  private mutating func powerCheck(_ rank: PlaceboRank?, _ level: Double) {
    let smallest = rank.map { 1 / Double($0.count) } ?? 1
    let passed = smallest <= 1 - level + 1e-12
    var check = TrustCheck(
      "placebo-count", subject: "donors", passed: passed, severity: .info,
      message: "the smallest p-value that \(panel.donors.count) donors can give is "
        + "\(smallest.shown)")
    check.value = smallest
    check.threshold = 1 - level
    check.flag = passed ? nil : "few-donors"
    checks.append(check)
  }
}

extension SyntheticControl.Variance {
  fileprivate var estimator: SyntheticDifference.Variance {
    switch self {
    case .placebo: .placebo
    case .jackknife: .jackknife
    case .bootstrap: .bootstrap
    }
  }
}

extension Double {
  /// Four significant digits, for people.
  var shown: String {
    guard self != 0, isFinite else { return "0" }
    var scale = 1.0
    while magnitude * scale < 1000, scale < 1e15 { scale *= 10 }
    while magnitude * scale >= 10_000, scale > 1e-12 { scale /= 10 }
    let rounded = scale >= 1 ? (self * scale).rounded() / scale : rounded()
    return rounded == rounded.rounded() && rounded.magnitude < 1e15
      ? "\(Int(rounded))" : "\(rounded)"
  }
}
