// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

extension Matrix {
  /// A⁻¹ and |A| of a small square matrix; nil where it is singular.
  func generalInverse() -> (inverse: Matrix, determinant: Double)? {
    precondition(rows == columns, "a square matrix")
    LAPACK.start()
    var result = self
    var size = Int32(rows)
    var leading = max(1, size)
    var pivots = [Int32](repeating: 0, count: rows)
    var info: Int32 = 0
    var columnCount = size
    dgetrf_(&size, &columnCount, &result.values, &leading, &pivots, &info)
    guard info == 0 else { return nil }
    var determinant = 1.0
    for i in 0..<rows { determinant *= pivots[i] == Int32(i + 1) ? result[i, i] : -result[i, i] }
    var work = [Double](repeating: 0, count: max(1, rows * 8))
    var workSize = Int32(work.count)
    dgetri_(&size, &result.values, &leading, &pivots, &work, &workSize, &info)
    guard info == 0, result.values.allSatisfy(\.isFinite) else { return nil }
    return (result, determinant)
  }
}
