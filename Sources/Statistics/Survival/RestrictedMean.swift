// SPDX-License-Identifier: EUPL-1.2

/// The mean time without the event up to a horizon: the area under Kaplan and Meier's curve.
///
/// μ(τ) = ∫₀^τ S(t) dt, se² = Σ A(u)²·d⁄(Y(Y − d)) with A(u) = ∫_u^τ S, over the events u ≤ τ. With
/// clusters the variance is the infinitesimal jackknife's instead: each row's influence
/// −Σ A(u)·(dNᵢ − Yᵢ·d⁄Y)⁄(Y − d), summed by cluster and squared.
///
/// - Complexity: O(n log n) time.
///
/// Source: Royston and Parmar (2013), BMC Medical Research Methodology 13:152; Andersen, Borgan, Gill
/// and Keiding (1993), section IV.3. Agrees with R survival `summary(survfit, rmean =)` and
/// `residuals(survfit, type = "auc")` to 1e-10.
public struct RestrictedMean: Sendable, Hashable {
  /// In the unit of the times.
  public let value: Double
  /// Squared standard error: Greenwood's, or the clustered one.
  public let variance: Double
  public let horizon: Double
  /// The number of clusters, nil where rows are independent.
  public let clusters: Int?
  /// Influence of each row on `value`.
  let influence: [Double]

  /// - Parameters:
  ///   - times: of one group.
  ///   - horizon: τ, positive and no later than the last time of the group unless the curve is at 0.
  ///   - clusters: of each row, nil where rows are independent.
  /// - Throws: `EstimationFault.outOfRange` for a horizon after the last time, `.tooFew`, `.oneCluster`.
  public init(
    _ times: SurvivalTimes, horizon: Double, clusters: Grouping? = nil
  ) throws(EstimationFault) {
    let curve = try KaplanMeier(times)
    let isOver = (curve.steps.last?.survival ?? 1) == 0
    guard horizon > 0, horizon <= curve.lastTime || isOver else {
      throw .outOfRange("the horizon", allowed: "positive, and no later than cases were followed")
    }
    if let clusters, clusters.count < 2 { throw .oneCluster }
    let steps = curve.steps.filter { $0.time <= horizon }
    // The areas right of each step, and the whole.
    var areas = [Double](repeating: 0, count: steps.count)
    var area = 0.0
    var right = horizon
    for place in steps.indices.reversed() {
      area += steps[place].survival * (right - steps[place].time)
      areas[place] = area
      right = steps[place].time
    }
    value = area + right
    self.horizon = horizon
    self.clusters = clusters?.count
    var greenwood = 0.0
    // Σ A·d⁄(Y(Y − d)) and A⁄(Y − d) by step, for the influence of rows.
    var hazards: [(time: Double, sum: Double, own: Double)] = []
    var sum = 0.0
    for (step, area) in zip(steps, areas) where step.events > 0 {
      let atRisk = Double(step.atRisk)
      let rest = Double(step.atRisk - step.events)
      let share = rest > 0 ? area * Double(step.events) / (atRisk * rest) : 0
      greenwood += rest > 0 ? area * share : 0
      sum += share
      hazards.append((step.time, sum, rest > 0 ? area / rest : 0))
    }
    influence = times.time.indices.map { row in
      let last = hazards.count(upTo: times.time[row])
      var value = last == 0 ? 0 : hazards[last - 1].sum
      if let entry = times.entry {
        let first = hazards.count(upTo: entry[row])
        value -= first == 0 ? 0 : hazards[first - 1].sum
      }
      if times.isEvent[row], last > 0, hazards[last - 1].time == times.time[row] {
        value -= hazards[last - 1].own
      }
      return value
    }
    if let clusters {
      var sums = [Double](repeating: 0, count: clusters.count)
      for row in influence.indices { sums[Int(clusters.codes[row])] += influence[row] }
      variance = sums.reduce(0) { $0 + $1 * $1 }
    } else {
      variance = greenwood
    }
  }

  /// The difference between two groups, treated − control.
  ///
  /// With clusters each variance is taken times G⁄(G − 1), and degrees of freedom are those of all
  /// clusters − 2; without, they are infinite.
  ///
  /// - Parameters:
  ///   - treated: the group whose gain is wanted.
  ///   - control: the reference, to the same horizon.
  ///   - level: two-sided confidence level.
  /// - Returns: in the unit of the times.
  /// - Throws: `EstimationFault.zeroVariance` where no event happened before the horizon.
  public static func difference(
    treated: RestrictedMean, control: RestrictedMean, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    var degreesOfFreedom = Double.infinity
    var variance = treated.variance + control.variance
    if let first = treated.clusters, let second = control.clusters {
      degreesOfFreedom = Double(first + second - 2)
      variance =
        treated.variance * Double(first) / Double(first - 1)
        + control.variance * Double(second) / Double(second - 1)
    }
    return try Estimate(
      of: "the restricted mean time", value: treated.value - control.value,
      standardError: variance.squareRoot(), degreesOfFreedom: degreesOfFreedom, level: level)
  }
}

extension [(time: Double, sum: Double, own: Double)] {
  /// How many stand at or before a time.
  fileprivate func count(upTo time: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].time <= time {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
