// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Whether a parameter θ agrees with moments that must not be positive: E[y − aθ] − Xτ ≤ 0 for some τ,
/// y normal with known covariance Σ.
///
/// η(θ) = min over τ of max over moments of (y − aθ − Xτ)ⱼ ⁄ σⱼ, which is max λᵀ(y − aθ) over the corners of
/// {λ ≥ 0 : Xᵀλ = 0, σᵀλ = 1}. Given which corner λ is the largest and what is independent of λᵀy, λᵀy is
/// normal between two ends: θ is rejected where λᵀy is too large for that (conditional test). The hybrid
/// test rejects first where η exceeds a critical value c for the least favourable case, all moments zero,
/// at level κ, and then takes c for the upper end, at level (α − κ) ⁄ (1 − κ).
///
/// The ends come from a search by Newton's method over the same corners, exact also where corners are
/// degenerate; corners do not change with θ or with draws, so every search starts where the last ended.
///
/// Source: Andrews, Roth and Pakes (2023), Review of Economic Studies 90:2763–2791.
struct MomentInequalities {
  private let y: [Double]
  private let slopes: [Double]
  private let covariance: Matrix
  private var program: LinearProgram

  /// - Parameters:
  ///   - moments: y.
  ///   - slopes: a.
  ///   - nuisance: X.
  ///   - covariance: Σ, with a positive diagonal.
  /// - Throws: `EstimationFault.notConverged` where nuisance parameters can make all moments small.
  init(
    _ moments: [Double], slopes: [Double], nuisance: Matrix, covariance: Matrix
  ) throws(EstimationFault) {
    y = moments
    self.slopes = slopes
    self.covariance = covariance
    let count = moments.count
    var equalities = Matrix(rows: nuisance.columns + 1, columns: count)
    for place in 0..<count {
      equalities[0, place] = covariance[place, place].squareRoot()
      for column in 0..<nuisance.columns { equalities[column + 1, place] = nuisance[place, column] }
    }
    let values = [1] + [Double](repeating: 0, count: nuisance.columns)
    guard let program = try LinearProgram(equalities, equal: values) else {
      throw .notConverged("the bounds of the effect")
    }
    self.program = program
  }

  /// The largest of normalised moments that nuisance parameters leave.
  mutating func largest(_ moments: [Double]) throws(EstimationFault) -> Double {
    try program.maximise(moments)
  }

  /// Whether θ is rejected.
  ///
  /// - Parameters:
  ///   - theta: θ.
  ///   - level: of the conditional test.
  ///   - critical: c; nil for the conditional test alone.
  /// - Returns: false for a θ that is kept.
  /// - Throws: `EstimationFault.notConverged`.
  mutating func rejects(
    _ theta: Double, level: Double, critical: Double?
  ) throws(EstimationFault) -> Bool {
    let moments = zip(y, slopes).map { $0 - theta * $1 }
    let eta = try program.maximise(moments)
    if let critical, eta > critical { return true }
    // The conditional critical value is zero at least.
    guard eta > 1e-12 else { return false }
    let corner = program.solution
    let image = covariance * corner
    let variance = zip(corner, image).reduce(0) { $0 + $1.0 * $1.1 }
    guard variance > 1e-16 else { return true }
    let deviation = variance.squareRoot()
    let direction = image.map { $0 / variance }
    let rest = zip(moments, direction).map { $0 - eta * $1 }
    let upper = try end(critical ?? eta + 40 * deviation, eta, rest, direction)
    let lower = try end(min(0, eta) - 10 * deviation, eta, rest, direction)
    return Self.probability(
      beyond: eta / deviation, from: lower / deviation, to: upper / deviation) < level
  }

  /// The farthest value towards `start` for which the corner stays the largest.
  private mutating func end(
    _ start: Double, _ eta: Double, _ rest: [Double], _ direction: [Double]
  ) throws(EstimationFault) -> Double {
    var value = start
    for _ in 0..<200 {
      let found = try program.maximise(zip(rest, direction).map { $0 + value * $1 })
      guard found > value + 1e-10 * (1 + value.magnitude) else { return value }
      let slope = program.value(of: direction)
      guard slope != 1 else { return eta }
      let next = program.value(of: rest) / (1 - slope)
      // Rounding at the corner itself.
      guard start > eta ? next > eta && next < value : next < eta && next > value else {
        return eta
      }
      value = next
    }
    throw .notConverged("a conditional critical value")
  }

  /// The interval of θ on which η(θ) is at most c; nil where there is none.
  mutating func range(_ critical: Double, near centre: Double) throws(EstimationFault)
    -> (lower: Double, upper: Double)?
  {
    guard let upper = try boundary(critical, centre, side: 1),
      let lower = try boundary(critical, centre, side: -1)
    else { return nil }
    return (lower, upper)
  }

  /// Newton's method from outside on η, which is convex with straight pieces: finitely many steps.
  private mutating func boundary(
    _ critical: Double, _ centre: Double, side: Double
  ) throws(EstimationFault) -> Double? {
    var distance = 16.0
    func moments(_ theta: Double) -> [Double] { zip(y, slopes).map { $0 - theta * $1 } }
    while try program.maximise(moments(centre + side * distance)) <= critical {
      distance *= 4
      guard distance < 1e12 else { throw .notConverged("the bounds of the effect") }
    }
    var theta = centre + side * distance
    for _ in 0..<200 {
      let eta = try program.maximise(moments(theta))
      let slope = -program.value(of: slopes)
      guard eta > critical + 1e-11 * (1 + critical.magnitude) else { return theta }
      guard slope * side > 1e-14 else { return nil }
      theta -= (eta - critical) / slope
    }
    throw .notConverged("the bounds of the effect")
  }

  /// P(Z > z | low ≤ Z ≤ high) of a standard normal Z, also far out in a tail.
  static func probability(beyond z: Double, from low: Double, to high: Double) -> Double {
    guard low < z else { return 1 }
    guard z < high else { return 0 }
    // All three relative to the density's tail at z, so that nothing vanishes.
    let base = logUpper(z)
    let top = high.isFinite ? exp(logUpper(high) - base) : 0
    let whole = exp(logUpper(low) - base)
    return (1 - top) / (whole - top)
  }

  private static func logUpper(_ z: Double) -> Double {
    guard z > 30 else { return log(Distribution.normal.upper(z)) }
    let square = 1 / (z * z)
    let series = 1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square)))
    return -z * z / 2 - log(z * (2 * Double.pi).squareRoot()) + log(series)
  }
}
