// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The cases of one subgroup, and the effects of the arms on an outcome among them.
struct SubgroupCases {
  let title: String
  private let stage: Subgroups
  private let cases: Cases
  /// Nil where the subgroup has no two arms.
  private let arms: Arms?

  init(
    _ variable: SubgroupVariable, _ code: Int, of stage: Subgroups, _ cases: Cases
  ) throws(StageFault) {
    let codes = variable.groups.codes
    let part = cases.table.filtered(by: Bitmap(codes.map { Int($0) == code }))
    title = variable.title(code)
    self.stage = stage
    self.cases = try Cases(part, where: nil)
    arms = try? stage.arms(of: self.cases)
  }

  /// What one arm does to an outcome in the subgroup.
  struct Found {
    let effect: Effect
    /// The model that the interaction test puts beside those of other subgroups.
    let group: EffectHeterogeneity.Group
    /// The cluster of each of its rows.
    let clusters: [String]?
    let notes: [String]
  }

  /// The effect of a contrast.
  ///
  /// - Parameters:
  ///   - outcome: the column.
  ///   - contrast: of the whole, by labels.
  ///   - effect: with everything but the figures.
  /// - Returns: nil where an arm has fewer cases than may be shown.
  /// - Throws: `StageFault` that names the column, level, arm or cluster in the way.
  func effect(
    on outcome: ColumnName, _ contrast: ArmContrast, into effect: Effect
  ) throws(StageFault) -> Found? {
    guard let arms, let treated = arms.place(of: contrast.treatedLabel),
      let control = arms.place(of: contrast.controlLabel)
    else { return nil }
    let measured = try cases.column(outcome, at: "outcome")
    guard measured.missingCount < measured.count else { return nil }
    let local = ArmContrast(
      treated: [treated], control: control,
      labels: (contrast.treatedLabel, contrast.controlLabel))
    let model = try SubgroupModel(stage, cases, arms, control: control, outcome: outcome)
    let least = min(model.count(of: contrast.treatedLabel), model.count(of: contrast.controlLabel))
    guard least >= stage.atLeast, let position = model.design.position(of: contrast.treatedLabel)
    else { return nil }
    var effect = effect
    let notes: [String]
    if stage.isAdjusted {
      try regress(model, local, into: &effect)
      notes = model.selection.notes
    } else {
      notes = try compare(local, arms, outcome, into: &effect)
    }
    return Found(
      effect: effect,
      group: EffectHeterogeneity.Group(
        name: title, outcome: model.outcome, design: model.design, position: position),
      clusters: model.clusters.map { clusters in
        clusters.codes.map { clusters.labels[Int($0)] }
      }, notes: notes)
  }

  private func compare(
    _ contrast: ArmContrast, _ arms: Arms, _ outcome: ColumnName, into effect: inout Effect
  ) throws(StageFault) -> [String] {
    let cluster = try cases.groups(stage.cluster, at: "cluster")
    let compared = ComparedCases(
      contrast, of: arms, outcome: try cases.numbers(outcome, at: "outcome"), block: nil,
      cluster: cluster)
    do throws(EstimationFault) {
      let difference = try compared.twoArms().difference(
        cluster == nil ? .welch : .cr2, level: stage.level)
      effect.method = "\(Subgroups.info.name) (\(DifferenceInMeans.info.name))"
      effect.raise(compared.flags)
      effect.take(difference.estimate)
      effect.take(clusters: difference.clusters)
      effect.take(variance: difference.variance.rawValue, rule: difference.degreesOfFreedomRule)
      effect.count = difference.treated.count + difference.control.count
      effect.treatedCount = difference.treated.count
      effect.controlCount = difference.control.count
    } catch {
      throw StageFault(error, of: "\(outcome), \(contrast.name), \(title)")
    }
    return compared.selection.notes
  }

  private func regress(
    _ model: SubgroupModel, _ contrast: ArmContrast, into effect: inout Effect
  ) throws(StageFault) {
    do throws(EstimationFault) {
      let found = try model.effect(of: contrast.treatedLabel, level: stage.level)
      effect.method = "\(Subgroups.info.name) (\(Regression.info.name))"
      effect.raise(model.flags)
      effect.take(found.estimate)
      effect.take(clusters: found.covariance.clusters)
      effect.take(variance: found.covariance.name, rule: found.covariance.degreesOfFreedomRule)
      effect.count = model.outcome.count
      effect.treatedCount = model.count(of: contrast.treatedLabel)
      effect.controlCount = model.count(of: contrast.controlLabel)
    } catch {
      throw StageFault(error, of: "\(effect.outcome), \(contrast.name), \(title)")
    }
  }
}
