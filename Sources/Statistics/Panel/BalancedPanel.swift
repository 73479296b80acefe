// SPDX-License-Identifier: EUPL-1.2

/// The units of a panel that are seen in every period, one line of numbers for each.
///
/// Units stand in the order of their adoption (never last) and, within it, of their labels' bytes, so
/// that no result depends on the order of rows.
public struct BalancedPanel: Sendable {
  /// Ascending.
  public let periods: [Int]
  public let labels: [String]
  /// First treated time of each unit; nil for never.
  public let adoption: [Int?]
  /// What is independent of each other: the units themselves unless clusters were given.
  public let clusters: Grouping
  /// How many units are not seen in every period, and therefore not here.
  public let incomplete: Int
  public let covariateNames: [String]
  /// units × periods, one unit after the other.
  let outcome: [Double]
  /// As the outcome, for each covariate.
  let covariates: [[Double]]
  /// Mean 1; nil for 1.
  let weights: [Double]?

  /// - Parameters:
  ///   - panel: the rows' units, times and adoption.
  ///   - outcome: of each row, none missing.
  ///   - covariates: named numbers of each row, none missing.
  ///   - clusters: of each row; the first row of a unit counts. Units unless given.
  ///   - weights: of each row, positive and the same in all rows of a unit.
  /// - Throws: `EstimationFault.notFinite`, `.outOfRange` for weights, `.tooFew` where no unit is
  ///   seen in every period, `.oneCluster`.
  public init(
    _ panel: AdoptionPanel, outcome: [Double], covariates: [(name: String, values: [Double])] = [],
    clusters: Grouping? = nil, weights: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(outcome.count == panel.places.count, "one outcome for each row")
    try Self.checkFinite("outcome", outcome)
    for covariate in covariates { try Self.checkFinite(covariate.name, covariate.values) }
    let width = panel.periods.count
    let complete = panel.units.sizes.map { $0 == width }
    let order = panel.adoption.indices.filter { complete[$0] }.sorted { left, right in
      let dates = (panel.adoption[left] ?? .max, panel.adoption[right] ?? .max)
      guard dates.0 == dates.1 else { return dates.0 < dates.1 }
      return panel.units.labels[left].utf8.lexicographicallyPrecedes(
        panel.units.labels[right].utf8)
    }
    guard !order.isEmpty else {
      throw .tooFew("units seen in every period", count: 0, needed: 1)
    }
    var position = [Int](repeating: -1, count: panel.units.count)
    for (place, unit) in order.enumerated() { position[unit] = place }
    var rows = [Int](repeating: -1, count: order.count * width)
    for (row, unit) in panel.units.codes.enumerated() where position[Int(unit)] >= 0 {
      rows[position[Int(unit)] * width + Int(panel.places[row])] = row
    }
    periods = panel.periods
    labels = order.map { panel.units.labels[$0] }
    adoption = order.map { panel.adoption[$0] }
    incomplete = panel.units.count - order.count
    self.outcome = rows.map { outcome[$0] }
    covariateNames = covariates.map(\.name)
    self.covariates = covariates.map { covariate in rows.map { covariate.values[$0] } }
    let firsts = stride(from: 0, to: rows.count, by: width).map { rows[$0] }
    self.clusters =
      clusters?.selecting(firsts) ?? Grouping(codes: firsts.indices.map(Int32.init), labels: labels)
    guard self.clusters.count > 1 else { throw .oneCluster }
    self.weights = try weights.map { all throws(EstimationFault) in
      try Self.unitWeights(all, rows: rows, width: width)
    }
  }

  public var unitCount: Int { labels.count }

  func change(_ unit: Int, from base: Int, to place: Int) -> Double {
    outcome[unit * periods.count + place] - outcome[unit * periods.count + base]
  }

  private static func checkFinite(_ name: String, _ values: [Double]) throws(EstimationFault) {
    let rows = values.indices.filter { !values[$0].isFinite }
    guard rows.isEmpty else { throw .notFinite(name, rows: rows) }
  }

  private static func unitWeights(
    _ weights: [Double], rows: [Int], width: Int
  ) throws(EstimationFault) -> [Double] {
    var chosen: [Double] = []
    for start in stride(from: 0, to: rows.count, by: width) {
      let weight = weights[rows[start]]
      guard weight > 0, weight.isFinite else {
        throw .outOfRange("the weight of every row", allowed: "positive and finite")
      }
      guard rows[start..<(start + width)].allSatisfy({ weights[$0] == weight }) else {
        throw .outOfRange("the weight of a unit", allowed: "the same in all periods")
      }
      chosen.append(weight)
    }
    let mean = chosen.reduce(0, +) / Double(chosen.count)
    return chosen.map { $0 / mean }
  }
}
