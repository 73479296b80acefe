// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

extension GeneralizedLinearModel {
  /// A negative binomial model whose θ is estimated along with the coefficients.
  ///
  /// Var(y) = μ + μ²⁄θ. β̂ given θ and θ̂ given μ̂ in turn, until θ stands still to 1e-10; the two are
  /// uncorrelated, so that the coefficients' variance takes θ̂ as known.
  ///
  /// - Parameters:
  ///   - outcome: n counts from 0.
  ///   - design: n × k with n > k.
  ///   - exposure: n positive numbers, nil for 1.
  /// - Returns: the model, with θ̂ in its family.
  /// - Throws: `EstimationFault.noOverdispersion` where Σ[(y − μ)² − y] ≤ 0 at Poisson's solution (the
  ///   likelihood then falls from 1⁄θ = 0 on), and as the model itself.
  ///
  /// Source: Lawless (1987), Canadian J. Statistics 15:209–225; Dean (1992), J. American Statistical
  /// Association 87:451–457. Agrees with R MASS `glm.nb` (reference case glm-robust) to 1e-5, its
  /// optimiser's accuracy.
  public static func negativeBinomial(
    outcome: [Double], design: Design, exposure: [Double]? = nil
  ) throws(EstimationFault) -> GeneralizedLinearModel {
    let poisson = try GeneralizedLinearModel(
      .poisson, outcome: outcome, design: design, exposure: exposure)
    var means = poisson.linearPredictor.map { exp($0) }
    var excess = 0.0
    var squares = 0.0
    for i in outcome.indices {
      let deviation = outcome[i] - means[i]
      excess += deviation * deviation - outcome[i]
      squares += means[i] * means[i]
    }
    guard excess > 0 else { throw .noOverdispersion }
    let counts = Dispersion(outcome)
    var theta = try counts.theta(means, start: squares / excess)
    var start = poisson.linearPredictor
    for _ in 0..<200 {
      let model = try GeneralizedLinearModel(
        .negativeBinomial(theta: theta), outcome: outcome, design: design, exposure: exposure,
        start: start)
      means = model.linearPredictor.map { exp($0) }
      let next = try counts.theta(means, start: theta)
      if (next - theta).magnitude <= 1e-10 * theta { return model }
      start = model.linearPredictor
      theta = next
    }
    throw .notConverged("the negative binomial's theta")
  }

  /// θ̂ of a negative binomial model; nil for the other families.
  public var theta: Double? {
    if case .negativeBinomial(let theta) = family { theta } else { nil }
  }
}

/// The likelihood of θ given the means.
private struct Dispersion {
  private let outcome: [Double]
  /// Different counts and how often each is there, so that special functions are called once for each.
  private let tally: [(value: Double, times: Double)]

  init(_ outcome: [Double]) {
    self.outcome = outcome
    var times: [Double: Double] = [:]
    for value in outcome { times[value, default: 0] += 1 }
    tally = times.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The root of the score in log θ, by Newton's method kept inside a bracket.
  func theta(_ means: [Double], start: Double) throws(EstimationFault) -> Double {
    var low = log(1e-8)
    var high = log(1e9)
    var position = min(max(log(start), low + 1), high - 1)
    for _ in 0..<200 {
      let theta = exp(position)
      let (score, curvature) = derivatives(theta, means)
      if score > 0 { low = position } else { high = position }
      guard high - low > 1e-14 else { break }
      // In log θ: the slope is θ·score, its derivative θ²·curvature + θ·score.
      let slope = theta * score
      let bend = theta * theta * curvature + slope
      var next = bend < 0 ? position - slope / bend : .nan
      if !(next > low && next < high) { next = (low + high) / 2 }
      if (next - position).magnitude <= 1e-13 { return exp(next) }
      position = next
    }
    guard position < log(1e8) else { throw .noOverdispersion }
    return exp(position)
  }

  private func derivatives(
    _ theta: Double, _ means: [Double]
  ) -> (score: Double, curvature: Double) {
    let base = PolyGamma(theta)
    var score = 0.0
    var curvature = 0.0
    for (value, times) in tally where value > 0 {
      let shifted = PolyGamma(value + theta)
      score += times * (shifted.digamma - base.digamma)
      curvature += times * (shifted.trigamma - base.trigamma)
    }
    for i in outcome.indices {
      let sum = means[i] + theta
      let ratio = (outcome[i] + theta) / sum
      score += 1 - ratio - log1p(means[i] / theta)
      curvature += means[i] / (theta * sum) - (1 - ratio) / sum
    }
    return (score, curvature)
  }
}

/// ψ and ψ′ at a positive number.
///
/// By recurrence to an argument from 12 on and the asymptotic series there, right to 1e-15.
/// Source: Abramowitz and Stegun (1964), 6.3.5, 6.3.18, 6.4.6 and 6.4.12.
struct PolyGamma {
  let digamma: Double
  let trigamma: Double

  init(_ argument: Double) {
    var x = argument
    var first = 0.0
    var second = 0.0
    while x < 12 {
      first -= 1 / x
      second += 1 / (x * x)
      x += 1
    }
    let y = 1 / (x * x)
    digamma =
      first + log(x) - 0.5 / x - y
      * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))))
    trigamma =
      second + 1 / x + 0.5 * y + y / x
      * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * 691 / 2730)))))
  }
}
