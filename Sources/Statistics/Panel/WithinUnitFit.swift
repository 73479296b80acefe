// SPDX-License-Identifier: EUPL-1.2

/// Least squares with an effect of each unit, for sparse regressors, without writing them out.
///
/// With z̄ᵢ the unit's (weighted) mean of the regressors z: S = Σ w·z·zᵀ − Σᵢ Wᵢ·z̄ᵢ·z̄ᵢᵀ, β̂ = S⁻¹ Σ w·z·(y − ȳᵢ)
/// and for each unit the score Σ w·e·(z − z̄ᵢ). O(n + units · p²) time and O(units · p) memory.
struct WithinUnitFit: Sendable {
  /// Numbers are standardised.
  let regressors: SparseRegressors
  /// What coefficients of the standardised regressors are divided by.
  let scales: [Double]
  /// S⁻¹, for the standardised regressors.
  let inverse: Matrix
  let coefficients: [Double]
  /// Per unit, for the rows of the fit; 0 where a unit has none.
  let totals: [Double]
  /// units × p.
  let means: Matrix
  let outcomeMeans: [Double]
  /// units × p.
  let scores: Matrix
  /// y − ŷ of each row of the fit; 0 for others.
  let residuals: [Double]

  /// - Throws: `EstimationFault.rankDeficient` naming the regressors that follow from units and from
  ///   those before them.
  init(
    _ given: SparseRegressors, outcome: [Double], units: Grouping, rows: [Int],
    weights: [Double]?
  ) throws(EstimationFault) {
    let (regressors, scales) = given.standardised()
    let width = regressors.count
    var totals = [Double](repeating: 0, count: units.count)
    var outcomeMeans = totals
    var means = Matrix(rows: units.count, columns: width)
    for row in rows {
      let unit = Int(units.codes[row])
      let weight = weights?[row] ?? 1
      totals[unit] += weight
      outcomeMeans[unit] += weight * outcome[row]
      regressors.forEach(row) { means[unit, $0] += weight * $1 }
    }
    var rooted = means
    for unit in totals.indices where totals[unit] > 0 {
      outcomeMeans[unit] /= totals[unit]
      let root = totals[unit].squareRoot()
      for column in 0..<width {
        means[unit, column] /= totals[unit]
        rooted[unit, column] /= root
      }
    }
    var gram = rooted.transposedTimes(rooted)
    for place in gram.values.indices { gram.values[place] = -gram.values[place] }
    var right = [Double](repeating: 0, count: width)
    var squares = right
    for row in rows {
      let weight = weights?[row] ?? 1
      let rest = weight * (outcome[row] - outcomeMeans[Int(units.codes[row])])
      regressors.forEach(row) { place, value in
        right[place] += rest * value
        squares[place] += weight * value * value
        regressors.forEach(row) { gram[$0, place] += weight * value * $1 }
      }
    }
    // What is left of a column that units make up is rounding.
    for place in 0..<width where gram[place, place] <= 1e-10 * squares[place] {
      gram[place, place] = 0
    }
    switch gram.positiveInverse() {
    case .inverse(let found): inverse = found
    case .dependent(let places):
      throw .rankDeficient(columns: places.map { regressors.names[$0] })
    }
    let coefficients = width > 0 ? inverse * right : []
    let predictedMeans = width > 0 ? means * coefficients : totals.map { _ in 0 }
    var residuals = [Double](repeating: 0, count: outcome.count)
    var scores = Matrix(rows: units.count, columns: width)
    var sums = [Double](repeating: 0, count: units.count)
    for row in rows {
      let unit = Int(units.codes[row])
      var rest = outcome[row] - outcomeMeans[unit] + predictedMeans[unit]
      regressors.forEach(row) { rest -= $1 * coefficients[$0] }
      residuals[row] = rest
      rest *= weights?[row] ?? 1
      sums[unit] += rest
      regressors.forEach(row) { scores[unit, $0] += rest * $1 }
    }
    for column in 0..<width {
      for unit in totals.indices { scores[unit, column] -= sums[unit] * means[unit, column] }
    }
    self.regressors = regressors
    self.scales = scales
    self.coefficients = coefficients
    self.totals = totals
    self.means = means
    self.outcomeMeans = outcomeMeans
    self.scores = scores
    self.residuals = residuals
  }

  /// z − z̄ of a row's unit, for any row of a unit in the fit.
  func deviation(_ row: Int, unit: Int) -> [Double] {
    var values = (0..<regressors.count).map { -means[unit, $0] }
    regressors.forEach(row) { values[$0] += $1 }
    return values
  }

  /// Σ_c s_c·s_cᵀ between S⁻¹, in the regressors' own units.
  func sandwich(_ clusterOfUnit: Grouping) -> Matrix {
    let sums = scores.summed(by: clusterOfUnit)
    var result = inverse.sandwich(sums.transposedTimes(sums))
    for column in 0..<result.columns {
      for row in 0..<result.rows { result[row, column] /= scales[row] * scales[column] }
    }
    return result
  }
}
