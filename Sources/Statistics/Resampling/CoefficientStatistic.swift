// SPDX-License-Identifier: EUPL-1.2

/// The coefficient of exposure in a regression with covariates, as a statistic of the assignment.
///
/// By Frisch, Waugh and Lovell τ̂ = zᵀM y ⁄ zᵀM z with M the annihilator of the other regressors, and
/// zᵀM z = zᵀz − ‖Qᵀz‖² with Q an orthonormal basis of them; so a unit adds 3 + k numbers under each
/// code that it may hold, and a draw never fits a regression.
struct CoefficientStatistic: RandomisationStatistic {
  let sums: UnitSums

  /// - Parameters:
  ///   - assignment: of the units.
  ///   - outcome: of each row.
  ///   - nuisance: the other regressors: intercept, blocks or periods and clusters, covariates.
  ///   - isExposed: whether a row is exposed where its unit holds a code.
  /// - Throws: as `OLS`; `.rankDeficient` where the exposure follows from the other regressors.
  init(
    _ assignment: Assignment, outcome: [Double], nuisance: Design,
    isExposed: (_ row: Int, _ code: Int32) -> Bool
  ) throws(EstimationFault) {
    let place = assignment.placeOfRow
    let exposure = outcome.indices.map {
      isExposed($0, assignment.codes[Int(place[$0])]) ? 1.0 : 0
    }
    let fit = try OLS(outcome: outcome, design: nuisance)
    let exposureFit = try OLS(outcome: exposure, design: nuisance)
    guard exposureFit.residualSumOfSquares > 1e-10 * exposure.reduce(0, +) else {
      throw .rankDeficient(columns: ["exposure"])
    }
    let basis = fit.design * fit.basis
    let rank = basis.columns
    let width = 3 + rank
    let codes = assignment.codeCount
    let isTwoArmed = codes == 2
    var values = [Double](repeating: 0, count: assignment.unitCount * codes * width)
    for row in outcome.indices {
      for code in 0..<codes where isExposed(row, Int32(code)) {
        let at = (Int(place[row]) * codes + code) * width
        values[at] += fit.residuals[row]
        values[at + 1] += exposureFit.residuals[row]
        values[at + 2] += 1
        for column in 0..<rank { values[at + 3 + column] += basis[row, column] }
      }
    }
    guard isTwoArmed, (0..<outcome.count).allSatisfy({ !isExposed($0, 0) }) else {
      sums = UnitSums(assignment, width: width, valuesByCode: values)
      return
    }
    var treated: [Double] = []
    treated.reserveCapacity(values.count / 2)
    for unit in 0..<assignment.unitCount {
      let at = (unit * codes + 1) * width
      treated += values[at..<(at + width)]
    }
    sums = UnitSums(assignment, width: width, values: treated)
  }

  func null(_ drawn: [Double]) -> NullStatistic {
    let width = sums.width
    var all = [Double](repeating: 0, count: width)
    for place in drawn.indices { all[place % width] += drawn[place] }
    var spread = all[2]
    for place in 3..<width { spread -= all[place] * all[place] }
    // An exposure that the other regressors leave nothing of has no coefficient: it counts as extreme.
    guard spread > 1e-10 * all[2] else { return .always }
    return NullStatistic(a: all[0] / spread, b: all[1] / spread)
  }
}
