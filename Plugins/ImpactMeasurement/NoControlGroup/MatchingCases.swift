// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The columns that cases are made alike in.
struct MatchingColumns {
  let covariates: [Covariate]
  let exact: [CaseGroups]
  let cluster: CaseGroups?

  init(_ stage: Matching, _ cases: Cases) throws(StageFault) {
    covariates = try cases.covariates(stage.covariates)
    var exact: [CaseGroups] = []
    for column in stage.exact { exact.append(try cases.groups(column, at: "exact")) }
    self.exact = exact
    cluster = try cases.groups(stage.cluster, at: "cluster")
  }
}

/// The cases of one contrast that have everything, as the estimators take them.
struct MatchingCases {
  private(set) var selection: CaseSelection
  let treated: [Bool]
  let outcome: [Double]
  /// For models: without an indicator for the first level of a text.
  let covariates: [(name: String, values: [Double])]
  /// For the eye: with an indicator for each level.
  let shown: [(name: String, values: [Double])]
  let strata: Statistics.Grouping?
  let clusters: Statistics.Grouping?

  init(
    _ contrast: ArmContrast, _ arms: Arms, _ outcome: Measurements, _ columns: MatchingColumns
  ) {
    var selection = CaseSelection(
      arms.codes.indices.filter { contrast.isTreated(arms.codes[$0]) != nil })
    selection.require("outcome", outcome.column, outcome.validity)
    for covariate in columns.covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    for group in columns.exact { selection.require("exact", group.column, group.validity) }
    if let cluster = columns.cluster {
      selection.require("cluster", cluster.column, cluster.validity)
    }
    let rows = selection.rows
    self.selection = selection
    treated = rows.map { contrast.isTreated(arms.codes[$0]) ?? false }
    self.outcome = rows.map { outcome.values[$0] }
    covariates = columns.covariates.flatMap { CovariateColumns($0, rows: rows).columns }
    shown = columns.covariates.flatMap {
      CovariateColumns($0, rows: rows, dropsReference: false).columns
    }
    strata =
      columns.exact.isEmpty
      ? nil
      : Statistics.Grouping(
        rows.map { row in
          columns.exact.map { "\($0.codes[row])" }.joined(separator: " ")
        })
    clusters = columns.cluster?.grouping(rows)
  }

  private init(_ whole: MatchingCases, places: [Int]) {
    selection = whole.selection
    treated = places.map { whole.treated[$0] }
    outcome = places.map { whole.outcome[$0] }
    covariates = whole.covariates.map { column in
      (column.name, places.map { column.values[$0] })
    }
    shown = whole.shown.map { column in (column.name, places.map { column.values[$0] }) }
    strata = whole.strata?.selecting(places)
    clusters = whole.clusters?.selecting(places)
  }

  /// Whether the outcome takes several values in some arm; rounding would hide that it does not.
  var outcomeVaries: Bool {
    [true, false].contains { arm in
      let rows = outcome.indices.filter { treated[$0] == arm }
      return rows.contains { outcome[$0] != outcome[rows[0]] }
    }
  }

  /// The cases at some places.
  func selecting(_ places: [Int]) -> MatchingCases { MatchingCases(self, places: places) }
}
