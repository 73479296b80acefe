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
/// - Complexity: O(n·(T + k)²) time, O(n·(T + k)) memory for T periods.
///
/// Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10.
/// Agrees with pyfixest 0.60.0 `feols(y ~ x | unit + time, vcov = CRV1)` to 1e-8, and with R
/// clubSandwich on the model with all indicators (CR2).
public struct TwoWayFixedEffects: Sendable {
  /// Coefficients: the constant, which is zero, the periods but the first, the regressors.
  public let model: OLS
  private let firstRegressor: Int

  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - regressors: named numbers of each row.
  ///   - units: of each row.
  ///   - times: of each row.
  ///   - weights: positive; nil for 1.
  /// - Throws: `EstimationFault.rankDeficient` naming a regressor that follows from units, periods
  ///   and the regressors before it, `.tooFew`, `.notFinite`.
  public init(
    outcome: [Double], regressors: [(name: String, values: [Double])], units: Grouping,
    times: [Int], weights: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(outcome.count == units.rowCount && outcome.count == times.count, "one per row")
    let within = WithinUnits(units, weights)
    let periods = Set(times).sorted()
    var design = Design(rows: outcome.count, capacity: periods.count + regressors.count)
    for period in periods.dropFirst() {
      design.append("period \(period)", within.demeaned(times.map { $0 == period ? 1 : 0 }))
    }
    firstRegressor = design.columnCount
    for regressor in regressors {
      try Self.checkFinite(regressor.name, regressor.values)
      design.append(regressor.name, within.demeaned(regressor.values))
    }
    try Self.checkFinite("outcome", outcome)
    model = try OLS(outcome: within.demeaned(outcome), design: design, weights: weights)
  }

  /// The place of a regressor's coefficient in the model.
  public func position(ofRegressor place: Int) -> Int { firstRegressor + place }

  private static func checkFinite(_ name: String, _ values: [Double]) throws(EstimationFault) {
    let rows = values.indices.filter { !values[$0].isFinite }
    guard rows.isEmpty else { throw .notFinite(name, rows: rows) }
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
