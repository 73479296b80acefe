// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Bandwidths of the density test: h = (V ⁄ (2p·B²·n))^(1⁄(2p+1)) with estimated variance and bias.
///
/// The first bandwidths come from a normal reference; every bandwidth then reaches at least 21 + p
/// cases and 21 + p different values on its side, and no further than the data.
///
/// Source: Cattaneo, Jansson and Ma (2020), section 2.3 and supplement.
struct DensityBandwidths {
  /// For the density on either side, for their difference and for their sum.
  let each: CutoffPair<Double>
  let difference: Double
  let sum: Double

  /// The median of the three on either side.
  var combined: CutoffPair<Double> {
    CutoffPair(
      [each.left, difference, sum].sorted()[1], [each.right, difference, sum].sorted()[1])
  }

  init(_ cases: OrderedDensity, order p: Int, kernel: LocalKernel) throws(EstimationFault) {
    let n = Double(cases.count)
    let reach = Reach(cases)
    let derivative = reach.limited(
      Self.reference(cases, derivative: p + 1, order: p + 2), neighbours: 20 + p + 3)
    let level = reach.limited(
      Self.reference(cases, derivative: 1, order: p), neighbours: 20 + p + 1)
    let curve = try cases.coefficient(
      power: p + 1, order: p + 2, bandwidths: CutoffPair(derivative, derivative), kernel: kernel)
    let slope = try cases.coefficient(
      power: 1, order: p, bandwidths: CutoffPair(level, level), kernel: kernel)
    let constant = try Self.biasConstant(order: p, kernel: kernel)
    let signed: Double = p.isMultiple(of: 2) ? constant : -constant
    let bias = CutoffPair(curve.values.left * signed, curve.values.right * constant)
    func bandwidth(_ bias: Double, left: Double, right: Double) -> Double {
      let variance = n * level * slope.variance(left: left, right: right)
      let power = Self.root(variance / (bias * bias) / (2 * Double(p)) / n, 2 * p + 1)
      return power.isNaN ? 0 : power
    }
    let least = 20 + p + 1
    each = CutoffPair(
      reach.left.limited(bandwidth(bias.left, left: 1, right: 0), neighbours: least),
      reach.right.limited(bandwidth(bias.right, left: 0, right: 1), neighbours: least))
    difference = reach.limited(
      bandwidth(bias.right - bias.left, left: -1, right: 1), neighbours: least)
    sum = reach.limited(bandwidth(bias.right + bias.left, left: 1, right: 1), neighbours: least)
  }

  /// The bandwidth that would be best for a derivative at the cut-off if the data were normal.
  ///
  /// With a uniform kernel at the edge of the support: h^(2m+1) = (2ν − 1)·V·((m+1)!)² ⁄
  /// (2(m + 1 − ν)·B²·H²φ·n) for order m and derivative ν, with Hermite's polynomial H of order m.
  private static func reference(
    _ cases: OrderedDensity, derivative: Int, order: Int
  ) -> Double {
    let (variance, bias) = edgeConstants(derivative: derivative, order: order)
    let z = cases.mean / cases.standardDeviation
    let density = Distribution.normal.density(z)
    let factorial = (1...(order + 1)).reduce(1.0) { $0 * Double($1) }
    let constant = variance * factorial * factorial / (bias * bias)
    let slope = hermite(order, z)
    let ratio =
      Double(2 * derivative - 1) / Double(2 * (order + 1 - derivative)) * constant
      / (slope * slope * density) / Double(cases.count)
    return root(ratio, 2 * order + 1) * cases.standardDeviation
  }

  /// ∫ (∫ᵥ¹ a(u) du)² dv and the bias of uᵐ⁺¹, for the weights a of the coefficient of u^ν on [0, 1].
  private static func edgeConstants(
    derivative: Int, order: Int
  ) -> (variance: Double, bias: Double) {
    // a(u) = Σ cₖuᵏ, with c a column of the inverse of the Hilbert matrix, known in whole numbers.
    let size = order + 1
    let weights = (0..<size).map { hilbertInverse(derivative, $0, size: size) }
    // The tail ∫ᵥ¹ a as a polynomial in v.
    var tail = [0.0]
    for (k, weight) in weights.enumerated() { tail.append(-weight / Double(k + 1)) }
    tail[0] = -tail.reduce(0, +)
    var variance = 0.0
    for (j, first) in tail.enumerated() {
      for (k, second) in tail.enumerated() { variance += first * second / Double(j + k + 1) }
    }
    let bias = weights.enumerated().reduce(0) { $0 + $1.element / Double($1.offset + size + 1) }
    return (variance, bias)
  }

  private static func hilbertInverse(_ row: Int, _ column: Int, size: Int) -> Double {
    let i = row + 1
    let j = column + 1
    let sign: Double = (i + j).isMultiple(of: 2) ? 1 : -1
    let between = LocalPolynomial.binomial(i + j - 2, i - 1)
    return sign * Double(i + j - 1) * LocalPolynomial.binomial(size + i - 1, size - j)
      * LocalPolynomial.binomial(size + j - 1, size - i) * between * between
  }

  /// The slope of the best polynomial of order p for uᵖ⁺¹ on [0, 1] under the kernel.
  private static func biasConstant(order: Int, kernel: LocalKernel) throws(EstimationFault)
    -> Double
  {
    var moments = Matrix(rows: order + 1, columns: order + 1)
    for row in 0...order {
      for column in 0...order { moments[row, column] = kernel.moment(row + column) }
    }
    return try moments.positiveSolution((0...order).map { kernel.moment($0 + order + 1) }).x[1]
  }

  private static func hermite(_ order: Int, _ x: Double) -> Double {
    var (before, current) = (0.0, 1.0)
    for k in 0..<order { (before, current) = (current, x * current - Double(k) * before) }
    return current
  }

  private static func root(_ x: Double, _ degree: Int) -> Double {
    pow(x, 1 / Double(degree))
  }
}

/// How far a bandwidth may reach, and how far it has to.
private struct Reach {
  /// The different distances from the cut-off on one side, ascending.
  struct Side {
    let distances: [Double]

    /// A bandwidth that goes no further than the data, and has that many different values within.
    func limited(_ bandwidth: Double, neighbours: Int) -> Double {
      max(min(bandwidth, farthest), least(neighbours))
    }

    var farthest: Double { distances.last ?? 0 }

    func least(_ neighbours: Int) -> Double { distances[min(neighbours, distances.count) - 1] }
  }

  let left: Side
  let right: Side

  init(_ cases: OrderedDensity) {
    left = Side(distances: Self.different(cases.left.distances))
    right = Side(distances: Self.different(cases.right.distances))
  }

  /// The same for a bandwidth common to both sides.
  func limited(_ bandwidth: Double, neighbours: Int) -> Double {
    max(
      min(bandwidth, max(left.farthest, right.farthest)), left.least(neighbours),
      right.least(neighbours))
  }

  private static func different(_ ascending: [Double]) -> [Double] {
    var result: [Double] = []
    for distance in ascending where result.last != distance { result.append(distance) }
    return result
  }
}
