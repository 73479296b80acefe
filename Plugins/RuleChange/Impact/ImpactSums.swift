// SPDX-License-Identifier: EUPL-1.2

/// The sums from which the figures of a group follow.
struct ImpactSums: Sendable {
  enum Outcome {
    case gains
    case loses
    case keeps
  }

  private var impact = Impact()
  private var baseline = WeightedSum()
  private var gain = WeightedSum()
  private var loss = WeightedSum()
  private var gainers = WeightedSum()
  private var losers = WeightedSum()

  mutating func addUndecided(_ weight: Double) {
    count(weight)
    impact.counts.undecided += 1
    impact.undecided += weight
  }

  mutating func addUnchanged(_ amount: Double, _ weight: Double) {
    count(weight)
    impact.counts.unchanged += 1
    impact.unchanged += weight
    baseline.add(amount * weight)
  }

  mutating func add(change: Double, to amount: Double, _ outcome: Outcome, _ weight: Double) {
    count(weight)
    impact.counts.changed += 1
    baseline.add(amount * weight)
    if change > 0 { gain.add(change * weight) } else { loss.add(-change * weight) }
    switch outcome {
    case .gains:
      impact.counts.gainers += 1
      impact.gainers += weight
      gainers.add(change * weight)
    case .loses:
      impact.counts.losers += 1
      impact.losers += weight
      losers.add(change * weight)
    case .keeps:
      impact.counts.unchanged += 1
      impact.unchanged += weight
    }
  }

  private mutating func count(_ weight: Double) {
    impact.units += 1
    impact.weight += weight
  }

  mutating func add(_ other: ImpactSums) {
    impact.units += other.impact.units
    impact.counts.gainers += other.impact.counts.gainers
    impact.counts.losers += other.impact.counts.losers
    impact.counts.unchanged += other.impact.counts.unchanged
    impact.counts.undecided += other.impact.counts.undecided
    impact.counts.changed += other.impact.counts.changed
    impact.weight += other.impact.weight
    impact.gainers += other.impact.gainers
    impact.losers += other.impact.losers
    impact.unchanged += other.impact.unchanged
    impact.undecided += other.impact.undecided
    baseline.add(other.baseline)
    gain.add(other.gain)
    loss.add(other.loss)
    gainers.add(other.gainers)
    losers.add(other.losers)
  }

  /// The figures; the reform's total follows, so that no rounding can part it from the change.
  func impact(_ divisor: Double) -> Impact {
    var impact = impact
    impact.baselineTotal = baseline.value / divisor
    impact.totalGain = gain.value / divisor
    impact.totalLoss = loss.value / divisor
    var reform = baseline
    reform.add(gain)
    reform.subtract(loss)
    impact.reformTotal = reform.value / divisor
    if impact.gainers > 0 { impact.meanGain = gainers.value / divisor / impact.gainers }
    if impact.losers > 0 { impact.meanLoss = losers.value / divisor / impact.losers }
    return impact
  }
}

/// A sum with its rounding errors carried along (Neumaier 1974, ZAMM 54:39–51): exact for whole numbers
/// below 2⁵³.
struct WeightedSum: Sendable, Hashable {
  private var sum = 0.0
  private var error = 0.0

  var value: Double { sum + error }

  mutating func add(_ term: Double) {
    let next = sum + term
    error += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  mutating func add(_ other: WeightedSum) {
    add(other.sum)
    add(other.error)
  }

  mutating func subtract(_ other: WeightedSum) {
    add(-other.sum)
    add(-other.error)
  }
}
