// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The columns that a stage puts into a regression.
protocol RegressionColumns {
  var arm: ColumnName? { get }
  var control: String? { get }
  var treatment: ColumnName? { get }
  var covariates: [ColumnName] { get }
  var interact: Bool { get }
  var block: ColumnName? { get }
  /// The columns of the units that were assigned: none, one, or two.
  var clusterColumns: [ColumnName] { get }
  var fixedEffects: [ColumnName] { get }
  var weight: ColumnName? { get }
}

extension Regression: RegressionColumns {
  var clusterColumns: [ColumnName] { cluster }
}

extension RegressionColumns {
  var fixedEffects: [ColumnName] { [] }

  /// - Throws: `StageFault` where a covariate has another role too, or nothing to interact with.
  func checkRegressionColumns(outcome: [ColumnName]) throws(StageFault) {
    if interact, covariates.isEmpty {
      throw .user("'interact' has no covariates to work with", at: "interact")
    }
    for column in covariates
    where outcome.contains(column) || column == arm || column == treatment || column == block {
      throw .user(
        "'\(column)' is a covariate and something else at once", at: "covariates",
        help: "name each column once")
    }
  }
}

/// The columns that a regression uses, and for each outcome the rows and the model.
struct RegressionCases {
  private let exposure: Exposure
  private let covariates: [Covariate]
  private let block: CaseGroups?
  private let effects: [CaseGroups]
  private let clusters: [CaseGroups]
  private let weight: Measurements?
  private let interacts: Bool
  private let cases: Cases

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: some RegressionColumns, _ cases: Cases, card: PilotCard?) throws(StageFault) {
    self.cases = cases
    interacts = stage.interact
    exposure = try Self.exposure(stage, cases, card)
    if case .dose = exposure, interacts {
      throw StageFault(
        "'interact' needs arms, and '\(exposure.column)' holds other numbers than 0 and 1",
        at: "interact", help: "leave 'interact' out")
    }
    covariates = try cases.covariates(stage.covariates)
    block = try stage.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    effects = try stage.fixedEffects.map { name throws(StageFault) in
      try cases.groups(name, at: "fixed_effects")
    }
    clusters = try stage.clusterColumns.map { name throws(StageFault) in
      try cases.groups(name, at: "cluster")
    }
    weight = try stage.weight.map { name throws(StageFault) in
      try cases.numbers(name, at: "weight")
    }
  }

  private static func exposure(
    _ stage: some RegressionColumns, _ cases: Cases, _ card: PilotCard?
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
    for cluster in clusters { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    for effect in effects {
      selection.require("fixed-effect", effect.column, effect.validity)
    }
    if let weight { selection.require("weight", weight.column, weight.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let block { selection.leaveOutSingletons(of: block) }
    let absorbed = leaveOutLonely(from: &selection)
    let weights = weight.map { weight in selection.rows.map { weight.values[$0] } }
    guard effects.isEmpty || !selection.rows.isEmpty else {
      throw StageFault(
        "\(name.name): every case is alone in a group of its own, or misses a column",
        at: "fixed_effects", help: "absorb groups that hold several cases")
    }
    let model = try RegressionModel(
      exposure, covariates: covariates, block: block, effects: absorbed, rows: selection.rows,
      interacts: interacts, weights: weights)
    var flags = selection.flags
    if !model.singletons.isEmpty, !flags.contains("singleton-stratum") {
      flags.append("singleton-stratum")
    }
    // Of two clusterings one is often of periods, in which all arms are met.
    if !clusters.isEmpty, clusters.allSatisfy({ exposure.isMixed($0, selection.rows) }) {
      flags.append("mixed-clusters")
    }
    return SelectedCases(
      name: name.name, selection: selection, flags: flags, model: model,
      outcome: selection.rows.map { outcome.values[$0] }, weights: weights,
      clusters: clusters.map { $0.grouping(selection.rows) })
  }

  /// Leaves out the cases that are alone in a group of an effect, and gives the effects of the others.
  private func leaveOutLonely(from selection: inout CaseSelection) -> FixedEffects? {
    guard !effects.isEmpty, !selection.rows.isEmpty else { return nil }
    let all = FixedEffects(effects.map { ($0.column, $0.grouping(selection.rows)) })
    let kept = all.rowsWithCompany()
    guard kept.count < selection.rows.count else { return all }
    var hasCompany = [Bool](repeating: false, count: cases.count)
    for place in kept { hasCompany[selection.rows[place]] = true }
    let names = effects.map { "'\($0.column)'" }.joined(separator: " or ")
    selection.leaveOut(
      "singleton-effect", where: { !hasCompany[$0] },
      note: { count, total in
        "\(count) of \(total) cases are alone in a group of \(names), where they compare with "
          + "nobody, and are left out"
      })
    return kept.isEmpty ? nil : all.selecting(kept)
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
  let clusters: [Statistics.Grouping]
  /// The clusters where there is one column of them.
  var cluster: Statistics.Grouping? { clusters.first }

  /// - Throws: `StageFault` that names the column, level or arm that is in the way.
  func fit(_ variance: Regression.Variance) throws(StageFault) -> FittedRegression {
    do throws(EstimationFault) {
      let fit =
        if let effects = model.effects {
          try OLS(outcome: outcome, design: model.design, absorbing: effects, weights: weights)
        } else {
          try OLS(outcome: outcome, design: model.design, weights: weights)
        }
      guard !fit.fitsExactly else { throw .noResiduals }
      let covariance =
        if clusters.count == 2 {
          try fit.covariance(twoWay: clusters[0], clusters[1])
        } else {
          try fit.covariance(variance.estimator(clusters.first))
        }
      let mending =
        covariance.negativeDirections == 0
        ? nil
        : "the two-way variance had \(covariance.negativeDirections) negative eigenvalues, which "
          + "are set to zero"
      return FittedRegression(
        model: fit, covariance: covariance, contrasts: model.contrasts,
        count: selection.rows.count,
        notes: selection.notes
          + [model.referenceNote, model.absorbedNote, mending].compactMap(\.self),
        flags: flags + (mending == nil ? [] : ["negative-variance"]))
    } catch {
      throw model.fault(error, of: name, variance: variance.rawValue)
    }
  }
}

extension Regression.Variance {
  /// The stage has seen to it that there are clusters where they are needed.
  func estimator(_ clusters: Statistics.Grouping?) -> VarianceEstimator {
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
