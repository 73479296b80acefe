// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The cases that a rule is learned from and valued on, with everything that is known of them.
struct TailoringCases {
  let outcome: [Double]
  let arms: Statistics.Grouping
  /// The place of the control among the arms.
  let control: Int
  /// Columns that the models of outcome and chance are adjusted for.
  let covariates: [[Double]]
  let features: [PolicyFeature]
  /// How each split column reads in a scheme.
  let kinds: [SplitKind]
  let clusters: Statistics.Grouping?
  let constraints: PolicyConstraints
  let propensities: DoublyRobustScores.Propensities
  let selection: CaseSelection

  /// What a split column holds, as a scheme would say it.
  enum SplitKind: String {
    case boolean
    case integer
    case number
    case text
  }

  var count: Int { outcome.count }
  /// Whether cases of one cluster were in several arms, though clusters were assigned whole.
  var hasMixedClusters: Bool {
    guard let clusters else { return false }
    var seen = [Int32](repeating: -1, count: clusters.count)
    for (row, code) in clusters.codes.enumerated() {
      if seen[Int(code)] >= 0, seen[Int(code)] != arms.codes[row] { return true }
      seen[Int(code)] = arms.codes[row]
    }
    return false
  }

  var isBinary: Bool { outcome.allSatisfy { $0 == 0 || $0 == 1 } }

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(
    _ stage: Tailoring, _ cases: Cases, _ card: PilotCard?, isRandomised: Bool
  ) throws(StageFault) {
    let measured = try cases.numbers(stage.outcome, at: "outcome")
    let arms = try Arms(cases, arm: stage.arm)
    let control = try arms.control(stage.control, card: card)
    let covariates = try cases.covariates(stage.covariates)
    var splits: [Covariate] = []
    for name in stage.splitColumns { splits.append(try cases.covariate(name, at: "splits")) }
    let block = try stage.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    let cluster = try cases.groups(stage.cluster, at: "cluster")
    var groups: [CaseGroups] = []
    for rule in stage.equal {
      groups.append(try cases.groups(rule.column, at: "equal").limited(at: "equal"))
    }
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("arm", arms.column, arms.validity)
    selection.require("outcome", measured.column, measured.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    for column in covariates + splits {
      selection.require("covariate", column.column, column.validity)
    }
    for column in groups { selection.require("equal", column.column, column.validity) }
    let rows = selection.rows
    guard !rows.isEmpty else {
      throw StageFault(
        "no case has everything that the rule needs", at: "covariates",
        help: "leave out the column that is missing most")
    }
    self.selection = selection
    outcome = rows.map { measured.values[$0] }
    let chosen = Statistics.Grouping(codes: rows.map { arms.codes[$0] }, labels: arms.labels)
    guard chosen.count == arms.labels.count else {
      throw StageFault(
        "no case of some arm has everything that the rule needs", at: "covariates",
        help: "leave out the column that is missing most")
    }
    self.arms = chosen
    self.control = control
    self.covariates = covariates.flatMap { CovariateColumns($0, rows: rows).columns.map(\.values) }
    features = splits.map { split in
      switch split {
      case .number(let numbers):
        PolicyFeature(
          numbers.column, ordered: rows.map { numbers.values[$0] }, limit: stage.cuts)
      case .levels(let levels): PolicyFeature(levels.column, labels: levels.grouping(rows))
      }
    }
    kinds = splits.map { split in
      switch cases.table[split.column]?.type {
      case .boolean: .boolean
      case .integer: .integer
      case .text, .category: .text
      default: .number
      }
    }
    clusters = cluster?.grouping(rows)
    constraints = PolicyConstraints(
      costs: try Self.costs(stage, arms, control), budget: stage.budget,
      equalities: zip(stage.equal, groups).map { rule, groups in
        PolicyConstraints.Equality(
          groups: groups.grouping(rows), of: rule.of == .share ? .share : .value,
          tolerance: rule.within)
      }, reference: control)
    let isKnown = stage.propensity.map { $0 == .shares } ?? (isRandomised || !stage.shares.isEmpty)
    propensities =
      isKnown
      ? .known(try Self.chances(stage, arms, chosen, block?.grouping(rows))) : .logistic
  }

  /// Every arm but the control costs 1 unless costs are named: the budget is then the share that gets one.
  private static func costs(
    _ stage: Tailoring, _ arms: Arms, _ control: Int
  ) throws(StageFault) -> [Double] {
    for name in stage.costs.names where arms.place(of: name) == nil {
      throw arms.unknown(name, at: "costs")
    }
    return arms.labels.enumerated().map { place, label in
      stage.costs.isEmpty ? (place == control ? 0 : 1) : stage.costs[label] ?? 0
    }
  }

  /// The chance of each arm: as drawn, or the share that got it, within blocks where there are any.
  private static func chances(
    _ stage: Tailoring, _ arms: Arms, _ chosen: Statistics.Grouping,
    _ block: Statistics.Grouping?
  ) throws(StageFault) -> [[Double]] {
    let count = chosen.rowCount
    if !stage.shares.isEmpty {
      for name in stage.shares.names where arms.place(of: name) == nil {
        throw arms.unknown(name, at: "shares")
      }
      let shares = arms.labels.map { stage.shares[$0] ?? 0 }
      if let place = shares.firstIndex(of: 0) {
        throw StageFault(
          "'shares' says nothing of arm '\(arms.labels[place])'", at: "shares",
          help: "give every arm its share, or leave cases out with 'where'")
      }
      let sum = shares.reduce(0, +)
      return shares.map { [Double](repeating: $0 / sum, count: count) }
    }
    let blocks = block ?? Statistics.Grouping([Int](repeating: 0, count: count))
    let none = [Double](repeating: 0, count: blocks.count)
    var counts = [[Double]](repeating: none, count: arms.labels.count)
    for row in 0..<count { counts[Int(chosen.codes[row])][Int(blocks.codes[row])] += 1 }
    let sizes = blocks.sizes
    for place in 0..<blocks.count {
      for arm in counts.indices where counts[arm][place] == 0 {
        throw StageFault(
          "in block '\(blocks.labels[place])' no case was in arm '\(arms.labels[arm])'",
          at: "block", help: "leave the block out with 'where', or merge small blocks")
      }
    }
    return counts.map { shares in
      blocks.codes.map { shares[Int($0)] / Double(sizes[Int($0)]) }
    }
  }
}
