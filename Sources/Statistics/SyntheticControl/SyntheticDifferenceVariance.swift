// SPDX-License-Identifier: EUPL-1.2

public import Tables

extension SyntheticDifference {
  /// How the standard error is found.
  public enum Variance: String, Sendable, Hashable, CaseIterable {
    /// Donors are drawn to stand in for the treated units: right where all units vary alike, and the
    /// only one for a single treated unit.
    case placebo
    /// Each unit is left out with the weights of the others kept: needs two treated units in each
    /// cohort, and errs on the safe side.
    case jackknife
    /// Units are drawn with replacement: needs several treated units.
    case bootstrap
  }

  /// A standard error, and what is known of its precision.
  public struct Uncertainty: Sendable, Hashable {
    public let standardError: Double
    /// Of the standard error; nil where nothing was drawn.
    public let monteCarloError: Double?
  }

  /// The standard error of the effect.
  ///
  /// Placebo and bootstrap: √((B − 1)⁄B) times the standard deviation of B estimates, with weights
  /// found anew in each, and for placebos with the σ̂ of the estimate itself, as R synthdid does.
  /// Jackknife: √((n − 1)²⁄n · s²) of the n estimates with one unit left out. The Monte Carlo error is
  /// se ⁄ √(2(B − 1)).
  ///
  /// - Parameters:
  ///   - variance: which of the three.
  ///   - draws: B.
  ///   - streams: one for each draw, so that threads do not matter.
  /// - Returns: in the outcome's unit.
  /// - Throws: `EstimationFault.tooFew` where donors or treated units do not suffice, `.zeroVariance`
  ///   where all replicates agree, `.notConverged`.
  ///
  /// Source: Arkhangelsky and others (2021), algorithms 2 to 4.
  public func uncertainty(
    _ variance: Variance, draws: Int, streams: RandomStreams
  ) throws(EstimationFault) -> Uncertainty {
    switch variance {
    case .jackknife:
      return Uncertainty(standardError: try jackknife(), monteCarloError: nil)
    case .placebo:
      guard panel.donors.count > panel.treated.count + 1 else {
        throw .tooFew(
          "donors for a placebo", count: panel.donors.count, needed: panel.treated.count + 2)
      }
      return try resampled(draws) { index throws(EstimationFault) in
        var stream = streams[index]
        return try placebo(&stream)
      }
    case .bootstrap:
      guard panel.treated.count > 1 else {
        throw .tooFew("treated units for a bootstrap", count: panel.treated.count, needed: 2)
      }
      return try resampled(draws) { index throws(EstimationFault) in
        var stream = streams[index]
        return try bootstrap(&stream)
      }
    }
  }

  private func resampled(
    _ draws: Int, _ replicate: @Sendable (Int) throws(EstimationFault) -> Double
  ) throws(EstimationFault) -> Uncertainty {
    guard draws > 1 else { throw .tooFew("draws", count: draws, needed: 2) }
    let estimates = try Replicates.map(draws, chunk: 4) { range throws(EstimationFault) in
      var estimates: [Double] = []
      for index in range { estimates.append(try replicate(index)) }
      return estimates
    }
    let spread = Double(draws - 1) / Double(draws) * Moments(estimates).variance
    guard spread > 0 else { throw .zeroVariance("the effect over its replicates") }
    return Uncertainty(
      standardError: spread.squareRoot(),
      monteCarloError: (spread / Double(2 * (draws - 1))).squareRoot())
  }

  private func placebo(_ stream: inout RandomStream) throws(EstimationFault) -> Double {
    var order = panel.donors
    stream.shuffle(&order)
    let drawn = Array(order.prefix(panel.treated.count))
    let rest = order.dropFirst(panel.treated.count).sorted()
    var next = 0
    var fits: [Cohort] = []
    for cohort in cohorts {
      let units = Array(drawn[next..<(next + cohort.units.count)])
      next += cohort.units.count
      let after = Double(cohort.units.count * (panel.times.count - cohort.from))
      fits.append(
        try Self.fit(
          panel.outcomes, units: units, donors: rest, from: cohort.from,
          noise: cohort.regularisation / after.squareRoot().squareRoot()))
    }
    return fits.weightedEffect(periods: panel.times.count)
  }

  private func bootstrap(_ stream: inout RandomStream) throws(EstimationFault) -> Double {
    let count = panel.units.count
    for _ in 0..<1000 {
      let drawn = (0..<count).map { _ in stream.integer(below: count) }.sorted()
      let donors = drawn.filter { panel.adoption[$0] == nil }
      guard donors.count > 1, donors.count < count else { continue }
      var fits: [Cohort] = []
      for cohort in cohorts {
        let units = drawn.filter { panel.adoption[$0] == cohort.from }
        guard !units.isEmpty else { continue }
        fits.append(try Self.fit(panel.outcomes, units: units, donors: donors, from: cohort.from))
      }
      return fits.weightedEffect(periods: panel.times.count)
    }
    throw .notConverged("a bootstrap sample with treated units and donors")
  }

  private func jackknife() throws(EstimationFault) -> Double {
    for cohort in cohorts where cohort.units.count < 2 {
      throw .tooFew(
        "treated units from '\(panel.times[cohort.from])' on for a jackknife", count: 1, needed: 2)
    }
    var estimates: [Double] = []
    for left in panel.units.indices {
      let place = panel.donors.firstIndex(of: left)
      var fits: [Cohort] = []
      for cohort in cohorts {
        var weights = cohort.unitWeights
        if let place {
          weights[place] = 0
          let sum = weights.reduce(0, +)
          // All weight on the donor left out: the others count alike.
          weights = weights.indices.map {
            sum > 0
              ? weights[$0] / sum
              : $0 == place ? 0 : 1 / Double(weights.count - 1)
          }
        }
        let units = cohort.units.filter { $0 != left }
        fits.append(refit(cohort, units, weights))
      }
      estimates.append(fits.weightedEffect(periods: panel.times.count))
    }
    let n = Double(estimates.count)
    let spread = (n - 1) * (n - 1) / n * Moments(estimates).variance
    guard spread > 0 else { throw .zeroVariance("the effect over its replicates") }
    return spread.squareRoot()
  }

  private func refit(_ cohort: Cohort, _ units: [Int], _ weights: [Double]) -> Cohort {
    var treated = [Double](repeating: 0, count: panel.times.count)
    for unit in units {
      for time in treated.indices {
        treated[time] += panel.outcomes[time, unit] / Double(units.count)
      }
    }
    return Cohort(
      outcomes: panel.outcomes.selecting(columns: panel.donors), treated: treated, units: units,
      from: cohort.from, unitWeights: weights, timeWeights: cohort.timeWeights,
      regularisation: cohort.regularisation, isUnique: cohort.isUnique)
  }
}
