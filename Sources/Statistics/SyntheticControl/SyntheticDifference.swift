// SPDX-License-Identifier: EUPL-1.2

/// Synthetic difference-in-differences: units and periods weighted so that changes over time compare.
///
/// τ̂ = (ȳ₁,post − λᵀy₁,pre) − ωᵀ(ȳ₀,post − Y₀,pre λ), with simplex weights and intercepts:
/// ω = argmin ‖centred(Y₀,pre ω − ȳ₁,pre)‖² + ζ²T₀‖ω‖² and λ = argmin ‖centred(Y₀,pre λ − ȳ₀,post)‖² + ε²N₀‖λ‖²,
/// ζ = (N₁T₁)^¼ σ̂, ε = 10⁻⁶σ̂, σ̂ the standard deviation (n − 1) of the donors' first differences before
/// the change. Both are solved exactly. Units that got the change at different times make cohorts, each
/// against all donors; the effect is their mean by treated unit-periods.
///
/// Source: Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review
/// 111:4088–4118; cohorts: Clarke, Pailañir, Athey and Imbens (2023), arXiv:2301.11859. Agrees with the exact optimum of
/// reference case scm-prop99; R synthdid stops its iteration early and gives −15.6038 there.
public struct SyntheticDifference: Sendable, Hashable {
  /// Units that got the change at the same time.
  public struct Cohort: Sendable, Hashable {
    public let units: [Int]
    /// The position of the first period with the change.
    public let from: Int
    /// ω, one for each donor.
    public let unitWeights: [Double]
    /// λ, one for each period before the change.
    public let timeWeights: [Double]
    /// ζ.
    public let regularisation: Double
    public let effect: Double
    /// Mean of the treated units − synthetic in each period, less the λ-weighted gap before.
    public let gaps: [Double]
    /// Whether no other weights of units fit as well.
    public let isUnique: Bool
  }

  public let panel: TreatedPanel
  public let cohorts: [Cohort]
  /// In the outcome's unit.
  public let effect: Double

  /// - Throws: `EstimationFault.notConverged`.
  public init(_ panel: TreatedPanel) throws(EstimationFault) {
    self.panel = panel
    var cohorts: [Cohort] = []
    for (from, units) in panel.cohorts {
      cohorts.append(try Self.fit(panel.outcomes, units: units, donors: panel.donors, from: from))
    }
    self.cohorts = cohorts
    effect = cohorts.weightedEffect(periods: panel.times.count)
  }

  /// √ of the mean squared gap before the change, over cohorts.
  public var errorBefore: Double {
    let gaps = cohorts.flatMap { $0.gaps[..<$0.from] }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    return (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)).squareRoot()
  }

  /// The same against the standard deviation of outcomes across units at that time.
  public var relativeErrorBefore: Double {
    let spread = cohorts.reduce(0) { $0 + panel.spread(before: $1.from) } / Double(cohorts.count)
    return spread > 0 ? errorBefore / spread : 0
  }

  /// One cohort against some donors.
  ///
  /// - Parameters:
  ///   - outcomes: periods × units.
  ///   - units: the columns of the treated, which may repeat.
  ///   - donors: the columns of the donors, which may repeat.
  ///   - from: the first period with the change.
  ///   - noise: σ̂; estimated where none is given.
  /// - Returns: weights, gaps and effect.
  /// - Throws: `EstimationFault.notConverged`.
  static func fit(
    _ outcomes: Matrix, units: [Int], donors: [Int], from: Int, noise: Double? = nil
  ) throws(EstimationFault) -> Cohort {
    let periods = outcomes.rows
    let control = outcomes.selecting(columns: donors)
    var treated = [Double](repeating: 0, count: periods)
    for unit in units {
      for time in 0..<periods { treated[time] += outcomes[time, unit] / Double(units.count) }
    }
    let after = Double(periods - from)
    let sigma = noise ?? Self.noise(control, before: from)
    let zeta = (Double(units.count) * after).squareRoot().squareRoot() * sigma

    var before = control.first(rows: from)
    let past = Array(treated[..<from])
    let timeProblem = before.transposed.centringColumns()
    let ends = (0..<donors.count).map { donor in
      (from..<periods).reduce(0) { $0 + control[$1, donor] } / after
    }
    let epsilon = 1e-6 * sigma
    let lambda = try SimplexLeastSquares(
      columns: timeProblem, target: ends.centred,
      ridge: epsilon * epsilon * Double(donors.count))
    before = before.centringColumns()
    let omega = try SimplexLeastSquares(
      columns: before, target: past.centred, ridge: zeta * zeta * Double(from))
    return Cohort(
      outcomes: control, treated: treated, units: units, from: from, unitWeights: omega.weights,
      timeWeights: lambda.weights, regularisation: zeta, isUnique: omega.isUnique)
  }

  /// σ̂ over donors and periods before a position; 0 with one difference only.
  static func noise(_ control: Matrix, before from: Int) -> Double {
    var differences: [Double] = []
    differences.reserveCapacity(control.columns * from)
    for donor in 0..<control.columns {
      for time in 1..<from { differences.append(control[time, donor] - control[time - 1, donor]) }
    }
    return Moments(differences).variance.squareRoot()
  }
}

extension SyntheticDifference.Cohort {
  /// The estimate for given weights.
  init(
    outcomes control: Matrix, treated: [Double], units: [Int], from: Int, unitWeights: [Double],
    timeWeights: [Double], regularisation: Double, isUnique: Bool
  ) {
    let made = control * unitWeights
    var gaps = zip(treated, made).map { $0 - $1 }
    let level = zip(timeWeights, gaps).reduce(0) { $0 + $1.0 * $1.1 }
    for time in gaps.indices { gaps[time] -= level }
    self.units = units
    self.from = from
    self.unitWeights = unitWeights
    self.timeWeights = timeWeights
    self.regularisation = regularisation
    self.gaps = gaps
    self.isUnique = isUnique
    effect = gaps[from...].reduce(0, +) / Double(gaps.count - from)
  }
}

extension [SyntheticDifference.Cohort] {
  /// The mean effect, each cohort by its treated unit-periods.
  func weightedEffect(periods: Int) -> Double {
    var sum = 0.0
    var weight = 0.0
    for cohort in self {
      let share = Double(cohort.units.count * (periods - cohort.from))
      sum += share * cohort.effect
      weight += share
    }
    return sum / weight
  }
}

extension [Double] {
  /// Each less the mean.
  fileprivate var centred: [Double] {
    let mean = reduce(0, +) / Double(count)
    return map { $0 - mean }
  }
}

extension Matrix {
  /// Each column less its mean.
  fileprivate func centringColumns() -> Matrix {
    var result = self
    for column in 0..<columns {
      var sum = 0.0
      for row in 0..<rows { sum += self[row, column] }
      for row in 0..<rows { result[row, column] -= sum / Double(rows) }
    }
    return result
  }
}
