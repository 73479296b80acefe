// SPDX-License-Identifier: EUPL-1.2

/// The two-way model of untreated rows, with what is needed to weigh outcomes in imputed effects.
///
/// An imputed mean Σ a·ŷ has the weights −w·(z − z̄ᵢ)ᵀS⁻¹b on outcomes beside its unit means, with
/// b = Σ a·(z − z̄ᵢ); residuals add up to zero within a unit, so that only these count in the variance.
struct UntreatedModel {
  private let panel: AdoptionPanel
  private let knownPeriods: [Bool]
  private let fit: WithinUnitFit

  init(
    _ panel: AdoptionPanel, untreated: [Int], outcome: [Double],
    covariates: [(name: String, values: [Double])], weights: [Double]?
  ) throws(EstimationFault) {
    self.panel = panel
    var known = [Bool](repeating: false, count: panel.periods.count)
    for row in untreated { known[Int(panel.places[row])] = true }
    knownPeriods = known
    let kept = known.indices.filter { known[$0] }.dropFirst()
    var slots = [Int32](repeating: -1, count: known.count)
    for (slot, place) in kept.enumerated() { slots[place] = Int32(slot) }
    var regressors = SparseRegressors()
    regressors.append(
      indicators: kept.map { "period \(panel.periods[$0])" },
      codes: panel.places.map { slots[Int($0)] })
    for covariate in covariates { regressors.append(covariate.name, covariate.values) }
    fit = try WithinUnitFit(
      regressors, outcome: outcome, units: panel.units, rows: untreated, weights: weights)
  }

  func hasUnit(_ row: Int) -> Bool { fit.totals[unit(row)] > 0 }

  func hasPeriod(_ row: Int) -> Bool { knownPeriods[Int(panel.places[row])] }

  /// ŷ of a row whose unit and period are known.
  func prediction(_ row: Int) -> Double {
    zip(fit.deviation(row, unit: unit(row)), fit.coefficients)
      .reduce(fit.outcomeMeans[unit(row)]) { $0 + $1.0 * $1.1 }
  }

  /// For each unit (Σ w·ε·(z − z̄))ᵀS⁻¹b, b that of treated rows with these weights.
  func scores(_ rows: [Int], _ shares: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: fit.regressors.count)
    for (row, share) in zip(rows, shares) {
      for (place, value) in fit.deviation(row, unit: unit(row)).enumerated() {
        sum[place] += share * value
      }
    }
    return sum.isEmpty ? fit.totals.map { _ in 0 } : fit.scores * (fit.inverse * sum)
  }

  private func unit(_ row: Int) -> Int { Int(panel.units.codes[row]) }
}
