// SPDX-License-Identifier: EUPL-1.2

extension TwoArms {
  /// The difference within strata that assignment did not know, weighted to a population.
  ///
  /// τ̂ = Σ_s W_s·τ̂_s and se² = Σ_s W_s²·(s₁s²⁄n₁s + s₀s²⁄n₀s), given how many cases of each stratum came
  /// into each arm; df = n − 2S. W_s are the strata's shares of the cases (then this is Lin's regression
  /// on the strata's indicators with HC2) or of a population that is made up otherwise. With clusters:
  /// the same contrast of the regression on all strata and their products with the arm, CR2 with
  /// Satterthwaite's degrees of freedom; clusters may lie in several strata.
  ///
  /// - Parameters:
  ///   - strata: the stratum of each row that the arms were made from, known before assignment.
  ///   - shares: for each label of a stratum its weight in the population, any positive scale; nil for the
  ///     cases' own shares.
  ///   - level: two-sided confidence level.
  /// - Returns: treated − control, in the outcome's unit.
  /// - Throws: `EstimationFault.thinBlocks` naming the strata in which an arm has fewer than two cases,
  ///   `.outOfRange` for a stratum without a share, `.zeroVariance`.
  /// - Complexity: O(n); with clusters O(n·S²).
  ///
  /// Source: Miratrix, Sekhon and Yu (2013), J. Royal Statistical Society B 75:369–396. Agrees with R
  /// estimatr `lm_lin(y ~ z, ~ factor(s))` to 1e-8: `StatisticsTests/PostStratificationTests`.
  public func postStratified(
    by strata: Grouping, shares: [String: Double]? = nil, level: Double = 0.95
  ) throws(EstimationFault) -> MeanDifference {
    let treated = try treatedSample()
    let control = try controlSample()
    try MeanDifference.checkSizes(treated, control)
    let strata = strata.selecting(rows)
    let weights = try Self.weights(strata, shares)
    let samples = try blockSamples(strata)
    let thin = samples.indices.filter {
      samples[$0].treated.count < 2 || samples[$0].control.count < 2
    }
    guard thin.isEmpty else { throw .thinBlocks(thin.map { strata.labels[$0] }) }
    if let clusters {
      return try clusteredInStrata(strata, weights, clusters, treated, control, level)
    }
    var value = 0.0
    var squaredError = 0.0
    for (weight, sample) in zip(weights, samples) {
      value += weight * (sample.treated.mean - sample.control.mean)
      squaredError +=
        weight * weight * (sample.treated.squaredErrorOfMean + sample.control.squaredErrorOfMean)
    }
    let estimate = try Estimate(
      of: "the outcome within strata", value: value, standardError: squaredError.squareRoot(),
      degreesOfFreedom: Double(outcome.count - 2 * strata.count), level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .neyman, rule: "rows − 2 · strata",
      blocks: strata.count)
  }

  private static func weights(
    _ strata: Grouping, _ shares: [String: Double]?
  ) throws(EstimationFault) -> [Double] {
    var weights = strata.sizes.map(Double.init)
    if let shares {
      for (place, label) in strata.labels.enumerated() {
        guard let share = shares[label], share > 0, share.isFinite else {
          throw .outOfRange("the share of stratum '\(label)'", allowed: "given and positive")
        }
        weights[place] = share
      }
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private func clusteredInStrata(
    _ strata: Grouping, _ weights: [Double], _ clusters: Grouping, _ treated: Sample,
    _ control: Sample, _ level: Double
  ) throws(EstimationFault) -> MeanDifference {
    guard clusters.count > 1 else { throw .oneCluster }
    var design = Design(rows: outcome.count, intercept: false, capacity: 2 * strata.count)
    for stratum in 0..<strata.count {
      design.append(strata.labels[stratum], strata.indicator(stratum))
    }
    for stratum in 0..<strata.count {
      design.append(
        "\(treatedLabel):\(strata.labels[stratum])",
        outcome.indices.map { isTreated[$0] && Int(strata.codes[$0]) == stratum ? 1 : 0 })
    }
    let fit = try OLS(outcome: outcome, design: design)
    let estimate = try fit.contrast(
      Array(repeating: 0, count: strata.count) + weights, named: treatedLabel, .cr2(clusters),
      level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .cr2, rule: "Satterthwaite",
      clusters: clusters.count, blocks: strata.count)
  }
}
