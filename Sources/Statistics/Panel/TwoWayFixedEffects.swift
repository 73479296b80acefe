// SPDX-License-Identifier: EUPL-1.2

/// Least squares with an effect of each unit and of each period, on balanced or unbalanced panels.
///
/// y_it = αᵢ + λ_t + x_itβ. Unit effects are taken out by subtracting each unit's (weighted) mean;
/// the few period effects stay as indicators of the demeaned model, which is exact whatever rows are
/// missing, and leaves CR2 what it is with all indicators where units lie within clusters
/// (Pustejovsky and Tipton 2018, theorem 2). Unit effects, which are nested in the clusters, do not
/// count in CR1's factor: K is the regressors, the periods, and nothing else.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n·(T + k)²) time, O(n·(T + k)) memory for T periods by pivoted QR; where that is
///   more than `writtenOutLimit` numbers, O(n + units · (T + k)²) by unit sums, without leverages.
///
/// Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10.
/// Agrees with pyfixest 0.60.0 `feols(y ~ x | unit + time, vcov = CRV1)` to 1e-8, and with the model
/// with all indicators (CR2).
public struct TwoWayFixedEffects: LinearModel {
  /// The constant, which is zero, the periods but the first, the indicators, the regressors.
  public let names: [String]
  public let coefficients: [Double]
  public let residuals: [Double]
  public let residualDegreesOfFreedom: Int
  private let firstIndicator: Int
  private let firstRegressor: Int
  private let fit: Fit
  private let problem: Problem

  private enum Fit: Sendable {
    case writtenOut(OLS)
    case sparse(WithinUnitFit)
  }

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - indicators: names of indicators of which at most one is 1 in a row.
  ///   - codes: the place of each row's indicator, or −1.
  ///   - regressors: named numbers of each row.
  ///   - units: of each row.
  ///   - times: of each row.
  ///   - weights: positive; nil for 1.
  ///   - writtenOutLimit: as many numbers of a design are written out at most (the default is 80 MB).
  /// - Throws: `EstimationFault.rankDeficient` naming a regressor that follows from units, periods
  ///   and the regressors before it, `.tooFew`, `.notFinite`, `.outOfRange` for weights.
  public init(
    outcome: [Double], indicators: [String] = [], codes: [Int32] = [],
    regressors: [(name: String, values: [Double])], units: Grouping, times: [Int],
    weights: [Double]? = nil, writtenOutLimit: Int = 10_000_000
  ) throws(EstimationFault) {
    precondition(outcome.count == units.rowCount && outcome.count == times.count, "one per row")
    for column in regressors + [("outcome", outcome)] {
      let rows = column.values.indices.filter { !column.values[$0].isFinite }
      guard rows.isEmpty else { throw .notFinite(column.name, rows: rows) }
    }
    let periods = Set(times).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(periods, Int32(-1)...))
    var columns = SparseRegressors()
    columns.append(
      indicators: periods.dropFirst().map { "period \($0)" },
      codes: times.map { places[$0] ?? -1 })
    firstIndicator = columns.count + 1
    if !indicators.isEmpty { columns.append(indicators: indicators, codes: codes) }
    firstRegressor = columns.count + 1
    for regressor in regressors { columns.append(regressor.name, regressor.values) }
    let problem = Problem(columns: columns, outcome: outcome, units: units, weights: weights)
    self.problem = problem
    names = [Design.interceptName] + columns.names
    residualDegreesOfFreedom = outcome.count - names.count
    guard residualDegreesOfFreedom > 0 else {
      throw .tooFew("rows", count: outcome.count, needed: names.count + 1)
    }
    if outcome.count * names.count <= writtenOutLimit {
      let model = try problem.writtenOut()
      coefficients = model.coefficients
      residuals = model.residuals
      fit = .writtenOut(model)
    } else {
      if let weights, !weights.allSatisfy({ $0 > 0 && $0.isFinite }) {
        throw .outOfRange("the weight of every row", allowed: "positive and finite")
      }
      let model = try WithinUnitFit(
        columns, outcome: outcome, units: units, rows: Array(outcome.indices), weights: weights)
      coefficients = [0] + zip(model.coefficients, model.scales).map { $0 / $1 }
      residuals = model.residuals
      fit = .sparse(model)
    }
  }

  /// The place of an indicator's coefficient.
  public func position(ofIndicator place: Int) -> Int { firstIndicator + place }

  /// The place of a regressor's coefficient.
  public func position(ofRegressor place: Int) -> Int { firstRegressor + place }

  /// The covariance of the coefficients; units must lie within clusters.
  ///
  /// - Throws: as `OLS.covariance`.
  public func covariance(
    _ estimator: VarianceEstimator
  ) throws(EstimationFault) -> CoefficientCovariance {
    guard case .sparse(let model) = fit, let clusters = estimator.clusters, estimator.isPlain else {
      return try written().covariance(estimator)
    }
    guard clusters.count > 1 else { throw .oneCluster }
    let inner = model.sandwich(problem.units.clusters(of: clusters))
    let groups = Double(clusters.count)
    let rows = Double(residuals.count)
    let factor =
      estimator.name == "cr0"
      ? 1 : groups / (groups - 1) * (rows - 1) / Double(residualDegreesOfFreedom)
    var matrix = Matrix(rows: names.count, columns: names.count)
    for column in 0..<inner.columns {
      for row in 0..<inner.rows { matrix[row + 1, column + 1] = factor * inner[row, column] }
    }
    return CoefficientCovariance(
      matrix: matrix, degreesOfFreedom: names.map { _ in groups - 1 }, name: estimator.name,
      degreesOfFreedomRule: estimator.degreesOfFreedomRule, clusters: clusters.count)
  }

  /// A weighted sum of coefficients with its uncertainty.
  ///
  /// - Parameters:
  ///   - weights: one number per coefficient.
  ///   - name: what it stands for, in messages.
  ///   - estimator: how its variance is estimated.
  ///   - level: two-sided confidence level.
  /// - Returns: the sum in the outcome's unit, against zero.
  /// - Throws: as `OLS.contrast`.
  public func contrast(
    _ weights: [Double], named name: String, _ estimator: VarianceEstimator, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    guard case .sparse = fit, estimator.isPlain else {
      return try written().contrast(weights, named: name, estimator, level: level)
    }
    let covariance = try covariance(estimator)
    let spread = zip(weights, covariance.matrix * weights).reduce(0) { $0 + $1.0 * $1.1 }
    return try Estimate(
      of: "'\(name)'", value: zip(weights, coefficients).reduce(0) { $0 + $1.0 * $1.1 },
      standardError: max(0, spread).squareRoot(),
      degreesOfFreedom: covariance.degreesOfFreedom[0], level: level)
  }

  /// Leverages need the model written out, however large it is.
  private func written() throws(EstimationFault) -> OLS {
    if case .writtenOut(let model) = fit { return model }
    return try problem.writtenOut()
  }
}

extension VarianceEstimator {
  /// Whether sums by cluster are all it takes.
  fileprivate var isPlain: Bool {
    switch self {
    case .cr0, .cr1: true
    default: false
    }
  }
}

extension Grouping {
  /// The cluster of each group, by its first row; groups must lie within clusters.
  func clusters(of clusters: Grouping) -> Grouping {
    var codes = [Int32](repeating: -1, count: count)
    for (row, group) in self.codes.enumerated() where codes[Int(group)] < 0 {
      codes[Int(group)] = clusters.codes[row]
    }
    return Grouping(codes: codes, labels: clusters.labels)
  }
}

/// What is fitted.
private struct Problem: Sendable {
  let columns: SparseRegressors
  let outcome: [Double]
  let units: Grouping
  let weights: [Double]?

  /// The demeaned model with a column for each regressor.
  func writtenOut() throws(EstimationFault) -> OLS {
    let within = WithinUnits(units, weights)
    var design = Design(rows: outcome.count, capacity: columns.count)
    for (place, name) in columns.names.enumerated() {
      design.append(name, within.demeaned(columns.column(place, rows: outcome.count)))
    }
    return try OLS(outcome: within.demeaned(outcome), design: design, weights: weights)
  }
}

/// Takes out what a unit has in all its rows.
private struct WithinUnits {
  let units: Grouping
  let weights: [Double]?
  private let totals: [Double]

  init(_ units: Grouping, _ weights: [Double]?) {
    self.units = units
    self.weights = weights
    var totals = [Double](repeating: 0, count: units.count)
    for (row, unit) in units.codes.enumerated() { totals[Int(unit)] += weights?[row] ?? 1 }
    self.totals = totals
  }

  /// A column that only units tell apart becomes exactly zero.
  func demeaned(_ values: [Double]) -> [Double] {
    var firsts = [Double?](repeating: nil, count: units.count)
    var sums = [Double](repeating: 0, count: units.count)
    for (row, unit) in units.codes.enumerated() {
      let first = firsts[Int(unit)] ?? values[row]
      firsts[Int(unit)] = first
      sums[Int(unit)] += (weights?[row] ?? 1) * (values[row] - first)
    }
    return values.indices.map { row in
      let unit = Int(units.codes[row])
      return (values[row] - (firsts[unit] ?? 0)) - sums[unit] / totals[unit]
    }
  }
}
