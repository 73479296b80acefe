// SPDX-License-Identifier: EUPL-1.2

import Differential
import FEEL
import Foundation
import Tables
import Testing

/// The columnar evaluation against the interpreter, its oracle, on random expressions and rows.
///
/// `RuleBenchmarks differential` does the same over a million rows.
struct DifferentialTests {
  private static let seeds =
    UInt64(
      ProcessInfo.processInfo.environment["PROEFTUIN_SEEDS"] ?? "") ?? 60

  @Test(arguments: 0..<seeds)
  func `a column holds what the interpreter gives row by row`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let table = try Self.table(&random)
    for _ in 0..<25 {
      var maker = ExpressionMaker(random: SeededGenerator(random.next()))
      let source = maker.expression(maker.anyKind(), depth: 3)
      let expression = try FEELExpression(parsing: source)
      for mode in [FEELScope.Mode.strict, .feel] {
        let scope = FEELScope(
          constants: ["k": .integer(3)], referenceDate: CalendarDate(year: 2025, month: 1, day: 31),
          mode: mode)
        #expect(
          ExpressionDifferential.differences(of: expression, over: table, in: scope).isEmpty)
      }
    }
  }

  static func table(
    _ random: inout SeededGenerator, rows: ClosedRange<Int> = 0...70
  ) throws -> Table {
    try RandomRows.table(&random, rows: rows)
  }
}
