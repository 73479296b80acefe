// SPDX-License-Identifier: EUPL-1.2

/// Nearest-neighbour matching with replacement, and Abadie and Imbens' variance.
///
/// Each case is held against the mean of its M nearest cases of the other arm; those as near as the
/// M-th count as well. τ̂ is the mean difference over the treated, or over everybody.
/// V̂ = N⁻²·(Σ (dᵢ − τ̂)² + Σ (Kⱼ² − K′ⱼ) σ̂ⱼ²), with dᵢ the difference of a matched case, Kⱼ the sum
/// of the shares that case j has in others' matches and K′ⱼ that of their squares; for everybody's
/// effect 2Kⱼ comes on top of Kⱼ². σ̂ⱼ² is the variance of the case and its M nearest of its own arm.
/// Where the space is an estimated propensity score, that it is estimated is not counted.
///
/// - Complexity: O(n²).
///
/// Source: Abadie and Imbens (2006), Econometrica 74:235–267. Agrees with R Matching 4.10
/// `Match(ties = TRUE, Var.calc = M)` to 1e-10.
public struct ReplacingMatch: Sendable {
  public let estimand: TreatmentEstimand
  /// What each case counts in the two means: matched cases 1 and their matches the sum of their
  /// shares.
  public let weights: [Double]
  /// Cases that should have been matched and were not, for want of near ones.
  public let unmatched: Int
  private let matches: [(row: Int, partners: [Int])]
  private let treated: [Bool]
  private let space: MatchingSpace
  private let neighbours: Int

  /// - Parameters:
  ///   - space: where the cases lie.
  ///   - treated: whether each case was.
  ///   - estimand: the effect on the treated, or on everybody.
  ///   - ratio: M.
  ///   - caliper: the largest distance, in the space's unit.
  ///   - strata: cases match within their stratum only.
  /// - Throws: `EstimationFault.tooFew` where nobody is matched or an arm has fewer than M + 1 cases,
  ///   `.emptyArm`.
  public init(
    _ space: MatchingSpace, treated: [Bool], estimand: TreatmentEstimand, ratio: Int = 1,
    caliper: Double? = nil, strata: Grouping? = nil
  ) throws(EstimationFault) {
    guard ratio > 0 else { throw .outOfRange("the ratio", allowed: "at least 1") }
    for (label, arm) in [("treated", true), ("control", false)] {
      let count = treated.count { $0 == arm }
      guard count > 0 else { throw .emptyArm(label) }
      guard count > ratio else {
        throw .tooFew("cases in the \(label) arm", count: count, needed: ratio + 1)
      }
    }
    let focal = treated.indices.filter { treated[$0] || estimand == .everybody }
    let groups = Dictionary(grouping: treated.indices) { row in
      Cell(stratum: strata?.codes[row] ?? 0, isTreated: treated[row])
    }
    let found = Replicates.map(focal.count, chunk: 256) { range in
      range.map { place -> [Int] in
        let row = focal[place]
        let other = Cell(stratum: strata?.codes[row] ?? 0, isTreated: !treated[row])
        return space.nearest(ratio, to: row, among: groups[other] ?? [], within: caliper)
      }
    }
    let matches = zip(focal, found).map { (row: $0, partners: $1) }.filter { !$0.partners.isEmpty }
    guard !matches.isEmpty else {
      throw .tooFew("pairs that are near enough to match", count: 0, needed: 1)
    }
    var weights = [Double](repeating: 0, count: treated.count)
    for (row, partners) in matches {
      weights[row] += 1
      for partner in partners { weights[partner] += 1 / Double(partners.count) }
    }
    self.weights = weights
    unmatched = focal.count - matches.count
    self.matches = matches
    self.treated = treated
    self.space = space
    self.estimand = estimand
    neighbours = ratio
  }

  private struct Cell: Hashable {
    let stratum: Int32
    let isTreated: Bool
  }

  /// - Parameters:
  ///   - outcome: one value per case.
  ///   - level: two-sided confidence level.
  /// - Returns: in the outcome's unit, with the normal distribution.
  /// - Throws: `EstimationFault.zeroVariance`.
  public func effect(
    _ outcome: [Double], level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let count = Double(matches.count)
    let differences = matches.map { row, partners in
      let mean = partners.reduce(0) { $0 + outcome[$1] } / Double(partners.count)
      return treated[row] ? outcome[row] - mean : mean - outcome[row]
    }
    let effect = differences.reduce(0, +) / count
    var sum = differences.reduce(0) { $0 + ($1 - effect) * ($1 - effect) }
    var shares = [Double](repeating: 0, count: treated.count)
    var squares = shares
    for (_, partners) in matches {
      let share = 1 / Double(partners.count)
      for partner in partners {
        shares[partner] += share
        squares[partner] += share * share
      }
    }
    let used = shares.indices.filter { shares[$0] > 0 }
    let arms = [false, true].map { arm in treated.indices.filter { treated[$0] == arm } }
    let noise = Replicates.map(used.count, chunk: 256) { range in
      range.map { place -> Double in
        let row = used[place]
        let near = space.nearest(
          neighbours, to: row, among: arms[treated[row] ? 1 : 0], within: nil)
        return Moments([outcome[row]] + near.map { outcome[$0] }).variance
      }
    }
    for (row, noise) in zip(used, noise) {
      let again = estimand == .everybody ? 2 * shares[row] : 0
      sum += (shares[row] * shares[row] + again - squares[row]) * noise
    }
    return try Estimate(
      of: "the effect", value: effect, standardError: sum.squareRoot() / count, level: level)
  }
}

extension MatchingSpace {
  /// The rows nearest to one, and those as near as the last of them; itself is not among them.
  func nearest(
    _ count: Int, to row: Int, among candidates: [Int], within caliper: Double?
  ) -> [Int] {
    // The least distances so far, in order.
    var least: [Double] = []
    for candidate in candidates where candidate != row {
      let distance = distance(row, candidate)
      guard distance <= caliper ?? .infinity else { continue }
      if least.count < count || distance < least[least.count - 1] {
        least.insert(distance, at: least.firstIndex { distance < $0 } ?? least.count)
        if least.count > count { least.removeLast() }
      }
    }
    guard let last = least.last else { return [] }
    let limit = last * (1 + 1e-12)
    return candidates.filter { $0 != row && distance(row, $0) <= limit }
  }
}
