// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The cases drawn into a part to learn from and a part to value on, whole clusters together.
struct TailoringParts {
  let learning: [Int]
  let valuing: [Int]

  /// - Parameters:
  ///   - cases: all of them.
  ///   - share: of the units of each arm that are learned from.
  ///   - stream: decides which.
  init(_ cases: TailoringCases, share: Double, stream: RandomStream) {
    let dealt = Self.deal(cases, rows: Array(0..<cases.count), stream: stream) { place, count in
      Double(place) < share * Double(count) ? 0 : 1
    }
    learning = dealt.indices.filter { dealt[$0] == 0 }
    valuing = dealt.indices.filter { dealt[$0] == 1 }
  }

  /// Folds of some of the cases for cross-fitting, alike in their arms.
  static func folds(
    _ cases: TailoringCases, rows: [Int], count: Int, stream: RandomStream
  ) -> Statistics.Grouping {
    Statistics.Grouping(deal(cases, rows: rows, stream: stream) { place, _ in place % count })
  }

  /// Shuffles the units of each arm and gives each a part by its place.
  private static func deal(
    _ cases: TailoringCases, rows: [Int], stream: RandomStream, part: (Int, Int) -> Int
  ) -> [Int] {
    var stream = stream
    let units = cases.clusters.map { $0.selecting(rows) } ?? Statistics.Grouping(rows)
    var arm = [Int32](repeating: -1, count: units.count)
    for (place, row) in rows.enumerated() {
      let unit = Int(units.codes[place])
      if arm[unit] < 0 { arm[unit] = cases.arms.codes[row] }
    }
    var parts = [Int](repeating: 0, count: units.count)
    for code in 0..<cases.arms.count {
      var members = arm.indices.filter { Int(arm[$0]) == code }
      stream.shuffle(&members)
      for (place, unit) in members.enumerated() { parts[unit] = part(place, members.count) }
    }
    return units.codes.map { parts[Int($0)] }
  }
}

/// One part of the cases with its scores, of which the models saw nothing of the other part.
struct ScoredPart {
  let rows: [Int]
  let outcome: [Double]
  let arms: Statistics.Grouping
  let features: [PolicyFeature]
  let clusters: Statistics.Grouping?
  let constraints: PolicyConstraints
  let scores: DoublyRobustScores

  init(
    _ cases: TailoringCases, rows: [Int], folds: Int, stream: RandomStream
  ) throws(EstimationFault) {
    self.rows = rows
    outcome = rows.map { cases.outcome[$0] }
    arms = Statistics.Grouping(codes: rows.map { cases.arms.codes[$0] }, labels: cases.arms.labels)
    guard arms.count == cases.arms.count else {
      throw .tooFew("arms in a part", count: arms.count, needed: cases.arms.count)
    }
    features = cases.features.map { $0.selecting(rows) }
    clusters = cases.clusters?.selecting(rows)
    constraints = cases.constraints.selecting(rows)
    let propensities: DoublyRobustScores.Propensities =
      switch cases.propensities {
      case .known(let chances): .known(chances.map { column in rows.map { column[$0] } })
      case .logistic: .logistic
      }
    scores = try DoublyRobustScores(
      outcome: outcome, arms: arms,
      covariates: cases.covariates.map { column in rows.map { column[$0] } },
      parts: TailoringParts.folds(cases, rows: rows, count: folds, stream: stream),
      propensities: propensities, isBinary: cases.isBinary)
  }

  /// The arm that a rule gives each case.
  func arms(under tree: PolicyTree) -> [Int] {
    let leaves = tree.leaves
    guard !features.isEmpty else { return rows.map { _ in leaves[0].arm } }
    return tree.leafOfRows(features).map { leaves[$0].arm }
  }

  /// Learns a rule from this part.
  func learn(depth: Int, least: Int, sign: Double) throws(EstimationFault) -> PolicyTree {
    try PolicyLearner.learn(
      features, scores: scores.scores.map { column in sign < 0 ? column.map { -$0 } : column },
      arms: arms, depth: depth, least: least, constraints: constraints)
  }
}
