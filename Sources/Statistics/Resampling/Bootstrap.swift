// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// The bootstrap: units are drawn with replacement within each arm (and block), as many as there were.
///
/// Clusters are drawn whole. The standard error is the standard deviation of the replicates; intervals
/// are percentile, basic, BCa or studentised. The p-value is the level at which the interval would just
/// leave out "no effect", with (b + 1) ⁄ (B + 1) for shares.
///
/// - Missing values: none are accepted.
/// - Complexity: a replicate takes time in proportion to the number of units; BCa adds one statistic for
///   each unit.
///
/// Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap; Davison and Hinkley (1997),
/// Bootstrap Methods and their Application, chapter 5. Intervals agree with R boot `boot.ci` on the same
/// replicates to 1e-10.
public struct Bootstrap: Sendable, Hashable {
  /// What is estimated from two arms.
  public enum Statistic: String, Sendable, Hashable, CaseIterable {
    /// The difference in means, blocks weighted by their rows.
    case difference
    /// The treated arm's mean over the control arm's.
    case ratio
  }

  public let estimate: Double
  /// The standard deviation of the replicates.
  public let standardError: Double
  /// Its own standard error, by simulation.
  public let standardErrorError: Double
  /// The mean of the replicates minus the estimate.
  public let bias: Double
  public let interval: ConfidenceInterval
  /// The standard error of each end, by simulation.
  public let lowerError: Double
  public let upperError: Double
  public let pValue: Double
  public let method: BootstrapInterval
  public let level: Double
  /// Replicates that were used, and those that left the statistic undefined.
  public let draws: Int
  public let undefined: Int

  /// How a bootstrap is to be done.
  public struct Setup: Sendable {
    let method: BootstrapInterval
    let draws: Int
    let level: Double
    let streams: RandomStreams

    public init(
      _ method: BootstrapInterval = .bca, draws: Int = 9_999, level: Double = 0.95,
      streams: RandomStreams
    ) {
      self.method = method
      self.draws = draws
      self.level = level
      self.streams = streams
    }
  }

  /// Compares two arms.
  ///
  /// - Throws: `EstimationFault.tooFew` for an arm (of a block) with fewer than two units,
  ///   `.mixedClusters`, `.zeroVariance` where replicates do not differ, `.outOfRange` for a ratio
  ///   against a mean of zero.
  public init(
    _ arms: TwoArms, _ statistic: Statistic = .difference, _ setup: Setup
  ) throws(EstimationFault) {
    _ = try arms.treatedSample()
    let control = try arms.controlSample()
    if statistic == .ratio, control.mean == 0 {
      throw .outOfRange("the mean of arm '\(arms.controlLabel)'", allowed: "other than zero")
    }
    try self.init(
      try ArmMeansStatistic(
        arms, statistic == .difference ? .difference : .ratio,
        withErrors: setup.method == .studentised), null: statistic == .ratio ? 1 : 0, setup)
  }

  /// One coefficient of a regression, units drawn within strata.
  ///
  /// - Parameters:
  ///   - outcome: n values.
  ///   - design: n × k.
  ///   - position: of the coefficient.
  ///   - clusters: the unit of each row; nil for rows.
  ///   - strata: of each row, within which units are drawn: the arm, or arm and block; nil for one.
  ///   - setup: interval, draws, level, streams.
  /// - Throws: as `OLS`; `EstimationFault.notConverged` where many resamples leave the coefficient
  ///   undefined, `.mixedClusters` where a cluster lies in several strata.
  public init(
    outcome: [Double], design: Design, position: Int, clusters: Grouping?, strata: Grouping?,
    _ setup: Setup
  ) throws(EstimationFault) {
    try self.init(
      try ResampledCoefficient(
        outcome: outcome, design: design, position: position, clusters: clusters, strata: strata),
      null: 0, setup)
  }

  private init(
    _ statistic: some BootstrapStatistic, null: Double, _ setup: Setup
  ) throws(EstimationFault) {
    let tail = try ConfidenceInterval.tail(outside: setup.level)
    guard setup.draws > 1 else { throw .outOfRange("the number of draws", allowed: "at least 2") }
    let units = statistic.units
    let observed = units.observed
    let estimate = statistic.value(observed)
    let all = (0..<units.count).map { UInt32($0) }
    let isStudentised = setup.method == .studentised
    let error = isStudentised ? statistic.squaredError(observed, units: all).squareRoot() : 1
    guard error > 0 else { throw .zeroVariance("the outcome within the arms") }
    let drawn = Replicates.map(setup.draws, chunk: 32) { range in
      var sums = observed
      var picked = all
      return range.map { index -> (value: Double, t: Double) in
        var random = setup.streams[index]
        if units.width == 1 {
          units.resampleOne(&random, sums: &sums)
        } else {
          units.resample(&random, sums: &sums, units: &picked)
        }
        let value = statistic.value(sums)
        guard isStudentised, value.isFinite else { return (value, 0) }
        let own = statistic.squaredError(sums, units: picked).squareRoot()
        return (value, own > 0 ? (value - estimate) / own : .nan)
      }
    }
    let kept = drawn.filter { $0.value.isFinite && $0.t.isFinite }
    guard 10 * kept.count >= 9 * setup.draws, kept.count > 1 else {
      throw .notConverged("\(setup.draws - kept.count) of \(setup.draws) resamples")
    }
    let values = kept.map(\.value)
    let moments = Moments(values)
    guard moments.variance > 0 else { throw .zeroVariance("the estimate over resamples") }
    self.estimate = estimate
    standardError = moments.variance.squareRoot()
    standardErrorError = moments.variance.squareRoot() / Double(2 * (values.count - 1)).squareRoot()
    bias = moments.mean - estimate
    method = setup.method
    level = setup.level
    draws = values.count
    undefined = setup.draws - values.count
    let quantile = BootstrapQuantiles(isStudentised ? kept.map(\.t) : values)
    let ends: Ends
    switch setup.method {
    case .percentile:
      ends = Ends(quantile, tail) { $0 }
      pValue = min(1, 2 * min(quantile.atMost(null), quantile.atLeast(null)))
    case .basic, .studentised:
      let centre = isStudentised ? estimate : 2 * estimate
      ends = Ends(quantile, tail) { centre - error * $0 }
      let mirrored = (centre - null) / error
      pValue = min(1, 2 * min(quantile.atMost(mirrored), quantile.atLeast(mirrored)))
    case .bca:
      let correction = try Self.correction(statistic, quantile, estimate)
      ends = Ends(quantile, low: correction.moved(tail), high: correction.moved(1 - tail))
      let below = correction.movedBack(quantile.atMost(null))
      let above = 1 - correction.movedBack(1 - quantile.atLeast(null))
      pValue = min(1, 2 * min(below, above))
    }
    interval = ends.interval
    lowerError = ends.errors.lower
    upperError = ends.errors.upper
  }

  private static func correction(
    _ statistic: some BootstrapStatistic, _ quantile: BootstrapQuantiles, _ estimate: Double
  ) throws(EstimationFault) -> BootstrapCorrection {
    let below = quantile.shareBelow(estimate)
    guard below > 0, below < 1 else {
      throw .notConverged("a BCa interval: the estimate lies outside all resamples")
    }
    let left = statistic.units.leavingOut(statistic.value)
    guard left.allSatisfy(\.isFinite) else {
      throw .notConverged("a BCa interval: the estimate hangs on a single unit")
    }
    return BootstrapCorrection(
      bias: Distribution.normal.quantile(below),
      acceleration: BootstrapCorrection.acceleration(
        leavingOut: left, starts: statistic.units.starts))
  }
}

/// The ends of an interval with their errors by simulation.
private struct Ends {
  let interval: ConfidenceInterval
  let errors: (lower: Double, upper: Double)

  init(_ quantile: BootstrapQuantiles, _ tail: Double, _ place: (Double) -> Double) {
    let first = place(quantile(tail))
    let second = place(quantile(1 - tail))
    let scale = (place(1) - place(0)).magnitude
    let low = scale * quantile.monteCarloError(tail)
    let high = scale * quantile.monteCarloError(1 - tail)
    interval = ConfidenceInterval(min(first, second), max(first, second))
    errors = first <= second ? (low, high) : (high, low)
  }

  init(_ quantile: BootstrapQuantiles, low: Double, high: Double) {
    interval = ConfidenceInterval(quantile(low), quantile(high))
    errors = (quantile.monteCarloError(low), quantile.monteCarloError(high))
  }
}
