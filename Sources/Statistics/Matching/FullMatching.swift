// SPDX-License-Identifier: EUPL-1.2

/// Optimal full matching: every case in a set of one treated case and controls, or one control and
/// treated cases, the sum of distances within sets the least possible.
///
/// Such sets are a least-cost cover of all cases by edges. It is the least-cost assignment between the
/// arms in which a pair (i, j) costs min(0, dᵢⱼ − aᵢ − bⱼ), with aᵢ and bⱼ the distances to the nearest
/// of the other arm; pairs that gain nothing fall apart and their cases join the nearest. The assignment
/// is found by shortest augmenting paths, the form that least-cost flow has here.
///
/// - Complexity: O(s·l) distances for s cases in the smaller arm of a stratum and l in the larger, at
///   most `pairLimit` of them, and the paths, which are short where cases are near to few others.
///
/// Source: Rosenbaum (1991), J. Royal Statistical Society B 53:597–610; Hansen (2004), J. American
/// Statistical Association 99:609–618; edge covers: Schrijver (2003), Combinatorial Optimization, §19.3.
/// Its total distance agrees with SciPy's assignment solver on reference case matching-ipw.
public struct FullMatching: Sendable {
  public let sets: MatchedSets
  /// The sum of distances within sets.
  public let distance: Double
  /// Cases without anybody of the other arm near enough, by arm.
  public let unmatched: (treated: Int, control: Int)

  /// As many pairs of a treated case and a control as a stratum may have: 5,000 by 5,000.
  public static let pairLimit = 25_000_000

  /// - Parameters:
  ///   - space: where the cases lie.
  ///   - treated: whether each case was.
  ///   - estimand: whose effect the weights are for.
  ///   - caliper: the largest distance, in the space's unit.
  ///   - strata: cases match within their stratum only.
  /// - Throws: `EstimationFault.outOfRange` above the limit of pairs, `.tooFew` where nobody is matched,
  ///   `.emptyArm`.
  public init(
    _ space: MatchingSpace, treated: [Bool], estimand: TreatmentEstimand, caliper: Double? = nil,
    strata: Grouping? = nil
  ) throws(EstimationFault) {
    guard treated.contains(true) else { throw .emptyArm("treated") }
    guard treated.contains(false) else { throw .emptyArm("control") }
    var sets = [Int32](repeating: -1, count: treated.count)
    var next: Int32 = 0
    var distance = 0.0
    let groups = Dictionary(grouping: treated.indices) { strata?.codes[$0] ?? 0 }
    for stratum in groups.keys.sorted() {
      let rows = groups[stratum] ?? []
      // On a score several sets of pairs are equally near: the order of cases decides, and it is one of
      // where they lie, so that the order of rows does not matter.
      let ordered = rows.sorted { space.lies($0, before: $1) }
      let ones = ordered.filter { treated[$0] }
      let zeros = ordered.filter { !treated[$0] }
      guard !ones.isEmpty, !zeros.isEmpty else { continue }
      guard ones.count * zeros.count <= Self.pairLimit else {
        throw .outOfRange(
          "the number of pairs to match fully",
          allowed: "at most \(Self.pairLimit) in a stratum: match within strata, or by nearest")
      }
      let isTurned = ones.count > zeros.count
      let cover = EdgeCover(
        isTurned ? zeros : ones, isTurned ? ones : zeros, space, caliper ?? .infinity)
      for star in cover.stars() {
        for row in star { sets[row] = next }
        next += 1
      }
      distance += cover.distance
    }
    guard next > 0 else {
      throw .tooFew("pairs that are near enough to match", count: 0, needed: 1)
    }
    self.sets = try MatchedSets(sets: sets, treated: treated, estimand: estimand)
    self.distance = distance
    unmatched = (
      treated.indices.count { treated[$0] && sets[$0] < 0 },
      treated.indices.count { !treated[$0] && sets[$0] < 0 }
    )
  }
}

/// The least-cost edges that touch every case of two groups.
private struct EdgeCover {
  private let few: [Int]
  private let many: [Int]
  private let space: MatchingSpace
  private let caliper: Double
  /// The place of the nearest in the other group, and how far it is.
  private var nearestOfFew: [(place: Int, distance: Double)]
  private var nearestOfMany: [(place: Int, distance: Double)]
  /// Places in `few` and `many`.
  private var edges: [(few: Int, many: Int)] = []

  init(_ few: [Int], _ many: [Int], _ space: MatchingSpace, _ caliper: Double) {
    self.few = few
    self.many = many
    self.space = space
    self.caliper = caliper
    nearestOfFew = Array(repeating: (0, .infinity), count: few.count)
    nearestOfMany = Array(repeating: (0, .infinity), count: many.count)
    for i in few.indices {
      for j in many.indices {
        let distance = space.distance(few[i], many[j])
        if distance < nearestOfFew[i].distance { nearestOfFew[i] = (j, distance) }
        if distance < nearestOfMany[j].distance { nearestOfMany[j] = (i, distance) }
      }
    }
    findEdges()
  }

  var distance: Double {
    edges.reduce(0) { $0 + space.distance(few[$1.few], many[$1.many]) }
  }

  private func cost(_ i: Int, _ j: Int) -> Double {
    let distance = space.distance(few[i], many[j])
    guard distance <= caliper else { return 0 }
    return min(0, distance - nearestOfFew[i].distance - nearestOfMany[j].distance)
  }

  private mutating func findEdges() {
    let partner = assignment()
    var isCovered = [Bool](repeating: false, count: many.count)
    var ofFew = [[Int]](repeating: [], count: few.count)
    for i in few.indices {
      if let j = partner[i] {
        ofFew[i].append(j)
        isCovered[j] = true
      } else if nearestOfFew[i].distance <= caliper {
        ofFew[i].append(nearestOfFew[i].place)
      }
    }
    for j in many.indices where !isCovered[j] && nearestOfMany[j].distance <= caliper {
      let i = nearestOfMany[j].place
      if !ofFew[i].contains(j) { ofFew[i].append(j) }
    }
    var degree = [Int](repeating: 0, count: many.count)
    for list in ofFew { for j in list { degree[j] += 1 } }
    // Cases at distance zero may be joined twice: an edge whose ends both have another goes.
    for i in few.indices {
      for j in ofFew[i] where ofFew[i].count > 1 && degree[j] > 1 {
        ofFew[i].removeAll { $0 == j }
        degree[j] -= 1
      }
      for j in ofFew[i] { edges.append((i, j)) }
    }
  }

  /// For each of the few its partner among the many; only pairs that gain something are looked at.
  private func assignment() -> [Int?] {
    let pairs = few.indices.map { i in
      many.indices.compactMap { j in
        let cost = cost(i, j)
        return cost < 0 ? (column: j, cost: cost) : nil
      }
    }
    return SparseAssignment(pairs, columnCount: many.count).partners
  }

  /// The rows of each set.
  func stars() -> [[Int]] {
    var ofMany = [[Int]](repeating: [], count: many.count)
    var ofFew = [[Int]](repeating: [], count: few.count)
    for (i, j) in edges {
      ofFew[i].append(j)
      ofMany[j].append(i)
    }
    var stars: [[Int]] = []
    for i in few.indices {
      // A centre among the few, or a pair; a centre among the many is counted at its first leaf.
      if ofFew[i].count > 1 {
        stars.append([few[i]] + ofFew[i].map { many[$0] })
      } else if let j = ofFew[i].first, ofMany[j].first == i {
        stars.append([many[j]] + ofMany[j].map { few[$0] })
      }
    }
    return stars
  }
}
