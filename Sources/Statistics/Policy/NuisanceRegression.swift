// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A plain regression for what an estimate only needs on the way: linear, or logistic for yes and no.
///
/// Covariates are standardised, and each gets a ridge of one case: a further row that says it does not
/// matter. So any covariates will do, collinear, constant or separating ones too, and with hundreds of
/// cases the ridge does next to nothing. The intercept is free.
struct NuisanceRegression: Sendable {
  enum Family: Sendable, Hashable {
    case linear
    case logistic
  }

  private let family: Family
  private let means: [Double]
  private let scales: [Double]
  /// The intercept first.
  private let coefficients: [Double]

  /// - Parameters:
  ///   - outcome: one value for each chosen row; 0 and 1 for a logistic regression.
  ///   - covariates: columns over all rows.
  ///   - rows: the chosen rows.
  ///   - family: linear or logistic.
  /// - Throws: `EstimationFault.notConverged`, and what `OLS` throws.
  init(
    outcome: [Double], covariates: [[Double]], rows: [Int], family: Family
  ) throws(EstimationFault) {
    self.family = family
    let moments = covariates.map { column in Moments(rows.map { column[$0] }) }
    means = moments.map(\.mean)
    scales = moments.map { $0.variance > 0 ? $0.variance.squareRoot() : 1 }
    let (means, scales) = (means, scales)
    let count = rows.count
    var design = Design(
      rows: count + covariates.count, intercept: false, capacity: covariates.count + 1)
    design.append(
      Design.interceptName,
      [Double](repeating: 1, count: count) + [Double](repeating: 0, count: covariates.count))
    for (place, column) in covariates.enumerated() {
      var values = rows.map { (column[$0] - means[place]) / scales[place] }
      for other in covariates.indices { values.append(other == place ? 1 : 0) }
      design.append("covariate \(place + 1)", values)
    }
    let ridge = [Double](repeating: 0, count: covariates.count)
    switch family {
    case .linear:
      guard !covariates.isEmpty || count > 1 else {
        coefficients = [outcome.first ?? 0]
        return
      }
      coefficients = try OLS(outcome: outcome + ridge, design: design).coefficients
    case .logistic:
      let mean = outcome.reduce(0, +) / Double(count)
      guard mean > 0, mean < 1 else {
        // All alike: half a case of the other kind keeps the answer off 0 and 1.
        let share = (outcome.reduce(0, +) + 0.5) / (Double(count) + 1)
        coefficients = [log(share / (1 - share))] + ridge
        return
      }
      coefficients = try Self.logistic(outcome, design, start: log(mean / (1 - mean)))
    }
  }

  /// Newton's method as weighted least squares; the ridge rows keep weight 1 and answer 0.
  private static func logistic(
    _ outcome: [Double], _ design: Design, start: Double
  ) throws(EstimationFault) -> [Double] {
    var beta = [Double](repeating: 0, count: design.columnCount)
    beta[0] = start
    for _ in 0..<50 {
      var answers = [Double](repeating: 0, count: design.rowCount)
      var weights = [Double](repeating: 1, count: design.rowCount)
      let linear = design.matrix * beta
      for row in outcome.indices {
        let eta = max(-30, min(30, linear[row]))
        let p = 1 / (1 + exp(-eta))
        weights[row] = max(1e-10, p * (1 - p))
        answers[row] = eta + (outcome[row] - p) / weights[row]
      }
      let next = try OLS(outcome: answers, design: design, weights: weights).coefficients
      let step = zip(next, beta).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      beta = next
      if step < 1e-10 { return beta }
    }
    throw .notConverged("the chance of an arm or outcome")
  }

  /// What is expected of a row.
  func prediction(_ covariates: [[Double]], row: Int) -> Double {
    var sum = coefficients[0]
    for (place, column) in covariates.enumerated() {
      sum += coefficients[place + 1] * (column[row] - means[place]) / scales[place]
    }
    switch family {
    case .linear: return sum
    case .logistic: return 1 / (1 + exp(-sum))
    }
  }
}
