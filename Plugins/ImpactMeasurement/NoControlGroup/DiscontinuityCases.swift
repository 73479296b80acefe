// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Statistics
import Tables

/// The columns that a regression discontinuity uses.
struct DiscontinuityColumns {
  let stage: RegressionDiscontinuity
  private let cases: Cases
  private let running: Measurements
  private let treatment: Measurements?
  private let covariates: [Covariate]
  private let cluster: CaseGroups?

  init(_ stage: RegressionDiscontinuity, _ cases: Cases) throws(StageFault) {
    self.stage = stage
    self.cases = cases
    running = try cases.numbers(stage.running, at: "running")
    treatment = try stage.treatment.map { name throws(StageFault) in
      try cases.numbers(name, at: "treatment")
    }
    covariates = try cases.covariates(stage.covariates)
    cluster = try cases.groups(stage.cluster, at: "cluster")
  }

  /// The cases that have all that an outcome needs.
  func selecting(outcome name: ColumnName) throws(StageFault) -> DiscontinuityCases {
    let outcome = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("running", running.column, running.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    if let treatment { selection.require("treatment", treatment.column, treatment.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    let rows = selection.rows
    return DiscontinuityCases(
      stage: stage, name: name.name, selection: selection,
      running: rows.map { running.values[$0] }, outcome: rows.map { outcome.values[$0] },
      treatment: treatment.map { column in rows.map { column.values[$0] } },
      covariates: covariates.flatMap { CovariateColumns($0, rows: rows).columns },
      clusters: cluster?.grouping(rows))
  }
}

/// The cases of one outcome.
struct DiscontinuityCases {
  typealias Found = Statistics.RegressionDiscontinuity

  let stage: RegressionDiscontinuity
  let name: String
  let selection: CaseSelection
  let running: [Double]
  let outcome: [Double]
  let treatment: [Double]?
  let covariates: [(name: String, values: [Double])]
  let clusters: Statistics.Grouping?

  /// The effect on the outcome, as the stage asks for it.
  func estimate() throws(StageFault) -> Found {
    do throws(EstimationFault) {
      return try estimate(
        outcome, among: nil, cutoff: stage.cutoff, treatment: treatment, covariates: covariates,
        stage.settings)
    } catch {
      throw fault(error)
    }
  }

  /// An effect in another way: the side that gets the change minus the other.
  ///
  /// With a treatment it is the ratio, which has its sign from there. Rows are nil for all cases;
  /// clusters are added to the settings.
  func estimate(
    _ values: [Double], among rows: [Int]?, cutoff: Double, treatment: [Double]?,
    covariates: [(name: String, values: [Double])],
    _ settings: Statistics.RegressionDiscontinuity.Settings
  ) throws(EstimationFault) -> Found {
    func kept(_ column: [Double]) -> [Double] { rows.map { $0.map { column[$0] } } ?? column }
    let isTurned = stage.treated == .below && treatment == nil
    var settings = settings
    if let clusters { settings.variance = .cr1(rows.map { clusters.selecting($0) } ?? clusters) }
    return try Statistics.RegressionDiscontinuity(
      outcome: isTurned ? kept(values).map { -$0 } : kept(values), running: kept(running),
      cutoff: cutoff,
      treatment: treatment.map { kept($0) },
      covariates: covariates.map { ($0.name, kept($0.values)) }, settings: settings)
  }

  var varianceName: String {
    switch stage.chosenVariance {
    case .nearestNeighbour: "nearest-neighbour (\(stage.matches))"
    case .hc1: "hc1 × N/(N − K)"
    case .cr1: "cr1 × G/(G − 1) · (N − 1)/(N − K) by side"
    case .hc0, .hc2, .hc3: stage.chosenVariance.rawValue
    }
  }
}

extension DiscontinuityCases {
  /// What the estimator refused, at the parameter that can change it.
  fileprivate func fault(_ fault: EstimationFault) -> StageFault {
    let column = stage.running.name
    switch fault {
    case .outOfRange(let what, _) where what == "the cut-off":
      return StageFault(
        "\(name): the cut-off \(NumberText.print(stage.cutoff)) has no cases of '\(column)' on one "
          + "side", at: "cutoff",
        help: "give 'cutoff' in the unit of '\(column)', between its least and its greatest value")
    case .zeroVariance(let what) where what == "the running variable":
      return StageFault(
        "\(name): '\(column)' is the same in all cases", at: "running",
        help: "name the column that the rule looks at")
    case .zeroVariance(let what) where what.hasPrefix("the treatment"):
      return StageFault(
        "\(name): '\(stage.treatment?.name ?? "")' does not change at the cut-off, so there is no "
          + "effect of it to estimate", at: "treatment",
        help: "leave 'treatment' out for the effect of being on a side")
    case .tooFew(let what, let count, let needed) where what.contains("value"):
      return StageFault(
        "\(name): \(count) \(what) of '\(column)', where at least \(needed) are needed",
        at: stage.bandwidth == nil ? "cutoff" : "bandwidth",
        help: stage.bandwidth == nil
          ? "too little is known on one side; use more cases or a lower order"
          : "give a greater bandwidth, or leave it out")
    case .tooFew:
      return StageFault(
        "\(name): \(fault.message)", at: "running",
        help: "use more cases, or give 'bandwidth' yourself")
    case .rankDeficient:
      return StageFault("\(name): \(fault.message)", at: "covariates", help: fault.help)
    case .oneCluster:
      return StageFault(
        "\(name): on one side of the cut-off all cases near it lie in one cluster", at: "cluster",
        help: fault.help)
    default: return StageFault("\(name): \(fault.message)", at: "outcome", help: fault.help)
    }
  }
}

/// The three ways to report a jump, for people who know rdrobust's output.
enum DiscontinuityEstimates {
  static var empty: EstimateTable {
    EstimateTable(
      keys: ["outcome", "quantity", "method"],
      bases: ["h_left", "h_right", "b_left", "b_right", "n_left", "n_right"])
  }

  static func append(
    _ found: Statistics.RegressionDiscontinuity, of outcome: String, to table: inout EstimateTable
  ) {
    let widths = found.bandwidths
    let bases: [Double?] = [
      widths.main.left, widths.main.right, widths.bias.left, widths.bias.right,
      Double(found.effectiveCounts.left), Double(found.effectiveCounts.right),
    ]
    for (quantity, jump) in [("effect", found.effect), ("first-stage", found.firstStage)] {
      guard let jump else { continue }
      for (method, estimate) in [
        ("conventional", jump.conventional), ("bias-corrected", jump.biasCorrected),
        ("robust", jump.robust),
      ] {
        table.append([outcome, quantity, method], estimate, bases)
      }
    }
  }
}
