// SPDX-License-Identifier: EUPL-1.2

/// Covariates, and regressions on them within an arm.
struct CovariateArms {
  let treatedRows: [Int]
  let controlRows: [Int]
  private let covariates: [(name: String, values: [Double])]

  init(
    _ covariates: [(name: String, values: [Double])], _ treated: [Bool]
  ) throws(EstimationFault) {
    guard !covariates.isEmpty else { throw .tooFew("covariates", count: 0, needed: 1) }
    self.covariates = covariates
    treatedRows = treated.indices.filter { treated[$0] }
    controlRows = treated.indices.filter { !treated[$0] }
    guard !treatedRows.isEmpty else { throw .emptyArm("treated") }
    guard !controlRows.isEmpty else { throw .emptyArm("control") }
  }

  /// What least squares over one arm predict for everybody.
  func predict(
    _ outcome: [Double], of arm: Bool, weights: [Double]?
  ) throws(EstimationFault) -> [Double] {
    let rows = arm ? treatedRows : controlRows
    var design = Design(rows: rows.count, capacity: covariates.count)
    for (name, values) in covariates {
      design.append(
        "\(name) among the \(arm ? "treated" : "controls")", rows.map { values[$0] })
    }
    let fit = try OLS(
      outcome: rows.map { outcome[$0] }, design: design,
      weights: weights.map { weights in rows.map { weights[$0] } })
    var predicted = [Double](repeating: fit.coefficients[0], count: outcome.count)
    for (column, covariate) in covariates.enumerated() {
      let slope = fit.coefficients[column + 1]
      for row in predicted.indices { predicted[row] += slope * covariate.values[row] }
    }
    return predicted
  }
}
