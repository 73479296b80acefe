// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What a reform does to a group: who gains, who loses, how much, and what it costs.
///
/// All counts but `units` and all sums are weighted: Σw and Σw·x over the group's units that are decided
/// before and after. Always `totalGain − totalLoss = totalChange = reformTotal − baselineTotal`; a
/// change within the threshold adds to the sums, and its unit counts as unchanged.
struct Impact: Sendable, Hashable {
  /// Units in the group, each counted once.
  var units = 0
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
}

/// Adds up the impact of a reform over any rows.
struct ImpactMeasure: Sendable {
  private let changes: ChangeColumn
  private let weights: [Double]?
  private let threshold: Double

  /// The threshold is the smallest change, above zero, that counts as gain or loss.
  init(_ changes: ChangeColumn, weights: [Double]?, threshold: Double) {
    self.changes = changes
    self.weights = weights
    self.threshold = threshold
  }

  /// The impact on the units in these rows.
  func impact(on rows: some Sequence<Int>) -> Impact {
    var impact = Impact()
    var sums = Sums()
    let amounts = Amounts(changes)
    for row in rows {
      let weight = weights?[row] ?? 1
      impact.units += 1
      impact.weight += weight
      guard let change = amounts.change(row) else {
        impact.undecided += weight
        continue
      }
      sums.baseline.add(amounts.baseline[row], weight)
      if change > 0 { sums.gain.add(amounts.changes[row], weight) }
      if change < 0 { sums.loss.add(-amounts.changes[row], weight) }
      if change > threshold {
        impact.gainers += weight
        sums.gainers.add(amounts.changes[row], weight)
      } else if change < -threshold {
        impact.losers += weight
        sums.losers.add(amounts.changes[row], weight)
      } else {
        impact.unchanged += weight
      }
    }
    impact.baselineTotal = sums.baseline.value(amounts.divisor)
    impact.totalGain = sums.gain.value(amounts.divisor)
    impact.totalLoss = sums.loss.value(amounts.divisor)
    impact.reformTotal = sums.reform.value(amounts.divisor)
    if impact.gainers > 0 {
      impact.meanGain = sums.gainers.value(amounts.divisor) / impact.gainers
    }
    if impact.losers > 0 { impact.meanLoss = sums.losers.value(amounts.divisor) / impact.losers }
    return impact
  }
}

/// The amounts in the smallest unit that they have, as cents, so that sums of whole units are exact.
private struct Amounts {
  let baseline: [Double]
  let changes: [Double]
  let divisor: Double
  private let validity: Bitmap?

  init(_ columns: ChangeColumn) {
    divisor = (0..<columns.change.type.places).reduce(1.0) { power, _ in power * 10 }
    baseline = Self.values(columns.baseline)
    changes = Self.values(columns.change)
    validity = columns.change.validity
  }

  /// The change in the unit of the decision; nil for an undecided unit.
  func change(_ row: Int) -> Double? {
    if let validity, !validity[row] { return nil }
    return changes[row] / divisor
  }

  private static func values(_ column: Column) -> [Double] {
    switch column {
    case .integer(let column), .decimal(let column, _): column.values.map { Double($0) }
    default: column.doubles()?.values ?? []
    }
  }
}

private struct Sums {
  var baseline = WeightedSum()
  var gain = WeightedSum()
  var loss = WeightedSum()
  var gainers = WeightedSum()
  var losers = WeightedSum()

  /// The reform's total follows, so that no rounding can part it from the change.
  var reform: WeightedSum { baseline.adding(gain, loss) }
}

/// Σ w·x with the rounding errors carried along (Neumaier 1974, ZAMM 54:39–51): exact for whole numbers
/// below 2⁵³.
private struct WeightedSum {
  private var sum = 0.0
  private var error = 0.0

  mutating func add(_ value: Double, _ weight: Double) { add(value * weight) }

  private mutating func add(_ term: Double) {
    let next = sum + term
    error += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  func adding(_ gain: WeightedSum, _ loss: WeightedSum) -> WeightedSum {
    var result = self
    for term in [gain.sum, gain.error, -loss.sum, -loss.error] { result.add(term) }
    return result
  }

  func value(_ divisor: Double) -> Double { (sum + error) / divisor }
}
