// SPDX-License-Identifier: EUPL-1.2

package import FEEL
package import Tables

/// A decision table for one case at a time, rule by rule, as the DMN standard tells it.
///
/// A case that a table leaves ambiguous has no result.
package struct TableOracle: Sendable {
  private let table: RandomTable
  private let inputs: [FEELExpression]
  private let rules: [(cells: [UnaryTests], result: FEELExpression)]
  private let fallback: FEELExpression?
  private let priorities: [FEELValue]
  private let scope: FEELScope

  package init(_ table: RandomTable, names: [String]) throws {
    self.table = table
    let names = names + ["k"]
    func expression(_ source: String) throws -> FEELExpression {
      try FEELExpression(parsing: source, names: names)
    }
    let scope = FEELScope(constants: ["k": .integer(3)])
    self.scope = scope
    inputs = try table.inputs.map(expression)
    rules = try table.rules.map { rule in
      (
        cells: try rule.cells.map { try UnaryTests(parsing: $0, names: names) },
        result: try expression(rule.result)
      )
    }
    fallback = try table.fallback.map(expression)
    priorities = try table.priorities.map { try expression($0).evaluate(in: scope) }
  }

  /// The result for one row.
  package func value(_ row: Int, of data: Table) throws -> FEELValue {
    var constants = scope.constants
    for (name, column) in zip(data.names, data.columns) {
      constants[name] = column.feelValue(at: row)
    }
    let own = FEELScope(constants: constants)
    let values = try inputs.map { try $0.evaluate(in: own) }
    var results: [FEELValue] = []
    for rule in rules {
      let applies = try zip(rule.cells, values).allSatisfy { cell, value in
        try cell.isAny || cell.evaluate(input: value, in: own) == true
      }
      if applies { results.append(try rule.result.evaluate(in: own)) }
    }
    guard !results.isEmpty else { return rounded(try fallback?.evaluate(in: own) ?? .null) }
    return rounded(decided(results))
  }

  private func decided(_ results: [FEELValue]) -> FEELValue {
    let numbers = results.compactMap(\.number)
    let isOpen = numbers.count < results.count
    switch table.hit {
    case "FIRST": return results[0]
    case "UNIQUE": return results.count == 1 ? results[0] : .null
    case "ANY": return results.allSatisfy { $0 == results[0] } ? results[0] : .null
    case "PRIORITY": return priorities.first { results.contains($0) } ?? .null
    case "COLLECT COUNT": return .integer(Int64(results.count))
    case "COLLECT SUM":
      let sum = numbers.reduce(Decimal128?(.zero)) { sum, number in sum?.adding(number) }
      return isOpen ? .null : sum.map { .number($0) } ?? .null
    case "COLLECT MIN": return isOpen ? .null : numbers.min().map { .number($0) } ?? .null
    case "COLLECT MAX": return isOpen ? .null : numbers.max().map { .number($0) } ?? .null
    default: return .null
    }
  }

  private func rounded(_ value: FEELValue) -> FEELValue {
    guard let rounding = table.rounding, let number = value.number,
      let unit = Decimal128(rounding.to), let mode = Self.modes[rounding.mode]
    else { return value }
    let multiple = number.divided(by: unit)?.rounded(scale: 0, mode)
    return (multiple?.multiplied(by: unit)).map { .number($0) } ?? .null
  }

  private static let modes: [String: DecimalRounding] = [
    "half-up": .halfUp, "half-even": .halfEven, "half-down": .halfDown, "up": .up, "down": .down,
    "floor": .floor, "ceiling": .ceiling,
  ]
}
