// SPDX-License-Identifier: EUPL-1.2

/// Covariates with mean 0 and variance 1 over the panel, so that no unit of measurement matters.
struct StandardCovariates: Sendable {
  let names: [String]
  /// units × periods, for each covariate.
  private let values: [[Double]]
  private let width: Int
  /// Whether no unit changes in any covariate, so that periods share what rests on covariates.
  let areConstant: Bool

  /// - Throws: `EstimationFault.rankDeficient` naming a covariate that is the same everywhere.
  init(_ panel: BalancedPanel) throws(EstimationFault) {
    names = panel.covariateNames
    let width = panel.periods.count
    self.width = width
    let flat = names.indices.filter { place in
      let column = panel.covariates[place]
      return column.allSatisfy { $0 == column[0] }
    }
    guard flat.isEmpty else { throw .rankDeficient(columns: flat.map { panel.covariateNames[$0] }) }
    values = panel.covariates.map { column in
      let moments = Moments(column)
      let scale = 1 / moments.variance.squareRoot()
      return column.map { ($0 - moments.mean) * scale }
    }
    areConstant = panel.covariates.allSatisfy { column in
      column.indices.allSatisfy { column[$0] == column[$0 - $0 % width] }
    }
  }

  func of(_ units: [Int], at place: Int) -> [[Double]] {
    units.map { unit in values.map { $0[unit * width + place] } }
  }
}
