// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Intervals that hold where trends come apart by at most M̄ times the most they did before adoption.
///
/// Δ^RM(M̄) = {δ : |δₜ₊₁ − δₜ| ≤ M̄ · max over s before the reference of |δₛ₊₁ − δₛ|} for t from it on.
/// Δ^RM is the union, over the period s and the sign of the largest difference, of sets with linear bounds.
/// For each of them θ is tested by moment inequalities (`MomentInequalities`); the interval goes from the
/// least to the largest θ that any of the tests keeps. With the hybrid test the θ that pass its first
/// stage form an interval, found exactly; it is searched from both ends in `steps` equal steps, and the
/// first change from rejected to kept is then halved down to 1e-9 of a step. A kept stretch shorter than
/// a step may be missed. The conditional test is searched where η(θ) ≤ 20.
///
/// Draws of the least favourable critical value are the same for all bounds; one stream for each draw, so
/// that threads do not matter. Normal, whatever degrees of freedom the study has. Cost: 2 · periods
/// before · (draws + 2 · steps) small linear programmes for each M̄ at most. The critical value is a quantile
/// far out, at α ⁄ 10: take 10,000 draws or more.
///
/// One estimate before the reference is enough; the bound then rests on a single difference. The interval
/// is never empty.
///
/// Source: Rambachan and Roth (2023), sections 3 and 5.
/// Agrees with Python honestdid 0.1.1 `createSensitivityResults_relativeMagnitudes`: the conditional test
/// to the step of any grid; the hybrid too where honestdid is given the critical value of 400,000 draws
/// (its 1,000 move ends by a few steps of its grid). With a single period since adoption honestdid's
/// hybrid leaves c out of the second stage, and its intervals are a little wider.
public struct RelativeMagnitudes: Sendable {
  /// How a θ is tested.
  public enum Test: Sendable {
    /// Has power that does not fade with many slack bounds, but may be weak where two bounds are close.
    case conditional
    /// Conditional after a first stage at a tenth of α, whose critical value is drawn.
    case hybrid(draws: Int, RandomStreams)
  }

  private let trends: TrendSensitivity
  private let steps: Int
  /// α of the conditional test.
  private let size: Double
  /// κ, and in each column a draw of β̂ − E β̂; nil for the conditional test.
  private let leastFavourable: (size: Double, noise: Matrix)?

  /// - Parameters:
  ///   - trends: the effects over time.
  ///   - test: hybrid or conditional.
  ///   - steps: of the search for each end.
  /// - Throws: `EstimationFault.tooFew` for fewer than 100 draws or 10 steps.
  public init(
    _ trends: TrendSensitivity, _ test: Test, steps: Int = 1_000
  ) throws(EstimationFault) {
    guard steps >= 10 else { throw .tooFew("steps of the search", count: steps, needed: 10) }
    self.trends = trends
    self.steps = steps
    let alpha = 1 - trends.level
    switch test {
    case .conditional:
      size = alpha
      leastFavourable = nil
    case .hybrid(let draws, let streams):
      guard draws >= 100 else { throw .tooFew("draws", count: draws, needed: 100) }
      let kappa = alpha / 10
      size = (alpha - kappa) / (1 - kappa)
      leastFavourable = (kappa, trends.noise(draws, streams))
    }
  }

  /// The interval for one M̄.
  ///
  /// - Throws: `EstimationFault.outOfRange` for a negative M̄, `.notConverged`.
  public func interval(_ bound: Double) throws(EstimationFault) -> RobustInterval {
    guard bound >= 0, bound.isFinite else {
      throw .outOfRange("the bound relative to the periods before", allowed: "zero or more")
    }
    var hull: (lower: Double, upper: Double)?
    var error = 0.0
    for place in 0..<trends.before {
      var critical: Double?
      for sign in [1.0, -1] {
        let restriction = Restriction(trends, bound, place, sign)
        var test = try restriction.test(trends)
        if let leastFavourable, critical == nil {
          // With the other sign the moments' signs and order change, and their distribution does not.
          let found = try restriction.criticalValue(
            leastFavourable.noise, leastFavourable.size, test)
          critical = found.value
          error = max(error, found.error)
        }
        try widen(&hull, &test, critical)
      }
    }
    // One of the two signs fits the estimates as they are, so some θ is always kept.
    guard let hull else { throw .notConverged("the interval of the effect") }
    return RobustInterval(
      bound: bound, interval: trends.unscaled(hull.lower, hull.upper),
      monteCarloError: leastFavourable == nil ? nil : error)
  }

  /// The intervals for several M̄, spread over the processors.
  public func intervals(_ bounds: [Double]) throws(EstimationFault) -> [RobustInterval] {
    try Replicates.map(bounds.count, chunk: 1) { range throws(EstimationFault) in
      var found: [RobustInterval] = []
      for index in range { found.append(try interval(bounds[index])) }
      return found
    }
  }

  /// The largest M̄ at which the interval excludes zero, to 0.5 % of itself.
  public func breakdown() throws(EstimationFault) -> Breakdown {
    try Breakdown.search(from: 1, doublings: 6, precision: 0.005) {
      bound throws(EstimationFault) in try interval(bound).excludesZero
    }
  }
}

extension RelativeMagnitudes {
  /// Takes in what a test keeps outside of the hull of the tests before it.
  private func widen(
    _ hull: inout (lower: Double, upper: Double)?, _ test: inout MomentInequalities,
    _ critical: Double?
  ) throws(EstimationFault) {
    let centre = trends.original.value / trends.scale
    guard let range = try test.range(critical ?? 20, near: centre) else { return }
    let lower = try end(range.lower, range.upper, until: hull?.lower, &test, critical)
    if hull == nil, lower == nil { return }
    let upper = try end(range.upper, range.lower, until: hull?.upper, &test, critical)
    let low = min(lower ?? .infinity, hull?.lower ?? .infinity)
    let high = max(upper ?? -.infinity, hull?.upper ?? -.infinity)
    if low <= high { hull = (low, high) }
  }

  /// The first θ from `start` towards `goal` that is kept; nil where none is before `limit`.
  private func end(
    _ start: Double, _ goal: Double, until limit: Double?, _ test: inout MomentInequalities,
    _ critical: Double?
  ) throws(EstimationFault) -> Double? {
    let step = (goal - start) / Double(steps)
    var rejected: Double?
    for index in 0...steps {
      let theta = start + Double(index) * step
      if let limit, step >= 0 ? theta >= limit : theta <= limit { return nil }
      if try test.rejects(theta, level: size, critical: critical) {
        rejected = theta
        continue
      }
      guard var outside = rejected else { return theta }
      var inside = theta
      for _ in 0..<30 {
        let middle = (outside + inside) / 2
        if try test.rejects(middle, level: size, critical: critical) {
          outside = middle
        } else {
          inside = middle
        }
      }
      return inside
    }
    return nil
  }

  /// The bounds on δ where the largest difference before adoption is at one place and has one sign: rows
  /// Rδ ≤ 0, a pair for each period after the reference.
  private struct Restriction {
    let rows: Matrix
    /// Of θ, and of the other effects, in Rτ.
    let slopes: [Double]
    let nuisance: Matrix

    init(_ trends: TrendSensitivity, _ bound: Double, _ place: Int, _ sign: Double) {
      let (before, after) = (trends.before, trends.after)
      var rows = Matrix(rows: 2 * after, columns: before + after)
      for period in 0..<after {
        for (turn, direction) in [1.0, -1].enumerated() {
          let row = 2 * period + turn
          rows[row, before + period] = direction
          if period > 0 { rows[row, before + period - 1] = -direction }
          // The reference, after the last place, is zero.
          rows[row, place] += bound * sign
          if place + 1 < before { rows[row, place + 1] -= bound * sign }
        }
      }
      // θ takes the place of the effect with the largest weight; the others are nuisance.
      let weights = trends.weights
      let chosen = weights.indices.max { weights[$0].magnitude < weights[$1].magnitude } ?? 0
      slopes = (0..<(2 * after)).map { rows[$0, before + chosen] / weights[chosen] }
      var nuisance = Matrix(rows: 2 * after, columns: after - 1)
      for (column, period) in weights.indices.filter({ $0 != chosen }).enumerated() {
        for row in 0..<(2 * after) {
          nuisance[row, column] = rows[row, before + period] - slopes[row] * weights[period]
        }
      }
      self.rows = rows
      self.nuisance = nuisance
    }

    func test(_ trends: TrendSensitivity) throws(EstimationFault) -> MomentInequalities {
      try MomentInequalities(
        rows * trends.estimates, slopes: slopes, nuisance: nuisance,
        covariance: rows.sandwich(trends.covariance))
    }

    /// The 1 − κ quantile of η where all moments are zero, and its standard error over other draws.
    func criticalValue(
      _ noise: Matrix, _ size: Double, _ test: MomentInequalities
    ) throws(EstimationFault) -> (value: Double, error: Double) {
      let moments = rows * noise
      let draws = noise.columns
      let largest = try Replicates.map(draws, chunk: 256) { range throws(EstimationFault) in
        var test = test
        var found: [Double] = []
        found.reserveCapacity(range.count)
        for draw in range { found.append(try test.largest(moments.column(draw))) }
        return found
      }
      let sorted = largest.sorted()
      let share = 1 - size
      let rank = min(draws, Int((share * Double(draws + 1)).rounded(.up))) - 1
      let spread = max(1, Int((Double(draws) * share * size).squareRoot().rounded()))
      let error = (sorted[min(draws - 1, rank + spread)] - sorted[max(0, rank - spread)]) / 2
      return (sorted[rank], error)
    }
  }
}

extension TrendSensitivity {
  /// Draws from N(0, Σ), one in each column.
  fileprivate func noise(_ draws: Int, _ streams: RandomStreams) -> Matrix {
    let size = estimates.count
    var standard = Matrix(rows: size, columns: draws)
    for draw in 0..<draws {
      var stream = streams[draw]
      for row in 0..<size {
        // Never 0 or 1.
        let uniform = (Double(stream.next() >> 11) + 0.5) * 0x1p-53
        standard[row, draw] = Distribution.normal.quantile(uniform)
      }
    }
    return covariance.choleskyFactor * standard
  }
}

extension Matrix {
  /// L with LLᵀ = S, for a positive definite S.
  fileprivate var choleskyFactor: Matrix {
    var factor = Matrix(rows: rows, columns: rows)
    for j in 0..<rows {
      var pivot = self[j, j]
      for k in 0..<j { pivot -= factor[j, k] * factor[j, k] }
      let root = max(0, pivot).squareRoot()
      factor[j, j] = root
      for i in (j + 1)..<max(rows, j + 1) where root > 0 {
        var sum = self[i, j]
        for k in 0..<j { sum -= factor[i, k] * factor[j, k] }
        factor[i, j] = sum / root
      }
    }
    return factor
  }
}
