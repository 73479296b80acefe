// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// The lottery by which units came into their arms, so that it can be drawn again.
///
/// Units are rows, or clusters of rows. Each holds a code: its arm, or the period in which it started.
/// A new draw deals the same codes out again within each stratum, every order equally likely; that is
/// complete, blocked, clustered and paired assignment, and the order in which a stepped wedge starts.
public struct Assignment: Sendable, Hashable {
  /// How units were drawn.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    case complete
    case block
    case cluster
    case blockCluster = "block-cluster"
    case pair
    case steppedWedge = "stepped-wedge"
  }

  public let scheme: Scheme
  /// For each row the place of its unit; units of a stratum stand side by side.
  let placeOfRow: [Int32]
  /// For each place the code that its unit holds.
  let codes: [Int32]
  /// Stratum `s` has the places `starts[s]..<starts[s + 1]`.
  let starts: [Int]
  /// The labels of the strata, one empty text where there are none.
  let strata: [String]
  /// How many different codes there are.
  let codeCount: Int

  /// Takes the assignment of rows apart into units, strata and codes.
  ///
  /// - Parameters:
  ///   - scheme: how units were drawn.
  ///   - rowCodes: the code of each row, from 0.
  ///   - blocks: the stratum of each row, where units were drawn within strata, and only there.
  ///   - clusters: the unit of each row, where it was not the row.
  /// - Throws: `EstimationFault.mixedClusters` where a cluster has rows of several codes or strata,
  ///   `.notPairs` naming strata that are no pairs, `.tooFew` where only one assignment is possible.
  public init(
    _ scheme: Scheme, codes rowCodes: [Int32], blocks: Grouping?, clusters: Grouping?
  ) throws(EstimationFault) {
    precondition(
      scheme.usesBlocks ?? (blocks != nil) == (blocks != nil)
        && scheme.usesClusters ?? (clusters != nil) == (clusters != nil),
      "blocks and clusters where units are drawn by them, and only there")
    let unitOfRow = clusters?.codes ?? Array(0..<Int32(rowCodes.count))
    let unitCount = clusters?.count ?? rowCodes.count
    var codes = [Int32](repeating: -1, count: unitCount)
    var stratum = codes
    var mixed = Set<Int32>()
    for row in rowCodes.indices {
      let unit = Int(unitOfRow[row])
      let block = blocks?.codes[row] ?? 0
      if codes[unit] >= 0, codes[unit] != rowCodes[row] || stratum[unit] != block {
        mixed.insert(Int32(unit))
      }
      codes[unit] = rowCodes[row]
      stratum[unit] = block
    }
    guard mixed.isEmpty else { throw .mixedClusters(mixed.count, of: unitCount) }
    let strata = Grouping(codes: stratum, labels: blocks?.labels ?? [""]).sorted()
    var place = [Int32](repeating: 0, count: unitCount)
    for (position, unit) in strata.rows.enumerated() { place[Int(unit)] = Int32(position) }
    self.scheme = scheme
    self.codes = strata.rows.map { codes[Int($0)] }
    starts = strata.starts
    self.strata = blocks?.labels ?? [""]
    codeCount = Int(codes.max() ?? 0) + 1
    placeOfRow = unitOfRow.map { place[Int($0)] }
    if scheme == .pair { try checkPairs() }
    guard (count(upTo: 3) ?? 3) > 2 else {
      throw .tooFew("possible assignments", count: count(upTo: 3) ?? 0, needed: 3)
    }
  }

  /// The assignment of two arms; code 1 is the treated arm.
  ///
  /// - Parameters:
  ///   - arms: the rows, with blocks and clusters where units were drawn by them.
  ///   - scheme: how units were drawn; what blocks and clusters say unless given.
  /// - Throws: as the other initialiser; `.emptyArm`; `.tooFew` naming a block without cases of an
  ///   arm.
  public init(_ arms: TwoArms, _ scheme: Scheme? = nil) throws(EstimationFault) {
    guard arms.isTreated.contains(true) else { throw .emptyArm(arms.treatedLabel) }
    guard arms.isTreated.contains(false) else { throw .emptyArm(arms.controlLabel) }
    try self.init(
      scheme ?? Scheme(hasBlocks: arms.blocks != nil, hasClusters: arms.clusters != nil),
      codes: arms.isTreated.map { $0 ? 1 : 0 }, blocks: arms.blocks, clusters: arms.clusters)
    for stratum in strata.indices {
      let treated = treatedCount(in: stratum)
      guard treated > 0, treated < size(of: stratum) else {
        throw .tooFew("units of each arm in block '\(strata[stratum])'", count: 0, needed: 1)
      }
    }
  }

  /// The number of units.
  public var unitCount: Int { codes.count }

  /// The number of different assignments, nil where there are more than the limit.
  public func count(upTo limit: Int) -> Int? {
    var product = 1.0
    for stratum in strata.indices {
      var frequency = [Int](repeating: 0, count: codeCount)
      // n! ⁄ Π f! as a product of n ⁄ f that stays whole at every step.
      for (position, place) in (starts[stratum]..<starts[stratum + 1]).enumerated() {
        let code = Int(codes[place])
        frequency[code] += 1
        product = (product * Double(position + 1) / Double(frequency[code])).rounded()
        if product > Double(limit) { return nil }
      }
    }
    return Int(product)
  }

  func size(of stratum: Int) -> Int { starts[stratum + 1] - starts[stratum] }

  func treatedCount(in stratum: Int) -> Int {
    codes[starts[stratum]..<starts[stratum + 1]].count { $0 == 1 }
  }

  private func checkPairs() throws(EstimationFault) {
    let wrong = strata.indices.filter { size(of: $0) != 2 || treatedCount(in: $0) != 1 }
    guard wrong.isEmpty else { throw .notPairs(wrong.map { strata[$0] }) }
  }
}

extension Assignment.Scheme {
  /// What blocks and clusters say.
  public init(hasBlocks: Bool, hasClusters: Bool) {
    self =
      switch (hasBlocks, hasClusters) {
      case (false, false): .complete
      case (true, false): .block
      case (false, true): .cluster
      case (true, true): .blockCluster
      }
  }

  /// Whether units are drawn within strata; nil where both may be.
  public var usesBlocks: Bool? {
    switch self {
    case .complete, .cluster: false
    case .block, .blockCluster, .pair: true
    case .steppedWedge: nil
    }
  }

  /// Whether the units are clusters of rows; nil where both may be.
  public var usesClusters: Bool? {
    switch self {
    case .complete, .block: false
    case .cluster, .blockCluster, .steppedWedge: true
    case .pair: nil
    }
  }
}

extension Assignment {
  /// Visits every assignment once: the codes of all places, in lexicographic order.
  func enumerate(_ visit: ([Int32]) -> Void) {
    var codes = self.codes
    for stratum in strata.indices { codes[starts[stratum]..<starts[stratum + 1]].sort() }
    while true {
      visit(codes)
      var stratum = 0
      while stratum < strata.count,
        !codes.advance(starts[stratum]..<starts[stratum + 1])
      {
        stratum += 1
      }
      guard stratum < strata.count else { return }
    }
  }

  /// Deals the codes out again.
  func shuffle(_ codes: inout [Int32], _ random: inout RandomStream) {
    for stratum in strata.indices {
      let first = starts[stratum]
      for last in stride(from: starts[stratum + 1] - 1, to: first, by: -1) {
        codes.swapAt(last, first + random.integer(below: last - first + 1))
      }
    }
  }
}

extension [Int32] {
  /// The next order of the elements in a range; false, and the first order, after the last.
  fileprivate mutating func advance(_ range: Range<Int>) -> Bool {
    var pivot = range.upperBound - 2
    while pivot >= range.lowerBound, self[pivot] >= self[pivot + 1] { pivot -= 1 }
    guard pivot >= range.lowerBound else {
      self[range].reverse()
      return false
    }
    var successor = range.upperBound - 1
    while self[successor] <= self[pivot] { successor -= 1 }
    swapAt(pivot, successor)
    self[(pivot + 1)..<range.upperBound].reverse()
    return true
  }
}
