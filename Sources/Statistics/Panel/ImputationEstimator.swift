// SPDX-License-Identifier: EUPL-1.2

/// Effects of adoption against outcomes imputed from rows that are not treated (yet).
///
/// y_it = αᵢ + λ_t + xβ is fitted to the untreated rows; a treated row's effect is its outcome minus
/// what the fit predicts, and a group's effect in a period is the (weighted) mean over its units. The
/// variance is the conservative one of the source: Σ_c (Σ_{it∈c} v_it·ε̃_it)² over clusters c, where v
/// are the weights of outcomes in the estimate, and ε̃ the residuals of untreated rows and, for treated
/// ones, deviations from the effect of their group and period. Normal distribution, no factor.
///
/// - Missing values: none; gaps in the panel are used as they are.
/// - Left out, and counted: treated rows of units that have no untreated row, or in periods in which
///   nobody is untreated.
/// - Complexity: O(n + units · (T + k)² + units · (T + k) · effects).
///
/// Source: Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91:3253–3285. Agrees with
/// diff-diff 3.13.0 `ImputationDiD` to 1e-8.
public struct ImputationEstimator: Sendable {
  public let effects: CohortEffects
  /// Treated rows of units without an untreated row, which nothing can be imputed for.
  public let alwaysTreatedRows: Int
  /// Treated rows in periods in which nobody is untreated.
  public let unmatchedRows: Int
  public let treatedRows: Int
  public let untreatedRows: Int
  public let clusterCount: Int

  /// - Parameters:
  ///   - panel: units, times and adoption of the rows.
  ///   - outcome: of each row.
  ///   - covariates: named numbers of each row.
  ///   - anticipation: periods before adoption that count as treated when outcomes are imputed.
  ///   - clusters: of each row; units unless given.
  ///   - weights: positive; nil for 1.
  /// - Throws: `EstimationFault.tooFew` where nobody is treated or untreated, `.rankDeficient`
  ///   naming a period or covariate that the untreated rows do not tell apart, `.notFinite`,
  ///   `.oneCluster`.
  public init(
    _ panel: AdoptionPanel, outcome: [Double],
    covariates: [(name: String, values: [Double])] = [], anticipation: Int = 0,
    clusters: Grouping? = nil, weights: [Double]? = nil
  ) throws(EstimationFault) {
    for column in covariates + [("outcome", outcome)] {
      let rows = column.values.indices.filter { !column.values[$0].isFinite }
      guard rows.isEmpty else { throw .notFinite(column.name, rows: rows) }
    }
    let clusters = clusters ?? panel.units
    guard clusters.count > 1 else { throw .oneCluster }
    let isUntreated = panel.places.indices.map { row in
      panel.adoption[Int(panel.units.codes[row])].map { panel.time(row) < $0 - anticipation }
        ?? true
    }
    let untreated = panel.places.indices.filter { isUntreated[$0] }
    guard !untreated.isEmpty else { throw .tooFew("untreated rows", count: 0, needed: 1) }
    let model = try UntreatedModel(
      panel, untreated: untreated, outcome: outcome, covariates: covariates, weights: weights)
    var members: [[Int]: [Int]] = [:]
    var alwaysTreatedRows = 0
    var unmatchedRows = 0
    for row in panel.places.indices where panel.isTreated(row) {
      guard model.hasUnit(row) else {
        alwaysTreatedRows += 1
        continue
      }
      guard model.hasPeriod(row) else {
        unmatchedRows += 1
        continue
      }
      let date = panel.adoption[Int(panel.units.codes[row])] ?? 0
      members[[date, panel.time(row)], default: []].append(row)
    }
    guard !members.isEmpty else {
      throw .tooFew("treated rows that untreated ones can stand in for", count: 0, needed: 1)
    }
    let unitClusters = panel.units.clusters(of: clusters)
    let keys = members.keys.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    var scores = Matrix(rows: clusters.count, columns: keys.count)
    var cells: [CohortEffects.Cell] = []
    for (column, key) in keys.enumerated() {
      let rows = members[key] ?? []
      let total = rows.reduce(0) { $0 + (weights?[$1] ?? 1) }
      let shares = rows.map { (weights?[$0] ?? 1) / total }
      let gaps = rows.map { outcome[$0] - model.prediction($0) }
      let estimate = zip(shares, gaps).reduce(0) { $0 + $1.0 * $1.1 }
      let squares = shares.reduce(0) { $0 + $1 * $1 }
      let middle = zip(shares, gaps).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / squares
      for (place, row) in rows.enumerated() {
        scores[Int(clusters.codes[row]), column] += shares[place] * (gaps[place] - middle)
      }
      for (unit, score) in model.scores(rows, shares).enumerated() {
        scores[Int(unitClusters.codes[unit]), column] -= score
      }
      cells.append(
        CohortEffects.Cell(group: key[0], time: key[1], estimate: estimate, size: total))
    }
    effects = CohortEffects(
      cells: cells, covariance: scores.transposedTimes(scores), degreesOfFreedom: .infinity)
    self.alwaysTreatedRows = alwaysTreatedRows
    self.unmatchedRows = unmatchedRows
    treatedRows = members.values.reduce(0) { $0 + $1.count }
    untreatedRows = untreated.count
    clusterCount = clusters.count
  }

  /// Whether trends were parallel, from the untreated rows alone.
  ///
  /// Their model takes an indicator for each period before adoption but the earliest, tested together.
  /// CR1 by cluster; F with clusters − 1 degrees of freedom. Nil where there is no second period.
  public static func preTrend(
    _ panel: AdoptionPanel, outcome: [Double],
    covariates: [(name: String, values: [Double])] = [], anticipation: Int = 0,
    clusters: Grouping? = nil, weights: [Double]? = nil
  ) throws(EstimationFault) -> WaldTest? {
    let since = panel.places.indices.map {
      panel.timeSinceAdoption($0, anticipation: anticipation)
    }
    let rows = since.indices.filter { since[$0].map { $0 < -anticipation } ?? true }
    let leads = Set(rows.compactMap { since[$0] }).sorted().dropFirst()
    guard !leads.isEmpty else { return nil }
    let places = Dictionary(uniqueKeysWithValues: zip(leads, Int32(0)...))
    let indicators = leads.map { "time \($0)" }
    let codes = rows.map { row in since[row].flatMap { places[$0] } ?? -1 }
    let used = covariates.map { covariate in
      (name: covariate.name, values: rows.map { covariate.values[$0] })
    }
    let fit = try TwoWayFixedEffects(
      outcome: rows.map { outcome[$0] }, indicators: indicators, codes: codes, regressors: used,
      units: panel.units.selecting(rows), times: rows.map(panel.time),
      weights: weights.map { all in rows.map { all[$0] } })
    let groups = (clusters ?? panel.units).selecting(rows)
    let covariance = try fit.covariance(.cr1(groups))
    let positions = indicators.indices.map(fit.position(ofIndicator:))
    return try WaldTest(
      positions.map { fit.coefficients[$0] }, covariance.matrix.selecting(positions),
      names: indicators, degreesOfFreedom: Double(groups.count - 1))
  }
}
