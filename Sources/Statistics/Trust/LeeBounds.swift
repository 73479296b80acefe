// SPDX-License-Identifier: EUPL-1.2

/// Lee's bounds on the effect among those whose outcome would be seen in either arm.
///
/// Where the outcome is seen more often in one arm, that arm holds cases whom the other arm would have
/// lost. If assignment moves seeing in one direction only, their share among those seen is
/// p = (q₊ − q₋) ⁄ q₊, with q₊ ≥ q₋ the shares seen; dropping the best, and then the worst, share p of the
/// arm gives the least and the largest mean that the others can have. Exactly p·m of the m outcomes go:
/// the one at the border counts in part, and ties need no order.
public struct LeeBounds: Sendable, Hashable {
  public let bounds: IdentifiedInterval
  /// p over all cases, before any tightening.
  public let trimmedShare: Double
  /// Whether outcomes of the treated arm are trimmed; false where the control arm's are, or none.
  public let trimsTreated: Bool
  /// Cells in which the outcome is seen more often in the other arm than over all cells: against the
  /// assumption, or chance.
  public let reversedCells: Int

  /// Trims within cells where some are given, else over all cases.
  ///
  /// Tightened by a covariate, the bounds are Σ_x w_x·Δ_x, with w_x the cell's share among those seen in
  /// the arm that loses more. Standard errors come from each case's first-order contribution, the
  /// trimming share's and the weights' included, summed by cluster where there is one; without cells
  /// and clusters they are those of Lee's proposition 3 times √(n⁄(n − 1)).
  ///
  /// - Parameters:
  ///   - arms: everybody who was assigned.
  ///   - cells: a group of each case that was known before assignment; nil for none.
  ///   - level: of Imbens and Manski's interval.
  /// - Throws: `EstimationFault.tooFew` where a cell lacks an arm, or no cell has outcomes seen in both
  ///   arms; `.outOfRange` for a level outside (0, 1); `.zeroVariance` where nothing varies.
  /// - Complexity: O(n·log n).
  ///
  /// Source: Lee (2009), Review of Economic Studies 76:1071–1102; the interval: Imbens and Manski
  /// (2004). Agrees with reference case lee-bounds (fractional trimming) to 1e-8.
  public init(
    _ arms: AttritedArms, cells: Grouping? = nil, level: Double = 0.95
  ) throws(EstimationFault) {
    let cells = cells ?? Grouping(codes: arms.treated.map { _ in 0 }, labels: ["all"])
    precondition(cells.rowCount == arms.treated.count, "one cell per case")
    let order = cells.sorted()
    let all = TrimmedCell(arms, rows: Array(arms.treated.indices))
    var parts: [TrimmedCell] = []
    for cell in 0..<cells.count {
      let part = TrimmedCell(
        arms, rows: order.rows[order.starts[cell]..<order.starts[cell + 1]].map(Int.init))
      for arm in [part.treated, part.control] where arm.rows.isEmpty {
        throw .tooFew("cases of an arm in a cell", count: 0, needed: 1)
      }
      if !part.treated.seen.isEmpty, !part.control.seen.isEmpty { parts.append(part) }
    }
    guard !parts.isEmpty else {
      throw .tooFew("cells with outcomes in both arms", count: 0, needed: 1)
    }
    let lower = Self.average(parts, arms) { $0.bound(arms, keepsLargest: !$0.trimsTreated) }
    let upper = Self.average(parts, arms) { $0.bound(arms, keepsLargest: $0.trimsTreated) }
    bounds = try IdentifiedInterval(
      of: "the outcome", lower: lower.value, upper: upper.value,
      lowerError: Contributions.standardError(lower.contributions, arms.clusters),
      upperError: Contributions.standardError(upper.contributions, arms.clusters), level: level)
    trimmedShare = all.trimmedShare
    trimsTreated = all.trimsTreated && all.trimmedShare > 0
    reversedCells = parts.count { $0.trimmedShare > 0 && $0.trimsTreated != all.trimsTreated }
  }

  /// Σ_x w_x·Δ_x with w_x = a_x ⁄ Σa, a_x the share of the cell's losing arm that lies in it and is seen.
  private static func average(
    _ parts: [TrimmedCell], _ arms: AttritedArms,
    _ bound: (TrimmedCell) -> (value: Double, contributions: [(row: Int, value: Double)])
  ) -> (value: Double, contributions: [Double]) {
    let sizes = [false, true].map { flag in Double(arms.treated.count { $0 == flag }) }
    let bounds = parts.map(bound)
    let shares = parts.map { part in
      Double(part.losing.seen.count) / sizes[part.trimsTreated ? 0 : 1]
    }
    let whole = shares.reduce(0, +)
    let value = zip(shares, bounds).reduce(0) { $0 + $1.0 * $1.1.value } / whole
    var contributions = [Double](repeating: 0, count: arms.treated.count)
    for (place, part) in parts.enumerated() {
      for (row, own) in bounds[place].contributions {
        contributions[row] += shares[place] / whole * own
      }
      guard parts.count > 1 else { continue }
      // The weights are estimated as well.
      let pull = (bounds[place].value - value) / whole
      let size = sizes[part.trimsTreated ? 0 : 1]
      for row in arms.treated.indices where arms.treated[row] != part.trimsTreated {
        contributions[row] -= pull * shares[place] / size
      }
      for row in part.losing.seen { contributions[row] += pull / size }
    }
    return (value, contributions)
  }
}

/// The cases of one cell, and which arm of it is to be trimmed by how much.
private struct TrimmedCell {
  struct Arm {
    let rows: [Int]
    /// Rows with an outcome, from the smallest to the largest.
    let seen: [Int]
    var share: Double { Double(seen.count) / Double(rows.count) }

    init(_ arms: AttritedArms, _ rows: [Int]) {
      self.rows = rows
      seen = rows.filter { arms.observed[$0] }.sorted {
        (arms.outcome[$0], $0) < (arms.outcome[$1], $1)
      }
    }
  }

  let treated: Arm
  let control: Arm

  init(_ arms: AttritedArms, rows: [Int]) {
    treated = Arm(arms, rows.filter { arms.treated[$0] })
    control = Arm(arms, rows.filter { !arms.treated[$0] })
  }

  var trimsTreated: Bool { treated.share >= control.share }
  var trimmed: Arm { trimsTreated ? treated : control }
  /// The arm of which fewer outcomes were seen.
  var losing: Arm { trimsTreated ? control : treated }
  var trimmedShare: Double {
    trimmed.share > 0 ? (trimmed.share - losing.share) / trimmed.share : 0
  }

  /// Treated minus control with one end of the trimmed arm left out, and what each case adds to its error.
  func bound(
    _ arms: AttritedArms, keepsLargest: Bool
  ) -> (value: Double, contributions: [(row: Int, value: Double)]) {
    let kept = keepsLargest ? Array(trimmed.seen.reversed()) : trimmed.seen
    let count = Double(kept.count)
    let weight = count * (1 - trimmedShare)
    // `kept` starts with what stays for certain; the border case counts in part.
    let whole = min(Int(weight), kept.count)
    let rest = whole < kept.count ? weight - Double(whole) : 0
    var sum = kept.prefix(whole).reduce(0) { $0 + arms.outcome[$1] }
    if rest > 0 { sum += rest * arms.outcome[kept[whole]] }
    let mean = sum / weight
    let border = arms.outcome[kept[min(whole, kept.count - 1)]]
    let other = losing.seen.reduce(0) { $0 + arms.outcome[$1] } / Double(losing.seen.count)
    let sign = trimsTreated ? 1.0 : -1.0
    var contributions: [(row: Int, value: Double)] = []
    // The trimmed mean at a known share …
    for (place, row) in kept.enumerated() {
      let inside = place < whole ? arms.outcome[row] - border : 0
      contributions.append(
        (row, sign * (inside - (1 - trimmedShare) * (mean - border)) / weight))
    }
    // … and its move with the share: dμ⁄dp = (μ − border) ⁄ (1 − p), p = 1 − q₋⁄q₊.
    let slope = (mean - border) / (1 - trimmedShare)
    let most = trimmed.share
    let least = losing.share
    for row in trimmed.rows {
      let deviation = (arms.observed[row] ? 1 : 0) - most
      contributions.append(
        (row, sign * slope * least / (most * most) * deviation / Double(trimmed.rows.count)))
    }
    for row in losing.rows {
      let deviation = (arms.observed[row] ? 1 : 0) - least
      contributions.append(
        (row, -sign * slope / most * deviation / Double(losing.rows.count)))
    }
    for row in losing.seen {
      contributions.append(
        (row, -sign * (arms.outcome[row] - other) / Double(losing.seen.count)))
    }
    return (sign * (mean - other), contributions)
  }
}
