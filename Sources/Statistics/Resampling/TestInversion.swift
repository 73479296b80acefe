// SPDX-License-Identifier: EUPL-1.2

/// One value of a statistic under the hypothesis that the effect is τ, for every τ at once:
/// T(τ) = (a − bτ) ⁄ √(v₀ + v₁τ + v₂τ²).
struct NullStatistic: Sendable, Hashable {
  /// As extreme as what was observed, whatever the hypothesis.
  static let always = NullStatistic(a: .infinity, b: 0)

  var a: Double
  var b: Double
  var v0 = 1.0
  var v1 = 0.0
  var v2 = 0.0

  /// T(0).
  var value: Double { a / v0.squareRoot() }
}

/// The p-values of a test by resampling as a function of the hypothesis, and the interval that follows.
///
/// T_obs(τ) = (θ̂ − τ) ⁄ s, and p(τ) is the share of resampled |T(τ)| that are at least |T_obs(τ)|. The
/// interval at a level holds the τ around θ̂ with p(τ) > 1 − level; each of its ends is found by
/// doubling and halving steps, so that it is right to the last digits where p is monotone on either
/// side of θ̂ (an unstudentised statistic always is).
struct TestInversion: Sendable {
  /// θ̂.
  let estimate: Double
  /// s; 1 for a statistic that is not studentised.
  let standardError: Double
  let null: [NullStatistic]
  /// Whether `null` holds every possible value, the observed one included.
  let isExact: Bool
  /// What rounding leaves of a squared distance that is zero.
  private let floor: Double

  init(estimate: Double, standardError: Double, null: [NullStatistic], isExact: Bool) {
    self.estimate = estimate
    self.standardError = standardError
    self.null = null
    self.isExact = isExact
    let largest = null.reduce(0) { max($0, $1.a.isFinite ? $1.a.magnitude : 0) }
    floor = 1e-26 * largest * largest * standardError * standardError
  }

  /// Differences by rounding alone are ties, and count.
  private static let tolerance = 2e-11

  /// How many resampled statistics are at least as far from zero as the observed one.
  func extremeCount(at hypothesis: Double) -> Int {
    let observed = estimate - hypothesis
    let target = observed * observed * (1 - Self.tolerance)
    let variance = standardError * standardError
    let floor = floor
    return null.count {
      let distance = $0.a - $0.b * hypothesis
      let spread = max(0, $0.v0 + hypothesis * ($0.v1 + hypothesis * $0.v2))
      return distance * distance * variance + floor >= target * spread
    }
  }

  func pValue(at hypothesis: Double) -> Double { share(extremeCount(at: hypothesis)) }

  /// The share of values on one side at least as far as the observed one.
  func oneSided(_ sign: Double) -> Double {
    let observed = sign * estimate / standardError
    let slack = Self.tolerance * (observed.magnitude + nullStandardDeviation)
    return share(null.count { sign * $0.value >= observed - slack })
  }

  /// The standard error of a drawn p-value; nil where every value was looked at.
  func monteCarloError(of pValue: Double) -> Double? {
    isExact ? nil : (pValue * (1 - pValue) / Double(null.count + 1)).squareRoot()
  }

  /// The root mean square of T(0): its standard deviation where it is centred at zero.
  var nullStandardDeviation: Double {
    let defined = null.filter { $0.a.isFinite && $0.v0 > 0 }
    let squares = defined.reduce(0) { $0 + $1.a * $1.a / $1.v0 }
    return defined.isEmpty ? 0 : (squares / Double(defined.count)).squareRoot()
  }

  /// The interval, nil on a side where no hypothesis is rejected.
  func interval(level: Double) -> OpenInterval {
    Self.interval(around: estimate, step: nullStandardDeviation * standardError) {
      Self.accepts(pValue(at: $0), level: level)
    }
  }

  /// The observed statistic counts as one of the draws (Phipson and Smyth 2010), so that no p is zero.
  private func share(_ count: Int) -> Double {
    isExact
      ? Double(count) / Double(null.count) : Double(count + 1) / Double(null.count + 1)
  }
}

/// An interval that may be unbounded on a side.
public struct OpenInterval: Sendable, Hashable {
  public let lower: Double?
  public let upper: Double?

  /// The interval moved along.
  func shifted(by distance: Double) -> OpenInterval {
    OpenInterval(lower: lower.map { $0 + distance }, upper: upper.map { $0 + distance })
  }
}

extension TestInversion {
  /// Whether a p-value does not reject; a p-value of 1 − level does, whatever rounding makes of it.
  static func accepts(_ pValue: Double, level: Double) -> Bool { pValue > 1 - level + 1e-12 }

  /// The ends of the set of accepted hypotheses around an accepted one.
  ///
  /// - Parameters:
  ///   - estimate: an accepted hypothesis.
  ///   - step: how far to look first.
  ///   - precision: of the ends, relative to their size and the step.
  ///   - accepts: whether a hypothesis is accepted.
  /// - Returns: the ends; nil on a side where acceptance goes on.
  static func interval(
    around estimate: Double, step: Double, precision: Double = 1e-13, accepts: (Double) -> Bool
  ) -> OpenInterval {
    OpenInterval(
      lower: end(from: estimate, step: -step, precision: precision, accepts),
      upper: end(from: estimate, step: step, precision: precision, accepts))
  }

  /// Where acceptance ends in the direction of a step; nil where it does not.
  static func end(
    from estimate: Double, step: Double, precision: Double = 1e-13, _ accepts: (Double) -> Bool
  ) -> Double? {
    guard step != 0, step.isFinite else { return nil }
    var inside = estimate
    var outside = estimate + step
    var reach = step
    while accepts(outside) {
      inside = outside
      reach *= 2
      // Farther out rounding would tell apart what is tied everywhere.
      guard reach.magnitude < 1_024 * step.magnitude else { return nil }
      outside = estimate + reach
    }
    while true {
      let middle = (inside + outside) / 2
      guard middle != inside, middle != outside,
        (outside - inside).magnitude > precision * (inside.magnitude + step.magnitude)
      else { return middle }
      if accepts(middle) { inside = middle } else { outside = middle }
    }
  }
}
