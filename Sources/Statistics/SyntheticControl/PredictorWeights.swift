// SPDX-License-Identifier: EUPL-1.2

/// How much each predictor counts in a synthetic control, chosen so that outcomes before the change fit.
///
/// Nested: for importances v the weights are argmin Σₖ vₖ(x₁ₖ − Σⱼ wⱼ xₖⱼ)² on the simplex, solved
/// exactly; v minimises the mean squared gap of outcomes before the change, by Nelder and Mead from equal
/// importances and from importances by regression, the better of the two. The outer problem is not
/// convex: what is found is a local optimum, and never worse than equal importances. Predictors are
/// divided by their standard deviation over all units.
///
/// Source: Abadie, Diamond and Hainmueller (2010), J. American Statistical Association 105:493–505.
struct PredictorWeights {
  /// vₖ, not negative, of sum one.
  private(set) var importance: [Double] = []
  private(set) var weights: [Double] = []
  private(set) var isUnique = true
  /// The mean squared gap before the change.
  private(set) var loss = Double.infinity

  /// - Parameters:
  ///   - target: the predictors of the unit, K values.
  ///   - donors: K × donors.
  ///   - outcome: of the unit before the change.
  ///   - donorOutcomes: periods before the change × donors.
  ///   - given: importances to use as they are.
  /// - Throws: `EstimationFault.zeroVariance` where no predictor varies, `.notConverged`.
  init(
    target: [Double], donors: Matrix, outcome: [Double], donorOutcomes: Matrix,
    given: [Double]? = nil
  ) throws(EstimationFault) {
    let scaled = Self.scaled(target, donors)
    guard scaled.target.count > 0 else {
      throw .zeroVariance("every predictor")
    }
    // Neighbouring importances use nearly the same donors.
    var used: [Int] = []
    func fit(_ point: [Double]) throws(EstimationFault) -> PredictorWeights {
      let fit = try PredictorWeights(
        point, scaled.target, scaled.donors, outcome, donorOutcomes, start: used)
      used = fit.weights.indices.filter { fit.weights[$0] > 0 }
      return fit
    }
    if let given {
      self = try fit(given.map { $0.squareRoot() })
      return
    }
    let size = scaled.target.count
    let equal = [Double](repeating: 1, count: size)
    var starts = [equal]
    if let regressed = Self.byRegression(scaled, outcome, donorOutcomes) {
      starts.append(regressed)
    }
    for start in starts {
      let search = try NelderMead(from: start, evaluations: 150 * size) {
        point throws(EstimationFault) in try fit(point).loss
      }
      if search.value < loss { self = try fit(search.point) }
    }
    importance = scaled.places.map { place in place.map { importance[$0] } ?? 0 }
  }

  private init(
    _ point: [Double], _ target: [Double], _ donors: Matrix, _ outcome: [Double],
    _ donorOutcomes: Matrix, start: [Int]
  ) throws(EstimationFault) {
    let sum = point.reduce(0) { $0 + $1 * $1 }
    guard sum > 0 else { return }
    let roots = point.map { $0.magnitude / sum.squareRoot() }
    var rows = donors
    for column in 0..<donors.columns {
      for row in 0..<donors.rows { rows[row, column] *= roots[row] }
    }
    let solution = try SimplexLeastSquares(
      columns: rows, target: zip(target, roots).map { $0 * $1 }, start: start)
    importance = roots.map { $0 * $0 }
    weights = solution.weights
    isUnique = solution.isUnique
    let made = donorOutcomes * weights
    loss =
      zip(outcome, made).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      / Double(max(1, outcome.count))
  }

  /// Predictors in standard deviations; those that do not vary are left out.
  private static func scaled(
    _ target: [Double], _ donors: Matrix
  ) -> (target: [Double], donors: Matrix, places: [Int?]) {
    var kept: [Double] = []
    var rows: [[Double]] = []
    var places: [Int?] = []
    for row in target.indices {
      let values = donors.row(row) + [target[row]]
      let moments = Moments(values)
      guard moments.variance > 0 else {
        places.append(nil)
        continue
      }
      places.append(kept.count)
      let deviation = moments.variance.squareRoot()
      // The mean goes too: weights sum to one, and digits are kept.
      kept.append((target[row] - moments.mean) / deviation)
      rows.append(values.dropLast().map { ($0 - moments.mean) / deviation })
    }
    var matrix = Matrix(rows: rows.count, columns: donors.columns)
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() { matrix[row, column] = value }
    }
    return (kept, matrix, places)
  }

  /// √vₖ with vₖ = Σ β²ₖₜ of regressions of the outcome in each period on the predictors; nil where
  /// there are too few units for that.
  private static func byRegression(
    _ scaled: (target: [Double], donors: Matrix, places: [Int?]), _ outcome: [Double],
    _ donorOutcomes: Matrix
  ) -> [Double]? {
    let size = scaled.target.count
    var design = Design(rows: scaled.donors.columns + 1, capacity: size)
    for row in 0..<size { design.append("\(row)", scaled.donors.row(row) + [scaled.target[row]]) }
    var sums = [Double](repeating: 0, count: size)
    for time in outcome.indices {
      guard
        let fit = try? OLS(outcome: donorOutcomes.row(time) + [outcome[time]], design: design)
      else { return nil }
      for row in 0..<size { sums[row] += fit.coefficients[row + 1] * fit.coefficients[row + 1] }
    }
    let total = sums.reduce(0, +)
    guard total > 0 else { return nil }
    return sums.map { max(1e-4, $0 / total * Double(size)).squareRoot() }
  }
}
