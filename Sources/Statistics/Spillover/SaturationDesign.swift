// SPDX-License-Identifier: EUPL-1.2

/// A two-stage experiment: clusters are assigned a saturation, and that share of their cases is treated.
///
/// Saturations stand in the order of the share that was treated; the first is the reference. It is the
/// pure control where nobody of it was treated.
public struct SaturationDesign: Sendable {
  /// In the outcome's unit.
  public let outcome: [Double]
  public let isTreated: [Bool]
  public let clusters: Grouping
  /// Labels of the saturations, the lowest share treated first.
  public let labels: [String]
  /// The share of cases treated at each saturation.
  public let shares: [Double]

  /// The place of each row's saturation in `labels`.
  let saturation: [Int]
  /// The rows of each cluster, by its saturation.
  let members: [[[Int]]]

  /// - Parameters:
  ///   - outcome: n values, none missing.
  ///   - isTreated: whether the case itself was treated.
  ///   - clusters: of each row.
  ///   - saturations: of each row, the same within a cluster.
  /// - Throws: `EstimationFault.tooFew` naming a saturation with fewer than two clusters, or without
  ///   untreated cases at the reference, or with one saturation only; `.outOfRange` where a cluster has
  ///   several saturations.
  public init(
    outcome: [Double], isTreated: [Bool], clusters: Grouping, saturations: Grouping
  ) throws(EstimationFault) {
    precondition(
      outcome.count == isTreated.count && outcome.count == clusters.rowCount
        && outcome.count == saturations.rowCount, "one of each for each row")
    guard saturations.count > 1 else {
      throw .tooFew("saturations", count: saturations.count, needed: 2)
    }
    var treated = [Int](repeating: 0, count: saturations.count)
    var ofCluster = [Int](repeating: -1, count: clusters.count)
    for row in outcome.indices {
      let code = Int(saturations.codes[row])
      if isTreated[row] { treated[code] += 1 }
      let cluster = Int(clusters.codes[row])
      guard ofCluster[cluster] < 0 || ofCluster[cluster] == code else {
        throw .outOfRange("the saturation of every cluster", allowed: "the same for all its cases")
      }
      ofCluster[cluster] = code
    }
    let sizes = saturations.sizes
    let share = treated.indices.map { Double(treated[$0]) / Double(sizes[$0]) }
    let order = share.indices.sorted {
      share[$0] == share[$1]
        ? saturations.labels[$0] < saturations.labels[$1] : share[$0] < share[$1]
    }
    for code in order {
      let count = ofCluster.count { $0 == code }
      guard count > 1 else {
        throw .tooFew(
          "clusters at saturation '\(saturations.labels[code])'", count: count, needed: 2)
      }
    }
    guard share[order[0]] < 1 else {
      throw .tooFew(
        "untreated cases at saturation '\(saturations.labels[order[0]])'", count: 0, needed: 1)
    }
    var place = [Int](repeating: 0, count: order.count)
    for (position, code) in order.enumerated() { place[code] = position }
    saturation = saturations.codes.map { place[Int($0)] }
    labels = order.map { saturations.labels[$0] }
    shares = order.map { share[$0] }
    let sorted = clusters.sorted()
    var members = [[[Int]]](repeating: [], count: order.count)
    for cluster in 0..<clusters.count {
      let rows = sorted.rows[sorted.starts[cluster]..<sorted.starts[cluster + 1]].map { Int($0) }
      members[place[ofCluster[cluster]]].append(rows)
    }
    self.members = members
    self.outcome = outcome
    self.isTreated = isTreated
    self.clusters = clusters
  }

  /// Whether nobody was treated at the reference.
  public var hasPureControl: Bool { shares[0] == 0 }

  /// How many clusters there are at a saturation.
  public func clusterCount(_ place: Int) -> Int { members[place].count }
}

/// One effect in a two-stage experiment.
public struct SaturationEffect: Sendable, Hashable {
  /// What is compared with what.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Treated cases with untreated ones at the same saturation.
    case direct
    /// Untreated cases at a saturation with untreated ones at the reference: the spillover.
    case indirect
    /// Treated cases at a saturation with untreated ones at the reference.
    case total
    /// All cases at a saturation with all at the reference: what the policy as a whole does.
    case overall
  }

  public let kind: Kind
  /// The place of the saturation among the design's; nil for all but the reference pooled.
  public let saturation: Int?
  /// In the outcome's unit.
  public let estimate: Estimate
  public let variance: String
  public let degreesOfFreedomRule: String
  public let treatedCount: Int
  public let controlCount: Int
  public let clusters: Int
  /// Clusters that could not be used, because they lack treated or untreated cases.
  public let clustersLeftOut: Int
}
