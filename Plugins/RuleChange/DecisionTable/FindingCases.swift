// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// The cases of a population as one decision table sees them, to tell how many a finding concerns.
struct FindingCases {
  private let table: DecisionTable
  private let data: Table
  private let columns: [Column]
  private let scope: FEELScope
  private let count: Int
  /// How many units each case stands for; one each without.
  var weights: [Double]?

  init(
    _ decision: Decision, _ table: DecisionTable, in scheme: Scheme, on date: CalendarDate?,
    _ population: Table
  ) throws {
    self.table = table
    count = population.rowCount
    scope = scheme.scope(on: date)
    let evaluation = SchemeEvaluation(scheme, on: date, ambiguity: .undecided)
    data = try evaluation.decide(over: population, before: decision.name)
    do {
      columns = try TableEvaluation(table, over: data, count: count, scope).inputColumns()
    } catch {
      throw error.stageFault(decision: decision, scheme: scheme)
    }
  }

  /// The share of units that a finding concerns; nil where the table was not taken apart.
  ///
  /// A finding about rules concerns the cases that pass the tests of one of them.
  func share(of finding: TableFinding) throws -> Double? {
    guard finding.kind != .notAnalysed else { return nil }
    let cases =
      finding.tests.isEmpty ? try passing(rules: finding.rules) : try passing(finding.tests)
    guard let weights else { return Double(cases.setCount) / Double(count) }
    let whole = weights.reduce(0, +)
    return whole > 0 ? cases.setIndices.reduce(0) { $0 + weights[$1] } / whole : nil
  }

  private func passing(_ tests: [String]) throws(FEELFault) -> Bitmap {
    var cases = Bitmap(repeating: true, count: count)
    for (column, test) in zip(columns, tests) {
      cases =
        cases & (try UnaryTests(parsing: test).evaluate(over: column, in: FEELScope()).values)
    }
    return cases
  }

  private func passing(rules: [Int]) throws(FEELFault) -> Bitmap {
    var cases = Bitmap(repeating: false, count: count)
    for rule in rules {
      var passed = Bitmap(repeating: true, count: count)
      for (column, cell) in zip(columns, table.rows[rule - 1].cells) where !cell.tests.isAny {
        passed = passed & (try cell.tests.evaluate(over: column, table: data, in: scope).values)
      }
      cases = cases | passed
    }
    return cases
  }
}
