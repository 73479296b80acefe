// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// Eigenvalues λ (ascending) and orthonormal eigenvectors V of a symmetric matrix, S = VΛVᵀ.
///
/// Keeps its workspace, so that many small matrices cost no allocation.
struct SymmetricEigen {
  let size: Int
  private(set) var values: [Double]
  /// Column j belongs to value j.
  private(set) var vectors: [Double]
  private var work: [Double]
  private var integers: [Int32]

  init(size: Int) {
    LAPACK.start()
    self.size = size
    values = Array(repeating: 0, count: size)
    vectors = Array(repeating: 0, count: size * size)
    work = Array(repeating: 0, count: 1 + 6 * size + 2 * size * size)
    integers = Array(repeating: 0, count: 3 + 5 * size)
  }

  /// Decomposes a matrix of which the upper triangle counts.
  ///
  /// - Throws: `EstimationFault.notConverged`.
  mutating func decompose(_ matrix: [Double]) throws(EstimationFault) {
    precondition(matrix.count == size * size, "a square matrix of the announced size")
    for i in 0..<(size * size) { vectors[i] = matrix[i] }
    var n = Int32(size)
    var leading = n
    var workSize = Int32(work.count)
    var integerSize = Int32(integers.count)
    var info: Int32 = 0
    dsyevd_(
      "V", "U", &n, &vectors, &leading, &values, &work, &workSize, &integers, &integerSize, &info,
      1, 1)
    guard info == 0 else { throw .notConverged("the eigenvalues of a symmetric matrix") }
  }

  /// V f(Λ) Vᵀ for the function's values at the eigenvalues.
  func apply(_ scales: [Double]) -> Matrix {
    var left = Matrix(rows: size, columns: size, values: vectors)
    for column in 0..<size {
      for row in 0..<size { left[row, column] *= scales[column] }
    }
    return left.times(transposed: Matrix(rows: size, columns: size, values: vectors))
  }
}

extension Matrix {
  /// x with Sx = b for a symmetric positive semi-definite S, and the rank of S.
  ///
  /// The Moore–Penrose solution; S is first scaled to a unit diagonal.
  func positiveSolution(_ vector: [Double]) throws(EstimationFault) -> (x: [Double], rank: Int) {
    let scales = (0..<rows).map { self[$0, $0] > 0 ? 1 / self[$0, $0].squareRoot() : 0 }
    var scaled = self
    for column in 0..<columns {
      for row in 0..<rows { scaled[row, column] *= scales[row] * scales[column] }
    }
    var eigen = SymmetricEigen(size: rows)
    try eigen.decompose(scaled.values)
    let limit = 1e-10 * max(eigen.values.last ?? 0, 0)
    let inverses = eigen.values.map { $0 > limit ? 1 / $0 : 0 }
    let solution = eigen.apply(inverses) * zip(vector, scales).map { $0 * $1 }
    return (zip(solution, scales).map { $0 * $1 }, inverses.count { $0 > 0 })
  }

  /// S⁻¹ of a symmetric positive definite matrix, the Moore–Penrose inverse of a semi-definite one.
  func pseudoInverse() throws(EstimationFault) -> Matrix {
    var result = Matrix(rows: rows, columns: rows)
    for column in 0..<rows {
      var unit = [Double](repeating: 0, count: rows)
      unit[column] = 1
      let solution = try positiveSolution(unit).x
      for row in 0..<rows { result[row, column] = solution[row] }
    }
    return result
  }
}
