// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

extension OLS {
  /// The sandwich's middle for HC0 (power 0), HC2 (1) and HC3 (2).
  ///
  /// Qᵀ diag(wᵢeᵢ² ⁄ (1 − hᵢ)^power) Q, and V̂(β̂) = A(…)Aᵀ, which equals
  /// (XᵀWX)⁻¹ XᵀW diag(eᵢ² ⁄ (1 − hᵢ)^power) WX (XᵀWX)⁻¹; hᵢ = ‖qᵢ‖² are the hat values.
  ///
  /// - Throws: `EstimationFault.leverageOne(rows:)` if some hᵢ = 1 and the power is not 0.
  /// - Complexity: O(n·k²) time, O(k·block) memory.
  ///
  /// Source: White (1980), Econometrica 48:817–838; MacKinnon and White (1985), J. Econometrics
  /// 29:305–325. Agrees with R estimatr `lm_robust` (reference case ols-hc) to 1e-8.
  func heteroskedasticMeat(power: Int) throws(EstimationFault) -> Matrix {
    var meat = Matrix(rows: names.count, columns: names.count)
    let absorbedHats = power > 0 ? absorbedLeverages() : nil
    var alone: [Int] = []
    forEachOrthonormalBlock { rows, block, height in
      var scales = Array(residuals[rows])
      if let rootWeights {
        for i in scales.indices { scales[i] *= rootWeights[rows.lowerBound + i] }
      }
      if power > 0 {
        let hats = squaredLengths(block, height: height, count: rows.count)
        for i in hats.indices {
          let rest = 1 - hats[i] - (absorbedHats?[rows.lowerBound + i] ?? 0)
          if rest < Self.leverageTolerance { alone.append(rows.lowerBound + i) }
          scales[i] *= power == 1 ? 1 / rest.squareRoot() : 1 / rest
        }
      }
      for column in 0..<names.count {
        let start = column * height
        for i in 0..<rows.count { block[start + i] *= scales[i] }
      }
      cblas_dsyrk(
        CblasColMajor, CblasUpper, CblasTrans, Int32(names.count), Int32(rows.count), 1, block,
        Int32(height), 1, &meat.values, Int32(names.count))
    }
    guard alone.isEmpty else { throw .leverageOne(rows: alone) }
    meat.mirrorUpper()
    return meat
  }

  /// A hat value counts as 1 when less than this is missing.
  static let leverageTolerance = 1e-10

  /// The hat values hᵢ = wᵢ · xᵢᵀ(XᵀWX)⁻¹xᵢ of the columns of the design, between 0 and 1; they sum to k.
  ///
  /// What absorbed effects add to them is not in it.
  public func leverages() -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(rowCount)
    forEachOrthonormalBlock { rows, block, height in
      result += squaredLengths(block, height: height, count: rows.count)
    }
    return result
  }

  /// Gives √W·X·A block of rows by block of rows; a block is column by column with this height.
  func forEachOrthonormalBlock(
    _ body: (_ rows: Range<Int>, _ block: inout [Double], _ height: Int) -> Void
  ) {
    let size = names.count
    let height = min(rowCount, max(512, 16_384 / size))
    var block = [Double](repeating: 0, count: height * size)
    var start = 0
    while start < rowCount {
      let rows = start..<min(start + height, rowCount)
      design.multiply(rows: rows, by: basis, into: &block, height: height)
      if let rootWeights {
        for column in 0..<size {
          for i in 0..<rows.count { block[column * height + i] *= rootWeights[start + i] }
        }
      }
      body(rows, &block, height)
      start = rows.upperBound
    }
  }

  private func squaredLengths(_ block: [Double], height: Int, count: Int) -> [Double] {
    var lengths = [Double](repeating: 0, count: count)
    for column in 0..<names.count {
      let start = column * height
      for i in 0..<count { lengths[i] += block[start + i] * block[start + i] }
    }
    return lengths
  }
}

extension Matrix {
  /// Some of the rows times another matrix.
  func multiply(rows range: Range<Int>, by right: Matrix, into block: inout [Double], height: Int) {
    LAPACK.start()
    values.withUnsafeBufferPointer { all in
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(range.count), Int32(right.columns),
        Int32(columns), 1, all.baseAddress.map { $0 + range.lowerBound }, Int32(rows),
        right.values, Int32(right.rows), 0, &block, Int32(height))
    }
  }

  /// Copies the upper triangle to the lower one.
  mutating func mirrorUpper() {
    for column in 0..<columns {
      for row in 0..<column { self[column, row] = self[row, column] }
    }
  }
}
