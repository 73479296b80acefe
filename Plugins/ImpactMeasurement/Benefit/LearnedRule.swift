// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables

/// A rule learned on one part of the cases, and what it is worth on the other.
struct LearnedRule {
  let tree: PolicyTree
  let learning: ScoredPart
  let valuing: ScoredPart
  /// The arm of each case of the other part under the rule.
  let arms: [Int]
  /// Over the control for everybody; nil where the rule gives everybody the control.
  let gain: Estimate?
  private(set) var values = ValuesTable()
  private(set) var lines: [RuleTable.Line] = []

  /// - Parameters:
  ///   - stage: depth, leaf size and level.
  ///   - cases: all of them.
  ///   - streams: one for the parts, one for the folds of each part.
  ///   - sign: 1 where more of the outcome is better, −1 where less is.
  /// - Throws: what scores, search and values throw.
  init(
    _ stage: Tailoring, _ cases: TailoringCases, _ streams: RandomStreams, sign: Double
  ) throws(EstimationFault) {
    let parts = TailoringParts(cases, share: stage.learn, stream: streams[0])
    learning = try ScoredPart(
      cases, rows: parts.learning, folds: stage.folds, stream: streams[1])
    valuing = try ScoredPart(cases, rows: parts.valuing, folds: stage.folds, stream: streams[2])
    tree = try learning.learn(depth: stage.depth, least: stage.leaf, sign: sign)
    arms = valuing.arms(under: tree)
    let value = PolicyValue(
      scores: valuing.scores.scores, outcome: valuing.outcome, clusters: valuing.clusters)
    gain = try value.gain(
      of: .arms(arms), over: .everybody(arm: cases.control), level: stage.level)
    try tabulate(value, arms, "evaluation", cases, level: stage.level)
    try crossFit(stage, cases, sign: sign)
    try describe(cases, level: stage.level)
  }

  /// The rule against treating nobody, everybody, and those who were.
  private mutating func tabulate(
    _ value: PolicyValue, _ arms: [Int], _ name: String, _ cases: TailoringCases, level: Double
  ) throws(EstimationFault) {
    let costs = cases.constraints.costs
    let rule = PolicyValue.Rule.arms(arms)
    let count = Double(arms.count)
    let share = Double(arms.count { $0 != cases.control }) / count
    let cost = arms.reduce(0) { $0 + costs[$1] } / count
    let assigned = name == "evaluation" ? valuing.arms.codes : cases.arms.codes
    let clusters = name == "evaluation" ? valuing.clusters?.count : cases.clusters?.count
    var others: [(name: String, rule: PolicyValue.Rule, share: Double, cost: Double)] = []
    for (place, label) in cases.arms.labels.enumerated() {
      others.append(
        (
          "all \(label)", .everybody(arm: place), place == cases.control ? 0 : 1, costs[place]
        ))
    }
    others.append(
      (
        "as assigned", .asAssigned,
        Double(assigned.count { Int($0) != cases.control }) / Double(assigned.count),
        assigned.reduce(0) { $0 + costs[Int($1)] } / Double(assigned.count)
      ))
    values.append(
      "rule", over: nil, cases: name, try value.value(rule, level: level), count: arms.count,
      clusters: clusters, share: share, cost: cost)
    for other in others {
      values.append(
        other.name, over: nil, cases: name, try value.value(other.rule, level: level),
        count: arms.count, clusters: clusters, share: other.share, cost: other.cost)
    }
    for other in others {
      values.append(
        "rule", over: other.name, cases: name,
        try value.gain(of: rule, over: other.rule, level: level), count: arms.count,
        clusters: clusters, share: share, cost: cost)
    }
  }

  /// The same with the parts changed about: what learning in this way is worth, on all cases.
  private mutating func crossFit(
    _ stage: Tailoring, _ cases: TailoringCases, sign: Double
  ) throws(EstimationFault) {
    let other = try valuing.learn(depth: stage.depth, least: stage.leaf, sign: sign)
    let rows = learning.rows + valuing.rows
    let scores = cases.arms.labels.indices.map {
      learning.scores.scores[$0] + valuing.scores.scores[$0]
    }
    let value = PolicyValue(
      scores: scores, outcome: learning.outcome + valuing.outcome,
      clusters: cases.clusters?.selecting(rows))
    try tabulate(
      value, learning.arms(under: other) + arms, "cross-fitted", cases, level: stage.level)
  }

  private mutating func describe(
    _ cases: TailoringCases, level: Double
  ) throws(EstimationFault) {
    let text = RuleText(cases)
    let learned = cases.features.isEmpty ? [] : tree.leafOfRows(learning.features)
    let valued = cases.features.isEmpty ? [] : tree.leafOfRows(valuing.features)
    for (place, leaf) in tree.leaves.enumerated() {
      let isWhole = cases.features.isEmpty
      let rows = valuing.rows.indices.filter { isWhole || valued[$0] == place }
      var gain: Estimate?
      if leaf.arm != cases.control, rows.count > 2 {
        let value = PolicyValue(
          scores: valuing.scores.scores.map { column in rows.map { column[$0] } },
          outcome: rows.map { valuing.outcome[$0] },
          clusters: valuing.clusters?.selecting(rows))
        // A leaf of one cluster, or without variation, has no interval, and the table shows none.
        gain = try? value.gain(
          of: .everybody(arm: leaf.arm), over: .everybody(arm: cases.control), level: level)
      }
      lines.append(
        RuleTable.Line(
          condition: text.condition(leaf.conditions), arm: cases.arms.labels[leaf.arm],
          learned: isWhole ? learning.rows.count : learned.count { $0 == place },
          count: rows.count, gain: gain))
    }
  }
}
