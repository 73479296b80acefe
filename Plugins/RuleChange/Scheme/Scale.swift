// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// A scale by brackets, as tax tables are; thresholds and values change by date.
///
/// A bracket is in force on a day when its threshold and its value are there and not null.
struct Scale: Sendable {
  /// What the value of a bracket is. For a base x and brackets (tᵢ, vᵢ) in force, tᵢ rising:
  enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Σ vᵢ · (the part of x between tᵢ and tᵢ₊₁).
    case marginalRate = "marginal-rate"
    /// Σ vᵢ over all brackets with tᵢ < x.
    case marginalAmount = "marginal-amount"
    /// vᵢ of the bracket with tᵢ ≤ x < tᵢ₊₁; zero below the first.
    case singleAmount = "single-amount"
    /// x · r, where r runs in a straight line from vᵢ at tᵢ to vᵢ₊₁ at tᵢ₊₁, and stays at the last
    /// value above the last threshold; zero below the first.
    case averageRate = "average-rate"

    /// The key of a bracket's value.
    var key: String {
      switch self {
      case .marginalRate: "rate"
      case .marginalAmount, .singleAmount: "amount"
      case .averageRate: "average_rate"
      }
    }
  }

  struct Bracket: Sendable {
    var threshold: DatedValues
    var value: DatedValues
    var legal: [LegalReference] = []
    /// Where the bracket stands.
    let origin: LocatedNode
  }

  /// A bracket as it holds on a day.
  struct Step: Sendable, Hashable {
    let threshold: Decimal128
    let value: Decimal128
  }

  let kind: Kind
  var brackets: [Bracket]

  /// The brackets in force on a day, in the order of the scale; the last values without one.
  func steps(on date: CalendarDate?) -> [Step] {
    brackets.compactMap { bracket in
      guard let threshold = bracket.threshold.version(on: date)?.value.number,
        let value = bracket.value.version(on: date)?.value.number
      else { return nil }
      return Step(threshold: threshold, value: value)
    }
  }

  /// The scale of a day as a function of the base; nil where no bracket is in force.
  func function(on date: CalendarDate?) -> FEELFunction? {
    let steps = steps(on: date)
    guard !steps.isEmpty, let definition = try? FEELExpression(parsing: definition(steps)) else {
      return nil
    }
    return FEELFunction(parameters: [Self.base], definition: definition)
  }

  /// Every day on which something changes; nil for the time before the first.
  var days: [CalendarDate?] {
    let days = brackets.flatMap { ($0.threshold.versions + $0.value.versions).map(\.from) }
    return Array(Set(days)).sorted { left, right in
      guard let right else { return false }
      return left.map { $0 < right } ?? true
    }
  }
}

// As an expression, which both executors compute exactly.
extension Scale {
  private static let base = "base"

  private func definition(_ steps: [Step]) -> String {
    switch kind {
    case .marginalRate: Self.marginalRate(steps)
    case .marginalAmount: Self.sum(Self.jumps(steps, "> ") { $1.value })
    case .singleAmount:
      Self.sum(
        Self.jumps(steps, ">= ") { place, step in
          place == 0 ? step.value : step.value.subtracting(steps[place - 1].value) ?? step.value
        })
    case .averageRate: Self.sum(Self.averages(steps))
    }
  }

  /// Each rate counts from its threshold on, less the rate before it.
  private static func marginalRate(_ steps: [Step]) -> String {
    var before = Decimal128.zero
    let parts = steps.map { step in
      defer { before = step.value }
      return "max(0, \(base) - (\(step.threshold))) * (\(step.value) - (\(before)))"
    }
    return "sum([\(parts.joined(separator: ", "))])"
  }

  private static func jumps(
    _ steps: [Step], _ comparison: String, _ amount: (Int, Step) -> Decimal128
  ) -> [String] {
    steps.enumerated().map { place, step in
      "if \(base) \(comparison)(\(step.threshold)) then \(amount(place, step)) else 0"
    }
  }

  private static func averages(_ steps: [Step]) -> [String] {
    steps.indices.map { place in
      let step = steps[place]
      let from = "\(base) >= (\(step.threshold))"
      guard place + 1 < steps.count else {
        return "if \(from) then \(base) * (\(step.value)) else 0"
      }
      let next = steps[place + 1]
      let (low, high) = ("(\(step.threshold))", "(\(next.threshold))")
      let (first, last) = ("(\(step.value))", "(\(next.value))")
      return """
        if \(from) and \(base) < \(high) then \(base) * (\(first) * (\(high) - \(base)) \
        + \(last) * (\(base) - \(low))) / (\(high) - \(low)) else 0
        """
    }
  }

  /// A base that is missing has no result.
  private static func sum(_ parts: [String]) -> String {
    "if \(base) = null then null else sum([\(parts.joined(separator: ", "))])"
  }
}
