// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// What a mixed model has to know of one cluster's cases: the products of Z, X and y with each other.
///
/// With C = ZᵀZ and D = Γ(σ²I + CΓ)⁻¹, V⁻¹ = σ⁻²(I − ZDZᵀ): all that follows needs matrices no larger than the
/// number of random effects, whatever the number of cases. X stands for the regressors and, behind them, y.
struct ClusterProducts: Sendable {
  let rowCount: Int
  /// C = ZᵀZ, q × q.
  let inner: Matrix
  /// ZᵀX, q × (p + 1).
  let cross: Matrix
  /// XᵀX, (p + 1) × (p + 1).
  let outer: Matrix

  init(rows: ArraySlice<Int32>, effects: Matrix, regressors: Matrix) {
    rowCount = rows.count
    let z = Self.part(effects, rows)
    let x = Self.part(regressors, rows)
    inner = z.transposedTimes(z)
    cross = z.transposedTimes(x)
    outer = x.transposedTimes(x)
  }

  private static func part(_ matrix: Matrix, _ rows: ArraySlice<Int32>) -> Matrix {
    var part: [Double] = []
    part.reserveCapacity(rows.count * matrix.columns)
    for column in 0..<matrix.columns {
      for row in rows { part.append(matrix.values[Int(row) + column * matrix.rows]) }
    }
    return Matrix(rows: rows.count, columns: matrix.columns, values: part)
  }
}

/// The same with V⁻¹, V⁻² and V⁻³ between, at given variances.
struct WeightedProducts {
  /// log |V|.
  let logDeterminant: Double
  /// ZᵀV⁻¹Z and ZᵀV⁻²Z.
  let inner: (first: Matrix, second: Matrix)
  /// ZᵀV⁻¹X and ZᵀV⁻²X.
  let cross: (first: Matrix, second: Matrix)
  /// XᵀV⁻¹X, XᵀV⁻²X and XᵀV⁻³X.
  let outer: (first: Matrix, second: Matrix, third: Matrix)
  /// tr V⁻¹ and tr V⁻².
  let trace: (first: Double, second: Double)

  /// Nil where V is not positive definite.
  init?(_ cluster: ClusterProducts, residual: Double, effects: Matrix) {
    let size = effects.rows
    let c = cluster.inner
    let z = cluster.cross
    // σ²I + CΓ has the determinant of V beside σ² to the power of n − q.
    var middle = c * effects
    for i in 0..<size { middle[i, i] += residual }
    guard let solved = middle.generalInverse() else { return nil }
    guard solved.determinant > 0, residual > 0 else { return nil }
    let d = effects * solved.inverse
    logDeterminant =
      Double(cluster.rowCount - size) * log(residual) + log(solved.determinant)
    let cd = c * d
    // Z'(I − ZDZ')ᵏ… = (I − CD)ᵏ Z'…
    var once = Matrix.identity(size)
    for i in once.values.indices { once.values[i] -= cd.values[i] }
    let twice = once * once
    let s = 1 / residual
    inner = ((once * c).scaled(by: s), (twice * c).scaled(by: s * s))
    cross = ((once * z).scaled(by: s), (twice * z).scaled(by: s * s))
    // X'(I − ZDZ')ᵏX = X'X − X'ZD(I + (I − CD) + …)Z'X
    let zd = z.transposedTimes(d)
    let first = zd * z
    let second = zd * (once * z)
    let third = zd * (twice * z)
    outer = (
      cluster.outer.minus(first).scaled(by: s),
      cluster.outer.minus(first).minus(second).scaled(by: s * s),
      cluster.outer.minus(first).minus(second).minus(third).scaled(by: s * s * s)
    )
    let n = Double(cluster.rowCount)
    let one = cd.trace
    let two = cd.traceOfProduct(with: cd)
    trace = (s * (n - one), s * s * (n - 2 * one + two))
  }
}

extension Matrix {
  func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.map { $0 * factor })
  }

  func minus(_ other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: columns, values: zip(values, other.values).map { $0 - $1 })
  }

  var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }

  /// tr(AB).
  func traceOfProduct(with other: Matrix) -> Double {
    var sum = 0.0
    for i in 0..<rows {
      for j in 0..<columns { sum += self[i, j] * other[j, i] }
    }
    return sum
  }
}
