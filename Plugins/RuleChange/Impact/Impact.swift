// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What a reform does to a group: who gains, who loses, how much, and what it costs.
///
/// All counts but `units` and `counts` and all sums are weighted: Σw and Σw·x over the group's units that
/// are decided before and after. Always `totalGain − totalLoss = totalChange = reformTotal −
/// baselineTotal`; a change within the threshold adds to the sums, and its unit counts as unchanged.
struct Impact: Sendable, Hashable {
  /// Units in the group, each counted once.
  var units = 0
  /// The same by outcome: what decides whether a figure may be shown.
  var counts = Counts()
  var weight = 0.0
  var gainers = 0.0
  var losers = 0.0
  var unchanged = 0.0
  /// Units that the baseline or the reform leaves undecided, as for a missing input.
  var undecided = 0.0
  var baselineTotal = 0.0
  var reformTotal = 0.0
  var totalGain = 0.0
  var totalLoss = 0.0
  /// The mean change of those who gain, and of those who lose (a number below zero).
  var meanGain: Double?
  var meanLoss: Double?

  var totalChange: Double { totalGain - totalLoss }
  /// The units that are decided before and after.
  var decided: Double { gainers + losers + unchanged }
  var meanChange: Double? { decided > 0 ? totalChange / decided : nil }

  /// Units, each counted once.
  struct Counts: Sendable, Hashable {
    var gainers = 0
    var losers = 0
    var unchanged = 0
    var undecided = 0
    /// Units whose amount changes at all, be it within the threshold.
    var changed = 0
  }
}

/// Adds up the impact of a reform over the groups of a population.
struct ImpactMeasure: Sendable {
  private let amounts: ChangeAmounts
  private let weights: [Double]?
  private let threshold: Double

  /// The threshold is the smallest change, above zero, that counts as gain or loss.
  init(_ changes: ChangeColumn, weights: [Double]?, threshold: Double) {
    amounts = ChangeAmounts(changes)
    self.weights = weights
    self.threshold = threshold
  }

  /// The impact on all units.
  func whole() -> Impact { sums(groups: 1, codes: nil)[0].impact(amounts.divisor) }

  /// The impact on each group.
  ///
  /// - Complexity: O(rows), spread over the processors.
  func impacts(of partition: UnitPartition) -> [Impact] {
    sums(groups: partition.labels.count, codes: partition.codes).map { $0.impact(amounts.divisor) }
  }

  private func sums(groups: Int, codes: [Int32]?) -> [ImpactSums] {
    let parts = RowChunks.map(amounts.count) { rows in sums(over: rows, groups, codes) }
    return parts.dropFirst().reduce(into: parts[0]) { whole, part in
      for group in whole.indices { whole[group].add(part[group]) }
    }
  }

  private func sums(over rows: Range<Int>, _ groups: Int, _ codes: [Int32]?) -> [ImpactSums] {
    var sums = [ImpactSums](repeating: ImpactSums(), count: groups)
    for row in rows {
      let group = codes.map { Int($0[row]) } ?? 0
      let weight = weights?[row] ?? 1
      guard amounts.isDecided(row) else {
        sums[group].addUndecided(weight)
        continue
      }
      let change = amounts.changes[row]
      guard change != 0 else {
        sums[group].addUnchanged(amounts.baseline[row], weight)
        continue
      }
      let size = change / amounts.divisor
      let outcome: ImpactSums.Outcome =
        size > threshold ? .gains : size < -threshold ? .loses : .keeps
      sums[group].add(change: change, to: amounts.baseline[row], outcome, weight)
    }
    return sums
  }
}

/// The amounts in the smallest unit that they have, as cents, so that sums of whole units are exact.
private struct ChangeAmounts: Sendable {
  let baseline: [Double]
  let changes: [Double]
  let divisor: Double
  private let validity: Bitmap?

  var count: Int { changes.count }

  init(_ columns: ChangeColumn) {
    divisor = (0..<columns.change.type.places).reduce(1.0) { power, _ in power * 10 }
    baseline = Self.values(columns.baseline)
    changes = Self.values(columns.change)
    validity = columns.change.validity
  }

  func isDecided(_ row: Int) -> Bool { validity.map { $0[row] } ?? true }

  private static func values(_ column: Column) -> [Double] {
    switch column {
    case .integer(let column), .decimal(let column, _): column.values.map { Double($0) }
    default: column.doubles()?.values ?? []
    }
  }
}
