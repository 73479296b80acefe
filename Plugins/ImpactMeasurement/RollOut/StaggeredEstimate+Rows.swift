// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics

extension StaggeredEstimate {
  /// Sun and Abraham's.
  init(
    sunAbraham stage: StaggeredAdoption, _ rows: PanelRows, of outcome: String
  ) throws(EstimationFault) {
    let panel = try rows.panel()
    let clusters = rows.clusters ?? panel.units
    let result = try SunAbraham(
      panel, outcome: rows.outcome, covariates: rows.covariates,
      anticipation: stage.anticipation, weights: rows.weights
    ) { rows in
      let used = clusters.selecting(rows)
      return used.count < 40 ? .cr2(used) : .cr1(used)
    }
    try self.init(
      result.effects, stage, overall: result.overall(stage.kind, level: stage.level),
      method: "sun-abraham", variance: result.variance.name,
      rule: result.variance.degreesOfFreedomRule, clusters: result.variance.clusters ?? 0)
    count = result.rows.count
    let groups = Set(result.effects.cells.map(\.group))
    treatedCount = result.rows.count { row in
      rows.adopted[row].map(groups.contains) ?? false
    }
    controlCount = count - treatedCount
    let study = result.eventStudy()
    self.study = study
    universalStudy = study
    references = study.reference.map { [$0] } ?? []
    checks = [
      PreTrendCheck(outcome: outcome, threshold: stage.pretrendThreshold).check(study)
    ]
    leaveOut(alwaysTreated: result.alwaysTreated, loneGroups: result.loneGroups)
    if let control = result.controlGroup {
      notes.append(
        "every unit adopts: the group that adopts last, in \(control), is the control, and periods "
          + "from then on are left out")
    }
  }

  /// Borusyak, Jaravel and Spiess'.
  init(
    imputation stage: StaggeredAdoption, _ rows: PanelRows, of outcome: String
  ) throws(EstimationFault) {
    let panel = try rows.panel()
    let clusters = rows.clusters ?? panel.units
    let result = try ImputationEstimator(
      panel, outcome: rows.outcome, covariates: rows.covariates,
      anticipation: stage.anticipation, clusters: clusters, weights: rows.weights)
    let chosen = try result.effects.aggregate(stage.kind)
    try self.init(
      result.effects, stage,
      overall: Estimate(
        of: "the change of '\(outcome)'", value: chosen.overall,
        standardError: chosen.standardError, level: stage.level),
      method: "imputation", variance: "imputation (conservative)",
      rule: "normal", clusters: result.clusterCount)
    treatedCount = result.treatedRows
    controlCount = result.untreatedRows
    count = treatedCount + controlCount
    study = result.effects.eventStudy(reference: nil, anticipation: stage.anticipation)
    checks = [
      PreTrendCheck(outcome: outcome, threshold: stage.pretrendThreshold).check {
        () throws(EstimationFault) in
        try ImputationEstimator.preTrend(
          panel, outcome: rows.outcome, covariates: rows.covariates,
          anticipation: stage.anticipation, clusters: clusters, weights: rows.weights)
      }
    ]
    leaveOut(result.alwaysTreatedRows, "always-treated") { count in
      "\(count) treated rows belong to units without an untreated one and are left out; where a date "
        + "such as 0 stands for never, leave it empty"
    }
    leaveOut(result.unmatchedRows, "no-controls") { count in
      "\(count) treated rows are in periods in which nobody is untreated and are left out"
    }
  }

  private init(
    _ effects: CohortEffects, _ stage: StaggeredAdoption, overall: Estimate, method: String,
    variance: String, rule: String, clusters: Int
  ) throws(EstimationFault) {
    self.init(
      overall: overall, method: method, variance: variance, rule: rule, clusters: clusters)
    groupTime = effects.cells.enumerated().map { place, cell in
      GroupTimeTable.Line(
        group: cell.group, time: cell.time, estimate: cell.estimate,
        standardError: effects.standardError(place), treatedCount: nil, controlCount: nil)
    }
    for kind in GroupTimeAggregate.Kind.allCases {
      aggregates.append((try effects.aggregate(kind), nil))
    }
  }
}
