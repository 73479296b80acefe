// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Statistics

/// Rows that come in batches give what all rows together give.
struct StreamedRegressionTests {
  private struct Sample {
    var design: Design
    var outcome: [Double] = []
    var weights: [Double] = []
    var clusters: [Int32] = []

    init(rows: Int, seed: UInt64) {
      var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
      func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / 9_007_199_254_740_992
      }
      let arms = (0..<rows).map { _ in next() < 0.5 ? 1.0 : 0 }
      let ages = (0..<rows).map { _ in 18 + 60 * next() }
      let groups = (0..<rows).map { _ in Int32(next() * 23) }
      design = Design(rows: rows, capacity: 2)
      outcome = (0..<rows).map {
        1_000_000 + 3 * arms[$0] + 0.1 * ages[$0] + Double(groups[$0]) + 5 * next()
      }
      weights = (0..<rows).map { _ in 0.5 + next() }
      clusters = groups
      design.append("treated", arms)
      design.append("age", ages)
    }

    func part(_ rows: Range<Int>) -> (Design, [Double], [Double], [Int32]) {
      var part = Design(rows: rows.count, capacity: 2)
      for position in 1...2 {
        part.append(design.names[position], Array(design.column(position)[rows]))
      }
      return (part, Array(outcome[rows]), Array(weights[rows]), Array(clusters[rows]))
    }
  }

  private static func cuts(of count: Int) -> [Range<Int>] {
    [0..<7, 7..<7, 7..<900, 900..<count]
  }

  /// So many rows and clusters that they are shared out between processors, beside one pass over all.
  @Test func `stretches of rows done side by side give what one pass gives`() throws {
    let rows = 140_000
    let sample = Sample(rows: rows, seed: 11)
    let codes = (0..<rows).map { Int32($0 * 31 % 101) }
    let clusters = Grouping(codes: codes, labels: (0..<101).map { String($0) })
    var pass = LeastSquaresPass(names: sample.design.names)
    try pass.add(sample.design, outcome: sample.outcome)
    let streamed = try pass.solved()
    let whole = try OLS(outcome: sample.outcome, design: sample.design)
    for position in 0..<3 {
      let distance = streamed.coefficients[position] - whole.coefficients[position]
      #expect(distance.magnitude <= 1e-12 * whole.coefficients[position].magnitude)
    }
    for (estimator, held) in [
      (VariancePass.Estimator.cr1, VarianceEstimator.cr1(clusters)), (.cr2, .cr2(clusters)),
    ] {
      var sums = VariancePass(streamed, estimator, clusterCount: 101)
      sums.add(sample.design, outcome: sample.outcome, clusters: codes)
      let one = try sums.covariance()
      let other = try whole.covariance(held)
      for position in 0..<3 {
        let error = other.standardErrors[position]
        #expect((one.standardErrors[position] - error).magnitude <= 1e-9 * error)
        let freedom = other.degreesOfFreedom[position]
        #expect((one.degreesOfFreedom[position] - freedom).magnitude <= 1e-8 * freedom)
      }
      #expect(try whole.covariance(held) == other)
    }
  }

  @Test(arguments: VariancePass.Estimator.allCases, [false, true])
  func `batches give the estimates and variances of the whole`(
    estimator: VariancePass.Estimator, isWeighted: Bool
  ) throws {
    if isWeighted, estimator == .cr2 || estimator == .cr3 { return }
    let sample = Sample(rows: 2_000, seed: 7)
    var pass = LeastSquaresPass(names: sample.design.names)
    for rows in Self.cuts(of: 2_000) {
      let (design, outcome, weights, _) = sample.part(rows)
      try pass.add(design, outcome: outcome, weights: isWeighted ? weights : nil)
    }
    let model = try pass.solved()
    var variance = VariancePass(model, estimator, clusterCount: estimator.isClustered ? 23 : 0)
    for rows in Self.cuts(of: 2_000) {
      let (design, outcome, weights, clusters) = sample.part(rows)
      variance.add(
        design, outcome: outcome, weights: isWeighted ? weights : nil,
        clusters: estimator.isClustered ? clusters : [])
    }
    let covariance = try variance.covariance()
    let whole = try OLS(
      outcome: sample.outcome, design: sample.design,
      weights: isWeighted ? sample.weights : nil)
    let groups = Grouping(sample.clusters.map(Int.init))
    let expected = try whole.covariance(
      [
        .hc0: .hc0, .hc1: .hc1, .hc2: .hc2, .hc3: .hc3, .cr0: .cr0(groups), .cr1: .cr1(groups),
        .cr2: .cr2(groups), .cr3: .cr3(groups),
      ][estimator] ?? .classical)
    for position in whole.names.indices {
      expectClose(model.coefficients[position], whole.coefficients[position], 1e-11)
      expectClose(
        covariance.standardErrors[position], expected.standardErrors[position], 1e-9)
      expectClose(
        covariance.degreesOfFreedom[position], expected.degreesOfFreedom[position], 1e-9)
    }
    #expect(covariance.degreesOfFreedomRule == expected.degreesOfFreedomRule)
    #expect(covariance.clusters == expected.clusters)
    expectClose(model.residualSumOfSquares, whole.residualSumOfSquares, 1e-9)
  }

  @Test func `parts that were read apart merge into the whole`() throws {
    let sample = Sample(rows: 1_500, seed: 3)
    var first = LeastSquaresPass(names: sample.design.names)
    let (design, outcome, _, _) = sample.part(0..<500)
    try first.add(design, outcome: outcome)
    var second = first.emptyCopy
    let rest = sample.part(500..<1_500)
    try second.add(rest.0, outcome: rest.1)
    first.merge(second)
    let model = try first.solved()
    let whole = try OLS(outcome: sample.outcome, design: sample.design)
    for position in whole.names.indices {
      expectClose(model.coefficients[position], whole.coefficients[position], 1e-11)
    }
    #expect(model.rowCount == 1_500)
  }

  @Test func `a column that follows from others is named`() throws {
    let sample = Sample(rows: 100, seed: 5)
    var design = sample.design
    design.append("twice", design.column(2).map { 2 * $0 })
    var pass = LeastSquaresPass(names: design.names)
    try pass.add(design, outcome: sample.outcome)
    #expect(throws: EstimationFault.rankDeficient(columns: ["twice"])) { try pass.solved() }
  }
}
