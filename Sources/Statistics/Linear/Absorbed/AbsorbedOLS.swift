// SPDX-License-Identifier: EUPL-1.2

extension OLS {
  /// Fits a model whose fixed effects are absorbed.
  ///
  /// Their levels are taken out of the outcome and of every column of the design, and least squares is
  /// done on what is left (Frisch, Waugh and Lovell).
  ///
  /// Coefficients and residuals are those of the model with an indicator for every group. What a variance
  /// needs to know of the effects:
  ///
  /// - n − K of the classical variance, HC1, and their degrees of freedom: K counts the columns and
  ///   `FixedEffects.rank`.
  /// - CR1: K leaves out the effects that are nested in the clusters, as fixest and pyfixest do.
  /// - HC2 and HC3 need the effects' part of the hat values, which is wᵢ ⁄ Σ_g w with one effect; with
  ///   more they are refused.
  /// - CR2 and CR3 are those of the model with indicators where every effect is nested in the clusters
  ///   (Pustejovsky and Tipton 2018, theorem 2; CR2 without weights only), and refused elsewhere.
  ///
  /// Leave out rows that are alone in a group beforehand (`FixedEffects.rowsWithCompany()`).
  ///
  /// - Parameters:
  ///   - outcome: n values in the outcome's unit, none missing.
  ///   - design: n × k without intercept, whose place the effects take.
  ///   - effects: the groups of the n rows.
  ///   - weights: n positive weights, proportional to the precision of each row; nil for 1.
  /// - Throws: as the model without effects; `EstimationFault.rankDeficient` also names columns that do
  ///   not vary within the groups, and `.zeroVariance` is for such an outcome.
  /// - Complexity: O(n·(k + effects)) for each sweep of `Demeaning`, and O(n·k²).
  ///
  /// Agrees with pyfixest `feols` to 1e-8: `StatisticsTests/AbsorbedRegressionTests`.
  public init(
    outcome: [Double], design: Design, absorbing effects: FixedEffects, weights: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(!design.hasIntercept, "the effects take the intercept's place")
    precondition(effects.rowCount == design.rowCount, "one group per row")
    let rank = effects.rank
    try Self.check(outcome: outcome, design: design, weights: weights, more: rank)
    try Self.checkFinite(outcome, "outcome")
    for position in 0..<design.columnCount {
      try Self.checkFinite(design.column(position), design.names[position])
    }
    var columns = design.matrix.values + outcome
    try Demeaning(effects, weights: weights).demean(&columns)
    let rows = design.rowCount
    let rest = Array(columns[(design.columnCount * rows)...])
    columns.removeLast(rows)
    let within = Design(names: design.names, rows: rows, values: columns)
    let idle = design.names.indices.filter {
      within.column($0).isNothing(beside: design.column($0))
    }
    guard idle.isEmpty else { throw .rankDeficient(columns: idle.map { design.names[$0] }) }
    guard !rest.isNothing(beside: outcome) else {
      throw .zeroVariance("the outcome, given the absorbed effects,")
    }
    let fit = try Self.solve(rest, within, weights)
    self.init(
      fit, design: within,
      rSquared: Self.rSquared(outcome, weights, residual: fit.residualSumOfSquares),
      absorbed: effects, absorbedRank: rank)
  }

  private static func checkFinite(
    _ column: [Double], _ name: String
  ) throws(EstimationFault) {
    guard column.allSatisfy(\.isFinite) else {
      throw .notFinite(name, rows: column.indices.filter { !column[$0].isFinite })
    }
  }
}

extension OLS {
  /// K: how many coefficients count where sums are made by cluster.
  func coefficientCount(beside clusterings: [Grouping]) -> Double {
    Double(names.count + (absorbed?.rank(notNestedIn: clusterings) ?? 0))
  }

  /// What a single absorbed effect adds to each hat value; nil without effects.
  func absorbedLeverages() -> [Double]? {
    guard let groups = absorbed?.groupings.first else { return nil }
    var totals = [Double](repeating: 0, count: groups.count)
    for (row, code) in groups.codes.enumerated() {
      let root = rootWeights?[row] ?? 1
      totals[Int(code)] += root * root
    }
    return groups.codes.enumerated().map { row, code in
      let root = rootWeights?[row] ?? 1
      return root * root / totals[Int(code)]
    }
  }

  /// Refuses the variances that do not exist, or cannot be had, beside absorbed effects.
  ///
  /// - Throws: `EstimationFault.outOfRange`, which says which ones can.
  func checkAbsorption(_ estimator: VarianceEstimator) throws(EstimationFault) {
    guard let absorbed else { return }
    switch estimator {
    case .classical, .hc0, .hc1, .cr0, .cr1: return
    case .hc2, .hc3:
      guard absorbed.groupings.count > 1 else { return }
      throw .outOfRange(
        "the variance", allowed: "hc0 or hc1 where more than one effect is absorbed")
    case .cr2(let clusters), .cr3(let clusters):
      for effect in absorbed.groupings.indices where !absorbed.isNested(effect, in: clusters) {
        throw .outOfRange(
          "the variance",
          allowed: "cr0 or cr1, since '\(absorbed.names[effect])' is absorbed and has groups in "
            + "more than one cluster")
      }
      if case .cr2 = estimator, rootWeights != nil {
        throw .outOfRange("the variance", allowed: "cr0 or cr1 where weighted effects are absorbed")
      }
    }
  }
}

extension [Double] {
  /// Whether this is but rounding beside the spread of the column before.
  fileprivate func isNothing(beside before: [Double]) -> Bool {
    var squares = 0.0
    for value in self { squares += value * value }
    return squares <= 1e-14 * Moments(before).variance * Double(count - 1)
  }
}
