// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

extension OLS {
  /// The covariance of the coefficients.
  ///
  /// - Throws: `EstimationFault.leverageOne` (hc2, hc3), `.oneCluster`.
  public func covariance(
    _ estimator: VarianceEstimator
  ) throws(EstimationFault) -> CoefficientCovariance {
    let bread = try meat(estimator, contrasts: (0..<names.count).map { basis.row($0) })
    return CoefficientCovariance(
      matrix: basis.sandwich(bread.meat), degreesOfFreedom: bread.degreesOfFreedom,
      name: estimator.name, degreesOfFreedomRule: estimator.degreesOfFreedomRule,
      clusters: estimator.clusters?.count)
  }

  /// A weighted sum of coefficients, cᵀβ̂, with its uncertainty.
  ///
  /// - Parameters:
  ///   - weights: c, one number per coefficient.
  ///   - name: what it stands for, in messages.
  ///   - estimator: how its variance is estimated.
  ///   - level: two-sided confidence level.
  /// - Returns: the sum in the outcome's unit, against zero.
  /// - Throws: as `covariance(_:)` and `estimate(_:_:level:)`.
  public func contrast(
    _ weights: [Double], named name: String, _ estimator: VarianceEstimator, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    precondition(weights.count == names.count, "one weight per coefficient")
    let direction = (basis.transposed * weights)
    let bread = try meat(estimator, contrasts: [direction])
    let spread = zip(bread.meat * direction, direction).reduce(0) { $0 + $1.0 * $1.1 }
    guard bread.degreesOfFreedom[0] > 0 else { throw .noDegreesOfFreedom(name) }
    return try Estimate(
      of: "the estimate of '\(name)'",
      value: zip(weights, coefficients).reduce(0) { $0 + $1.0 * $1.1 },
      standardError: spread.squareRoot(), degreesOfFreedom: bread.degreesOfFreedom[0],
      level: level)
  }

  /// Tests whether several coefficients are all zero (Wald).
  ///
  /// F = β̂ₛᵀ V̂ₛ⁻¹ β̂ₛ ⁄ q with q and n − k (clustered: G − 1) degrees of freedom. With few clusters
  /// this is too optimistic, whatever the variance.
  ///
  /// - Throws: `EstimationFault.rankDeficient` where V̂ₛ is singular (more coefficients than
  ///   clusters, say).
  public func waldTest(
    _ positions: [Int], _ covariance: CoefficientCovariance
  ) throws(EstimationFault) -> FTest {
    var part = Matrix(rows: positions.count, columns: positions.count)
    for (i, first) in positions.enumerated() {
      for (j, second) in positions.enumerated() { part[i, j] = covariance.matrix[first, second] }
    }
    let chosen = positions.map { coefficients[$0] }
    let solution = try part.positiveSolution(chosen)
    guard solution.rank == positions.count else {
      throw .rankDeficient(columns: positions.map { names[$0] })
    }
    let quadratic = zip(solution.x, chosen).reduce(0) { $0 + $1.0 * $1.1 }
    return FTest(
      statistic: quadratic / Double(positions.count), numerator: Double(positions.count),
      denominator: Double(covariance.clusters.map { $0 - 1 } ?? residualDegreesOfFreedom))
  }
}

/// The middle of the sandwich in the orthonormal basis, V̂(β̂) = A · meat · Aᵀ.
struct Meat {
  let meat: Matrix
  /// For each contrast asked for.
  let degreesOfFreedom: [Double]
}

extension OLS {
  /// The sandwich's middle, and degrees of freedom for each contrast, given as Aᵀc.
  func meat(
    _ estimator: VarianceEstimator, contrasts: [[Double]]
  ) throws(EstimationFault) -> Meat {
    let residual = Double(residualDegreesOfFreedom)
    let rows = Double(rowCount)
    func plain(_ meat: Matrix, scale: Double = 1, df: Double) -> Meat {
      var meat = meat
      if scale != 1 { for i in meat.values.indices { meat.values[i] *= scale } }
      return Meat(
        meat: meat, degreesOfFreedom: Array(repeating: df, count: contrasts.count))
    }
    if let clusters = estimator.clusters {
      precondition(clusters.rowCount == rowCount, "one cluster per row")
      guard clusters.count > 1 else { throw .oneCluster }
    }
    try checkAbsorption(estimator)
    let groups = Double(estimator.clusters?.count ?? 0)
    switch estimator {
    case .classical:
      return plain(.identity(names.count), scale: residualSumOfSquares / residual, df: residual)
    case .hc0:
      return plain(try heteroskedasticMeat(power: 0), df: residual)
    case .hc1:
      return plain(try heteroskedasticMeat(power: 0), scale: rows / residual, df: residual)
    case .hc2:
      return plain(try heteroskedasticMeat(power: 1), df: residual)
    case .hc3:
      return plain(try heteroskedasticMeat(power: 2), df: residual)
    case .cr0(let clusters):
      return plain(clusteredMeat(clusters), df: groups - 1)
    case .cr1(let clusters):
      return plain(
        clusteredMeat(clusters),
        scale: groups / (groups - 1) * (rows - 1) / (rows - coefficientCount(beside: [clusters])),
        df: groups - 1)
    case .cr2(let clusters):
      return rootWeights == nil
        ? try biasReducedMeat(clusters, power: -0.5, contrasts: contrasts)
        : try weightedBiasReducedMeat(clusters, contrasts: contrasts)
    case .cr3(let clusters):
      let reduced = try biasReducedMeat(clusters, power: -1, contrasts: contrasts)
      return Meat(
        meat: reduced.meat,
        degreesOfFreedom: reduced.degreesOfFreedom.map { $0.isNaN ? .nan : groups - 1 })
    }
  }
}
