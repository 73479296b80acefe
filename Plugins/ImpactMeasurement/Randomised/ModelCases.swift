// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The columns of a model that is not linear least squares: what is compared, and what is adjusted for.
struct ModelColumns {
  var arm: ColumnName?
  var control: String?
  var pool: NamedValues<[String]> = NamedValues()
  var treatment: ColumnName?
  var covariates: [ColumnName] = []
  var block: ColumnName?
  var cluster: ColumnName?
  var exposure: ColumnName?

  /// - Throws: `StageFault` where the parameters contradict each other.
  func validate(outcome: [ColumnName]) throws(StageFault) {
    try ArmParameters(
      arm: arm, control: control, treatment: treatment, outcome: outcome, pool: pool
    ).validate()
    for column in covariates
    where outcome.contains(column) || column == arm || column == treatment || column == block {
      throw .user(
        "'\(column)' is a covariate and something else at once", at: "covariates",
        help: "name each column once")
    }
  }

  /// Holds a variance against 'cluster': inference follows assignment.
  func validate(variance: String, sumsByCluster: Bool, else default: String) throws(StageFault) {
    if sumsByCluster, cluster == nil {
      throw .user(
        "variance \(variance) sums by cluster, and no 'cluster' is named", at: "variance",
        help: "add cluster: with the column of the unit that was assigned")
    }
    if !sumsByCluster, cluster != nil {
      throw .user(
        "variance \(variance) passes over 'cluster': inference follows assignment", at: "variance",
        help: "use \(`default`), the default with 'cluster'")
    }
  }
}

/// The cases of a stage as models take them: for each outcome the rows and the regressors.
struct ModelCases {
  /// One model of all arms (nil), then one for each group of arms that is taken together.
  let models: [ArmContrast?]

  private let exposed: Exposure
  private let covariates: [Covariate]
  private let block: CaseGroups?
  private let cluster: CaseGroups?
  private let atRisk: Measurements?
  private let cases: Cases

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ columns: ModelColumns, _ cases: Cases, card: PilotCard?) throws(StageFault) {
    self.cases = cases
    if let arm = columns.arm {
      let arms = try Arms(cases, arm: arm)
      let control = try arms.control(columns.control, card: card)
      exposed = .arms(arms, control: control)
      let pooled = try arms.contrasts(control: control, pool: columns.pool)
        .dropFirst(arms.labels.count - 1)
      models = [nil] + pooled.map { Optional($0) }
    } else {
      models = [nil]
      guard let treatment = columns.treatment else { throw .noArm }
      let numbers = try cases.numbers(treatment, at: "treatment")
      exposed = Arms(zeroOne: numbers).map { .arms($0, control: 0) } ?? .dose(numbers)
    }
    covariates = try cases.covariates(columns.covariates)
    block = try columns.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    cluster = try cases.groups(columns.cluster, at: "cluster")
    atRisk = try columns.exposure.map { name throws(StageFault) in
      try cases.numbers(name, at: "exposure")
    }
  }

  var hasSeveralContrasts: Bool {
    if models.count > 1 { return true }
    return if case .arms(let arms, _) = exposed { arms.labels.count > 2 } else { false }
  }

  /// The rows that have everything the model of an outcome needs, and its regressors.
  ///
  /// - Parameters:
  ///   - name: the outcome.
  ///   - pooled: arms taken together, out of `models`; nil for all arms as they are.
  ///   - leavesOut: whether a block whose outcomes lie between two numbers says nothing about an effect.
  /// - Returns: rows without those of blocks with a single case, and of blocks that say nothing.
  /// - Throws: `StageFault` where the column does not do, no case is left, or an arm is empty.
  func selecting(
    outcome name: ColumnName, pooled: ArmContrast? = nil,
    blocks leavesOut: (_ lowest: Double, _ highest: Double) -> Bool = { _, _ in false }
  ) throws(StageFault) -> ModelRows {
    let outcome = try cases.numbers(name, at: "outcome")
    var exposed = exposed
    var candidates = Array(0..<cases.count)
    if let pooled, case .arms(let all, _) = exposed {
      let arms = Arms(pooling: pooled, of: all)
      // A case without an arm stays until it is counted as one.
      candidates.removeAll { arms.codes[$0] < 0 && all.codes[$0] >= 0 }
      exposed = .arms(arms, control: 0)
    }
    var selection = CaseSelection(candidates)
    selection.require(exposed.parameter, exposed.column, exposed.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    if let atRisk { selection.require("exposure", atRisk.column, atRisk.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let block {
      selection.leaveOutSingletons(of: block)
      Self.leaveOutIdle(block, outcome: outcome.values, leavesOut, from: &selection)
    }
    guard !selection.rows.isEmpty else {
      throw StageFault("\(name): no case has all that the model needs", at: "outcome")
    }
    let model = try RegressionModel(
      exposed, covariates: covariates, block: block, effects: nil, rows: selection.rows,
      interacts: false,
      weights: nil)
    var flags = selection.flags
    if !model.singletons.isEmpty, !flags.contains("singleton-stratum") {
      flags.append("singleton-stratum")
    }
    let clusters = cluster?.grouping(selection.rows)
    if let clusters, let arms = model.arms, clusters.isMixed(over: arms) {
      flags.append("mixed-clusters")
    }
    return ModelRows(
      notes: selection.notes + [model.referenceNote].compactMap(\.self), flags: flags, model: model,
      outcome: selection.rows.map { outcome.values[$0] },
      exposure: atRisk.map { atRisk in selection.rows.map { atRisk.values[$0] } },
      clusters: clusters, isDose: model.arms == nil)
  }

  private static func leaveOutIdle(
    _ block: CaseGroups, outcome: [Double], _ leavesOut: (Double, Double) -> Bool,
    from selection: inout CaseSelection
  ) {
    var lowest = [Double](repeating: .infinity, count: block.labels.count)
    var highest = [Double](repeating: -.infinity, count: block.labels.count)
    for row in selection.rows {
      let place = Int(block.codes[row])
      lowest[place] = min(lowest[place], outcome[row])
      highest[place] = max(highest[place], outcome[row])
    }
    let idle = lowest.indices.map {
      lowest[$0] <= highest[$0] && leavesOut(lowest[$0], highest[$0])
    }
    selection.leaveOut(
      "constant-stratum", where: { idle[Int(block.codes[$0])] },
      note: { count, total in
        "\(block.naming(idle.indices.filter { idle[$0] })) has one outcome in all its cases, so the "
          + "model can learn nothing there: \(count) of \(total) cases are left out"
      })
  }
}

/// The rows and the regressors of one outcome.
struct ModelRows {
  let notes: [String]
  let flags: [String]
  let model: RegressionModel
  let outcome: [Double]
  let exposure: [Double]?
  let clusters: Statistics.Grouping?
  /// Whether a number per unit is compared rather than arms.
  let isDose: Bool

  var count: Int { outcome.count }
}

extension Statistics.Grouping {
  /// Whether a cluster has rows of several arms: it was not assigned whole.
  func isMixed(over arms: Statistics.Grouping) -> Bool {
    var seen = [Int32](repeating: -1, count: count)
    for (row, cluster) in codes.enumerated() {
      let arm = arms.codes[row]
      if seen[Int(cluster)] >= 0, seen[Int(cluster)] != arm { return true }
      seen[Int(cluster)] = arm
    }
    return false
  }
}
