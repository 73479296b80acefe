// SPDX-License-Identifier: EUPL-1.2

/// A polynomial in the distance from the cut-off, fitted to the cases within a bandwidth.
///
/// Every coefficient is a weighted sum of outcomes, β̂_ν = Σ aᵢyᵢ; the weights a hold all there is to
/// know about its variance and bias, and are what this type gives.
///
/// The polynomial is kept in powers of v = 2d⁄h − 1, which run from −1 to 1, so that the moments
/// Σ wᵢvᵢᵏ lose no digits that matter at these orders; coefficients come out in powers of d.
///
/// - Complexity: O(n·order) time for n cases within the bandwidth.
struct LocalPolynomial {
  let order: Int
  let bandwidth: Double
  /// The cases with a positive weight: the first ones by distance.
  let count: Int

  private let distances: [Double]
  private let kernel: LocalKernel
  private let gram: Matrix

  /// - Parameters:
  ///   - distances: from the cut-off, ascending, all of one side.
  ///   - order: of the polynomial.
  ///   - bandwidth: positive.
  ///   - kernel: the weight by distance.
  /// - Throws: `EstimationFault.tooFew` where the distances are too few or too much the same.
  init(
    _ distances: [Double], order: Int, bandwidth: Double, kernel: LocalKernel
  ) throws(EstimationFault) {
    guard bandwidth > 0, bandwidth.isFinite else { throw .notConverged("the bandwidth") }
    self.order = order
    self.bandwidth = bandwidth
    self.distances = distances
    self.kernel = kernel
    count = kernel.count(distances, within: bandwidth)
    var moments = [Double](repeating: 0, count: 2 * order + 1)
    var different = 0
    for row in 0..<count {
      let u = distances[row] / bandwidth
      let v = 2 * u - 1
      if row == 0 || distances[row] != distances[row - 1] { different += 1 }
      var power = kernel.weight(u)
      for k in moments.indices {
        moments[k] += power
        power *= v
      }
    }
    guard different > order else {
      throw .tooFew(
        "different values of the running variable within the bandwidth on one side",
        count: different, needed: order + 1)
    }
    var gram = Matrix(rows: order + 1, columns: order + 1)
    for row in 0...order {
      for column in 0...order { gram[row, column] = moments[row + column] }
    }
    self.gram = gram
  }

  /// a with β̂_ν = Σ aᵢyᵢ, the coefficient of d^ν; one weight for each of the first `count` cases.
  func weights(ofPower power: Int) throws(EstimationFault) -> [Double] {
    var target = [Double](repeating: 0, count: order + 1)
    for k in power...order {
      let sign: Double = (k - power).isMultiple(of: 2) ? 1 : -1
      target[k] = sign * Self.binomial(k, power)
    }
    let scale = Self.power(2 / bandwidth, power)
    let combination = try solve(target).map { $0 * scale }
    var result = [Double](repeating: 0, count: count)
    for row in 0..<count {
      let u = distances[row] / bandwidth
      result[row] = kernel.weight(u) * Self.value(combination, at: 2 * u - 1)
    }
    return result
  }

  /// The polynomial that fits the outcomes, at the first cases of the side, beyond the bandwidth too.
  func fitted(_ outcome: [Double], count rows: Int) throws(EstimationFault) -> [Double] {
    var sums = [Double](repeating: 0, count: order + 1)
    for row in 0..<count {
      let u = distances[row] / bandwidth
      let v = 2 * u - 1
      var power = kernel.weight(u) * outcome[row]
      for k in sums.indices {
        sums[k] += power
        power *= v
      }
    }
    let coefficients = try solve(sums)
    return (0..<rows).map { Self.value(coefficients, at: 2 * distances[$0] / bandwidth - 1) }
  }

  /// Σ K(uᵢ)xᵢyᵢ ⁄ h over the cases within the bandwidth: per bandwidth, so that sides can be added.
  func crossProduct(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<count { sum += kernel.weight(distances[row] / bandwidth) * x[row] * y[row] }
    return sum / bandwidth
  }

  /// The hat values of the first cases; 0 beyond the bandwidth.
  func leverages(count rows: Int) throws(EstimationFault) -> [Double] {
    var coefficients = [Double](repeating: 0, count: 2 * order + 1)
    for column in 0...order {
      var unit = [Double](repeating: 0, count: order + 1)
      unit[column] = 1
      for (row, value) in try solve(unit).enumerated() { coefficients[row + column] += value }
    }
    return (0..<rows).map { row in
      let u = distances[row] / bandwidth
      return kernel.weight(u) * Self.value(coefficients, at: 2 * u - 1)
    }
  }
}

extension LocalPolynomial {
  private func solve(_ target: [Double]) throws(EstimationFault) -> [Double] {
    let solution = try gram.positiveSolution(target)
    guard solution.rank == order + 1 else {
      throw .tooFew(
        "different values of the running variable within the bandwidth on one side",
        count: solution.rank, needed: order + 1)
    }
    return solution.x
  }

  /// A polynomial in v.
  private static func value(_ coefficients: [Double], at v: Double) -> Double {
    var value = 0.0
    var place = coefficients.count
    while place > 0 {
      place -= 1
      value = value * v + coefficients[place]
    }
    return value
  }

  static func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }
}
