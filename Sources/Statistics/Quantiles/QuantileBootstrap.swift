// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Quantile regressions with their uncertainty from resampled cases or clusters.
///
/// Each replicate draws, within every arm, as many cases as it has (with clusters: as many clusters), with
/// replacement, and solves all quantiles again; a cluster that lies in several arms is drawn among all.
/// The covariance is that of the replicates. Replicate `b` uses stream `b`, so that the result is the same
/// for any number of threads.
///
/// - Complexity: draws times the cost of a fit, over all processors.
///
/// Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 9; Hagemann (2017), J.
/// American Statistical Association 112:446–456, for clusters.
public struct QuantileBootstrap: Sendable {
  /// One for each quantile, in the order asked for.
  public let models: [QuantileRegression]
  public let covariances: [CoefficientCovariance]
  /// How many replicates had no unique solution and were left out.
  public let failures: Int
  public let draws: Int

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - design: n × k.
  ///   - quantiles: each between 0 and 1.
  ///   - arms: of each row, within which rows are drawn; nil to draw among all.
  ///   - clusters: of each row, drawn whole; nil where rows are independent.
  ///   - draws: how many replicates, at least 2.
  ///   - streams: one for each replicate.
  /// - Throws: as `QuantileRegression`; `EstimationFault.oneCluster`, `.tooFew` for an arm with one
  ///   cluster; `.notConverged` where more than one replicate in twenty has no unique solution.
  public init(
    outcome: [Double], design: Design, quantiles: [Double], arms: Grouping? = nil,
    clusters: Grouping? = nil, draws: Int, streams: RandomStreams
  ) throws(EstimationFault) {
    guard draws > 1 else { throw .outOfRange("the number of draws", allowed: "at least 2") }
    let solver = try QuantileSolver(outcome: outcome, design: design)
    var models: [QuantileRegression] = []
    for quantile in quantiles { models.append(try QuantileRegression(solver, quantile)) }
    let resample = try Resample(count: outcome.count, arms: arms, clusters: clusters)
    let replicates = Replicates.map(draws, chunk: 8) { range in
      range.map { index -> [[Double]]? in
        var stream = streams[index]
        let weights = resample.weights(&stream)
        return try? quantiles.map { try solver.solve($0, weights: weights) }
      }
    }
    let found = replicates.compactMap(\.self)
    guard found.count > 1, 20 * (draws - found.count) <= draws else {
      throw .notConverged("more than one in twenty of the bootstrap's replicates")
    }
    let groups = clusters?.count
    covariances = quantiles.indices.map { place in
      CoefficientCovariance(
        matrix: Self.covariance(found.map { $0[place] }),
        degreesOfFreedom: Array(
          repeating: groups.map { Double($0 - 1) } ?? .infinity, count: design.columnCount),
        name: "bootstrap", degreesOfFreedomRule: groups == nil ? "normal" : "clusters − 1",
        clusters: groups)
    }
    self.models = models
    self.draws = draws
    failures = draws - found.count
  }

  /// How far chance in drawing alone moves a standard error: se ⁄ √(2(draws − 1)).
  public func monteCarloError(of standardError: Double) -> Double {
    standardError / Double(2 * (draws - failures - 1)).squareRoot()
  }

  private static func covariance(_ draws: [[Double]]) -> Matrix {
    let size = draws[0].count
    var means = [Double](repeating: 0, count: size)
    for draw in draws { for i in 0..<size { means[i] += draw[i] / Double(draws.count) } }
    var result = Matrix(rows: size, columns: size)
    for draw in draws {
      for i in 0..<size {
        for j in 0..<size {
          result[i, j] +=
            (draw[i] - means[i]) * (draw[j] - means[j]) / Double(draws.count - 1)
        }
      }
    }
    return result
  }
}

/// Draws with replacement, as how often each row counts.
private struct Resample: Sendable {
  /// Rows or clusters that are drawn among each other.
  private let pools: [[Int]]
  /// The unit of each row.
  private let unit: [Int]
  private let unitCount: Int

  init(count: Int, arms: Grouping?, clusters: Grouping?) throws(EstimationFault) {
    unit = clusters.map { $0.codes.map { Int($0) } } ?? Array(0..<count)
    unitCount = clusters?.count ?? count
    if let clusters, clusters.count < 2 { throw .oneCluster }
    guard let arms, let ofUnit = Self.arms(arms, unit, unitCount) else {
      pools = [Array(0..<unitCount)]
      return
    }
    var pools = [[Int]](repeating: [], count: arms.count)
    for (unit, arm) in ofUnit.enumerated() { pools[arm].append(unit) }
    if clusters != nil {
      for (pool, label) in zip(pools, arms.labels) where pool.count < 2 {
        throw .tooFew("clusters in arm '\(label)'", count: pool.count, needed: 2)
      }
    }
    self.pools = pools
  }

  /// The arm of each unit; nil where a unit lies in several.
  private static func arms(_ arms: Grouping, _ unit: [Int], _ count: Int) -> [Int]? {
    var result = [Int](repeating: -1, count: count)
    for (row, arm) in arms.codes.enumerated() {
      let place = unit[row]
      if result[place] >= 0, result[place] != Int(arm) { return nil }
      result[place] = Int(arm)
    }
    return result
  }

  func weights(_ stream: inout RandomStream) -> [Double] {
    var counts = [Double](repeating: 0, count: unitCount)
    for pool in pools {
      for _ in pool.indices { counts[pool[stream.integer(below: pool.count)]] += 1 }
    }
    return unit.map { counts[$0] }
  }
}
