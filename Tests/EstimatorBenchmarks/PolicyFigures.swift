// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Statistics
import Tables

/// Learning a rule at the size of a large pilot, and bounds for many looks.
enum PolicyFigures {
  static func all() throws -> [Figure] {
    let scored = try Measure(runs: 3) { _ = try Pilot(10_000, columns: 10).scores() }
    let two = Pilot(10_000, columns: 10)
    let three = Pilot(5_000, columns: 8)
    let depthTwo = try Measure(runs: 3) { try two.learn(depth: 2) }
    let depthThree = try Measure(runs: 1) { try three.learn(depth: 3) }
    let looks = (1...20).map { Double($0) / 20 }
    let pocock = try Measure(runs: 3) {
      _ = try GroupSequentialBound(shape: 0.5, information: looks)
    }
    return [
      Figure(
        name: "AIPW scores, 10^4 cases x 10, 3 arms, 5 folds", value: milliseconds(scored.least),
        target: "not set"),
      Figure(
        name: "policy tree, depth 2, 10^4 cases x 10, 3 arms", value: milliseconds(depthTwo.least),
        target: "not set"),
      Figure(
        name: "policy tree, depth 3, 5000 cases x 8, 3 arms", value: milliseconds(depthThree.least),
        target: "not set"),
      Figure(
        name: "Pocock's constant for 20 looks", value: milliseconds(pocock.least),
        target: "not set"),
    ]
  }
}

/// A simulated pilot with three arms and columns that mean nothing.
private struct Pilot {
  private let outcome: [Double]
  private let arms: Statistics.Grouping
  private let columns: [[Double]]
  private let features: [PolicyFeature]

  init(_ count: Int, columns number: Int) {
    var random = RandomStream(seed: 5, name: "bench")
    columns = (0..<number).map { _ in (0..<count).map { _ in random.uniform() } }
    arms = Statistics.Grouping((0..<count).map { _ in random.integer(below: 3) })
    outcome = (0..<count).map { _ in random.uniform() }
    features = columns.enumerated().map { PolicyFeature("x\($0)", ordered: $1) }
  }

  func scores() throws -> [[Double]] {
    try DoublyRobustScores(
      outcome: outcome, arms: arms, covariates: columns,
      parts: Statistics.Grouping(outcome.indices.map { $0 % 5 }),
      propensities: .known(
        [[Double]](
          repeating: [Double](repeating: 1 / 3, count: outcome.count), count: 3)), isBinary: false
    ).scores
  }

  func learn(depth: Int) throws {
    let scores = (0..<3).map { arm in
      outcome.indices.map { outcome[$0] - 0.1 * Double(arm) * columns[0][$0] }
    }
    _ = try PolicyLearner.learn(
      features, scores: scores, arms: arms, depth: depth, least: 10,
      constraints: PolicyConstraints(costs: [0, 0, 0], budget: nil, equalities: [], reference: 0))
  }
}
