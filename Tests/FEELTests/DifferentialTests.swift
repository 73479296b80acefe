// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Foundation
import Tables
import Testing

/// The columnar evaluation against the interpreter, its oracle, on random expressions and rows.
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
        try Self.compare(expression, table, scope)
      }
    }
  }

  private static func compare(
    _ expression: FEELExpression, _ table: Table, _ scope: FEELScope
  ) throws {
    var expected: [FEELValue] = []
    var firstFault: Int?
    for row in 0..<table.rowCount {
      do {
        expected.append(try expression.evaluate(row: row, of: table, in: scope))
      } catch {
        firstFault = firstFault ?? row
        expected.append(.null)
      }
    }
    let column: Column
    do throws(FEELFault) {
      column = try expression.evaluate(over: table, in: scope)
    } catch {
      let fault = error
      // Exact results beyond 64 bits have no column, and a row may fault at several places.
      if fault.code == .overflow || fault.code == .notAColumn { return }
      #expect(firstFault != nil, "\(expression) \(fault)")
      return
    }
    #expect(firstFault == nil, "\(expression) should fault in row \(firstFault ?? 0)")
    let value = try FEELExpression(parsing: "v")
    let result = try Table([("v", column)])
    for row in 0..<table.rowCount {
      let found = try value.evaluate(row: row, of: result, in: scope)
      #expect(
        isSame(found, expected[row], column.type),
        "\(expression) row \(row): \(found.literal) for \(expected[row].literal)")
    }
  }

  private static func isSame(_ found: FEELValue, _ expected: FEELValue, _ type: ColumnType) -> Bool
  {
    if type == .number, let found = found.double, let expected = expected.double {
      return abs(found - expected) <= 1e-9 * max(1, abs(expected))
    }
    return found == expected
  }
}

// Random rows and expressions
extension DifferentialTests {
  static func table(
    _ random: inout SeededGenerator, rows: ClosedRange<Int> = 0...70
  ) throws -> Table {
    let count = Int.random(in: rows, using: &random)
    func cells<Cell>(_ make: (inout SeededGenerator) -> Cell) -> [Cell?] {
      (0..<count).map { _ in Int.random(in: 0..<5, using: &random) == 0 ? nil : make(&random) }
    }
    let texts = ["a", "b", "Ab", "é", ""]
    return try Table([
      ("i", .integer(FixedColumn(cells { Int64.random(in: -3...3, using: &$0) }))),
      ("j", .integer(FixedColumn(cells { Int64.random(in: -1_000...1_000, using: &$0) }))),
      ("d", .decimal(FixedColumn(cells { Int64.random(in: -500...500, using: &$0) }), scale: 2)),
      ("r", .number(FixedColumn(cells { Double(Int.random(in: -40...40, using: &$0)) / 8 }))),
      ("s", .text(TextColumn(cells { texts.randomElement(using: &$0) ?? "" }))),
      ("c", .category(CategoryColumn(cells { texts.randomElement(using: &$0) ?? "" }))),
      ("b", .boolean(BooleanColumn(cells { Bool.random(using: &$0) }))),
      ("t", .date(FixedColumn(cells { Int32.random(in: 20_000...20_200, using: &$0) }))),
    ])
  }
}
