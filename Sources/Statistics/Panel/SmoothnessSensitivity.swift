// SPDX-License-Identifier: EUPL-1.2

/// Intervals that hold where a difference in trends changes its slope by at most M from period to period.
///
/// Δ^SD(M) = {δ : |δₜ₊₁ − 2δₜ + δₜ₋₁| ≤ M}; with M = 0 the trends differ by a straight line.
///
/// The interval is θ̂ ± χ, with θ̂ = Σ lₜβ̂ₜ after plus Σ vₜβ̂ₜ before the reference: weights v that take the
/// trend away, v and χ chosen so that χ is least (fixed-length confidence intervals). Over Δ^SD(M) the bias
/// is at most M·b(v), b a sum of absolute values of u, the coefficients of changes in slope; so
/// χ = sd · cv(M·b ⁄ sd), cv(t) the `level` quantile of |N(t, 1)|. The best u for each weighing of
/// variance against Σ|u| lies on a path of straight pieces, which is followed exactly (homotopy, as for the
/// lasso), and χ is minimised along it.
///
/// Normal, whatever degrees of freedom the study has. O(p³) for each piece with p periods before.
///
/// Source: Rambachan and Roth (2023), section 4; Armstrong and Kolesár (2018), Econometrica 86:655–683;
/// Osborne, Presnell and Turlach (2000), IMA J. Numerical Analysis 20:389–403.
/// Agrees with Python honestdid 0.1.1 `createSensitivityResults` to the noise of its simulated cv
/// (10⁶ draws, 0.3 % of the half-length), and with SciPy's general minimiser to 1e-6.
public struct SmoothnessSensitivity: Sendable {
  private let trends: TrendSensitivity
  /// Along the path: standard deviation and bias at M = 1 can be had at each point.
  private let path: ShrinkagePath
  /// The variance of θ̂: uᵀQu with u's last element fixed, written out.
  private let quadratic: Matrix
  private let linear: [Double]
  private let constant: Double
  private let fixedBias: Double
  private let slope: Double

  /// - Throws: `EstimationFault.notConverged`.
  public init(_ trends: TrendSensitivity) throws(EstimationFault) {
    self.trends = trends
    let before = trends.before
    let after = trends.after
    let weights = trends.weights
    // vᵢ = uᵢ − 2uᵢ₋₁ + uᵢ₋₂: with it Σ vδ is Σ u·(changes in slope), less u's last · (the last slope).
    var second = Matrix(rows: before, columns: before)
    for row in 0..<before {
      for (lag, factor) in [1.0, -2, 1].enumerated() where row >= lag {
        second[row, row - lag] = factor
      }
    }
    let slope = weights.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
    let whole = second.transposed.sandwich(trends.covariance.selecting(Array(0..<before)))
    let mixed = (0..<before).map { row in
      (0..<after).reduce(0) { $0 + trends.covariance[row, before + $1] * weights[$1] }
    }
    let crossed = second.transposed * mixed
    let free = Array(0..<(before - 1))
    quadratic = whole.selecting(free)
    linear = free.map { crossed[$0] + whole[$0, before - 1] * slope }
    let later = trends.covariance.selecting(Array(before..<(before + after)))
    constant =
      zip(weights, later * weights).reduce(0) { $0 + $1.0 * $1.1 }
      + slope * (whole[before - 1, before - 1] * slope + 2 * crossed[before - 1])
    // Each change in slope since the reference: by how much it moves θ.
    fixedBias = (0..<after).reduce(0) { sum, first in
      sum
        + (first..<after).reduce(0.0) { $0 + Double($1 - first + 1) * weights[$1] }.magnitude
    }
    self.slope = slope
    path = try ShrinkagePath(quadratic, linear)
  }

  /// The interval for one M, in the outcome's unit per period squared.
  ///
  /// - Throws: `EstimationFault.outOfRange` for a negative M.
  public func interval(_ bound: Double) throws(EstimationFault) -> RobustInterval {
    guard bound >= 0, bound.isFinite else {
      throw .outOfRange("the bound on changes in slope", allowed: "zero or more")
    }
    let best = path.minimum { halfLength($0, bound / trends.scale) }
    let centre = centre(best)
    let reach = halfLength(best, bound / trends.scale)
    return RobustInterval(
      bound: bound, interval: trends.unscaled(centre - reach, centre + reach),
      monteCarloError: nil)
  }

  /// The largest M at which the interval excludes zero, to 1e-6 of itself.
  public func breakdown() throws(EstimationFault) -> Breakdown {
    try Breakdown.search(from: trends.scale, doublings: 40, precision: 1e-6) {
      bound throws(EstimationFault) in try interval(bound).excludesZero
    }
  }

  /// The least M that the estimates before adoption leave possible, with a smaller one the identified set
  /// may be empty.
  ///
  /// max over changes in slope of |estimate| − z·se, z by Bonferroni at the level; zero where none is
  /// clearly different from zero. In the outcome's unit.
  public var leastPossible: Double {
    let count = trends.before - 1
    guard count > 0 else { return 0 }
    let z = Distribution.normal.upperQuantile((1 - trends.level) / (2 * Double(count)))
    let slopes = (0..<count).map { place in
      var row = [Double](repeating: 0, count: trends.estimates.count)
      row[place] = 1
      row[place + 1] = -2
      if place + 2 < trends.before { row[place + 2] = 1 }
      let value = zip(row, trends.estimates).reduce(0) { $0 + $1.0 * $1.1 }
      let variance = zip(row, trends.covariance * row).reduce(0) { $0 + $1.0 * $1.1 }
      return value.magnitude - z * max(0, variance).squareRoot()
    }
    return max(0, slopes.max() ?? 0) * trends.scale
  }

  private func halfLength(_ u: [Double], _ bound: Double) -> Double {
    var variance = constant
    let image = quadratic * u
    for place in u.indices { variance += u[place] * (image[place] + 2 * linear[place]) }
    let deviation = max(0, variance).squareRoot()
    guard deviation > 0 else { return bound * bias(u) }
    return deviation * foldedNormalQuantile(trends.level, shift: bound * bias(u) / deviation)
  }

  private func bias(_ u: [Double]) -> Double { fixedBias + u.reduce(0) { $0 + $1.magnitude } }

  private func centre(_ free: [Double]) -> Double {
    let u = free + [slope]
    var sum = 0.0
    for place in 0..<trends.before {
      let weight =
        u[place] - (place > 0 ? 2 * u[place - 1] : 0) + (place > 1 ? u[place - 2] : 0)
      sum += weight * trends.estimates[place]
    }
    for place in 0..<trends.after {
      sum += trends.weights[place] * trends.estimates[trends.before + place]
    }
    return sum
  }
}

/// The c with P(|N(shift, 1)| ≤ c) = p, to 1e-14 of itself.
func foldedNormalQuantile(_ p: Double, shift: Double) -> Double {
  let normal = Distribution.normal
  // The nearer tail alone gives the lower end, both tails at their farthest the upper.
  var low = shift + normal.quantile(p)
  var high = shift + normal.upperQuantile((1 - p) / 2)
  guard shift < 8 else { return low }
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if normal.upper(middle - shift) + normal.upper(middle + shift) > 1 - p {
      low = middle
    } else {
      high = middle
    }
    if high - low <= 1e-15 * high { break }
  }
  return (low + high) / 2
}
