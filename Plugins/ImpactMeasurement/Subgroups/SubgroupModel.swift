// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The least-squares model of one outcome in one subgroup: arms with enough cases, covariates, blocks.
struct SubgroupModel {
  let selection: CaseSelection
  let outcome: [Double]
  let design: Design
  let clusters: Statistics.Grouping?
  /// The arm of each row.
  let arms: Statistics.Grouping
  private(set) var flags: [String]

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(
    _ stage: Subgroups, _ cases: Cases, _ arms: Arms, control: Int, outcome name: ColumnName
  ) throws(StageFault) {
    let outcome = try cases.numbers(name, at: "outcome")
    let cluster = try cases.groups(stage.cluster, at: "cluster")
    let block = try stage.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    var covariates = try cases.covariates(stage.covariates)
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require(arms.parameter, arms.column, arms.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let block { selection.leaveOutSingletons(of: block) }
    // An arm with too few cases is not shown, and would be alone in the model.
    var sizes = [Int](repeating: 0, count: arms.labels.count)
    for row in selection.rows { sizes[Int(arms.codes[row])] += 1 }
    let rows = selection.rows.filter { sizes[Int(arms.codes[$0])] >= stage.atLeast }
    let present = Statistics.Grouping(codes: rows.map { arms.codes[$0] }, labels: arms.labels)
    var design = Design(rows: rows.count, capacity: present.count + covariates.count)
    for arm in 0..<present.count where !present.labels[arm].isExactly(arms.labels[control]) {
      design.append(present.labels[arm], present.indicator(arm))
    }
    if let block { covariates.append(.levels(block)) }
    var singletons: [String] = []
    for covariate in covariates {
      let columns = CovariateColumns(covariate, rows: rows)
      singletons += columns.singletons
      for (name, values) in columns.columns { design.append(name, values) }
    }
    self.selection = selection
    self.outcome = rows.map { outcome.values[$0] }
    self.design = design
    self.arms = present
    clusters = cluster?.grouping(rows)
    flags = selection.flags
    if !singletons.isEmpty, !flags.contains("singleton-stratum") {
      flags.append("singleton-stratum")
    }
  }

  /// Cases of an arm among the rows.
  func count(of arm: String) -> Int { arms.code(of: arm).map { arms.sizes[Int($0)] } ?? 0 }

  /// An arm's effect, with the covariance it comes from.
  func effect(
    of arm: String, level: Double
  ) throws(EstimationFault) -> (estimate: Estimate, covariance: CoefficientCovariance) {
    guard let position = design.position(of: arm) else { throw .emptyArm(arm) }
    let fit = try OLS(outcome: outcome, design: design)
    let covariance = try fit.covariance(clusters.map { .cr2($0) } ?? .hc2)
    return (try fit.estimate(position, covariance, level: level), covariance)
  }
}
