// SPDX-License-Identifier: EUPL-1.2

/// Nearest-neighbour matching without replacement: each treated case takes the nearest free controls.
///
/// Greedy: treated cases choose in the order of their priority, highest first and ties by row, one
/// control each before anybody takes a second. Of controls equally near the first by row is taken, so
/// that with ties the order of rows matters; with replacement it does not.
///
/// - Complexity: O(k·n₁·n₀).
///
/// Agrees with the balance in the guide of R MatchIt (`vignette("MatchIt")`). Version 4.5.1, with which
/// reference case matching-ipw was made, takes a control from above only where none is left below, which
/// is not the nearest for 6 of 185 cases there.
public struct NearestNeighbours: Sendable {
  public let sets: MatchedSets
  /// Treated cases without any control: none was left, or none within the caliper or the stratum.
  public let unmatched: Int

  /// - Parameters:
  ///   - space: where the cases lie.
  ///   - treated: whether each case was.
  ///   - priority: who chooses first; the propensity as a rule.
  ///   - ratio: how many controls each treated case takes at most.
  ///   - caliper: the largest distance, in the space's unit.
  ///   - strata: cases match within their stratum only.
  /// - Throws: `EstimationFault.tooFew` where nobody is matched, or where treated cases outnumber
  ///   controls.
  public init(
    _ space: MatchingSpace, treated: [Bool], priority: [Double], ratio: Int = 1,
    caliper: Double? = nil, strata: Grouping? = nil
  ) throws(EstimationFault) {
    let ones = treated.indices.filter { treated[$0] }
    let zeros = treated.indices.filter { !treated[$0] }
    guard !ones.isEmpty else { throw .emptyArm("treated") }
    guard !zeros.isEmpty else { throw .emptyArm("control") }
    guard zeros.count >= ones.count else {
      throw .tooFew(
        "controls to match without replacement", count: zeros.count, needed: ones.count)
    }
    guard ratio > 0 else { throw .outOfRange("the ratio", allowed: "at least 1") }
    let order = ones.sorted {
      priority[$0] == priority[$1] ? $0 < $1 : priority[$0] > priority[$1]
    }
    var free = Dictionary(grouping: zeros) { strata?.codes[$0] ?? 0 }
    var sets = [Int32](repeating: -1, count: treated.count)
    var isDone = [Bool](repeating: false, count: treated.count)
    for round in 0..<ratio {
      for (number, row) in order.enumerated() where !isDone[row] {
        let stratum = strata?.codes[row] ?? 0
        guard let place = Self.nearest(to: row, among: free[stratum] ?? [], space, caliper) else {
          isDone[row] = true
          continue
        }
        if round == 0 { sets[row] = Int32(number) }
        if let taken = free[stratum]?.remove(at: place) { sets[taken] = Int32(number) }
      }
    }
    guard sets.contains(where: { $0 >= 0 }) else {
      throw .tooFew("pairs that are near enough to match", count: 0, needed: 1)
    }
    self.sets = try MatchedSets(sets: sets, treated: treated, estimand: .treated)
    unmatched = ones.count { sets[$0] < 0 }
  }

  private static func nearest(
    to row: Int, among free: [Int], _ space: MatchingSpace, _ caliper: Double?
  ) -> Int? {
    var least = Double.infinity
    var found: Int?
    for (place, candidate) in free.enumerated() {
      let distance = space.distance(row, candidate)
      if distance < least { (least, found) = (distance, place) }
    }
    if let caliper, least > caliper { return nil }
    return found
  }
}
