// SPDX-License-Identifier: EUPL-1.2

/// Interaction-weighted effects over time: an indicator for each group and period.
///
/// y_it = αᵢ + λ_t + Σ_g Σ_{e≠−1} δ_ge·1[gᵢ = g]·1[t − g = e] + xβ, by two-way fixed effects; the effect
/// at e is the mean of δ_ge over the groups seen then, by their size. Groups are compared with units
/// that never adopt; where all adopt, with the last group, whose treated periods are left out. On a
/// balanced panel without covariates δ is Callaway and Sant'Anna's effect with a universal base.
///
/// - Left out, and counted: units treated in the first period, and groups of a single unit.
/// - Complexity: that of `TwoWayFixedEffects` with as many regressors as groups times periods.
///
/// Source: Sun and Abraham (2021), J. Econometrics 225:175–199. Agrees with pyfixest 0.60.0
/// `event_study(estimator = "saturated")` and its `aggregate()` to 1e-8 (CR1, sizes as given).
public struct SunAbraham: Sendable {
  public let effects: CohortEffects
  public let alwaysTreated: Int
  public let loneGroups: [Int]
  /// The time at which the controls adopt; nil where they never do.
  public let controlGroup: Int?
  public let anticipation: Int
  /// The time since adoption of every group's base period; nil where periods are missing and groups
  /// differ in it.
  public let reference: Int?
  /// The rows of the panel that were used.
  public let rows: [Int]
  public let variance: CoefficientCovariance
  private let fit: TwoWayFixedEffects
  private let positions: [Int]
  private let estimator: VarianceEstimator

  /// - Parameters:
  ///   - panel: units, times and adoption of the rows.
  ///   - outcome: of each row.
  ///   - covariates: named numbers of each row.
  ///   - anticipation: periods before adoption that may show an effect.
  ///   - weights: positive; nil for 1.
  ///   - variance: makes the estimator from the clusters of the rows that are used.
  /// - Throws: `EstimationFault.tooFew` where nobody adopts or nobody is a control; as
  ///   `TwoWayFixedEffects`.
  public init(
    _ panel: AdoptionPanel, outcome: [Double],
    covariates: [(name: String, values: [Double])] = [], anticipation: Int = 0,
    weights: [Double]? = nil, variance: ([Int]) -> VarianceEstimator
  ) throws(EstimationFault) {
    let roles = CohortRoles(panel, anticipation: anticipation)
    let chosen = try roles.rows(panel)
    rows = chosen
    alwaysTreated = roles.alwaysTreated
    loneGroups = roles.loneGroups
    controlGroup = roles.controlGroup
    self.anticipation = anticipation
    var members: [[Int]: [Int]] = [:]
    for (place, row) in chosen.enumerated() {
      let date = panel.adoption[Int(panel.units.codes[row])]
      guard let date, roles.groups.contains(date) else { continue }
      members[[date, panel.time(row)], default: []].append(place)
    }
    let last = Dictionary(
      uniqueKeysWithValues: roles.groups.map { date in
        (date, panel.periods.last { $0 < date - anticipation })
      })
    let bases = Set(last.compactMap { date, period in period.map { $0 - date } })
    reference = bases.count == 1 ? bases.first : nil
    let keys = members.keys.filter { last[$0[0]] != .some($0[1]) }
      .sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    var codes = [Int32](repeating: -1, count: chosen.count)
    for (code, key) in keys.enumerated() {
      for place in members[key] ?? [] { codes[place] = Int32(code) }
    }
    let used = covariates.map { covariate in
      (name: covariate.name, values: chosen.map { covariate.values[$0] })
    }
    let fit = try TwoWayFixedEffects(
      outcome: chosen.map { outcome[$0] },
      indicators: keys.map { "group \($0[0]) in \($0[1])" }, codes: codes, regressors: used,
      units: panel.units.selecting(chosen), times: chosen.map(panel.time),
      weights: weights.map { all in chosen.map { all[$0] } })
    self.fit = fit
    estimator = variance(chosen)
    self.variance = try fit.covariance(estimator)
    let positions = keys.indices.map(fit.position(ofIndicator:))
    self.positions = positions
    effects = CohortEffects(
      cells: keys.indices.map { place in
        CohortEffects.Cell(
          group: keys[place][0], time: keys[place][1],
          estimate: fit.coefficients[positions[place]],
          size: (members[keys[place]] ?? []).reduce(0) { $0 + (weights?[chosen[$1]] ?? 1) })
      },
      covariance: self.variance.matrix.selecting(positions),
      degreesOfFreedom: self.variance.clusters.map { Double($0 - 1) }
        ?? Double(fit.residualDegreesOfFreedom))
  }

  /// The effects drawn together, with the degrees of freedom that belong to the variance.
  ///
  /// - Throws: as `CohortEffects.aggregate` and `TwoWayFixedEffects.contrast`.
  public func overall(
    _ kind: GroupTimeAggregate.Kind, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    var weights = [Double](repeating: 0, count: fit.names.count)
    for (position, weight) in zip(positions, try effects.weights(kind).overall) {
      weights[position] = weight
    }
    return try fit.contrast(
      weights, named: "the effect of adoption", estimator, level: level)
  }

  /// The effects over time with their covariance; degrees of freedom are clusters − 1.
  public func eventStudy() -> EventStudy {
    effects.eventStudy(reference: reference, anticipation: anticipation)
  }
}

/// Which groups are estimated, and whom they are compared with.
private struct CohortRoles {
  private(set) var groups: Set<Int> = []
  private(set) var loneGroups: [Int] = []
  private(set) var alwaysTreated = 0
  private(set) var controlGroup: Int?
  private let dropped: Set<Int>
  private let anticipation: Int

  init(_ panel: AdoptionPanel, anticipation: Int) {
    self.anticipation = anticipation
    let first = panel.periods.first ?? 0
    let end = panel.periods.last ?? 0
    var sizes: [Int: Int] = [:]
    var hasNever = false
    for date in panel.adoption {
      guard let date, date <= end + anticipation else {
        hasNever = true
        continue
      }
      if date <= first + anticipation { alwaysTreated += 1 } else { sizes[date, default: 0] += 1 }
    }
    let control = hasNever ? nil : sizes.keys.max()
    let lone = sizes.filter { $0.value == 1 && $0.key != control }.map(\.key).sorted()
    controlGroup = control
    loneGroups = lone
    groups = Set(sizes.keys).subtracting(lone).subtracting(control.map { [$0] } ?? [])
    dropped = Set(lone)
  }

  func rows(_ panel: AdoptionPanel) throws(EstimationFault) -> [Int] {
    guard !groups.isEmpty else {
      throw controlGroup == nil
        ? .tooFew(
          loneGroups.isEmpty
            ? "groups that adopt after the first period" : "groups of two or more units (clusters)",
          count: 0, needed: 1)
        : .tooFew("units that adopt at another time or never", count: 0, needed: 1)
    }
    let first = panel.periods.first ?? 0
    return panel.places.indices.filter { row in
      if let controlGroup, panel.time(row) >= controlGroup - anticipation { return false }
      guard let date = panel.adoption[Int(panel.units.codes[row])] else { return true }
      return date > first + anticipation && !dropped.contains(date)
    }
  }
}
