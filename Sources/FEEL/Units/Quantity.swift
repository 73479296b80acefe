// SPDX-License-Identifier: EUPL-1.2

/// What is known of the unit of a value.
///
/// A number may be meant in several ways: 12 is a plain number, and the months of a year. So a product
/// with it has several units that it may be in, and the first that fits its surroundings is meant.
public enum Quantity: Sendable, Hashable {
  /// Nothing is known, and nothing is checked.
  case unknown
  /// A number that is written in the rule: in a sum it takes the unit of what stands beside it.
  case number([UnitOfMeasure])
  /// In one of these units.
  case measured([UnitOfMeasure])

  /// A value that is declared to be in a unit.
  public static func measured(_ unit: UnitOfMeasure) -> Quantity { .measured([unit]) }

  /// What both may be in, as for a sum; nil where no unit fits both.
  public func joined(with other: Quantity) -> Quantity? {
    switch (self, other) {
    case (.unknown, let known), (let known, .unknown): return known
    case (.number, .number): return .number([.one])
    case (.number, .measured): return other
    case (.measured, .number): return self
    case (.measured(let left), .measured(let right)):
      let common = left.filter { right.contains($0) }
      return common.isEmpty ? nil : .measured(common)
    }
  }

  /// The unit of a product.
  public func times(_ other: Quantity) -> Quantity { combined(with: other) { $0.times($1) } }

  /// The unit of a quotient.
  public func per(_ other: Quantity) -> Quantity { combined(with: other) { $0.per($1) } }

  /// The unit of each after a step; nothing is known where a step has no result.
  func mapped(_ step: (UnitOfMeasure) -> UnitOfMeasure?) -> Quantity {
    let results = units?.map(step) ?? [nil]
    let known = results.compactMap { $0 }
    guard known.count == results.count else { return .unknown }
    return withUnits(known)
  }

  /// The unit that is meant first, in words.
  public var name: String { units?.first?.description ?? "an unknown unit" }

  private var units: [UnitOfMeasure]? {
    switch self {
    case .unknown: nil
    case .number(let units), .measured(let units): units
    }
  }

  private func withUnits(_ units: [UnitOfMeasure]) -> Quantity {
    if case .number = self { .number(units) } else { .measured(units) }
  }

  private func combined(
    with other: Quantity, _ step: (UnitOfMeasure, UnitOfMeasure) -> UnitOfMeasure
  ) -> Quantity {
    guard let left = units, let right = other.units else { return .unknown }
    var results: [UnitOfMeasure] = []
    for first in left {
      for second in right {
        let result = step(first, second)
        if !results.contains(result) { results.append(result) }
      }
    }
    // So many meanings say nothing any more.
    guard results.count <= 24 else { return .unknown }
    if case .measured = self { return .measured(results) }
    return other.withUnits(results)
  }
}
