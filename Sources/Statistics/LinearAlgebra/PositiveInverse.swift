// SPDX-License-Identifier: EUPL-1.2

extension Matrix {
  /// A symmetric positive definite matrix turned round, or why that cannot be.
  enum PositiveInverse {
    case inverse(Matrix)
    /// The columns that follow from those before them.
    case dependent([Int])
  }

  /// S⁻¹ by Cholesky decomposition after scaling to a unit diagonal, for small S of which the lower
  /// triangle counts.
  ///
  /// A column is dependent where less than `tolerance` of its squared length is its own.
  func positiveInverse(tolerance: Double = 1e-10) -> PositiveInverse {
    let size = rows
    let scales = (0..<size).map { self[$0, $0] > 0 ? 1 / self[$0, $0].squareRoot() : 0 }
    var factor = Matrix(rows: size, columns: size)
    var dependent: [Int] = []
    for j in 0..<size {
      var pivot = self[j, j] * scales[j] * scales[j]
      for k in 0..<j { pivot -= factor[j, k] * factor[j, k] }
      guard pivot > tolerance else {
        dependent.append(j)
        continue
      }
      let root = pivot.squareRoot()
      factor[j, j] = root
      for i in (j + 1)..<max(size, j + 1) {
        var sum = self[i, j] * scales[i] * scales[j]
        for k in 0..<j { sum -= factor[i, k] * factor[j, k] }
        factor[i, j] = sum / root
      }
    }
    guard dependent.isEmpty else { return .dependent(dependent) }
    var inverse = Matrix.identity(size)
    for column in 0..<size {
      for i in column..<size {
        var sum = inverse[i, column]
        for k in column..<i { sum -= factor[i, k] * inverse[k, column] }
        inverse[i, column] = sum / factor[i, i]
      }
    }
    var result = inverse.transposedTimes(inverse)
    for column in 0..<size {
      for row in 0..<size { result[row, column] *= scales[row] * scales[column] }
    }
    return .inverse(result)
  }
}
