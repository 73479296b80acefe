// SPDX-License-Identifier: EUPL-1.2

/// Groups whose own levels a linear model takes out: sites, periods, persons.
///
/// Their coefficients are not wanted, and there may be millions of them, so that they are absorbed
/// (`OLS.init(outcome:design:absorbing:weights:)`) rather than given columns.
public struct FixedEffects: Sendable, Hashable {
  public let names: [String]
  /// For each effect the group of each row.
  public let groupings: [Grouping]

  /// - Parameter effects: one or more, over the same rows, each with a name for messages.
  public init(_ effects: [(name: String, groups: Grouping)]) {
    precondition(!effects.isEmpty, "at least one effect")
    precondition(
      effects.allSatisfy { $0.groups.rowCount == effects[0].groups.rowCount },
      "one group per row in every effect")
    names = effects.map(\.name)
    groupings = effects.map(\.groups)
  }

  public var rowCount: Int { groupings[0].rowCount }

  /// The rows that are not alone in a group of any effect.
  ///
  /// A row that is alone fits exactly whatever its outcome and says nothing of the coefficients, while
  /// counting it would make standard errors too small. Leaving rows out can leave others alone, so that
  /// this is repeated until none is.
  ///
  /// Source: Correia (2015), Singletons, cluster-robust standard errors and fixed effects (working
  /// paper, Duke University).
  public func rowsWithCompany() -> [Int] {
    var sizes = groupings.map(\.sizes)
    var isKept = [Bool](repeating: true, count: rowCount)
    var kept = rowCount
    var before = -1
    while kept != before, kept > 0 {
      before = kept
      for effect in groupings.indices {
        let codes = groupings[effect].codes
        for row in codes.indices where isKept[row] && sizes[effect][Int(codes[row])] == 1 {
          isKept[row] = false
          kept -= 1
          for other in groupings.indices {
            sizes[other][Int(groupings[other].codes[row])] -= 1
          }
        }
      }
    }
    return isKept.indices.filter { isKept[$0] }
  }

  /// The effects over some of the rows.
  public func selecting(_ rows: [Int]) -> FixedEffects {
    FixedEffects(zip(names, groupings).map { ($0, $1.selecting(rows)) })
  }

  /// Whether every group of an effect lies in one cluster.
  public func isNested(_ effect: Int, in clusters: Grouping) -> Bool {
    let groups = groupings[effect]
    var owner = [Int32](repeating: -1, count: groups.count)
    for row in groups.codes.indices {
      let group = Int(groups.codes[row])
      if owner[group] < 0 {
        owner[group] = clusters.codes[row]
      } else if owner[group] != clusters.codes[row] {
        return false
      }
    }
    return true
  }

  /// How many coefficients the effects have between them, the constant included.
  ///
  /// One effect: its groups. Two: G₁ + G₂ − C, where C counts the parts into which rows fall when groups
  /// that share a row are joined; this is exact. For more there is no simple exact count: each further
  /// effect adds its groups less the largest number of parts it makes with an earlier effect, which is
  /// never too few, so that standard errors are if anything too large.
  ///
  /// Source: Abowd, Creecy and Kramarz (2002), Census Bureau technical paper 2002-06, for two effects.
  public var rank: Int { rank(of: Array(groupings.indices)) }

  /// The same for the effects that are nested in none of the clusterings, and at least the constant.
  ///
  /// A nested effect's own level is taken out of each cluster's sum as a whole; counting its groups as
  /// coefficients would count the cluster twice, so they do not count in K of CR1. This is fixest's and
  /// pyfixest's rule (`K.fixef = "nonnested"`).
  func rank(notNestedIn clusterings: [Grouping]) -> Int {
    let counted = groupings.indices.filter { effect in
      !clusterings.contains { isNested(effect, in: $0) }
    }
    return max(1, rank(of: counted))
  }

  private func rank(of effects: [Int]) -> Int {
    var rank = 0
    for (place, effect) in effects.enumerated() {
      let shared = effects[..<place].map { parts(groupings[$0], groupings[effect]) }.max() ?? 0
      rank += groupings[effect].count - shared
    }
    return rank
  }

  /// Into how many parts the rows fall when groups that share a row are joined.
  private func parts(_ first: Grouping, _ second: Grouping) -> Int {
    var parent = [Int32](unsafeUninitializedCapacity: first.count + second.count) { room, count in
      for node in 0..<(first.count + second.count) { room[node] = Int32(node) }
      count = first.count + second.count
    }
    func root(_ node: Int32) -> Int32 {
      var node = node
      while parent[Int(node)] != node {
        parent[Int(node)] = parent[Int(parent[Int(node)])]
        node = parent[Int(node)]
      }
      return node
    }
    var parts = parent.count
    let offset = Int32(first.count)
    for row in first.codes.indices where parts > 1 {
      let one = root(first.codes[row])
      let other = root(second.codes[row] + offset)
      guard one != other else { continue }
      parent[Int(max(one, other))] = min(one, other)
      parts -= 1
    }
    return parts
  }
}
