// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

struct ImputationEstimatorTests {
  private func check(
    _ effects: CohortEffects, overall: (Double, Double), dynamic: [(Double, Double)]
  ) throws {
    let simple = try effects.aggregate(.simple)
    expectClose(simple.overall, overall.0, 1e-8)
    expectClose(simple.standardError, overall.1, 1e-8)
    for (part, figure) in zip(try effects.aggregate(.dynamic).parts, dynamic) {
      expectClose(part.estimate, figure.0, 1e-8)
      expectClose(try #require(part.standardError), figure.1, 1e-8)
    }
  }

  /// diff-diff 3.13.0 `ImputationDiD().fit(…, aggregate = "all")` on mpdta.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the county panel gives diff-diff's effects and conservative errors`() throws {
    let sample = try PanelSample.counties()
    let result = try ImputationEstimator(sample.rows(), outcome: sample.outcome)
    try check(
      result.effects, overall: (-0.04770991827781727, 0.013222488650016436),
      dynamic: [
        (-0.031066927191940524, 0.013577249746179961),
        (-0.052234856747866425, 0.01881242682276271),
        (-0.13607811443998677, 0.03534197213337396),
        (-0.10470747157562328, 0.033765853357791635),
      ])
    let groups = try result.effects.aggregate(.group).parts
    expectClose(groups[0].estimate, -0.08461926218833085, 1e-8)
    expectClose(try #require(groups[1].standardError), 0.02001766208610699, 1e-8)
  }

  /// diff-diff 3.13.0, eight rows of mpdta missing, covariate sin(7·lemp + year).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `gaps and a covariate give diff-diff's effects and errors`() throws {
    let missing: Set = [3, 100, 101, 777, 1500, 1501, 1502, 2222]
    let all = try PanelSample.counties()
    let sample = all.taking(all.units.indices.filter { !missing.contains($0) })
    let x = zip(sample.outcome, sample.times).map { sin(7 * $0 + Double($1)) }
    let result = try ImputationEstimator(
      sample.rows(), outcome: sample.outcome, covariates: [("x", x)])
    try check(
      result.effects, overall: (-0.04821448390728348, 0.013154518260767899),
      dynamic: [(-0.03148470816953041, 0.013539860451920292)])
  }

  @Test func `without noise every effect is found`() throws {
    var sample = PanelSample.simulated(noise: 0)
    for row in sample.outcome.indices {
      sample.outcome[row] -= 0.3 * Double(sample.times[row]) * sample.covariate[row]
    }
    let kept = sample.units.indices.filter { $0 % 17 != 3 }
    let part = sample.taking(kept)
    let result = try ImputationEstimator(part.rows(), outcome: part.outcome)
    for cell in result.effects.cells {
      expectNear(cell.estimate, Double(cell.eventTime + 1), 1e-10)
    }
  }

  /// A row that counts twice is two rows.
  @Test func `weights count rows`() throws {
    let sample = PanelSample.simulated(units: 20)
    var doubled = sample
    doubled.units += sample.units.map { $0 + 100 }
    doubled.times += sample.times
    doubled.adopted += sample.adopted
    doubled.outcome += sample.outcome
    doubled.covariate += sample.covariate
    let clusters = Grouping(doubled.units.map { $0 % 100 })
    let one = try ImputationEstimator(
      sample.rows(), outcome: sample.outcome, weights: sample.units.map { _ in 2 })
    let two = try ImputationEstimator(
      doubled.rows(), outcome: doubled.outcome, clusters: clusters)
    let (first, second) = (try one.effects.aggregate(.simple), try two.effects.aggregate(.simple))
    expectClose(first.overall, second.overall, 1e-10)
    expectClose(first.standardError, second.standardError, 1e-10)
  }

  @Test func `rows that nothing can stand in for are counted`() throws {
    var sample = PanelSample.simulated()
    for row in sample.adopted.indices {
      if sample.units[row] < 2 { sample.adopted[row] = 1 }
      if sample.adopted[row] == nil { sample.adopted[row] = 6 }
    }
    let result = try ImputationEstimator(sample.rows(), outcome: sample.outcome)
    #expect(result.alwaysTreatedRows == 12)
    #expect(result.unmatchedRows == 58 && result.effects.cells.allSatisfy { $0.time < 6 })
  }

  @Test func `placebos of the untreated rows are tested with the model of all of them`() throws {
    let sample = PanelSample.simulated()
    let test = try #require(
      try ImputationEstimator.preTrend(sample.rows(), outcome: sample.outcome))
    #expect(test.degreesOfFreedom == 4 && test.denominatorDegreesOfFreedom == 59)
    #expect(test.pValue > 0.001)
    var drifting = sample
    for row in drifting.outcome.indices where drifting.adopted[row] != nil {
      drifting.outcome[row] += 3 * Double(drifting.times[row])
    }
    let found = try #require(
      try ImputationEstimator.preTrend(drifting.rows(), outcome: drifting.outcome))
    #expect(found.pValue < 1e-6)
  }

  @Test func `what cannot be imputed is a fault`() throws {
    let all = PanelSample.simulated()
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try ImputationEstimator(
        all.rows(), outcome: all.outcome, covariates: [("x", all.covariate)])
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try ImputationEstimator(
        all.rows(), outcome: all.outcome, covariates: [("x", all.units.map { _ in 3 })])
    }
    let one = all.taking(all.units.indices.filter { all.adopted[$0] == 4 })
    #expect(
      throws: EstimationFault.tooFew(
        "treated rows that untreated ones can stand in for", count: 0, needed: 1)
    ) { try ImputationEstimator(one.rows(), outcome: one.outcome) }
    #expect(throws: EstimationFault.notFinite("outcome", rows: [2])) {
      var broken = all
      broken.outcome[2] = .infinity
      return try ImputationEstimator(broken.rows(), outcome: broken.outcome)
    }
  }
}
