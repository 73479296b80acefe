// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

extension OLS {
  /// The sandwich's middle for CR2 after weighted least squares, with Satterthwaite's df.
  ///
  /// The working model keeps equal variances (weights as sampling weights, not as precisions), as R
  /// estimatr and clubSandwich do: A_g = B_g^(−½) with B_g = [(I − H)(I − H)ᵀ]_gg and
  /// H = X(XᵀWX)⁻¹XᵀW. In the orthonormal basis X̃ = XA, with N = X̃ᵀW²X̃ and U_g = [X̃_g, W_gX̃_g],
  ///
  ///     B_g = I + U_g C U_gᵀ,  C = [N, −I; −I, 0]
  ///
  /// which differs from I by rank 2k at most, so that a cluster of n_g rows costs O(n_g·k²).
  /// Degrees of freedom of cᵀβ̂ with v_g = A_gW_gX̃_g Aᵀc and θ_g = U_gᵀv_g:
  /// p_gh = [g = h]·v_gᵀv_g + θ_gᵀCθ_h, df = (Σ p_gg)² ⁄ Σ p_gh².
  ///
  /// - Complexity: O(n·k² + G·k³) time, O(n + largest cluster · k) memory.
  ///
  /// Source: Pustejovsky and Tipton (2018), J. Business & Economic Statistics 36:672–683. Agrees
  /// with R estimatr `lm_robust(weights, se_type = "CR2")` (reference case ols-cluster).
  func weightedBiasReducedMeat(
    _ clusters: Grouping, contrasts: [[Double]]
  ) throws(EstimationFault) -> Meat {
    let size = names.count
    let weights = (rootWeights ?? []).map { $0 * $0 }
    let order = clusters.sorted()
    var rows = ClusterRows(model: self, largest: clusters.sizes.max() ?? 0)
    let coupling = couplingMatrix()
    var eigen = SymmetricEigen(size: size)
    var meat = Matrix(rows: size, columns: size)
    var sums = contrasts.map { WeightedSatterthwaiteSums(direction: $0, coupling: coupling) }
    for group in 0..<clusters.count {
      let members = order.rows[order.starts[group]..<order.starts[group + 1]]
      let count = rows.load(members, weighted: false)
      var plain = Matrix(rows: count, columns: size)
      var weighted = plain
      for column in 0..<size {
        for (i, row) in members.enumerated() {
          let value = rows.orthonormal[column * rows.height + i]
          plain[i, column] = value
          weighted[i, column] = value * weights[Int(row)]
        }
      }
      let both = Matrix(rows: count, columns: 2 * size, values: plain.values + weighted.values)
      let adjusted = try both.inverseRootAdjustment(coupling, of: weighted)
      let score = adjusted.transposed * Array(rows.residuals[..<count])
      cblas_dsyr(CblasColMajor, CblasUpper, Int32(size), 1, score, 1, &meat.values, Int32(size))
      let reach = both.transposedTimes(adjusted)
      let own = adjusted.transposedTimes(adjusted)
      // What this cluster alone could tell: eigenvalues 1 of its share of the hat matrix.
      try eigen.decompose(plain.transposedTimes(weighted).values)
      let alone = eigen.values.map { 1 - $0 < Self.leverageTolerance ? 1.0 : 0 }
      let lost = alone.contains(1) ? eigen.apply(alone) : nil
      for i in sums.indices { sums[i].add(own: own, reach: reach, lost: lost) }
    }
    meat.mirrorUpper()
    return Meat(meat: meat, degreesOfFreedom: sums.map(\.degreesOfFreedom))
  }

  /// C = [N, −I; −I, 0] with N = X̃ᵀW²X̃.
  private func couplingMatrix() -> Matrix {
    let size = names.count
    var gram = Matrix(rows: size, columns: size)
    forEachOrthonormalBlock { rows, block, height in
      for column in 0..<size {
        for i in 0..<rows.count {
          block[column * height + i] *= rootWeights?[rows.lowerBound + i] ?? 1
        }
      }
      cblas_dsyrk(
        CblasColMajor, CblasUpper, CblasTrans, Int32(size), Int32(rows.count), 1, block,
        Int32(height), 1, &gram.values, Int32(size))
    }
    gram.mirrorUpper()
    var coupling = Matrix(rows: 2 * size, columns: 2 * size)
    for column in 0..<size {
      for row in 0..<size { coupling[row, column] = gram[row, column] }
      coupling[column, size + column] = -1
      coupling[size + column, column] = -1
    }
    return coupling
  }
}

extension Matrix {
  /// (I + U C Uᵀ)^(−½) · right for this U; directions in which the bracket is zero are left out.
  fileprivate func inverseRootAdjustment(
    _ coupling: Matrix, of right: Matrix
  ) throws(EstimationFault) -> Matrix {
    // A thin Q with U = QR, or Q = I where U is wider than long.
    let thin = rows > columns
    let (orthonormal, triangle) = thin ? thinQR() : (self, self)
    let inner = triangle.sandwich(coupling)
    var eigen = SymmetricEigen(size: inner.rows)
    try eigen.decompose(inner.values)
    let scales = eigen.values.map { value in
      1 + value < OLS.leverageTolerance ? -1 : 1 / (1 + value).squareRoot() - 1
    }
    let inside = thin ? orthonormal.transposedTimes(right) : right
    let change = eigen.apply(scales) * inside
    let correction = thin ? orthonormal * change : change
    var result = right
    for i in result.values.indices { result.values[i] += correction.values[i] }
    return result
  }

  /// Q (rows × columns) and R (columns × columns) with QR = this matrix, for rows ≥ columns.
  private func thinQR() -> (q: Matrix, r: Matrix) {
    var q = self
    var tau = [Double](repeating: 0, count: columns)
    var work = [Double](repeating: 0, count: 64 * columns)
    var m = Int32(rows)
    var n = Int32(columns)
    var reflectors = n
    var leading = m
    var workSize = Int32(work.count)
    var info: Int32 = 0
    dgeqrf_(&m, &n, &q.values, &leading, &tau, &work, &workSize, &info)
    var r = Matrix(rows: columns, columns: columns)
    for column in 0..<columns {
      for row in 0...column { r[row, column] = q[row, column] }
    }
    dorgqr_(&m, &n, &reflectors, &q.values, &leading, &tau, &work, &workSize, &info)
    return (q, r)
  }
}

/// What Satterthwaite's degrees of freedom of one contrast need from all clusters, with weights.
private struct WeightedSatterthwaiteSums {
  private let direction: [Double]
  private let coupling: Matrix
  private var trace = 0.0
  private var diagonal = 0.0
  private var outer: Matrix
  private var isLost = false

  init(direction: [Double], coupling: Matrix) {
    self.direction = direction
    self.coupling = coupling
    outer = Matrix(rows: coupling.rows, columns: coupling.rows)
  }

  /// Adds a cluster with vᵀv = aᵀ·own·a and θ = reach·a, and lost·a what only it could tell.
  mutating func add(own: Matrix, reach: Matrix, lost: Matrix?) {
    if let lost {
      let part = lost * direction
      let length = cblas_dnrm2(Int32(direction.count), direction, 1)
      isLost = isLost || cblas_dnrm2(Int32(part.count), part, 1) > OLS.lostTolerance * length
    }
    let theta = reach * direction
    let size = Int32(theta.count)
    let square = cblas_ddot(Int32(direction.count), own * direction, 1, direction, 1)
    let shared = cblas_ddot(size, coupling * theta, 1, theta, 1)
    trace += square + shared
    diagonal += (square + shared) * (square + shared) - shared * shared
    cblas_dsyr(CblasColMajor, CblasUpper, size, 1, theta, 1, &outer.values, size)
  }

  var degreesOfFreedom: Double {
    guard !isLost else { return .nan }
    var full = outer
    full.mirrorUpper()
    let product = coupling * full
    var squares = diagonal
    for column in 0..<product.columns {
      for row in 0..<product.rows { squares += product[row, column] * product[column, row] }
    }
    return trace > 0 && squares > 0 ? trace * trace / squares : .nan
  }
}
