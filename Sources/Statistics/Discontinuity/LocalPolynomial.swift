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

  private let scaled: [Double]
  private let kernelWeights: [Double]
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
    var end = distances.count
    var start = 0
    while start < end {
      let middle = (start + end) / 2
      if kernel.weight(distances[middle] / bandwidth) > 0 {
        start = middle + 1
      } else {
        end = middle
      }
    }
    self.order = order
    self.bandwidth = bandwidth
    count = start
    var scaled = [Double](repeating: 0, count: start)
    var weights = scaled
    var moments = [Double](repeating: 0, count: 2 * order + 1)
    var different = 0
    for row in 0..<start {
      let u = distances[row] / bandwidth
      let v = 2 * u - 1
      let weight = kernel.weight(u)
      scaled[row] = v
      weights[row] = weight
      if row == 0 || distances[row] != distances[row - 1] { different += 1 }
      var power = weight
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
    self.scaled = scaled
    kernelWeights = weights
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
    var result = evaluate(combination, count: count)
    for row in 0..<count { result[row] *= kernelWeights[row] }
    return result
  }

  /// The polynomial that fits the outcomes, at the first cases of the side, beyond the bandwidth too.
  func fitted(_ outcome: [Double], distances: [Double], count rows: Int) throws(EstimationFault)
    -> [Double]
  {
    var sums = [Double](repeating: 0, count: order + 1)
    for row in 0..<count {
      var power = kernelWeights[row] * outcome[row]
      for k in sums.indices {
        sums[k] += power
        power *= scaled[row]
      }
    }
    let coefficients = try solve(sums)
    if rows <= count { return evaluate(coefficients, count: rows) }
    return (0..<rows).map { row in
      let v = 2 * distances[row] / bandwidth - 1
      return coefficients.reversed().reduce(0) { $0 * v + $1 }
    }
  }

  /// Σ K(uᵢ)xᵢyᵢ ⁄ h over the cases within the bandwidth: per bandwidth, so that sides can be added.
  func crossProduct(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<count { sum += kernelWeights[row] * x[row] * y[row] }
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
    var result = evaluate(coefficients, count: min(rows, count))
    for row in result.indices { result[row] *= kernelWeights[row] }
    result += repeatElement(0, count: rows - result.count)
    return result
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

  /// A polynomial in v at the first cases.
  private func evaluate(_ coefficients: [Double], count rows: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows)
    for coefficient in coefficients.reversed() {
      for row in 0..<rows { result[row] = result[row] * scaled[row] + coefficient }
    }
    return result
  }

  static func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }
}
