// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// What one contrast on one outcome gave: the effect, how alike the arms became, and what speaks against
/// it.
struct MatchingFinding {
  private(set) var balance: [MatchedBalanceTable.Line] = []
  private(set) var sizes: [MatchedSizesTable.Line] = []
  private(set) var checks: [TrustCheck] = []
  private(set) var notes: [String] = []
  private let method: String
  private let estimand: TreatmentEstimand
  private var estimate: Estimate?
  private var clusters: Int?
  private var counts = (treated: 0, control: 0)

  /// - Throws: `EstimationFault` as the estimators do.
  init(_ stage: Matching, _ cases: MatchingCases) throws(EstimationFault) {
    estimand = stage.estimand == .treated ? .treated : .everybody
    let usesDistance = stage.method == .nearest || stage.method == .full
    let words = [stage.method.rawValue, usesDistance ? stage.distance.rawValue : nil]
    method =
      "\(Matching.info.name) (\(words.compactMap(\.self).joined(separator: ", "))"
      + (stage.replace ? ", with replacement)" : ")")
    guard cases.outcomeVaries else { throw .zeroVariance("the outcome within arms") }
    var cases = cases
    var score =
      cases.covariates.isEmpty || stage.method == .exact || stage.method == .entropyBalancing
      ? nil : try PropensityScore(treated: cases.treated, covariates: cases.covariates)
    if let trim = stage.trim, let found = score {
      let places = found.scores.indices.filter {
        found.scores[$0] >= trim && found.scores[$0] <= 1 - trim
      }
      if places.count < found.scores.count {
        trimmed(found.scores.count - places.count, of: found.scores.count, trim)
        cases = cases.selecting(places)
        score = try PropensityScore(treated: cases.treated, covariates: cases.covariates)
      }
    }
    if let score { overlapCheck(score.scores, cases.treated) }
    let weights = try estimate(stage, cases, score)
    describe(cases, score, weights)
    balanceCheck(stage.balanceLimit)
  }

  /// Puts the figures into a row of the effects table.
  func fill(_ effect: inout Effect) {
    effect.method = method
    if let estimate { effect.take(estimate) }
    effect.take(clusters: clusters)
    effect.count = counts.treated + counts.control
    effect.treatedCount = counts.treated
    effect.controlCount = counts.control
  }
}

extension MatchingFinding {
  /// The effect, and what each case counts.
  private mutating func estimate(
    _ stage: Matching, _ cases: MatchingCases, _ score: PropensityScore?
  ) throws(EstimationFault) -> [Double] {
    switch stage.method {
    case .nearest, .full, .exact:
      return try match(stage, cases, score)
    case .weighting, .doublyRobust, .entropyBalancing:
      let effect = try weigh(stage, cases, score)
      estimate = try effect.estimate(clusters: cases.clusters, level: stage.level)
      clusters = cases.clusters?.count
      return effect.weights
    }
  }

  private mutating func match(
    _ stage: Matching, _ cases: MatchingCases, _ score: PropensityScore?
  ) throws(EstimationFault) -> [Double] {
    if stage.method == .exact, let strata = cases.strata {
      let sets = try MatchedSets(exactly: strata, treated: cases.treated, estimand: estimand)
      unmatched(cases.treated.indices.count { cases.treated[$0] && sets.sets[$0] < 0 }, "treated")
      unmatched(
        cases.treated.indices.count { !cases.treated[$0] && sets.sets[$0] < 0 }, "controls")
      return try take(sets, stage, cases)
    }
    let scores = score?.scores ?? []
    let space =
      stage.distance == .propensity
      ? MatchingSpace(scores: scores)
      : try MatchingSpace(covariates: cases.covariates, treated: cases.treated)
    var caliper = stage.caliper
    if stage.distance == .propensity, let width = caliper {
      caliper = width * (try Sample("propensity", scores)).variance.squareRoot()
    }
    if stage.method == .full {
      let full = try FullMatching(
        space, treated: cases.treated, estimand: estimand, caliper: caliper, strata: cases.strata)
      unmatched(full.unmatched.treated, "treated")
      unmatched(full.unmatched.control, "controls")
      return try take(full.sets, stage, cases)
    }
    if stage.replace {
      let match = try ReplacingMatch(
        space, treated: cases.treated, estimand: estimand, ratio: stage.ratio, caliper: caliper,
        strata: cases.strata)
      unmatched(match.unmatched, estimand == .treated ? "treated" : "cases")
      estimate = try match.effect(cases.outcome, level: stage.level)
      return match.weights
    }
    let match = try NearestNeighbours(
      space, treated: cases.treated, priority: scores, ratio: stage.ratio, caliper: caliper,
      strata: cases.strata)
    unmatched(match.unmatched, "treated")
    return try take(match.sets, stage, cases)
  }

  private mutating func take(
    _ sets: MatchedSets, _ stage: Matching, _ cases: MatchingCases
  ) throws(EstimationFault) -> [Double] {
    estimate = try sets.effect(cases.outcome, clusters: cases.clusters, level: stage.level)
    clusters = cases.clusters?.selecting(sets.rows).count ?? sets.count
    notes.append("\(sets.count) sets of cases are compared")
    return sets.weights
  }

  private func weigh(
    _ stage: Matching, _ cases: MatchingCases, _ score: PropensityScore?
  ) throws(EstimationFault) -> WeightedEffect {
    guard let score else {
      return try WeightedEffect(
        entropyBalancing: cases.covariates, treated: cases.treated, outcome: cases.outcome,
        estimand: estimand)
    }
    if stage.method == .doublyRobust {
      return try WeightedEffect(
        doublyRobust: score, covariates: cases.covariates, treated: cases.treated,
        outcome: cases.outcome, estimand: estimand)
    }
    return WeightedEffect(
      inversePropensity: score, treated: cases.treated, outcome: cases.outcome,
      estimand: estimand, variance: stage.chosenVariance == .knownScore ? .known : .estimated)
  }
}

extension MatchingFinding {
  private mutating func describe(
    _ cases: MatchingCases, _ score: PropensityScore?, _ weights: [Double]
  ) {
    var columns = cases.shown
    if let score { columns.append(("propensity", score.scores)) }
    for column in columns {
      balance.append(
        MatchedBalanceTable.Line(
          before: MatchedBalance(column, treated: cases.treated, estimand: estimand),
          after: MatchedBalance(
            column, treated: cases.treated, weights: weights, estimand: estimand)))
    }
    for (label, arm) in [("treated", true), ("control", false)] {
      let rows = weights.indices.filter { cases.treated[$0] == arm }
      let used = rows.count { weights[$0] > 0 }
      if arm { counts.treated = used } else { counts.control = used }
      let effective = MatchedBalance.effectiveSize(weights, treated: cases.treated, of: arm)
      sizes.append(.init(arm: label, cases: rows.count, used: used, effective: effective))
    }
    let least = sizes.map(\.effective).min() ?? 0
    var check = TrustCheck(
      "effective-size", subject: "", passed: least >= 20, severity: .info,
      message: "the weights leave as much as \(least.shown) cases in the smaller arm")
    check.value = least
    check.threshold = 20
    check.flag = least >= 20 ? nil : "few-effective-cases"
    checks.append(check)
  }

  private mutating func balanceCheck(_ limit: Double) {
    // The propensity sums covariates up, and is not one.
    let lines = balance.filter { $0.after.name != "propensity" }
    guard
      let worst = lines.max(by: {
        ($0.after.standardisedDifference ?? 0).magnitude
          < ($1.after.standardisedDifference ?? 0).magnitude
      }), let difference = worst.after.standardisedDifference
    else { return }
    let passed = difference.magnitude <= limit
    let many = lines.count { ($0.after.standardisedDifference ?? 0).magnitude > limit }
    var check = TrustCheck(
      "balance-after", subject: "", passed: passed, severity: .warning,
      message: "'\(worst.after.name)' differs most afterwards, by \(difference.magnitude.shown) "
        + "standard deviations"
        + (passed ? "" : "; \(many) of \(lines.count) covariates by more than \(limit.shown)"))
    check.value = difference.magnitude
    check.threshold = limit
    check.flag = passed ? nil : "imbalance"
    checks.append(check)
  }

  /// Cases whose counterparts hardly exist: for the effect on the treated those sure to be treated.
  private mutating func overlapCheck(_ scores: [Double], _ treated: [Bool]) {
    let low = estimand == .everybody ? scores.count { $0 < 0.01 } : 0
    let high = scores.count { $0 > 0.99 }
    let share = Double(low + high) / Double(scores.count)
    let control = scores.indices.filter { !treated[$0] }.map { scores[$0] }
    let least = control.min() ?? 0
    let largest = control.max() ?? 0
    let outside = scores.indices.count {
      treated[$0] && (scores[$0] < least || scores[$0] > largest)
    }
    let passed = share <= 0.05
    var check = TrustCheck(
      "overlap", subject: "", passed: passed, severity: .warning,
      message:
        "\(low + high) of \(scores.count) cases have a propensity near 0 or 1, and \(outside) "
        + "treated lie beyond all controls")
    check.statistic = Double(low + high)
    check.value = share
    check.threshold = 0.05
    check.flag = passed ? nil : "poor-overlap"
    checks.append(check)
  }

  private mutating func unmatched(_ count: Int, _ who: String) {
    guard count > 0 else { return }
    var check = TrustCheck(
      "unmatched", subject: "", passed: false, severity: .info,
      message:
        "\(count) \(who) have nobody near enough and are left out: the effect is that of the "
        + "others")
    check.value = Double(count)
    check.flag = who == "treated" ? "treated-unmatched" : "cases-unmatched"
    checks.append(check)
  }

  private mutating func trimmed(_ count: Int, of total: Int, _ bound: Double) {
    var check = TrustCheck(
      "trimmed", subject: "", passed: false, severity: .info,
      message: "\(count) of \(total) cases have a propensity below \(bound.shown) or above "
        + "\((1 - bound).shown) and are left out: the effect is that of the others")
    check.value = Double(count)
    check.flag = "trimmed"
    checks.append(check)
  }
}
