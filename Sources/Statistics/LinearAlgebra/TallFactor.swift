// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// The triangular factor R of a tall matrix [X y] = QR, found block of rows by block of rows.
///
/// Each block is stacked under the R so far and decomposed by Householder reflections, so that the
/// accuracy is that of one QR decomposition (never of XᵀX) while a block stays in the cache.
/// O(n·p²) time, O(p·block) memory beyond the input.
///
/// Source: Demmel, Grigori, Hoemmen and Langou (2012), SIAM J. Sci. Comput. 34:A206–A239 (the
/// sequential variant).
struct TallFactor: Sendable {
  private var stack: Stack
  private let blockRows: Int

  /// The factor of a matrix without rows.
  ///
  /// - Parameters:
  ///   - columns: of X.
  ///   - rows: how many there will be at most at a time.
  init(columns: Int, rows: Int = .max) {
    LAPACK.start()
    let size = columns + 1
    blockRows = max(1, min(rows, max(512, 16_384 / size)))
    stack = Stack(size: size, capacity: max(blockRows, size))
  }

  /// The factor of a whole matrix: of stretches of rows side by side, merged in their order.
  ///
  /// Where a stretch begins depends on the number of rows alone, so that the bits do not depend on how
  /// many processors there are.
  ///
  /// - Parameters:
  ///   - design: n × k.
  ///   - outcome: n values, the last column of what is decomposed.
  ///   - rootWeights: √w of each row, or nil for 1.
  init(design: Matrix, outcome: [Double], rootWeights: [Double]?) {
    self.init(columns: design.columns, rows: design.rows)
    guard design.rows > Self.stretch else {
      add(design: design, outcome: outcome, rootWeights: rootWeights)
      return
    }
    let parts = Replicates.map((design.rows - 1) / Self.stretch + 1, chunk: 1) { range in
      range.map { part -> TallFactor in
        let start = part * Self.stretch
        var factor = TallFactor(columns: design.columns, rows: Self.stretch)
        factor.add(
          start..<min(start + Self.stretch, design.rows), of: design, outcome: outcome,
          rootWeights: rootWeights)
        return factor
      }
    }
    for part in parts { add(part) }
  }

  /// Rows that one processor decomposes at a time.
  private static let stretch = 65_536

  /// p × p, upper triangular, p = columns of X + 1.
  var triangle: Matrix { stack.triangle }

  /// Adds the rows of another factor: the factor of both matrices under each other.
  mutating func add(_ other: TallFactor) {
    let rows = other.triangle
    stack.fill(rows)
    stack.decompose(rows.rows)
  }

  /// Adds rows.
  mutating func add(design: Matrix, outcome: [Double], rootWeights: [Double]?) {
    add(0..<design.rows, of: design, outcome: outcome, rootWeights: rootWeights)
  }

  private mutating func add(
    _ range: Range<Int>, of design: Matrix, outcome: [Double], rootWeights: [Double]?
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      let rows = start..<min(start + blockRows, range.upperBound)
      for column in 0..<design.columns {
        stack.fill(
          column, from: design.values, at: column * design.rows + rows.lowerBound,
          rows: rows, rootWeights: rootWeights)
      }
      stack.fill(
        design.columns, from: outcome, at: rows.lowerBound, rows: rows, rootWeights: rootWeights)
      stack.decompose(rows.count)
      start = rows.upperBound
    }
  }
}

/// The R so far in the first rows, the next block below it.
private struct Stack: Sendable {
  let size: Int
  let height: Int
  var values: [Double]
  var tau: [Double]
  var work: [Double]

  init(size: Int, capacity: Int) {
    self.size = size
    height = size + capacity
    values = Array(repeating: 0, count: height * size)
    tau = Array(repeating: 0, count: size)
    work = Array(repeating: 0, count: 64 * size)
  }

  mutating func fill(
    _ column: Int, from source: [Double], at offset: Int, rows: Range<Int>, rootWeights: [Double]?
  ) {
    let target = column * height + size
    if let rootWeights {
      for i in 0..<rows.count {
        values[target + i] = source[offset + i] * rootWeights[rows.lowerBound + i]
      }
    } else {
      values.replaceSubrange(
        target..<(target + rows.count), with: source[offset..<(offset + rows.count)])
    }
  }

  /// Puts a triangle below the R so far.
  mutating func fill(_ triangle: Matrix) {
    for column in 0..<size {
      for row in 0..<size { values[column * height + size + row] = triangle[row, column] }
    }
  }

  mutating func decompose(_ rows: Int) {
    var m = Int32(size + rows)
    var n = Int32(size)
    var leading = Int32(height)
    var workSize = Int32(work.count)
    var info: Int32 = 0
    dgeqrf_(&m, &n, &values, &leading, &tau, &work, &workSize, &info)
    for column in 0..<size {
      for row in (column + 1)..<(size + 1) where row < size { values[column * height + row] = 0 }
    }
  }

  var triangle: Matrix {
    var result = Matrix(rows: size, columns: size)
    for column in 0..<size {
      for row in 0...column { result[row, column] = values[column * height + row] }
    }
    return result
  }
}
