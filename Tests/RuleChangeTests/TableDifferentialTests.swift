// SPDX-License-Identifier: EUPL-1.2

import Differential
import Foundation
import Tables
import Testing

@testable import RuleChange

/// Decision tables over columns against the same tables rule by rule and case by case.
///
/// `RuleBenchmarks differential` does the same over a million rows.
struct TableDifferentialTests {
  private static let seeds =
    UInt64(ProcessInfo.processInfo.environment["PROEFTUIN_SEEDS"] ?? "") ?? 25

  @Test(arguments: TableMaker.policies)
  func `a table gives what its rules give one by one`(policy: String) throws {
    for seed in 0..<Self.seeds {
      var random = RandomStream(seed: seed, name: policy)
      let population = try RandomRows.table(&random, rows: 0...70)
      var maker = TableMaker(random: random)
      let table = maker.table(hit: policy)
      var calculator = try SchemeCalculator(parsing: table.scheme)
      calculator.leavesAmbiguousUndecided = true
      let column = try #require(
        try calculator.columns(["result"], over: population)["result"])
      let oracle = try TableOracle(table, names: population.names)
      let differences = RowWise.differences(column, count: population.rowCount) { row in
        try oracle.value(row, of: population)
      }
      #expect(differences.isEmpty, "\(table.scheme)\(differences)")
    }
  }
}
