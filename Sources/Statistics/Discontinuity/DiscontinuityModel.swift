// SPDX-License-Identifier: EUPL-1.2

/// What is estimated at the cut-off: the jump of the outcome, or its ratio to that of the treatment.
///
/// Covariates are taken off first. To first order each is the jump of one combination of the columns.
struct DiscontinuityModel: Sendable {
  /// Whether the second column is the treatment.
  let hasTreatment: Bool
  let covariates: [String]

  private var firstCovariate: Int { hasTreatment ? 2 : 1 }
  var columnCount: Int { firstCovariate + covariates.count }

  /// Weights for the columns, found from one side alone, as bandwidths need it; the coefficient with
  /// these weights stands for the jump, and the sign turns it from the distance to x.
  func combination(
    _ side: CutoffSide, _ polynomial: LocalPolynomial, weights: [Double], sign: Double
  ) throws(EstimationFault) -> [Double] {
    let slopes = try slopes([(side, polynomial)])
    guard hasTreatment else { return adjusted(0, slopes) }
    func jump(_ column: Int) -> Double {
      let combination = adjusted(column, slopes)
      let values = side.combined(combination, count: polynomial.count)
      var sum = 0.0
      for row in weights.indices { sum += weights[row] * values[row] }
      return sign * sum
    }
    return try ratio(outcome: jump(0), treatment: jump(1), slopes)
  }

  /// ∂(τʏ⁄τᴛ): what moves the ratio when the columns move.
  func ratio(
    outcome: Double, treatment: Double, _ slopes: [[Double]]
  ) throws(EstimationFault) -> [Double] {
    let first = adjusted(0, slopes).map { $0 / treatment }
    let second = adjusted(1, slopes).map { $0 * outcome / (treatment * treatment) }
    let combination = zip(first, second).map { $0 - $1 }
    guard combination.allSatisfy(\.isFinite) else {
      throw .zeroVariance("the treatment at the cut-off")
    }
    return combination
  }

  /// The column (0 outcome, 1 treatment) less what covariates explain of it.
  func adjusted(_ column: Int, _ slopes: [[Double]]) -> [Double] {
    var combination = [Double](repeating: 0, count: columnCount)
    combination[column] = 1
    for place in covariates.indices { combination[firstCovariate + place] = -slopes[column][place] }
    return combination
  }

  /// γ for outcome and treatment: slopes on covariates common to the given windows.
  ///
  /// - Throws: `EstimationFault.rankDeficient` naming the covariates.
  func slopes(
    _ windows: [(CutoffSide, LocalPolynomial)]
  ) throws(EstimationFault) -> [[Double]] {
    let responses = hasTreatment ? 2 : 1
    guard !covariates.isEmpty else { return Array(repeating: [], count: responses) }
    var inner = Matrix(rows: covariates.count, columns: covariates.count)
    var outer = Array(
      repeating: [Double](repeating: 0, count: covariates.count), count: responses)
    for (side, polynomial) in windows {
      var rests: [[Double]] = []
      for column in side.columns {
        let fitted = try polynomial.fitted(column, count: polynomial.count)
        rests.append(fitted.indices.map { column[$0] - fitted[$0] })
      }
      for (place, rest) in rests.dropFirst(firstCovariate).enumerated() {
        for other in place..<covariates.count {
          let product = polynomial.crossProduct(rest, rests[firstCovariate + other])
          inner[place, other] += product
          if other != place { inner[other, place] += product }
        }
        for response in 0..<responses {
          outer[response][place] += polynomial.crossProduct(rest, rests[response])
        }
      }
    }
    var slopes: [[Double]] = []
    for response in outer {
      let solution = try inner.positiveSolution(response)
      guard solution.rank == covariates.count else {
        throw .rankDeficient(columns: try dependent(inner))
      }
      slopes.append(solution.x)
    }
    return slopes
  }

  /// The covariates that follow from those before them, or do not vary at all.
  private func dependent(_ inner: Matrix) throws(EstimationFault) -> [String] {
    var names: [String] = []
    var kept: [Int] = []
    for place in covariates.indices {
      let candidate = kept + [place]
      var part = Matrix(rows: candidate.count, columns: candidate.count)
      for (row, first) in candidate.enumerated() {
        for (column, second) in candidate.enumerated() { part[row, column] = inner[first, second] }
      }
      let zeros = [Double](repeating: 0, count: candidate.count)
      if try part.positiveSolution(zeros).rank == candidate.count {
        kept = candidate
      } else {
        names.append(covariates[place])
      }
    }
    return names
  }
}
