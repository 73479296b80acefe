// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Differential
import FEEL
import Foundation
import RuleChange
import Tables

/// Scalar and columnar results over a million random rows: expressions in both modes, and decision
/// tables under every policy with and without rounding.
enum DifferentialFigures {
  private static let rows = 1_000_000
  private static let expressions = 60
  private static let tablesOfEachPolicy = 3

  /// `PROEFTUIN_SEED` starts another run.
  private static var seed: UInt64 {
    ProcessInfo.processInfo.environment["PROEFTUIN_SEED"].flatMap { UInt64($0) } ?? 6
  }

  static func all() throws -> [Figure] {
    var random = RandomStream(seed: seed, name: "rows")
    let population = try RandomRows.table(&random, rows: rows...rows)
    return [
      figure("\(expressions) random expressions, 10⁶ rows", try expressionDifferences(population)),
      figure(
        "\(TableMaker.policies.count * tablesOfEachPolicy) random tables, 10⁶ rows",
        try tableDifferences(population)),
    ]
  }

  private static func figure(_ name: String, _ differences: [String]) -> Figure {
    for difference in differences { print("difference: \(difference)") }
    return Figure(
      name: name, value: differences.isEmpty ? "equal" : "\(differences.count) NOT EQUAL",
      target: "equal")
  }

  private static func expressionDifferences(_ population: Table) throws -> [String] {
    var differences: [String] = []
    for index in 0..<expressions {
      var maker = ExpressionMaker(
        random: RandomStream(seed: seed, name: "expressions", index: index))
      let expression = try FEELExpression(parsing: maker.expression(maker.anyKind(), depth: 3))
      for mode in [FEELScope.Mode.feel, .strict] {
        let scope = FEELScope(
          constants: ["k": .integer(3)], referenceDate: CalendarDate("2025-01-31"), mode: mode)
        differences += ExpressionDifferential.differences(
          of: expression, over: population, in: scope)
      }
    }
    return differences
  }

  private static func tableDifferences(_ population: Table) throws -> [String] {
    var differences: [String] = []
    for (place, policy) in TableMaker.policies.enumerated() {
      for index in 0..<tablesOfEachPolicy {
        let stream = RandomStream(
          seed: seed, name: "tables", index: place * tablesOfEachPolicy + index)
        var maker = TableMaker(random: stream)
        let table = maker.table(hit: policy)
        var calculator = try SchemeCalculator(parsing: table.scheme)
        calculator.leavesAmbiguousUndecided = true
        guard let column = try calculator.columns(["result"], over: population)["result"] else {
          continue
        }
        let oracle = try TableOracle(table, names: population.names)
        differences += RowWise.differences(column, count: rows) { row in
          try oracle.value(row, of: population)
        }.map { "\(table.scheme)\($0)" }
      }
    }
    return differences
  }
}
