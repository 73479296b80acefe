// SPDX-License-Identifier: EUPL-1.2

/// A column that a rule may split on, cut into bins.
public struct PolicyFeature: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Bin b holds values from `cuts[b − 1]` up to below `cuts[b]`.
    case ordered(cuts: [Double])
    /// Bin b holds the label `labels[b]`.
    case labels([String])
  }

  public let name: String
  public let kind: Kind
  /// The bin of each case.
  public let bins: [Int32]

  /// A column of numbers.
  ///
  /// - Parameters:
  ///   - name: the column.
  ///   - values: none missing.
  ///   - limit: at most so many bins. Where there are more different values, the cuts lie at quantiles,
  ///     and a search over them is exact over these cuts only.
  public init(_ name: String, ordered values: [Double], limit: Int = 32) {
    let sorted = values.sorted()
    var cuts: [Double] = []
    let distinct = Set(values).count
    if distinct <= limit {
      cuts = Set(values).sorted().dropFirst().map(\.self)
    } else {
      for bin in 1..<limit {
        let cut = sorted[bin * sorted.count / limit]
        if cut > (cuts.last ?? sorted[0]) { cuts.append(cut) }
      }
    }
    self.name = name
    kind = .ordered(cuts: cuts)
    bins = values.map { value in
      var (low, high) = (0, cuts.count)
      while low < high {
        let middle = (low + high) / 2
        if cuts[middle] <= value { low = middle + 1 } else { high = middle }
      }
      return Int32(low)
    }
  }

  /// A column of labels.
  public init(_ name: String, labels: Grouping) {
    self.name = name
    kind = .labels(labels.labels)
    bins = labels.codes
  }

  var binCount: Int {
    switch kind {
    case .ordered(let cuts): cuts.count + 1
    case .labels(let labels): labels.count
    }
  }

  var isOrdered: Bool {
    if case .ordered = kind { true } else { false }
  }

  /// The same column for some of the cases, in the same bins.
  public func selecting(_ rows: [Int]) -> PolicyFeature {
    PolicyFeature(name: name, kind: kind, bins: rows.map { bins[$0] })
  }

  private init(name: String, kind: Kind, bins: [Int32]) {
    self.name = name
    self.kind = kind
    self.bins = bins
  }
}

/// A shallow rule that says which case gets which arm.
public indirect enum PolicyTree: Sendable, Hashable {
  case leaf(arm: Int)
  /// Ordered features go left in bins up to `at`, labelled ones in bin `at` only.
  case split(feature: Int, at: Int, left: PolicyTree, right: PolicyTree)

  /// One side of a split.
  public struct Condition: Sendable, Hashable {
    public let feature: Int
    public let at: Int
    public let isLeft: Bool
  }

  /// The arms of the leaves with the conditions that lead there, from left to right.
  public var leaves: [(conditions: [Condition], arm: Int)] {
    switch self {
    case .leaf(let arm): return [([], arm)]
    case .split(let feature, let at, let left, let right):
      return [(left, true), (right, false)].flatMap { side, isLeft in
        side.leaves.map {
          ([Condition(feature: feature, at: at, isLeft: isLeft)] + $0.conditions, $0.arm)
        }
      }
    }
  }

  /// The place of each case among the leaves.
  public func leafOfRows(_ features: [PolicyFeature]) -> [Int] {
    let count = features.first?.bins.count ?? 0
    return (0..<count).map { row in
      var node = self
      var place = 0
      while case .split(let feature, let at, let left, let right) = node {
        if Self.isLeft(features[feature], row, at) {
          node = left
        } else {
          place += left.leafCount
          node = right
        }
      }
      return place
    }
  }

  var leafCount: Int {
    switch self {
    case .leaf: 1
    case .split(_, _, let left, let right): left.leafCount + right.leafCount
    }
  }

  static func isLeft(_ feature: PolicyFeature, _ row: Int, _ at: Int) -> Bool {
    let bin = Int(feature.bins[row])
    return feature.isOrdered ? bin <= at : bin == at
  }

  /// The same splits with other arms, given from left to right; neighbours that get one arm become one.
  func giving(_ arms: [Int]) -> PolicyTree {
    var rest = arms[...]
    return giving(&rest)
  }

  private func giving(_ arms: inout ArraySlice<Int>) -> PolicyTree {
    switch self {
    case .leaf: return .leaf(arm: arms.removeFirst())
    case .split(let feature, let at, let left, let right):
      let first = left.giving(&arms)
      let second = right.giving(&arms)
      if case .leaf(let one) = first, case .leaf(let other) = second, one == other { return first }
      return .split(feature: feature, at: at, left: first, right: second)
    }
  }
}
