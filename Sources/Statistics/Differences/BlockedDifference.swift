// SPDX-License-Identifier: EUPL-1.2

extension TwoArms {
  /// Neyman's variance for assignment within blocks or pairs; without blocks, over all rows.
  ///
  /// τ̂ = Σ_b (n_b⁄n)·τ̂_b, se² = Σ_b (n_b⁄n)²·(s₁b²⁄n₁b + s₀b²⁄n₀b), df = n − 2B. Where each block
  /// is a pair with one case in each arm, the spread of the pairs' differences is used instead:
  /// se² = Σ_b (τ̂_b − τ̂)² ⁄ (B(B − 1)), df = B − 1.
  ///
  /// - Throws: `EstimationFault.thinBlocks` naming the blocks in which an arm has fewer than two
  ///   cases (unless all are pairs), `.emptyArm`, `.zeroVariance`.
  ///
  /// Source: Imbens and Rubin (2015), Causal Inference, chapters 9 and 10. Agrees with R estimatr
  /// `difference_in_means` (reference case diff-in-means: blocked, matched_pairs) to 1e-8.
  func neyman(level: Double) throws(EstimationFault) -> MeanDifference {
    guard let blocks else {
      return try .hc2(treated: treatedSample(), control: controlSample(), level: level)
    }
    let treated = try treatedSample()
    let control = try controlSample()
    try MeanDifference.checkSizes(treated, control)
    let samples = try blockSamples(blocks)
    if samples.allSatisfy({ $0.treated.count == 1 && $0.control.count == 1 }) {
      return try pairs(samples.map { $0.treated.mean - $0.control.mean }, treated, control, level)
    }
    let thin = samples.indices.filter {
      samples[$0].treated.count < 2 || samples[$0].control.count < 2
    }
    guard thin.isEmpty else { throw .thinBlocks(thin.map { blocks.labels[$0] }) }
    let rows = Double(outcome.count)
    var value = 0.0
    var squaredError = 0.0
    for sample in samples {
      let share = Double(sample.treated.count + sample.control.count) / rows
      value += share * (sample.treated.mean - sample.control.mean)
      squaredError +=
        share * share * (sample.treated.squaredErrorOfMean + sample.control.squaredErrorOfMean)
    }
    let estimate = try Estimate(
      of: "the outcome within blocks", value: value, standardError: squaredError.squareRoot(),
      degreesOfFreedom: rows - 2 * Double(blocks.count), level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .neyman, rule: "rows − 2 · blocks",
      blocks: blocks.count)
  }

  private func pairs(
    _ differences: [Double], _ treated: Sample, _ control: Sample, _ level: Double
  ) throws(EstimationFault) -> MeanDifference {
    let pairs = try Sample("pairs", differences)
    let estimate = try Estimate(
      of: "the difference within pairs", value: pairs.mean,
      standardError: pairs.squaredErrorOfMean.squareRoot(),
      degreesOfFreedom: Double(pairs.count - 1), level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .neyman, rule: "pairs − 1",
      blocks: pairs.count)
  }

  func blockSamples(
    _ blocks: Grouping
  ) throws(EstimationFault) -> [(treated: Sample, control: Sample)] {
    var result: [(treated: Sample, control: Sample)] = []
    let order = blocks.sorted()
    for block in 0..<blocks.count {
      let members = order.rows[order.starts[block]..<order.starts[block + 1]].map(Int.init)
      result.append(
        (try sample(of: members, treated: true), try sample(of: members, treated: false)))
    }
    return result
  }
}
