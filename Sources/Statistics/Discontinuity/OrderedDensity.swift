// SPDX-License-Identifier: EUPL-1.2

/// The distribution function at every case, by side, the nearest first.
struct OrderedDensity {
  struct Side {
    /// From the cut-off, ascending.
    let distances: [Double]
    /// F̂ at each case.
    let steps: [Double]
    /// For each case the first of those with the same value, counted in ascending order of the
    /// running variable within the side, as rows of `distances`.
    let firstOfTies: [Int]
  }

  let left: Side
  let right: Side
  let tiedShare: Double
  /// The mean of x − cut-off, and the standard deviation of x.
  let mean: Double
  let standardDeviation: Double

  var count: Int { left.distances.count + right.distances.count }

  init(_ running: [Double], cutoff: Double) throws(EstimationFault) {
    let order = try CutoffOrder(running, cutoff: cutoff)
    let below = order.left.reversed().map { running[Int($0)] }
    let above = order.right.map { running[Int($0)] }
    let last = Double(running.count - 1)
    // F̂ at a value is that of the last case with it.
    func side(_ values: [Double], offset: Int) -> (steps: [Double], first: [Int], tied: Int) {
      var steps = [Double](repeating: 0, count: values.count)
      var first = [Int](repeating: 0, count: values.count)
      var tied = 0
      for row in values.indices {
        first[row] = row > 0 && values[row] == values[row - 1] ? first[row - 1] : row
        if first[row] != row { tied += 1 }
      }
      for row in values.indices.reversed() {
        steps[row] =
          row + 1 < values.count && values[row] == values[row + 1]
          ? steps[row + 1] : Double(offset + row) / last
      }
      return (steps, first, tied)
    }
    let lower = side(below, offset: 0)
    let upper = side(above, offset: below.count)
    left = Side(
      distances: below.reversed().map { cutoff - $0 }, steps: lower.steps.reversed(),
      firstOfTies: lower.first.reversed().map { below.count - 1 - $0 })
    right = Side(
      distances: above.map { $0 - cutoff }, steps: upper.steps, firstOfTies: upper.first)
    tiedShare = Double(lower.tied + upper.tied) / Double(running.count)
    let moments = Moments(running)
    mean = moments.mean - cutoff
    standardDeviation = moments.variance.squareRoot()
  }

  /// A coefficient of the local polynomials of F̂ on both sides, and what its jackknife needs.
  struct Coefficient {
    let values: CutoffPair<Double>
    let counts: CutoffPair<Int>
    /// By row of the side, what the case moves in the coefficient of its own side.
    fileprivate let moves: CutoffPair<[Double]>
    /// What every case on the left moves in the right side's coefficient.
    fileprivate let shift: Double

    /// V̂(l·β̂₋ + r·β̂₊).
    func variance(left: Double, right: Double) -> Double {
      var sum = 0.0
      for move in moves.left {
        let total = left * move + right * shift
        sum += total * total
      }
      for move in moves.right { sum += right * right * move * move }
      return sum
    }
  }

  /// The coefficient of (x − cut-off)^power.
  ///
  /// One case raises F̂ at all cases above it: the jackknife sums the weights of those.
  func coefficient(
    power: Int, order: Int, bandwidths: CutoffPair<Double>, kernel: LocalKernel
  ) throws(EstimationFault) -> Coefficient {
    let fitLeft = try LocalPolynomial(
      left.distances, order: order, bandwidth: bandwidths.left, kernel: kernel)
    let fitRight = try LocalPolynomial(
      right.distances, order: order, bandwidth: bandwidths.right, kernel: kernel)
    // The left side's distances run against the variable.
    let sign: Double = power.isMultiple(of: 2) ? 1 : -1
    let weightsLeft = try fitLeft.weights(ofPower: power).map { sign * $0 }
    let weightsRight = try fitRight.weights(ofPower: power)
    let last = Double(count - 1)
    var beyond = 0.0
    // The case of row r on the left has those of rows 0 ..< r above it.
    let tailLeft = weightsLeft.map { weight in
      defer { beyond += weight }
      return beyond / last
    }
    beyond = 0
    var tailRight = weightsRight
    for row in weightsRight.indices.reversed() {
      tailRight[row] = beyond / last
      beyond += weightsRight[row]
    }
    return Coefficient(
      values: CutoffPair(
        zip(weightsLeft, left.steps).reduce(0) { $0 + $1.0 * $1.1 },
        zip(weightsRight, right.steps).reduce(0) { $0 + $1.0 * $1.1 }),
      counts: CutoffPair(fitLeft.count, fitRight.count),
      moves: CutoffPair(
        weightsLeft.indices.map { tailLeft[min(left.firstOfTies[$0], fitLeft.count - 1)] },
        weightsRight.indices.map { tailRight[right.firstOfTies[$0]] }),
      shift: beyond / last)
  }
}
