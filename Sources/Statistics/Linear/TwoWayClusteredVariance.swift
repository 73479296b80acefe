// SPDX-License-Identifier: EUPL-1.2

extension OLS {
  /// The covariance of the coefficients where rows depend on each other within either of two clusterings,
  /// such as case workers and weeks.
  ///
  /// V̂ = G ⁄ (G − 1) · (n − 1) ⁄ (n − K) · (V₁ + V₂ − V₁₂): CR0 by the first clustering, by the second,
  /// and by their combinations, which are in both. G is the smaller number of clusters and G − 1 the
  /// degrees of freedom. Absorbed effects that are nested in either clustering do not count in K.
  ///
  /// The difference may have negative eigenvalues. They are looked for in the middle of the sandwich in
  /// the orthonormal basis of the design, where units of measurement play no part, and set to zero, which
  /// makes variances larger; `negativeDirections` of the result counts them. (R's sandwich and fixest
  /// look for them in V̂ itself, so that their mended variances depend on the regressors' units; variances
  /// that need no mending are the same.)
  ///
  /// - Throws: `EstimationFault.oneCluster`, also where one of the clusterings has a single cluster.
  /// - Complexity: O(n·k + G·k²) time, O(G₁₂·k) memory.
  ///
  /// Source: Cameron, Gelbach and Miller (2011), J. Business & Economic Statistics 29:238–249. Agrees
  /// with pyfixest `feols(vcov={"CRV1": "a+b"})` to 1e-8: `StatisticsTests/TwoWayClusterTests`.
  public func covariance(
    twoWay first: Grouping, _ second: Grouping
  ) throws(EstimationFault) -> CoefficientCovariance {
    precondition(first.rowCount == rowCount && second.rowCount == rowCount, "one cluster per row")
    let groups = min(first.count, second.count)
    guard groups > 1 else { throw .oneCluster }
    var middle = clusteredMeat(first)
    let others = (clusteredMeat(second), clusteredMeat(first.combined(with: second)))
    let rows = Double(rowCount)
    let factor =
      Double(groups) / Double(groups - 1) * (rows - 1)
      / (rows - coefficientCount(beside: [first, second]))
    for i in middle.values.indices {
      middle.values[i] = factor * (middle.values[i] + others.0.values[i] - others.1.values[i])
    }
    let mended = try middle.withoutNegativeEigenvalues()
    var result = CoefficientCovariance(
      matrix: basis.sandwich(mended.matrix),
      degreesOfFreedom: Array(repeating: Double(groups - 1), count: names.count),
      name: "cr1 two-way", degreesOfFreedomRule: "fewer clusters − 1", clusters: groups)
    result.negativeDirections = mended.count
    return result
  }
}

extension Grouping {
  /// The combinations of two groupings that rows have.
  func combined(with other: Grouping) -> Grouping {
    Grouping(codes.indices.map { Int(codes[$0]) * other.count + Int(other.codes[$0]) })
  }
}

extension Matrix {
  /// The nearest symmetric matrix without negative eigenvalues, and how many were set to zero.
  fileprivate func withoutNegativeEigenvalues()
    throws(EstimationFault) -> (matrix: Matrix, count: Int)
  {
    var eigen = SymmetricEigen(size: rows)
    try eigen.decompose(values)
    // Rounding may leave a zero a little below zero.
    let limit = -1e-12 * (eigen.values.last ?? 0).magnitude
    let count = eigen.values.count { $0 < limit }
    return count == 0 ? (self, 0) : (eigen.apply(eigen.values.map { max($0, 0) }), count)
  }
}
