// SPDX-License-Identifier: EUPL-1.2

/// Outcomes of units over time, some of which got a change at some time and kept it.
///
/// Balanced: every unit has an outcome in every period. Units that never got the change are donors.
public struct TreatedPanel: Sendable, Hashable {
  public let units: [String]
  /// In the order of time.
  public let times: [String]
  /// Periods × units, in the outcome's unit.
  public let outcomes: Matrix
  /// For each unit the position of its first period with the change; nil for a donor.
  public let adoption: [Int?]

  public let treated: [Int]
  public let donors: [Int]

  /// - Throws: `EstimationFault.tooFew` without donors, without treated units, or with fewer than two
  ///   periods before the change, `.notFinite`, `.zeroVariance` for a treated unit whose outcome was the
  ///   same in all periods before the change.
  public init(
    units: [String], times: [String], outcomes: Matrix, adoption: [Int?]
  ) throws(EstimationFault) {
    precondition(outcomes.rows == times.count && outcomes.columns == units.count, "periods × units")
    precondition(adoption.count == units.count, "one adoption per unit")
    precondition(adoption.allSatisfy { ($0 ?? 0) < times.count }, "adoption within the periods")
    self.units = units
    self.times = times
    self.outcomes = outcomes
    self.adoption = adoption
    treated = units.indices.filter { adoption[$0] != nil }
    donors = units.indices.filter { adoption[$0] == nil }
    let wrong = outcomes.values.indices.filter { !outcomes.values[$0].isFinite }
    guard wrong.isEmpty else { throw .notFinite("outcome", rows: wrong) }
    guard !treated.isEmpty else { throw .tooFew("treated units", count: 0, needed: 1) }
    guard donors.count > 1 else {
      throw .tooFew("units that never got the change", count: donors.count, needed: 2)
    }
    for unit in treated {
      let before = adoption[unit] ?? 0
      guard before > 1 else {
        throw .tooFew("periods before the change of '\(units[unit])'", count: before, needed: 2)
      }
      let past = outcomes.column(unit)[..<before]
      guard past.contains(where: { $0 != past[0] }) else {
        throw .zeroVariance("the outcome of '\(units[unit])' before the change")
      }
    }
  }

  /// The positions of first treatment, in order, each with its units.
  public var cohorts: [(from: Int, units: [Int])] {
    Dictionary(grouping: treated) { adoption[$0] ?? 0 }
      .sorted { $0.key < $1.key }
      .map { (from: $0.key, units: $0.value) }
  }

  /// The periods before the change, with the change set earlier: nothing should be found there.
  ///
  /// - Returns: nil where units got the change at different times, or too few periods stay before.
  public func withChange(earlier: Int) -> TreatedPanel? {
    guard cohorts.count == 1, let from = cohorts.first?.from, earlier > 0, from - earlier > 1 else {
      return nil
    }
    return try? TreatedPanel(
      units: units, times: Array(times[..<from]), outcomes: outcomes.first(rows: from),
      adoption: adoption.map { $0.map { $0 - earlier } })
  }

  /// √ of the mean variance across units in a period before a position: what a gap is small against.
  func spread(before position: Int) -> Double {
    var sum = 0.0
    for time in 0..<position { sum += Moments(outcomes.row(time)).variance }
    return (sum / Double(position)).squareRoot()
  }
}
