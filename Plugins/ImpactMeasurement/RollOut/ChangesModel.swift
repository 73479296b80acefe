// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The model of one outcome in `impact/difference-in-differences`, with what is said about it.
struct ChangesModel {
  let variance: VarianceEstimator
  /// Effects over time, where units are followed and the adoption is for good.
  private(set) var study: EventStudy?
  private(set) var references: [Int] = []
  /// Of the two-way estimate, where units adopt at different times.
  private(set) var weights: TwoWayWeights?
  private(set) var notes: [String]
  private var flags: [String]

  private let outcome: String
  private let method: DifferenceInDifferences.Method
  private let data: PanelRows
  private let panel: AdoptionPanel
  private let events: TwoWayEventStudy?
  /// Why there are no effects over time.
  private let noStudy: String
  private let isStaggered: Bool

  struct Reported {
    let estimate: Estimate
    let rule: String
    let variance: String
    let clusters: Int?
    let flags: [String]
    let count: Int
    let treatedCount: Int
    let controlCount: Int

    func fill(_ effect: inout Effect) {
      effect.raise(flags)
      effect.take(estimate)
      effect.take(clusters: clusters)
      effect.take(variance: variance, rule: rule)
      effect.count = count
      effect.treatedCount = treatedCount
      effect.controlCount = controlCount
    }
  }

  /// - Throws: `StageFault` where the rows are no panel, or nothing can be compared.
  init(
    _ stage: DifferenceInDifferences, _ rows: PanelRows, outcome: String
  ) throws(StageFault) {
    method = stage.chosenMethod
    self.outcome = outcome
    data = rows
    notes = rows.notes
    flags = rows.flags
    variance = Self.variance(stage.variance, data.clusters)
    let panel: AdoptionPanel
    do throws(EstimationFault) {
      panel = try data.panel()
    } catch {
      throw StageFault(rollOut: error, of: outcome)
    }
    self.panel = panel
    isStaggered = data.dates.count > 1
    try Self.check(rows, method, outcome)
    do throws(EstimationFault) {
      let found = try Self.study(rows, panel, variance, anticipation: stage.anticipation)
      (study, references, events) = (found?.study, found?.references ?? [], found?.events)
      noStudy = found == nil ? rows.whyNoStudy : PreTrendCheck.tooShort
    } catch {
      if method == .eventStudy { throw StageFault(rollOut: error, of: outcome) }
      events = nil
      noStudy = error.message
    }
    if isStaggered, method == .twoWayFixedEffects, !data.endsAgain, data.units != nil {
      weights = try? TwoWayWeights(panel, covariates: data.covariates, weights: data.weights)
    }
    noteStaggered()
  }

  /// The effect that the stage reports.
  func estimate(level: Double) throws(StageFault) -> Reported {
    do throws(EstimationFault) {
      switch method {
      case .twoByTwo: return try twoByTwo(level)
      case .twoWayFixedEffects: return try twoWay(level)
      case .eventStudy: return try averageOverTime(level)
      }
    } catch {
      throw StageFault(rollOut: error, of: outcome)
    }
  }

  /// The effects over time where trends can be bounded, or why they cannot be.
  var boundable: Result<EventStudy, Unbounded> {
    guard let study else { return .failure(Unbounded(reason: noStudy)) }
    // With two references only what departs from a straight line is estimated.
    guard references.count == 1 else {
      return .failure(
        Unbounded(
          reason: "every unit adopts, and two periods before adoption are zero by construction"))
    }
    return .success(study)
  }

  struct Unbounded: Error {
    let reason: String
  }

  /// Trends before adoption, and weights that count the wrong way round.
  func checks(threshold: Double) throws(StageFault) -> [TrustCheck] {
    let trend = PreTrendCheck(outcome: outcome, threshold: threshold)
    var checks = [study.map { trend.check($0) } ?? trend.untestable(noStudy)]
    if let weights {
      let negative = weights.negative.count
      var check = TrustCheck(
        "negative-weights", subject: outcome, passed: negative == 0, severity: .warning,
        message: negative == 0
          ? "\(outcome): no effect counts the wrong way round in the two-way estimate"
          : "\(outcome): \(negative) of \(weights.cells.count) effects of groups and periods "
            + "(\((Double(negative) / Double(weights.cells.count)).asPercentage)) count the wrong way "
            + "round in the two-way estimate, with weights of \(weights.negativeSum.asDecimals) "
            + "together: use impact/staggered-adoption")
      check.value = -weights.negativeSum
      check.threshold = 0
      check.flag = negative == 0 ? nil : "negative-weights"
      checks.append(check)
    }
    return checks
  }
}

extension ChangesModel {
  private func twoByTwo(_ level: Double) throws(EstimationFault) -> Reported {
    let dates = data.dates
    let isInGroup: [Bool]
    let isAfter: [Bool]
    if data.units == nil, dates.isEmpty {
      isInGroup = data.isTreated
      let last = data.times.max() ?? 0
      isAfter = data.times.map { $0 == last }
    } else {
      let date = dates.first ?? .max
      isInGroup = data.adopted.map { $0 == date }
      isAfter = data.times.map { $0 >= date }
    }
    let fit = try TwoByTwoDifference(
      outcome: data.outcome, isInGroup: isInGroup, isAfter: isAfter,
      covariates: data.covariates, weights: data.weights)
    return try result(
      fit.model, fit.position, fit.model.covariance(variance), level, isInGroup)
  }

  private func twoWay(_ level: Double) throws(EstimationFault) -> Reported {
    guard let units = data.units else { throw .tooFew("units", count: 0, needed: 2) }
    guard data.isTreated.contains(true) else {
      throw .tooFew("treated rows", count: 0, needed: 1)
    }
    guard data.isTreated.contains(false) else {
      throw .tooFew("untreated rows", count: 0, needed: 1)
    }
    let treatment = data.isTreated.map { $0 ? 1.0 : 0 }
    do throws(EstimationFault) {
      let fit = try TwoWayFixedEffects(
        outcome: data.outcome, regressors: data.covariates + [("treated", treatment)],
        units: units, times: data.times, weights: data.weights)
      let place = fit.position(ofRegressor: data.covariates.count)
      return try result(fit, place, fit.covariance(variance), level, treatedRows)
    } catch {
      if case .rankDeficient(["treated"]) = error {
        throw .tooFew("units that adopt at another time or never", count: 0, needed: 1)
      }
      throw error
    }
  }

  private func averageOverTime(_ level: Double) throws(EstimationFault) -> Reported {
    guard let events else { throw .tooFew("units", count: 0, needed: 2) }
    let covariance = try events.fit.covariance(variance)
    return result(
      try events.average(variance, level: level), covariance, treatedRows)
  }

  private func result(
    _ model: any LinearModel, _ place: Int, _ covariance: CoefficientCovariance, _ level: Double,
    _ isTreated: [Bool]
  ) throws(EstimationFault) -> Reported {
    result(try model.estimate(place, covariance, level: level), covariance, isTreated)
  }

  private func result(
    _ estimate: Estimate, _ covariance: CoefficientCovariance, _ isTreated: [Bool]
  ) -> Reported {
    let treated = isTreated.count { $0 }
    return Reported(
      estimate: estimate, rule: covariance.degreesOfFreedomRule, variance: covariance.name,
      clusters: covariance.clusters, flags: flags, count: isTreated.count, treatedCount: treated,
      controlCount: isTreated.count - treated)
  }

  /// Rows of units that adopt within the panel.
  private var treatedRows: [Bool] {
    guard !data.endsAgain else { return data.isTreated }
    let last = data.times.max() ?? 0
    return data.adopted.map { $0.map { $0 <= last } ?? false }
  }

  private static func variance(
    _ chosen: DifferenceInDifferences.Variance?, _ clusters: Statistics.Grouping?
  ) -> VarianceEstimator {
    guard let clusters else { return chosen == .hc1 ? .hc1 : .hc2 }
    return switch chosen {
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    case .cr2: .cr2(clusters)
    case .cr3: .cr3(clusters)
    case .hc1, .hc2, nil: clusters.count < 40 ? .cr2(clusters) : .cr1(clusters)
    }
  }

  private typealias Study = (study: EventStudy, references: [Int], events: TwoWayEventStudy?)

  /// Effects over time; nil where nothing says who adopted when, for good.
  private static func study(
    _ rows: PanelRows, _ panel: AdoptionPanel, _ variance: VarianceEstimator, anticipation: Int
  ) throws(EstimationFault) -> Study? {
    guard rows.whyNoStudy.isEmpty else { return nil }
    if rows.units == nil {
      let fit = try CrossSectionEventStudy(
        outcome: rows.outcome, isInGroup: rows.adopted.map { $0 == rows.dates[0] },
        times: rows.times, date: rows.dates[0], covariates: rows.covariates, weights: rows.weights)
      return (fit.eventStudy(try fit.model.covariance(variance)), [fit.reference], nil)
    }
    let fit = try TwoWayEventStudy(
      panel, outcome: rows.outcome, covariates: rows.covariates, anticipation: anticipation,
      weights: rows.weights)
    return (fit.eventStudy(try fit.fit.covariance(variance)), fit.references, fit)
  }

  private static func check(
    _ rows: PanelRows, _ method: DifferenceInDifferences.Method, _ outcome: String
  ) throws(StageFault) {
    if rows.endsAgain, method != .twoWayFixedEffects {
      throw StageFault(
        "\(outcome): some units are treated and later no longer, and \(method.rawValue) needs a "
          + "change that stays", at: "treatment", help: "use method: two-way-fixed-effects")
    }
    guard method == .twoByTwo else { return }
    guard rows.dates.count < 2 else {
      throw StageFault(
        "\(outcome): units adopt at \(rows.dates.count) different times, and two-by-two needs one",
        at: "method", help: "use impact/staggered-adoption, or keep one group with 'where'")
    }
    let periods = Set(rows.times).count
    guard !rows.dates.isEmpty || rows.units != nil || periods == 2 else {
      throw StageFault(
        "\(outcome): there are \(periods) periods, and nothing says in which the change came",
        at: "time", help: "name 'adopted' instead of 'treatment', or keep two periods with 'where'")
    }
  }

  private mutating func noteStaggered() {
    guard isStaggered, method != .twoByTwo, !data.endsAgain else { return }
    flags.append("staggered-adoption")
    notes.append(
      method == .eventStudy
        ? "units adopt at \(data.dates.count) different times: effects at one time since adoption mix "
          + "with those at others; impact/staggered-adoption with method: sun-abraham does not"
        : "units adopt at \(data.dates.count) different times: the two-way estimate also compares with "
          + "units treated already; impact/staggered-adoption does not")
  }
}

extension PanelRows {
  /// Why there are no effects over time; empty where there may be.
  fileprivate var whyNoStudy: String {
    if endsAgain { return "some units are treated and later no longer" }
    if units == nil, dates.count != 1 { return "nothing says in which period the change came" }
    return ""
  }
}

extension Double {
  /// A figure for people: `-0.163`.
  fileprivate var asDecimals: String { "\((self * 1000).rounded() / 1000)" }
}
