// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

extension OLS {
  /// The sandwich's middle for CR2 (power −½) and CR3 (power −1), with Satterthwaite's df.
  ///
  /// CR2 replaces the residuals of cluster g by (I − H_gg)^(−½) e_g, which makes the variance
  /// unbiased when rows are independent with equal variance. With the thin orthonormal Q_g = X_g A,
  /// H_gg = Q_g Q_gᵀ, so with M = Q_gᵀQ_g = VΛVᵀ everything happens in k dimensions:
  ///
  ///     Q_gᵀ (I − Q_gQ_gᵀ)^power e_g = V (1 − Λ)^power Vᵀ Q_gᵀ e_g
  ///
  /// and no matrix of the size of a cluster is formed. Directions that belong to one cluster alone
  /// (λ = 1) are left out, as the Moore–Penrose inverse does; a coefficient that rests on such a
  /// direction (the effect on a single treated cluster) has no degrees of freedom, since residuals
  /// say nothing about it.
  ///
  /// Degrees of freedom of cᵀβ̂, with a = Aᵀc, b_g = V(1 − Λ)^power Vᵀa, t_g = M b_g:
  /// df = (Σ_g p_gg)² ⁄ Σ_gh p_gh² where p_gh = [g = h]·b_gᵀt_g − t_gᵀt_h, and
  /// Σ_gh (t_gᵀt_h)² = ‖Σ_g t_g t_gᵀ‖².
  ///
  /// - Complexity: O(n·k² + G·k³) time, O(n + largest cluster · k) memory.
  ///
  /// Source: Bell and McCaffrey (2002), Survey Methodology 28:169–181; Pustejovsky and Tipton
  /// (2018), J. Business & Economic Statistics 36:672–683. Agrees with R clubSandwich and estimatr
  /// (reference case ols-cluster): standard errors 1e-8, degrees of freedom 1e-6.
  func biasReducedMeat(
    _ clusters: Grouping, power: Double, contrasts: [[Double]]
  ) throws(EstimationFault) -> Meat {
    let size = names.count
    let order = clusters.sorted()
    // A few clusters to a processor, and their sums added in order, whoever made them.
    let chunk = 32
    let parts = try Replicates.map(
      (clusters.count - 1) / chunk + 1, chunk: 1,
      failing: { range throws(EstimationFault) -> [BiasReducedSums] in
        var sums = BiasReducedSums(size: size, power: power, contrasts: contrasts)
        let first = range.lowerBound * chunk
        try add(first..<min(first + chunk, clusters.count), of: order, to: &sums)
        return [sums]
      })
    var sums = parts[0]
    for part in parts.dropFirst() { sums.merge(part) }
    return sums.meat
  }

  private func add(
    _ groups: Range<Int>, of order: (rows: [Int32], starts: [Int]), to sums: inout BiasReducedSums
  ) throws(EstimationFault) {
    let size = names.count
    let largest = groups.map { order.starts[$0 + 1] - order.starts[$0] }.max() ?? 0
    var rows = ClusterRows(model: self, largest: largest)
    var gram = [Double](repeating: 0, count: size * size)
    var score = [Double](repeating: 0, count: size)
    for group in groups {
      let count = rows.load(order.rows[order.starts[group]..<order.starts[group + 1]])
      cblas_dsyrk(
        CblasColMajor, CblasUpper, CblasTrans, Int32(size), Int32(count), 1, rows.orthonormal,
        Int32(rows.height), 0, &gram, Int32(size))
      cblas_dgemv(
        CblasColMajor, CblasTrans, Int32(count), Int32(size), 1, rows.orthonormal,
        Int32(rows.height), rows.residuals, 1, 0, &score, 1)
      try sums.add(gram: gram, score: &score)
    }
  }
}

/// What CR2 and CR3 sum up over the clusters, each given by M = Q_gᵀQ_g and Q_gᵀe_g.
struct BiasReducedSums: Sendable {
  private let size: Int
  private let power: Double
  private var eigen: SymmetricEigen
  private var turned: [Double]
  private var scales: [Double]
  private var outer: Matrix
  private var freedom: SatterthwaiteSums

  init(size: Int, power: Double, contrasts: [[Double]]) {
    self.size = size
    self.power = power
    eigen = SymmetricEigen(size: size)
    turned = Array(repeating: 0, count: size)
    scales = turned
    outer = Matrix(rows: size, columns: size)
    freedom = SatterthwaiteSums(contrasts)
  }

  /// Adds a cluster.
  ///
  /// - Parameters:
  ///   - gram: M, its upper triangle.
  ///   - score: Q_gᵀe_g; changed.
  /// - Throws: `EstimationFault.notConverged` where the eigenvalues are not found.
  mutating func add(gram: [Double], score: inout [Double]) throws(EstimationFault) {
    try eigen.decompose(gram)
    for i in 0..<size {
      let rest = 1 - eigen.values[i]
      scales[i] =
        rest < OLS.leverageTolerance ? 0 : power == -1 ? 1 / rest : 1 / rest.squareRoot()
    }
    // V (1 − Λ)^power Vᵀ · score, added as an outer product.
    cblas_dgemv(
      CblasColMajor, CblasTrans, Int32(size), Int32(size), 1, eigen.vectors, Int32(size), score,
      1, 0, &turned, 1)
    for i in 0..<size { turned[i] *= scales[i] }
    cblas_dgemv(
      CblasColMajor, CblasNoTrans, Int32(size), Int32(size), 1, eigen.vectors, Int32(size),
      turned, 1, 0, &score, 1)
    cblas_dsyr(CblasColMajor, CblasUpper, Int32(size), 1, score, 1, &outer.values, Int32(size))
    freedom.add(eigen, scales)
  }

  /// Adds what was summed up over other clusters.
  mutating func merge(_ other: BiasReducedSums) {
    for i in outer.values.indices { outer.values[i] += other.outer.values[i] }
    freedom.merge(other.freedom)
  }

  var meat: Meat {
    var meat = outer
    meat.mirrorUpper()
    return Meat(meat: meat, degreesOfFreedom: freedom.degreesOfFreedom)
  }
}

extension OLS {
  /// A contrast rests on a direction when this share of its length lies there.
  static let lostTolerance = 1e-7
}

/// The rows of one cluster after the other, in the orthonormal basis.
struct ClusterRows {
  let height: Int
  /// √w·x·A, column by column with `height` rows of room.
  private(set) var orthonormal: [Double]
  /// √w·e.
  private(set) var residuals: [Double]
  private var gathered: Matrix
  private let model: OLS

  init(model: OLS, largest: Int) {
    self.model = model
    height = max(largest, 1)
    orthonormal = Array(repeating: 0, count: height * model.names.count)
    residuals = Array(repeating: 0, count: height)
    gathered = Matrix(rows: height, columns: model.names.count)
  }

  /// Fills the buffers with a cluster.
  ///
  /// - Parameters:
  ///   - rows: of the model.
  ///   - weighted: whether √w is multiplied in.
  /// - Returns: how many rows the cluster has.
  mutating func load(_ rows: ArraySlice<Int32>, weighted: Bool = true) -> Int {
    let roots = weighted ? model.rootWeights : nil
    for column in 0..<model.names.count {
      let from = column * model.rowCount
      var to = column * height
      for row in rows {
        gathered.values[to] = model.design.values[from + Int(row)] * (roots?[Int(row)] ?? 1)
        to += 1
      }
    }
    for (i, row) in rows.enumerated() {
      residuals[i] = model.residuals[Int(row)] * (roots?[Int(row)] ?? 1)
    }
    gathered.multiply(
      rows: 0..<rows.count, by: model.basis, into: &orthonormal, height: height)
    return rows.count
  }
}

/// What Satterthwaite's degrees of freedom of some contrasts need from all clusters.
private struct SatterthwaiteSums: Sendable {
  private let size: Int
  private let count: Int
  /// A contrast a = Aᵀc in each column.
  private let directions: [Double]
  private var trace: [Double]
  private var diagonal: [Double]
  private var isLost: [Bool]
  /// Σ t tᵀ of each contrast, upper triangles one after the other.
  private var outer: [Matrix]
  private var turned: [Double]
  private var reached: [Double]

  init(_ contrasts: [[Double]]) {
    size = contrasts.first?.count ?? 0
    count = contrasts.count
    directions = contrasts.flatMap { $0 }
    trace = Array(repeating: 0, count: count)
    diagonal = trace
    isLost = Array(repeating: false, count: count)
    outer = Array(repeating: Matrix(rows: size, columns: size), count: count)
    turned = Array(repeating: 0, count: size * count)
    reached = turned
  }

  /// Adds a cluster by the eigenvalues λ, eigenvectors V and scales f of its M.
  ///
  /// With w = Vᵀa: t = V(λf ∘ w), bᵀt = Σ λf²w² and tᵀt = Σ λ²f²w².
  mutating func add(_ eigen: SymmetricEigen, _ scales: [Double]) {
    guard count > 0 else { return }
    let m = Int32(size)
    let n = Int32(count)
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, m, n, m, 1, eigen.vectors, m, directions, m, 0,
      &turned, m)
    for contrast in 0..<count {
      var own = 0.0
      var shared = 0.0
      var lost = 0.0
      var length = 0.0
      for i in 0..<size {
        let w = turned[contrast * size + i]
        let step = eigen.values[i] * scales[i] * w
        own += step * scales[i] * w
        shared += step * step
        length += w * w
        if scales[i] == 0 { lost += w * w }
        turned[contrast * size + i] = step
      }
      let limit = OLS.lostTolerance * OLS.lostTolerance
      if lost > limit * length { isLost[contrast] = true }
      trace[contrast] += own - shared
      diagonal[contrast] += (own - shared) * (own - shared) - shared * shared
    }
    cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, m, 1, eigen.vectors, m, turned, m, 0,
      &reached, m)
    for contrast in 0..<count {
      outer[contrast].addOuter(reached, at: contrast * size)
    }
  }

  mutating func merge(_ other: SatterthwaiteSums) {
    for contrast in 0..<count {
      trace[contrast] += other.trace[contrast]
      diagonal[contrast] += other.diagonal[contrast]
      isLost[contrast] = isLost[contrast] || other.isLost[contrast]
      for i in outer[contrast].values.indices {
        outer[contrast].values[i] += other.outer[contrast].values[i]
      }
    }
  }

  /// NaN where a contrast rests on what one cluster alone could tell.
  var degreesOfFreedom: [Double] {
    (0..<count).map { contrast in
      var squares = diagonal[contrast]
      for column in 0..<size {
        for row in 0...column {
          let value = outer[contrast][row, column]
          squares += (row == column ? 1 : 2) * value * value
        }
      }
      let trace = trace[contrast]
      return !isLost[contrast] && trace > 0 && squares > 0 ? trace * trace / squares : .nan
    }
  }
}

extension Matrix {
  /// Adds the upper triangle of v vᵀ for the numbers v that begin at an offset.
  fileprivate mutating func addOuter(_ numbers: [Double], at offset: Int) {
    for column in 0..<columns {
      let factor = numbers[offset + column]
      for row in 0...column { values[column * rows + row] += numbers[offset + row] * factor }
    }
  }
}
