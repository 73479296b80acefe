// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics
import Tables

extension StaggeredEstimate {
  /// Callaway and Sant'Anna's.
  init(
    callawaySantAnna stage: StaggeredAdoption, _ rows: PanelRows, of outcome: String,
    _ streams: RandomStreams?
  ) throws(EstimationFault) {
    let panel = try rows.balanced()
    let settings = stage.settings
    let result = try CallawaySantAnna(panel, settings)
    let aggregates = GroupTimeAggregate.Kind.allCases.map(result.aggregate)
    let bands = try streams.map { streams throws(EstimationFault) in
      try result.bands(
        of: aggregates, draws: stage.draws,
        multiplier: stage.multiplier == .mammen ? .mammen : .rademacher, level: stage.level,
        streams: streams)
    }
    let chosen = result.aggregate(stage.kind)
    let hasCovariates = !panel.covariateNames.isEmpty
    self.init(
      overall: try Estimate(
        of: "the change of '\(outcome)'", value: chosen.overall,
        standardError: chosen.standardError, level: stage.level),
      method: "callaway-santanna, "
        + (hasCovariates ? "\(settings.estimation.rawValue), " : "")
        + "\(settings.controls.rawValue)",
      variance: "influence-function", rule: "normal", clusters: result.clusterCount)
    count = result.unitCount
    treatedCount = result.groups.reduce(0) { $0 + $1.count }
    controlCount = count - treatedCount
    groupTime = result.effects.map { GroupTimeTable.Line($0) }
    groupTimeBand = bands?.effects
    self.aggregates = aggregates.enumerated().map { ($1, bands?.aggregates[$0]) }
    let study = result.eventStudy()
    self.study = study
    if !stage.trendBounds.isEmpty {
      universalStudy =
        settings.base == .universal
        ? study : try CallawaySantAnna(panel, settings.withUniversalBase).eventStudy()
    }
    references = study.reference.map { [$0] } ?? []
    checks = [
      PreTrendCheck(outcome: outcome, threshold: stage.pretrendThreshold).check(result)
    ]
    leaveOut(panel.incomplete, "incomplete-units") { count in
      "\(count) of \(count + panel.unitCount) units are not seen in every period and are left out"
    }
    leaveOut(alwaysTreated: result.alwaysTreated, loneGroups: result.loneGroups)
    noteGaps(result.gaps)
    noteSmall(result.groups, covariates: panel.covariateNames.count)
    if let band = bands?.effects {
      notes.append(
        "bands hold all group-time effects at once at level \(stage.level): critical value "
          + "\(band.criticalValue.asFigure) (Monte Carlo error \(band.monteCarloError.asFigure), "
          + "\(stage.draws) \(stage.multiplier.rawValue) draws)")
    }
  }

  /// Roth and Sant'Anna's.
  init(
    rothSantAnna stage: StaggeredAdoption, _ rows: PanelRows, of outcome: String,
    _ streams: RandomStreams?, isDrawn: Bool
  ) throws(EstimationFault) {
    let panel = try rows.balanced()
    let result = try RandomTiming(panel, stage.kind)
    self.init(
      overall: try Estimate(
        of: "the outcome '\(outcome)'", value: result.estimate,
        standardError: result.standardError, level: stage.level),
      method: "roth-santanna", variance: "neyman", rule: "normal", clusters: result.unitCount)
    count = result.unitCount
    treatedCount = result.groups.reduce(0) { $0 + $1.count }
    controlCount = count - treatedCount
    groupTime = result.cells.map { GroupTimeTable.Line($0) }
    for kind in GroupTimeAggregate.Kind.allCases {
      let other = try RandomTiming(panel, kind)
      aggregates.append((other.aggregate, nil))
      if let found = other.eventStudy() { study = found }
    }
    checks = [Self.balance(result, outcome, threshold: stage.pretrendThreshold)]
    if !checks[0].passed { limits.append("groups differed before anybody of them adopted") }
    if let streams {
      let test = try result.randomisationTest(draws: stage.draws, streams: streams)
      var check = TrustCheck(
        "randomisation-test", subject: outcome, passed: true, severity: .info,
        message: "\(outcome): dates dealt out again at random give as large an effect with "
          + "\(test.pValue.asPValue) (Monte Carlo error \(test.monteCarloError.asFigure), "
          + "\(stage.draws) draws)")
      check.pValue = test.pValue
      check.value = test.pValue
      checks.append(check)
    }
    leaveOut(panel.incomplete, "incomplete-units") { count in
      "\(count) of \(count + panel.unitCount) units are not seen in every period and are left out"
    }
    leaveOut(alwaysTreated: result.alwaysTreated, loneGroups: result.loneGroups)
    notes.append(
      "levels before adoption are adjusted for by \(result.adjustment.asFigure) of their difference "
        + "(1 would be differences in changes)")
    if !isDrawn {
      flags.append("timing-not-drawn")
      limits.append(
        "the method takes it that chance decided who adopts when, and no design says so")
    }
  }

  /// Whether groups were alike before adoption, as they are on average where chance decides.
  private static func balance(
    _ result: RandomTiming, _ outcome: String, threshold: Double
  ) -> TrustCheck {
    let statistic =
      result.differenceError > 0 ? result.difference / result.differenceError : 0
    let p = 2 * Distribution.normal.upper(statistic.magnitude)
    let passed = p >= threshold
    var check = TrustCheck(
      "timing-balance", subject: outcome, passed: passed, severity: .warning,
      message: passed
        ? "\(outcome): groups were alike before adoption (\(p.asPValue))"
        : "\(outcome): groups differed before adoption (\(p.asPValue)), which chance alone would "
          + "hardly do: find out how dates were given")
    check.statistic = statistic
    check.pValue = p
    check.value = p
    check.threshold = threshold
    check.flag = passed ? nil : "timing-imbalance"
    return check
  }

  private mutating func noteGaps(_ gaps: [GroupTimeGap]) {
    func cells(_ reason: (GroupTimeGap.Reason) -> Bool) -> [GroupTimeGap] {
      gaps.filter { reason($0.reason) }
    }
    func list(_ gaps: [GroupTimeGap]) -> String {
      let names = gaps.prefix(5).map { "\($0.group) in \($0.time)" }.joined(separator: ", ")
      return names + (gaps.count > 5 ? " and \(gaps.count - 5) more" : "")
    }
    let lonely = cells { $0 == .noControls }
    leaveOut(lonely.filter { !$0.isPlacebo }.count, "no-controls") { count in
      "\(count) effects cannot be estimated, because nobody is untreated then: "
        + list(lonely.filter { !$0.isPlacebo })
    }
    let apart = cells { $0 == .noOverlap }
    leaveOut(apart.count, "no-overlap") { count in
      "\(count) effects cannot be estimated, because the covariates tell the group from its controls: "
        + list(apart)
    }
    let thin = cells { if case .dependentCovariates = $0 { true } else { false } }
    leaveOut(thin.count, "thin-covariates") { count in
      "\(count) effects cannot be estimated, because covariates do not vary enough in the group or "
        + "its controls: " + list(thin)
    }
  }

  private mutating func noteSmall(_ groups: [(time: Int, count: Int)], covariates: Int) {
    let small = groups.filter { $0.count < 5 + covariates }
    leaveOut(small.count, "small-groups") { count in
      "\(count) \(count == 1 ? "group has" : "groups have") fewer than \(5 + covariates) units, for "
        + "which standard errors tend to be too small: adopted "
        + small.prefix(10).map { String($0.time) }.joined(separator: ", ")
    }
  }
}

extension GroupTimeTable.Line {
  fileprivate init(_ effect: GroupTimeEffect) {
    self.init(
      group: effect.group, time: effect.time, estimate: effect.estimate,
      standardError: effect.standardError, treatedCount: effect.treatedCount,
      controlCount: effect.controlCount)
  }
}

extension PanelRows {
  /// The units that are seen in every period.
  fileprivate func balanced() throws(EstimationFault) -> BalancedPanel {
    try BalancedPanel(
      panel(), outcome: outcome, covariates: covariates, clusters: clusters, weights: weights)
  }
}

extension StaggeredAdoption {
  fileprivate var settings: GroupTimeSettings {
    let estimation: GroupTimeSettings.Estimation =
      switch estimation {
      case .outcomeRegression: .outcomeRegression
      case .weighting: .weighting
      case .doublyRobust, nil: .doublyRobust
      }
    return GroupTimeSettings(
      controls: controlGroup == .notYet ? .notYet : .never, estimation: estimation,
      base: base == .universal ? .universal : .varying, anticipation: anticipation)
  }
}

extension GroupTimeSettings {
  fileprivate var withUniversalBase: GroupTimeSettings {
    GroupTimeSettings(
      controls: controls, estimation: estimation, base: .universal, anticipation: anticipation)
  }
}
