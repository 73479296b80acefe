// SPDX-License-Identifier: EUPL-1.2

/// Where cases lie, so that near ones can be matched: on a score, or among covariates.
public struct MatchingSpace: Sendable {
  let dimension: Int
  /// One row after the other.
  let coordinates: [Double]

  public var rowCount: Int { coordinates.count / dimension }

  /// Distances |sᵢ − sⱼ| of a score.
  public init(scores: [Double]) {
    dimension = 1
    coordinates = scores
  }

  /// Mahalanobis' distances √((xᵢ − xⱼ)ᵀS⁻¹(xᵢ − xⱼ)), S the covariance within arms, pooled.
  ///
  /// Directions in which nothing varies within arms count for nothing.
  ///
  /// - Throws: `EstimationFault.zeroVariance` where no covariate varies within arms.
  ///
  /// Source: Rubin (1980), Biometrics 36:293–298.
  public init(
    covariates: [(name: String, values: [Double])], treated: [Bool]
  ) throws(EstimationFault) {
    let size = covariates.count
    let count = treated.count
    guard size > 0 else { throw .tooFew("covariates", count: 0, needed: 1) }
    var centred = Matrix(rows: count, columns: size)
    for (column, covariate) in covariates.enumerated() {
      for arm in [true, false] {
        let rows = treated.indices.filter { treated[$0] == arm }
        let mean = Moments(rows.map { covariate.values[$0] }).mean
        for row in rows { centred[row, column] = covariate.values[row] - mean }
      }
    }
    var pooled = centred.transposedTimes(centred)
    for place in pooled.values.indices { pooled.values[place] /= Double(max(1, count - 2)) }
    let scales = (0..<size).map { pooled[$0, $0] > 0 ? 1 / pooled[$0, $0].squareRoot() : 0 }
    for column in 0..<size {
      for row in 0..<size { pooled[row, column] *= scales[row] * scales[column] }
    }
    var eigen = SymmetricEigen(size: size)
    try eigen.decompose(pooled.values)
    let limit = 1e-10 * (eigen.values.last ?? 0)
    let kept = eigen.values.indices.filter { eigen.values[$0] > max(limit, 0) }
    guard !kept.isEmpty else { throw .zeroVariance("every covariate within its arm") }
    var coordinates: [Double] = []
    coordinates.reserveCapacity(count * kept.count)
    for row in 0..<count {
      for direction in kept {
        var sum = 0.0
        for column in 0..<size {
          sum +=
            eigen.vectors[direction * size + column] * scales[column]
            * covariates[column].values[row]
        }
        coordinates.append(sum / eigen.values[direction].squareRoot())
      }
    }
    dimension = kept.count
    self.coordinates = coordinates
  }

  func distance(_ first: Int, _ second: Int) -> Double {
    if dimension == 1 { return (coordinates[first] - coordinates[second]).magnitude }
    var sum = 0.0
    for axis in 0..<dimension {
      let gap = coordinates[first * dimension + axis] - coordinates[second * dimension + axis]
      sum += gap * gap
    }
    return sum.squareRoot()
  }

  /// An order by coordinates, the first that differs deciding.
  func lies(_ first: Int, before second: Int) -> Bool {
    for axis in 0..<dimension {
      let one = coordinates[first * dimension + axis]
      let other = coordinates[second * dimension + axis]
      if one != other { return one < other }
    }
    return first < second
  }
}
