// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// Numbers in rows and columns, stored column by column.
public struct Matrix: Sendable, Hashable {
  public let rows: Int
  public let columns: Int
  /// `rows * columns` numbers, the first column first.
  public internal(set) var values: [Double]

  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "as many values as rows times columns")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row + column * rows] }
    set { values[row + column * rows] = newValue }
  }

  /// The numbers of one column.
  public func column(_ column: Int) -> [Double] {
    Array(values[(column * rows)..<((column + 1) * rows)])
  }

  /// The numbers of one row.
  public func row(_ row: Int) -> [Double] {
    (0..<columns).map { values[row + $0 * rows] }
  }

  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for column in 0..<columns {
      for row in 0..<rows { result[column, row] = self[row, column] }
    }
    return result
  }
}

extension Matrix {
  static func * (left: Matrix, right: Matrix) -> Matrix {
    product(left, transposed: false, right, transposed: false)
  }

  /// AᵀB.
  func transposedTimes(_ right: Matrix) -> Matrix {
    Matrix.product(self, transposed: true, right, transposed: false)
  }

  /// ABᵀ.
  func times(transposed right: Matrix) -> Matrix {
    Matrix.product(self, transposed: false, right, transposed: true)
  }

  static func * (left: Matrix, right: [Double]) -> [Double] {
    (left * Matrix(rows: right.count, columns: 1, values: right)).values
  }

  /// A · M · Aᵀ.
  func sandwich(_ meat: Matrix) -> Matrix {
    (self * meat).times(transposed: self).symmetrised
  }

  /// (A + Aᵀ) ⁄ 2, which removes the last bits of rounding.
  private var symmetrised: Matrix {
    var result = self
    for column in 0..<columns {
      for row in 0..<column {
        let middle = (self[row, column] + self[column, row]) / 2
        result[row, column] = middle
        result[column, row] = middle
      }
    }
    return result
  }

  private static func product(
    _ left: Matrix, transposed leftTransposed: Bool, _ right: Matrix,
    transposed rightTransposed: Bool
  ) -> Matrix {
    let rows = leftTransposed ? left.columns : left.rows
    let inner = leftTransposed ? left.rows : left.columns
    let columns = rightTransposed ? right.rows : right.columns
    precondition(inner == (rightTransposed ? right.columns : right.rows), "shapes that fit")
    var result = Matrix(rows: rows, columns: columns)
    guard rows > 0, inner > 0, columns > 0 else { return result }
    LAPACK.start()
    cblas_dgemm(
      CblasColMajor, leftTransposed ? CblasTrans : CblasNoTrans,
      rightTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1,
      left.values, Int32(left.rows), right.values, Int32(right.rows), 0, &result.values,
      Int32(rows))
    return result
  }
}
