// SPDX-License-Identifier: EUPL-1.2

/// A unit as powers of base units: `euro/month` is euro¹·month⁻¹, and a plain number has no powers.
public struct UnitOfMeasure: Sendable, Hashable {
  /// None of them zero.
  public private(set) var powers: [String: Int] = [:]

  public static let one = UnitOfMeasure()

  public init() {}

  public init(_ base: String) { powers = [base: 1] }

  public func times(_ other: UnitOfMeasure) -> UnitOfMeasure { adding(other, factor: 1) }

  public func per(_ other: UnitOfMeasure) -> UnitOfMeasure { adding(other, factor: -1) }

  public func raised(to power: Int) -> UnitOfMeasure {
    var result = UnitOfMeasure()
    result.powers = power == 0 ? [:] : powers.mapValues { $0 * power }
    return result
  }

  /// The unit whose square this is; nil where there is none.
  public var squareRoot: UnitOfMeasure? {
    guard powers.values.allSatisfy({ $0.isMultiple(of: 2) }) else { return nil }
    var result = self
    result.powers = powers.mapValues { $0 / 2 }
    return result
  }

  private func adding(_ other: UnitOfMeasure, factor: Int) -> UnitOfMeasure {
    var result = self
    result.powers.merge(other.powers.mapValues { $0 * factor }) { $0 + $1 }
    result.powers = result.powers.filter { $0.value != 0 }
    return result
  }
}

extension UnitOfMeasure: CustomStringConvertible {
  /// `euro/month`, `euro*hour`, `1/year`, and for a plain number `a plain number`.
  public var description: String {
    guard !powers.isEmpty else { return "a plain number" }
    let above = powers.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { Self.text($0.key, $0.value) }
    let below = powers.filter { $0.value < 0 }.sorted { $0.key < $1.key }
      .map { Self.text($0.key, -$0.value) }
    return ([above.isEmpty ? "1" : above.joined(separator: "*")] + below).joined(separator: "/")
  }

  private static func text(_ base: String, _ power: Int) -> String {
    power == 1 ? base : "\(base)^\(power)"
  }
}
