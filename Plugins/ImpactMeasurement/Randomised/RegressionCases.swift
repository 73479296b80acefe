// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The columns that a regression uses, and for each outcome the rows and the model.
struct RegressionCases {
  private let exposure: Exposure
  private let covariates: [Covariate]
  private let block: CaseGroups?
  private let cluster: CaseGroups?
  private let weight: Measurements?
  private let interacts: Bool
  private let cases: Cases

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: Regression, _ cases: Cases, card: PilotCard?) throws(StageFault) {
    self.cases = cases
    interacts = stage.interact
    exposure = try Self.exposure(stage, cases, card)
    if case .dose = exposure, interacts {
      throw StageFault(
        "'interact' needs arms, and '\(exposure.column)' holds other numbers than 0 and 1",
        at: "interact", help: "leave 'interact' out")
    }
    var covariates: [Covariate] = []
    for column in stage.covariates {
      covariates.append(try cases.covariate(column, at: "covariates"))
    }
    self.covariates = covariates
    block = try stage.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    cluster = try stage.cluster.map { name throws(StageFault) in
      try cases.groups(name, at: "cluster")
    }
    weight = try stage.weight.map { name throws(StageFault) in
      try cases.numbers(name, at: "weight")
    }
  }

  private static func exposure(
    _ stage: Regression, _ cases: Cases, _ card: PilotCard?
  ) throws(StageFault) -> Exposure {
    if let arm = stage.arm {
      let arms = try Arms(cases, arm: arm)
      return .arms(arms, control: try arms.control(stage.control, card: card))
    }
    guard let treatment = stage.treatment else { throw .noArm }
    let numbers = try cases.numbers(treatment, at: "treatment")
    return Arms(zeroOne: numbers).map { .arms($0, control: 0) } ?? .dose(numbers)
  }

  var hasSeveralContrasts: Bool {
    if case .arms(let arms, _) = exposure { arms.labels.count > 2 } else { false }
  }

  /// The rows that have everything the model of an outcome needs, and that model.
  func selecting(outcome name: ColumnName) throws(StageFault) -> SelectedCases {
    let outcome = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require(exposure.parameter, exposure.column, exposure.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    if let weight { selection.require("weight", weight.column, weight.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let block { Self.leaveOutSingletons(of: block, from: &selection) }
    let weights = weight.map { weight in selection.rows.map { weight.values[$0] } }
    let model = try RegressionModel(
      exposure, covariates: covariates, block: block, rows: selection.rows, interacts: interacts,
      weights: weights)
    var flags = selection.flags
    if !model.singletons.isEmpty, !flags.contains("singleton-stratum") {
      flags.append("singleton-stratum")
    }
    if let cluster, isMixed(cluster, selection.rows) { flags.append("mixed-clusters") }
    return SelectedCases(
      name: name.name, selection: selection, flags: flags, model: model,
      outcome: selection.rows.map { outcome.values[$0] }, weights: weights,
      clusters: cluster?.grouping(selection.rows))
  }

  private static func leaveOutSingletons(
    of block: CaseGroups, from selection: inout CaseSelection
  ) {
    var sizes = [Int](repeating: 0, count: block.labels.count)
    for row in selection.rows { sizes[Int(block.codes[row])] += 1 }
    let alone = sizes.indices.filter { sizes[$0] == 1 }
    selection.leaveOut(
      "singleton-stratum", where: { sizes[Int(block.codes[$0])] == 1 },
      note: { count, total in
        "\(block.naming(alone)) has a single case, so it compares nothing: \(count) of \(total) "
          + "cases are left out"
      })
  }

  /// Clusters were assigned whole: one with cases of several arms was not.
  private func isMixed(_ cluster: CaseGroups, _ rows: [Int]) -> Bool {
    guard case .arms(let arms, _) = exposure else { return false }
    var arm = [Int32](repeating: -1, count: cluster.labels.count)
    for row in rows {
      let group = Int(cluster.codes[row])
      if arm[group] >= 0, arm[group] != arms.codes[row] { return true }
      arm[group] = arms.codes[row]
    }
    return false
  }
}

/// The rows, the model and the numbers of one outcome.
struct SelectedCases {
  let name: String
  let selection: CaseSelection
  let flags: [String]
  let model: RegressionModel
  let outcome: [Double]
  let weights: [Double]?
  let clusters: Statistics.Grouping?

  /// - Throws: `StageFault` that names the column, level or arm that is in the way.
  func fit(_ variance: Regression.Variance) throws(StageFault) -> FittedRegression {
    do throws(EstimationFault) {
      let fit = try OLS(outcome: outcome, design: model.design, weights: weights)
      return FittedRegression(
        model: fit, covariance: try fit.covariance(variance.estimator(clusters)),
        contrasts: model.contrasts, count: selection.rows.count,
        notes: selection.notes + [model.referenceNote].compactMap(\.self), flags: flags)
    } catch {
      throw model.fault(error, of: name, variance: variance.rawValue)
    }
  }
}

extension Regression.Variance {
  /// The stage has seen to it that there are clusters where they are needed.
  fileprivate func estimator(_ clusters: Statistics.Grouping?) -> VarianceEstimator {
    let clusters = clusters ?? Statistics.Grouping(codes: [], labels: [])
    return switch self {
    case .hc0: .hc0
    case .hc1: .hc1
    case .hc2: .hc2
    case .hc3: .hc3
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    case .cr2: .cr2(clusters)
    case .cr3: .cr3(clusters)
    }
  }
}
