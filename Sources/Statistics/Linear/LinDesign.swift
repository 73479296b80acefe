// SPDX-License-Identifier: EUPL-1.2

extension Design {
  /// The design of Lin's regression adjustment: arms, centred covariates, and their products.
  ///
  /// y = α + Σₐ τₐ·1[arm = a] + (x − x̄)ᵀβ + Σₐ 1[arm = a]·(x − x̄)ᵀδₐ; x̄ is the (weighted) mean
  /// over all rows, so that τₐ, named by the arm's label, is the average effect of arm a against the
  /// control. Fit it with `OLS` and HC2 (CR2 where clusters were assigned).
  ///
  /// - Parameters:
  ///   - arm: the arm of each row.
  ///   - control: the reference arm.
  ///   - covariates: named columns measured before assignment, none missing.
  ///   - weights: of each row, for the mean; nil for 1.
  /// - Returns: an n × (1 + A)(1 + p) design with an intercept: A arms beside the control, p
  ///   covariates. Centred covariates are named `name_c`, products `arm:name_c`.
  ///
  /// Source: Lin (2013), Annals of Applied Statistics 7:295–318. Agrees with R estimatr `lm_lin`
  /// (reference case lin-estimator) to 1e-8.
  public static func lin(
    arm: Grouping, control: Int, covariates: [(name: String, values: [Double])],
    weights: [Double]? = nil
  ) -> Design {
    let arms = (0..<arm.count).filter { $0 != control }
    let columns = arms.count + covariates.count * (1 + arms.count)
    var design = Design(rows: arm.rowCount, capacity: columns)
    let indicators = arms.map { arm.indicator($0) }
    for (position, group) in arms.enumerated() {
      design.append(arm.labels[group], indicators[position])
    }
    let centred = covariates.map { ("\($0.name)_c", centre($0.values, weights)) }
    for (name, values) in centred { design.append(name, values) }
    for (position, group) in arms.enumerated() {
      for (name, values) in centred {
        design.append(
          "\(arm.labels[group]):\(name)", zip(indicators[position], values).map { $0 * $1 })
      }
    }
    return design
  }

  private static func centre(_ values: [Double], _ weights: [Double]?) -> [Double] {
    let mean: Double
    if let weights {
      mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    } else {
      mean = Moments(values).mean
    }
    return values.map { $0 - mean }
  }
}
