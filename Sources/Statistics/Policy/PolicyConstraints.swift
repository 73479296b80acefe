// SPDX-License-Identifier: EUPL-1.2

/// What a rule may cost, and how equal it has to be.
public struct PolicyConstraints: Sendable, Hashable {
  /// Something that groups should have alike.
  public struct Equality: Sendable, Hashable {
    public enum Of: Sendable, Hashable {
      /// The share of cases that get another arm than the reference.
      case share
      /// The mean gain over the reference.
      case value
    }

    /// The group of each case.
    public let groups: Grouping
    public let of: Of
    /// The largest difference between two groups.
    public let tolerance: Double

    public init(groups: Grouping, of: Of, tolerance: Double) {
      self.groups = groups
      self.of = of
      self.tolerance = tolerance
    }

    public func selecting(_ rows: [Int]) -> Equality {
      Equality(groups: groups.selecting(rows), of: of, tolerance: tolerance)
    }
  }

  /// What an arm costs for one case.
  public let costs: [Double]
  /// The mean cost of a case at most; nil where cost does not matter.
  public let budget: Double?
  public let equalities: [Equality]
  /// The arm that costs and gains are counted from.
  public let reference: Int

  public init(costs: [Double], budget: Double?, equalities: [Equality], reference: Int) {
    self.costs = costs
    self.budget = budget
    self.equalities = equalities
    self.reference = reference
  }

  public var isEmpty: Bool { budget == nil && equalities.isEmpty }

  public func selecting(_ rows: [Int]) -> PolicyConstraints {
    PolicyConstraints(
      costs: costs, budget: budget, equalities: equalities.map { $0.selecting(rows) },
      reference: reference)
  }
}
