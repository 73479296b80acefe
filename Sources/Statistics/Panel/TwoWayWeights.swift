// SPDX-License-Identifier: EUPL-1.2

/// How much each treated group and period counts in a two-way fixed-effects estimate.
///
/// With common trends β̂ estimates Σ w_gt·ATT(g, t), w_gt ∝ Σ ε over its rows, where ε are the
/// residuals of the treatment on unit and period effects (and covariates). Weights add up to 1; some
/// are negative where units adopt at different times and effects may then count the wrong way round.
///
/// Source: de Chaisemartin and D'Haultfœuille (2020), American Economic Review 110:2964–2996,
/// theorem 1.
public struct TwoWayWeights: Sendable, Hashable {
  public struct Cell: Sendable, Hashable {
    /// First treated time.
    public let group: Int
    public let time: Int
    public let weight: Double
  }

  /// By group, then time.
  public let cells: [Cell]

  /// - Parameters:
  ///   - panel: units, times and adoption of the rows.
  ///   - covariates: named numbers of each row, as in the model.
  ///   - weights: positive; nil for 1.
  /// - Throws: as `TwoWayFixedEffects`, `.tooFew` where nobody is treated, `.rankDeficient` where
  ///   treatment follows from units and periods.
  public init(
    _ panel: AdoptionPanel, covariates: [(name: String, values: [Double])] = [],
    weights: [Double]? = nil
  ) throws(EstimationFault) {
    let treatment = panel.places.indices.map { panel.isTreated($0) ? 1.0 : 0 }
    let fit = try TwoWayFixedEffects(
      outcome: treatment, regressors: covariates, units: panel.units,
      times: panel.places.indices.map(panel.time), weights: weights)
    var sums: [[Int]: Double] = [:]
    var total = 0.0
    for row in treatment.indices where treatment[row] == 1 {
      let group = panel.adoption[Int(panel.units.codes[row])] ?? 0
      let share = fit.residuals[row] * (weights?[row] ?? 1)
      sums[[group, panel.time(row)], default: 0] += share
      total += share
    }
    guard !sums.isEmpty else { throw .tooFew("treated rows", count: 0, needed: 1) }
    guard total > 1e-10 * Double(treatment.count) else {
      throw .rankDeficient(columns: ["treated"])
    }
    cells = sums.map { Cell(group: $0[0], time: $0[1], weight: $1 / total) }
      .sorted { ($0.group, $0.time) < ($1.group, $1.time) }
  }

  /// The cells that count the wrong way round; rounding is not one.
  public var negative: [Cell] { cells.filter { $0.weight < -1e-12 } }

  /// What the negative weights add up to.
  public var negativeSum: Double { negative.reduce(0) { $0 + $1.weight } }
}
