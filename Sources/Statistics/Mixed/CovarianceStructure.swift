// SPDX-License-Identifier: EUPL-1.2

/// What cases of one cluster share: the columns Z of the random effects, and how these vary.
///
/// The effects of a cluster have covariance Γ = Σₖ γₖEₖ with known symmetric Eₖ: variances of single columns,
/// of several columns alike, or covariances between columns. The cases of a cluster then have covariance
/// V = σ²I + ZΓZᵀ.
public struct CovarianceStructure: Sendable {
  /// One γ and the Eₖ that belongs to it.
  struct Component: Sendable {
    let name: String
    let pattern: Matrix
    /// A variance cannot be negative; a covariance can.
    let isVariance: Bool
  }

  /// n × q.
  let columns: Matrix
  let components: [Component]

  /// The names of the γₖ.
  public var names: [String] { components.map(\.name) }

  /// A random intercept: all cases of a cluster are alike in one way (exchangeable).
  public static func exchangeable(rows: Int) -> CovarianceStructure {
    CovarianceStructure(
      columns: Matrix(rows: rows, columns: 1, values: Array(repeating: 1, count: rows)),
      components: [.variance("cluster", of: [0], in: 1)])
  }

  /// A random intercept, and one for each period within the cluster (nested exchangeable).
  ///
  /// Source: Hooper et al. (2016), Statistics in Medicine 35:4718–4728.
  public static func nestedExchangeable(periods: Grouping) -> CovarianceStructure {
    let rows = periods.rowCount
    var values = [Double](repeating: 1, count: rows)
    for period in 0..<periods.count { values += periods.indicator(period) }
    let size = periods.count + 1
    return CovarianceStructure(
      columns: Matrix(rows: rows, columns: size, values: values),
      components: [
        .variance("cluster", of: [0], in: size),
        .variance("cluster and period", of: Array(1..<size), in: size),
      ])
  }

  /// A random intercept and a random slope of a column, which may go together.
  public static func randomSlope(_ name: String, _ slope: [Double]) -> CovarianceStructure {
    var covariance = Matrix(rows: 2, columns: 2)
    covariance[0, 1] = 1
    covariance[1, 0] = 1
    return CovarianceStructure(
      columns: Matrix(
        rows: slope.count, columns: 2, values: Array(repeating: 1, count: slope.count) + slope),
      components: [
        .variance("cluster", of: [0], in: 2), .variance(name, of: [1], in: 2),
        Component(name: "cluster with \(name)", pattern: covariance, isVariance: false),
      ])
  }
}

extension CovarianceStructure.Component {
  fileprivate static func variance(_ name: String, of places: [Int], in size: Int) -> Self {
    var pattern = Matrix(rows: size, columns: size)
    for place in places { pattern[place, place] = 1 }
    return Self(name: name, pattern: pattern, isVariance: true)
  }
}
