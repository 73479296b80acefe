// SPDX-License-Identifier: EUPL-1.2

extension TwoArms {
  /// The difference in means of rows whose clusters were assigned, by regression on the arm.
  ///
  /// With blocks and CR2: τ̂ = Σ_b (n_b⁄n)·τ̂_b and se² = Σ_b (n_b⁄n)²·se_b², the regression done in
  /// each block, df = G − 2B. Without: CR0, CR1 or CR2 of y = α + τ·treated.
  ///
  /// - Throws: `EstimationFault.tooFew` without clusters, or if an arm has fewer than two of them;
  ///   `.thinBlocks` naming the blocks in which an arm has fewer than two; `.emptyArm`,
  ///   `.zeroVariance`.
  ///
  /// Source: as `OLS`; Gerber and Green (2012), Field Experiments, chapter 3, for blocks. Agrees
  /// with R estimatr `difference_in_means` (reference case diff-in-means: clustered,
  /// block_clustered) to 1e-8.
  func clustered(
    _ variance: MeanDifference.Variance, level: Double
  ) throws(EstimationFault) -> MeanDifference {
    let treated = try treatedSample()
    let control = try controlSample()
    try MeanDifference.checkSizes(treated, control)
    guard let clusters else { throw .tooFew("clusters", count: 0, needed: 2) }
    if variance == .cr2, let blocks {
      return try clusteredInBlocks(clusters, blocks, treated, control, level)
    }
    for (arm, flag) in [(treated, true), (control, false)] {
      let count = clusterCount(clusters, treated: flag, among: outcome.indices)
      guard count > 1 else {
        throw .tooFew("clusters in arm '\(arm.label)'", count: count, needed: 2)
      }
    }
    let fit = try regression(on: Array(outcome.indices))
    let covariance = try fit.covariance(variance.estimator(clusters))
    let estimate = try fit.estimate(1, covariance, level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: variance,
      rule: covariance.degreesOfFreedomRule, clusters: clusters.count)
  }

  private func clusteredInBlocks(
    _ clusters: Grouping, _ blocks: Grouping, _ treated: Sample, _ control: Sample,
    _ level: Double
  ) throws(EstimationFault) -> MeanDifference {
    let order = blocks.sorted()
    let members = (0..<blocks.count).map { block in
      order.rows[order.starts[block]..<order.starts[block + 1]].map(Int.init)
    }
    let thin = members.indices.filter { block in
      [true, false].contains {
        clusterCount(clusters, treated: $0, among: members[block]) < 2
      }
    }
    guard thin.isEmpty else { throw .thinBlocks(thin.map { blocks.labels[$0] }) }
    var value = 0.0
    var squaredError = 0.0
    var clusterSum = 0
    for rows in members {
      let part = clusters.selecting(rows)
      let fit = try regression(on: rows)
      let share = Double(rows.count) / Double(outcome.count)
      value += share * fit.coefficients[1]
      squaredError += share * share * (try fit.covariance(.cr2(part)).matrix[1, 1])
      clusterSum += part.count
    }
    let estimate = try Estimate(
      of: "the outcome within blocks", value: value, standardError: squaredError.squareRoot(),
      degreesOfFreedom: Double(clusterSum - 2 * blocks.count), level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .cr2, rule: "clusters − 2 · blocks",
      clusters: clusterSum, blocks: blocks.count)
  }

  private func regression(on rows: [Int]) throws(EstimationFault) -> OLS {
    var design = Design(rows: rows.count, capacity: 1)
    design.append(treatedLabel, rows.map { isTreated[$0] ? 1 : 0 })
    return try OLS(outcome: rows.map { outcome[$0] }, design: design)
  }

  private func clusterCount(
    _ clusters: Grouping, treated: Bool, among rows: some Sequence<Int>
  ) -> Int {
    var seen = [Bool](repeating: false, count: clusters.count)
    for row in rows where isTreated[row] == treated { seen[Int(clusters.codes[row])] = true }
    return seen.count { $0 }
  }
}

extension MeanDifference.Variance {
  fileprivate func estimator(_ clusters: Grouping) -> VarianceEstimator {
    switch self {
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    default: .cr2(clusters)
    }
  }
}
