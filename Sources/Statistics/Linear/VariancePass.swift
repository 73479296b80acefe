// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// The variance of a streamed model's coefficients: the second of two passes over the same rows.
///
/// Kept are k × k numbers, and for each cluster k (CR0, CR1) or k·(k + 1) numbers (CR2, CR3).
/// Formulas and sources are those of `OLS.covariance(_:)`.
public struct VariancePass: Sendable {
  /// How the variance is estimated.
  public enum Estimator: String, Sendable, Hashable, CaseIterable {
    case hc0
    case hc1
    case hc2
    case hc3
    case cr0
    case cr1
    case cr2
    case cr3

    public var isClustered: Bool {
      switch self {
      case .cr0, .cr1, .cr2, .cr3: true
      case .hc0, .hc1, .hc2, .hc3: false
      }
    }
  }

  private let model: StreamedModel
  private let estimator: Estimator
  private var meat: Matrix
  private var scores: [Double]
  private var grams: [Double]
  private var alone: [Int] = []
  private var row = 0

  /// - Parameters:
  ///   - model: from the first pass.
  ///   - estimator: how the variance is estimated.
  ///   - clusterCount: how many clusters there are; none for the hc variances.
  public init(_ model: StreamedModel, _ estimator: Estimator, clusterCount: Int = 0) {
    self.model = model
    self.estimator = estimator
    let size = model.names.count
    meat = Matrix(rows: size, columns: size)
    scores = Array(repeating: 0, count: clusterCount * size)
    let needsGrams = estimator == .cr2 || estimator == .cr3
    grams = Array(repeating: 0, count: needsGrams ? clusterCount * size * size : 0)
  }

  /// Adds rows, as they were added in the first pass.
  ///
  /// - Parameters:
  ///   - design: as in the first pass.
  ///   - outcome: as in the first pass.
  ///   - weights: as in the first pass; CR2 and CR3 are for rows without weights.
  ///   - clusters: for the cr variances the position of each row's cluster.
  public mutating func add(
    _ design: Design, outcome: [Double], weights: [Double]? = nil, clusters: [Int32] = []
  ) {
    precondition(weights == nil || grams.isEmpty, "CR2 and CR3 of weighted rows need all rows")
    let size = model.names.count
    let matrix = design.matrix
    let height = min(max(outcome.count, 1), max(512, 16_384 / size))
    var block = [Double](repeating: 0, count: height * size)
    var start = 0
    while start < outcome.count {
      let rows = start..<min(start + height, outcome.count)
      matrix.multiply(rows: rows, by: model.basis, into: &block, height: height)
      var residuals = rows.map { outcome[$0] - model.shift }
      for column in 0..<size {
        let coefficient = model.shiftedCoefficients[column]
        let offset = column * matrix.rows
        for i in 0..<rows.count {
          residuals[i] -= matrix.values[offset + rows.lowerBound + i] * coefficient
        }
      }
      if let weights {
        for i in 0..<rows.count {
          let root = weights[rows.lowerBound + i].squareRoot()
          residuals[i] *= root
          for column in 0..<size { block[column * height + i] *= root }
        }
      }
      if estimator.isClustered {
        addClusters(block, height, residuals, clusters[rows])
      } else {
        addRows(&block, height, residuals)
      }
      row += rows.count
      start = rows.upperBound
    }
  }

  /// - Throws: `EstimationFault.leverageOne` (hc2, hc3) with the places of the rows, `.oneCluster`.
  public func covariance() throws(EstimationFault) -> CoefficientCovariance {
    guard alone.isEmpty else { throw .leverageOne(rows: alone) }
    let size = model.names.count
    let groups = scores.count / size
    if estimator.isClustered, groups < 2 { throw .oneCluster }
    let residual = Double(model.residualDegreesOfFreedom)
    let rows = Double(model.rowCount)
    let summed: Meat
    switch estimator {
    case .hc0, .hc2, .hc3: summed = plain(meat, scale: 1, df: residual)
    case .hc1: summed = plain(meat, scale: rows / residual, df: residual)
    case .cr0: summed = plain(clusterMeat(groups), scale: 1, df: Double(groups - 1))
    case .cr1:
      summed = plain(
        clusterMeat(groups),
        scale: Double(groups) / Double(groups - 1) * (rows - 1) / residual,
        df: Double(groups - 1))
    case .cr2: summed = try biasReduced(groups, power: -0.5)
    case .cr3:
      let reduced = try biasReduced(groups, power: -1)
      summed = Meat(
        meat: reduced.meat,
        degreesOfFreedom: reduced.degreesOfFreedom.map { $0.isNaN ? .nan : Double(groups - 1) })
    }
    return CoefficientCovariance(
      matrix: model.basis.sandwich(summed.meat), degreesOfFreedom: summed.degreesOfFreedom,
      name: estimator.rawValue,
      degreesOfFreedomRule: estimator == .cr2
        ? "Satterthwaite" : estimator.isClustered ? "clusters − 1" : "rows − coefficients",
      clusters: estimator.isClustered ? groups : nil)
  }
}

extension VariancePass {
  private mutating func addRows(
    _ block: inout [Double], _ height: Int, _ residuals: [Double]
  ) {
    let size = model.names.count
    var scales = residuals
    if estimator == .hc2 || estimator == .hc3 {
      for i in residuals.indices {
        var hat = 0.0
        for column in 0..<size { hat += block[column * height + i] * block[column * height + i] }
        let rest = 1 - hat
        if rest < OLS.leverageTolerance { alone.append(row + i) }
        scales[i] *= estimator == .hc2 ? 1 / rest.squareRoot() : 1 / rest
      }
    }
    for column in 0..<size {
      for i in residuals.indices { block[column * height + i] *= scales[i] }
    }
    cblas_dsyrk(
      CblasColMajor, CblasUpper, CblasTrans, Int32(size), Int32(residuals.count), 1, block,
      Int32(height), 1, &meat.values, Int32(size))
  }

  private mutating func addClusters(
    _ block: [Double], _ height: Int, _ residuals: [Double], _ clusters: ArraySlice<Int32>
  ) {
    let size = model.names.count
    for (i, cluster) in clusters.enumerated() {
      let place = Int(cluster) * size
      for column in 0..<size {
        scores[place + column] += block[column * height + i] * residuals[i]
      }
      guard !grams.isEmpty else { continue }
      for column in 0..<size {
        let value = block[column * height + i]
        let to = (place + column) * size
        for other in 0...column { grams[to + other] += block[other * height + i] * value }
      }
    }
  }

  private func plain(_ matrix: Matrix, scale: Double, df: Double) -> Meat {
    var meat = matrix
    if !estimator.isClustered { meat.mirrorUpper() }
    if scale != 1 { for i in meat.values.indices { meat.values[i] *= scale } }
    return Meat(
      meat: meat, degreesOfFreedom: Array(repeating: df, count: model.names.count))
  }

  private func clusterMeat(_ groups: Int) -> Matrix {
    let size = model.names.count
    let sums = Matrix(rows: size, columns: groups, values: scores).transposed
    return sums.transposedTimes(sums)
  }

  private func biasReduced(_ groups: Int, power: Double) throws(EstimationFault) -> Meat {
    let size = model.names.count
    var sums = BiasReducedSums(
      size: size, power: power, contrasts: (0..<size).map { model.basis.row($0) })
    for group in 0..<groups {
      var score = Array(scores[group * size..<(group + 1) * size])
      try sums.add(
        gram: Array(grams[group * size * size..<(group + 1) * size * size]), score: &score)
    }
    return sums.meat
  }
}
