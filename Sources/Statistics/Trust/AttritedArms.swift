// SPDX-License-Identifier: EUPL-1.2

/// Two arms of which some outcomes were not seen.
public struct AttritedArms: Sendable, Hashable {
  let treated: [Bool]
  let observed: [Bool]
  let outcome: [Double]
  let clusters: Grouping?

  /// Takes everybody who was assigned, whether or not the outcome was seen.
  ///
  /// - Parameters:
  ///   - treated: whether each case was assigned to the treated arm.
  ///   - outcome: in its unit; nil where it was not seen.
  ///   - clusters: the unit of assignment of each case, where that was not the case.
  /// - Throws: `EstimationFault.emptyArm` where an arm has no cases, `.tooFew` where fewer than two
  ///   outcomes of an arm were seen, `.oneCluster`, `.notFinite`.
  public init(
    treated: [Bool], outcome: [Double?], clusters: Grouping? = nil
  ) throws(EstimationFault) {
    precondition(treated.count == outcome.count, "one outcome, seen or not, per case")
    precondition(clusters.map { $0.rowCount == treated.count } ?? true, "one cluster per case")
    for (label, flag) in [("treated", true), ("control", false)] {
      guard treated.contains(flag) else { throw .emptyArm(label) }
      let seen = treated.indices.count { treated[$0] == flag && outcome[$0] != nil }
      guard seen > 1 else {
        throw .tooFew("outcomes seen in the \(label) arm", count: seen, needed: 2)
      }
    }
    let wrong = outcome.indices.filter { outcome[$0].map { !$0.isFinite } ?? false }
    guard wrong.isEmpty else { throw .notFinite("outcome", rows: wrong) }
    if let clusters, clusters.count < 2 { throw .oneCluster }
    self.treated = treated
    observed = outcome.map { $0 != nil }
    self.outcome = outcome.map { $0 ?? 0 }
    self.clusters = clusters
  }

  /// Bounds that hold whatever the outcomes are that were not seen.
  ///
  /// L = [q₁ȳ₁ + (1 − q₁)a] − [q₀ȳ₀ + (1 − q₀)b], and U with a and b exchanged: each unseen outcome
  /// is put at the end of the outcome's range that is worst for the effect, then best. qₐ is the share
  /// seen in arm a. Standard errors are those of a difference in means of the completed outcomes,
  /// by cluster where one is named.
  ///
  /// - Parameters:
  ///   - range: the smallest and the largest value that the outcome can have.
  ///   - level: of Imbens and Manski's interval.
  /// - Returns: the bounds, in the outcome's unit.
  /// - Throws: `EstimationFault.outOfRange` where an outcome lies outside the range, or for a level
  ///   outside (0, 1); `.zeroVariance` where nothing varies.
  /// - Complexity: O(n).
  ///
  /// Source: Manski (1990), American Economic Review 80(2):319–323; Horowitz and Manski (2000), J. of
  /// the American Statistical Association 95:77–84. Agrees with reference case lee-bounds.
  public func worstCaseBounds(
    range: ClosedRange<Double>, level: Double = 0.95
  ) throws(EstimationFault) -> IdentifiedInterval {
    for row in outcome.indices where observed[row] && !range.contains(outcome[row]) {
      throw .outOfRange("every outcome", allowed: "within the outcome's range")
    }
    let low = difference(unseenTreated: range.lowerBound, unseenControl: range.upperBound)
    let high = difference(unseenTreated: range.upperBound, unseenControl: range.lowerBound)
    return try IdentifiedInterval(
      of: "the outcome", lower: low.value, upper: high.value, lowerError: low.error,
      upperError: high.error, level: level)
  }

  private func difference(
    unseenTreated: Double, unseenControl: Double
  ) -> (value: Double, error: Double) {
    let completed = outcome.indices.map { row in
      observed[row] ? outcome[row] : treated[row] ? unseenTreated : unseenControl
    }
    var sums = (treated: 0.0, control: 0.0)
    var counts = (treated: 0.0, control: 0.0)
    for (value, flag) in zip(completed, treated) {
      if flag {
        sums.treated += value
        counts.treated += 1
      } else {
        sums.control += value
        counts.control += 1
      }
    }
    let means = (treated: sums.treated / counts.treated, control: sums.control / counts.control)
    let contributions = zip(completed, treated).map { value, flag in
      flag ? (value - means.treated) / counts.treated : (means.control - value) / counts.control
    }
    return (
      means.treated - means.control, Contributions.standardError(contributions, clusters)
    )
  }
}
