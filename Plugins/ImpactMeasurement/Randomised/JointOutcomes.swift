// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The cases of several outcomes that are tested together: all that have an arm, whether or not they
/// have every outcome.
struct JointOutcomes {
  struct Family {
    let name: String
    let outcomes: [ColumnName]
  }

  struct Hypothesis {
    let family: String
    let outcome: ColumnName
    let contrast: ArmContrast
    /// The outcome's place among all outcomes.
    let place: Int
    let flags: [String]
  }

  let hypotheses: [Hypothesis]
  /// For each family the places of its hypotheses.
  let places: [[Int]]
  private(set) var notes: [String]
  private(set) var flags: [String]
  private let experiment: ExperimentCases
  private let rows: [Int]
  /// Not a number where missing.
  private let outcomes: [[Double]]

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(
    _ families: [Family], _ experiment: ExperimentCases, _ cases: Cases
  ) throws(StageFault) {
    var selection = CaseSelection(
      experiment.arms.codes.indices.filter { experiment.arms.codes[$0] >= 0 })
    if let cluster = experiment.cluster {
      selection.require("cluster", cluster.column, cluster.validity)
    }
    if let block = experiment.block {
      selection.require("block", block.column, block.validity)
      Self.leaveOutIdleBlocks(block, experiment, from: &selection)
    }
    let rows = selection.rows
    notes = experiment.notes + selection.notes
    flags = experiment.flags + selection.flags
    var outcomes: [[Double]] = []
    var hypotheses: [Hypothesis] = []
    var places: [[Int]] = []
    for family in families {
      var own: [Int] = []
      for column in family.outcomes {
        let measured = try cases.numbers(column, at: "outcome")
        let values = rows.map { measured.validity?[$0] ?? true ? measured.values[$0] : .nan }
        let missing = values.count { $0.isNaN }
        if missing > 0 {
          notes.append(
            "\(column): \(missing) of \(rows.count) cases have no '\(column)' (outcome) and count "
              + "for the other outcomes only")
        }
        for contrast in experiment.contrasts {
          own.append(hypotheses.count)
          hypotheses.append(
            Hypothesis(
              family: family.name, outcome: column, contrast: contrast, place: outcomes.count,
              flags: missing > 0 ? ["outcome-missing"] : []))
        }
        outcomes.append(values)
      }
      places.append(own)
    }
    self.experiment = experiment
    self.rows = rows
    self.outcomes = outcomes
    self.hypotheses = hypotheses
    self.places = places
  }

  /// What the standard error of each difference is.
  var variance: MeanDifference.Variance {
    experiment.cluster != nil ? .cr2 : experiment.block != nil ? .neyman : .welch
  }

  func test() throws(StageFault) -> JointDifferences {
    do throws(EstimationFault) {
      return try JointDifferences(
        outcomes: outcomes, arms: rows.map { experiment.arms.codes[$0] },
        blocks: experiment.block?.grouping(rows), clusters: experiment.cluster?.grouping(rows),
        hypotheses: hypotheses.map {
          JointDifferences.Hypothesis(
            outcome: $0.place, treated: $0.contrast.treated, control: $0.contrast.control,
            name: "\($0.outcome), \($0.contrast.name)")
        })
    } catch {
      throw StageFault(error, of: "all outcomes together")
    }
  }

  /// The estimate, standard error and interval of one hypothesis.
  func estimate(
    _ hypothesis: Hypothesis, level: Double, into effect: inout Effect
  ) throws(StageFault) {
    let values = outcomes[hypothesis.place]
    let kept = rows.indices.filter {
      values[$0].isFinite && hypothesis.contrast.isTreated(experiment.arms.codes[rows[$0]]) != nil
    }
    let own = kept.map { rows[$0] }
    do throws(EstimationFault) {
      let arms = try TwoArms(
        outcome: kept.map { values[$0] },
        arm: Statistics.Grouping(
          codes: own.map {
            hypothesis.contrast.isTreated(experiment.arms.codes[$0]) ?? false ? 0 : 1
          }, labels: [hypothesis.contrast.treatedLabel, hypothesis.contrast.controlLabel]),
        treated: hypothesis.contrast.treatedLabel, control: hypothesis.contrast.controlLabel,
        blocks: experiment.block?.grouping(own), clusters: experiment.cluster?.grouping(own))
      let difference = try arms.difference(variance, level: level)
      effect.take(difference.estimate)
      effect.take(clusters: difference.clusters)
      effect.take(variance: difference.variance.rawValue, rule: difference.degreesOfFreedomRule)
      effect.count = difference.treated.count + difference.control.count
      effect.treatedCount = difference.treated.count
      effect.controlCount = difference.control.count
    } catch {
      throw StageFault(error, of: "\(hypothesis.outcome), \(hypothesis.contrast.name)")
    }
  }

  /// Leaves out the blocks with units of one arm only, which compare nothing, and, unless all are pairs,
  /// those in which an arm has fewer than two units, where they hold few cases.
  private static func leaveOutIdleBlocks(
    _ block: CaseGroups, _ experiment: ExperimentCases, from selection: inout CaseSelection
  ) {
    let armCount = experiment.arms.labels.count
    var units = [Set<Int32>](repeating: [], count: block.labels.count * armCount)
    var sizes = [Int](repeating: 0, count: block.labels.count)
    for row in selection.rows {
      let place = Int(block.codes[row])
      sizes[place] += 1
      units[place * armCount + Int(experiment.arms.codes[row])].insert(
        experiment.cluster?.codes[row] ?? Int32(row))
    }
    func counts(_ place: Int) -> [Int] { (0..<armCount).map { units[place * armCount + $0].count } }
    func leaveOut(_ places: [Int], _ flag: String, _ why: String) {
      guard !places.isEmpty else { return }
      let isIdle = Set(places)
      selection.leaveOut(
        flag, where: { isIdle.contains(Int(block.codes[$0])) },
        note: { count, total in
          "\(block.naming(places)) \(why): \(count) of \(total) cases are left out"
        })
    }
    let used = sizes.indices.filter { sizes[$0] > 0 }
    let idle = used.filter { counts($0).count { $0 > 0 } < 2 }
    leaveOut(
      idle, "one-armed-stratum", "has cases of one arm only, so it compares nothing")
    let rest = used.filter { counts($0).count { $0 > 0 } >= 2 }
    guard !rest.allSatisfy({ counts($0) == [1, 1] }) else { return }
    let thin = rest.filter { counts($0).contains { $0 < 2 } }
    guard 20 * thin.reduce(0, { $0 + sizes[$1] }) <= selection.rows.count else { return }
    leaveOut(
      thin, "thin-stratum",
      "has an arm with fewer than two units, so nothing shows its variance")
  }
}
