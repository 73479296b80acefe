// SPDX-License-Identifier: EUPL-1.2

extension SyntheticControl {
  /// An interval for the effect from leaving out one period before the change at a time (jackknife+).
  ///
  /// For each period t before the change the weights are found without it; with τ₋ₜ the effect under them
  /// and eₜ the gap at t, the bounds are the ⌊α(T₀ + 1)⌋-th smallest τ₋ₜ − |eₜ| and the
  /// ⌈(1 − α)(T₀ + 1)⌉-th smallest τ₋ₜ + |eₜ|. Sure to cover with probability 1 − 2α where gaps are
  /// exchangeable over time, and close to 1 − α as a rule; it does not narrow for a mean over periods.
  ///
  /// - Returns: nil with several treated units, with predictors, or with fewer than 1⁄α − 1 periods
  ///   before the change.
  /// - Throws: as `init`.
  ///
  /// Source: Barber, Candès, Ramdas and Tibshirani (2021), Annals of Statistics 49:486–507;
  /// Ben-Michael, Feller and Rothstein (2021), section 6.
  public func timeJackknifeInterval(level: Double) throws(EstimationFault) -> ConfidenceInterval? {
    let alpha = 2 * (try ConfidenceInterval.tail(outside: level))
    guard units.count == 1, let unit = units.first else { return nil }
    if case .predictors = method { return nil }
    let before = unit.treatedPeriods.lowerBound
    let rank = Int((alpha * Double(before + 1) + 1e-9).rounded(.down))
    guard rank >= 1, before > 2 else { return nil }
    let bounds = try Replicates.map(before, chunk: 4) { range throws(EstimationFault) in
      var bounds: [ConfidenceInterval] = []
      for period in range {
        let gaps = try gaps(of: unit, without: period)
        let error = gaps[period].magnitude
        let effect = gaps[unit.treatedPeriods].reduce(0, +) / Double(unit.treatedPeriods.count)
        bounds.append(ConfidenceInterval(effect - error, effect + error))
      }
      return bounds
    }
    let lower = bounds.map(\.lower).sorted()
    let upper = bounds.map(\.upper).sorted()
    return ConfidenceInterval(lower[rank - 1], upper[before - rank])
  }

  private func gaps(
    of unit: SyntheticUnit, without period: Int
  ) throws(EstimationFault) -> [Double] {
    let before = unit.treatedPeriods.lowerBound
    let all = panel.outcomes.selecting(columns: unit.donors)
    let outcome = panel.outcomes.column(unit.unit)
    let kept = (0..<before).filter { $0 != period }
    let past = kept.map { outcome[$0] }
    let donors = all.transposed.selecting(columns: kept).transposed
    let weights =
      if case .augmented = method {
        try AugmentedWeights(outcome: past, donors: donors, ridge: unit.ridge).weights
      } else {
        try SimplexLeastSquares(columns: donors, target: past).weights
      }
    return zip(outcome, all * weights).map { $0 - $1 }
  }
}
