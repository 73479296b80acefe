// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// The matrix A that makes a design orthonormal: Q = XA with QᵀQ = I, so that (XᵀX)⁻¹ = AAᵀ.
///
/// Found from the triangular factor of X by QR with column pivoting after the columns were brought
/// to equal length; rank is judged there, where units of measurement no longer matter.
struct OrthonormalBasis {
  /// k × k.
  let matrix: Matrix
  /// β̂ = argmin ‖y − Xβ‖.
  let coefficients: [Double]
  /// ‖y − Xβ̂‖², from the factor rather than from residuals.
  let residualSumOfSquares: Double
  /// Whether the residuals are but rounding beside y.
  let fitsExactly: Bool

  /// A column is dependent if less than this share of its length is its own.
  static let tolerance = 1e-12

  /// - Throws: `EstimationFault.rankDeficient` naming the columns that follow from earlier ones.
  init(_ factor: TallFactor, names: [String]) throws(EstimationFault) {
    let size = names.count
    let triangle = factor.triangle
    var scaled = Matrix(rows: size, columns: size)
    var scales = [Double](repeating: 0, count: size)
    for column in 0..<size {
      let length = cblas_dnrm2(Int32(column + 1), triangle.column(column), 1)
      scales[column] = length > 0 ? 1 / length : 0
      for row in 0...column { scaled[row, column] = triangle[row, column] * scales[column] }
    }
    let decomposition = PivotedQR(scaled)
    guard decomposition.rank(tolerance: Self.tolerance) == size else {
      let dependent = scaled.dependentColumns(tolerance: Self.tolerance)
      let columns = dependent.isEmpty ? decomposition.pivots.suffix(1) : dependent[...]
      throw .rankDeficient(columns: columns.map { names[$0] })
    }
    let inverse = decomposition.inverseTriangle()
    var basis = Matrix(rows: size, columns: size)
    for (position, column) in decomposition.pivots.enumerated() {
      for other in 0..<size { basis[column, other] = inverse[position, other] * scales[column] }
    }
    let target = (0..<size).map { triangle[$0, size] }
    matrix = basis
    coefficients = basis * decomposition.transposedTimes(target)
    residualSumOfSquares = triangle[size, size] * triangle[size, size]
    fitsExactly =
      residualSumOfSquares <= 1e-22 * target.reduce(residualSumOfSquares) { $0 + $1 * $1 }
  }
}

/// A square matrix M with M·P = Q·R, the longest remaining column first.
private struct PivotedQR {
  let size: Int
  /// The original column at each position.
  private(set) var pivots: [Int]
  private var values: [Double]
  private var tau: [Double]

  init(_ matrix: Matrix) {
    size = matrix.columns
    values = matrix.values
    tau = Array(repeating: 0, count: size)
    var chosen = [Int32](repeating: 0, count: size)
    var m = Int32(size)
    var n = m
    var leading = m
    var work = [Double](repeating: 0, count: 2 * size + 64 * (size + 1))
    var workSize = Int32(work.count)
    var info: Int32 = 0
    dgeqp3_(&m, &n, &values, &leading, &chosen, &tau, &work, &workSize, &info)
    pivots = chosen.map { Int($0) - 1 }
  }

  func rank(tolerance: Double) -> Int {
    let first = values[0].magnitude
    return (0..<size).prefix { values[$0 * (size + 1)].magnitude > tolerance * first }.count
  }

  /// R⁻¹.
  func inverseTriangle() -> Matrix {
    var result = Matrix.identity(size)
    cblas_dtrsm(
      CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, Int32(size), Int32(size),
      1, values, Int32(size), &result.values, Int32(size))
    return result
  }

  /// Qᵀv.
  func transposedTimes(_ vector: [Double]) -> [Double] {
    var result = vector
    var m = Int32(size)
    var one: Int32 = 1
    var k = m
    var leading = m
    var height = m
    var work = [Double](repeating: 0, count: 64 * size)
    var workSize = Int32(work.count)
    var info: Int32 = 0
    dormqr_(
      "L", "T", &m, &one, &k, values, &leading, tau, &result, &height, &work, &workSize, &info, 1,
      1)
    return result
  }
}

extension Matrix {
  /// The columns (of length 1 or 0) that follow from those before them.
  ///
  /// Gram–Schmidt in the order of the columns, twice for each: pivoting would name any column of a
  /// dependent set, while people expect the one that was added last.
  fileprivate func dependentColumns(tolerance: Double) -> [Int] {
    var basis: [[Double]] = []
    var dependent: [Int] = []
    for position in 0..<columns {
      var rest = column(position)
      for _ in 0..<2 {
        for direction in basis {
          let share = cblas_ddot(Int32(rows), direction, 1, rest, 1)
          cblas_daxpy(Int32(rows), -share, direction, 1, &rest, 1)
        }
      }
      let length = cblas_dnrm2(Int32(rows), rest, 1)
      if length <= tolerance {
        dependent.append(position)
      } else {
        basis.append(rest.map { $0 / length })
      }
    }
    return dependent
  }
}
