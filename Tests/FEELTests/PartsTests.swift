// SPDX-License-Identifier: EUPL-1.2

import Differential
import FEEL
import Tables
import Testing

/// A table that comes in parts gives the parts of what the whole gives.
struct PartsTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `parts of a table give parts of the result, of the same type`(seed: UInt64) throws {
    var random = SeededGenerator(seed &+ 7_000)
    let table = try DifferentialTests.table(&random, rows: 1...200)
    let scope = FEELScope(
      constants: ["k": .integer(3)], referenceDate: CalendarDate(year: 2025, month: 1, day: 31))
    for _ in 0..<20 {
      var maker = ExpressionMaker(random: SeededGenerator(random.next()))
      let source = maker.expression(maker.anyKind(), depth: 3)
      let expression = try FEELExpression(parsing: source)
      let parts = Self.cut(table, &random)
      let results = parts.map { part in
        Result { () throws(FEELFault) in try expression.evaluate(over: part, in: scope) }
      }
      guard let whole = try? expression.evaluate(over: table, in: scope) else {
        #expect(results.contains { (try? $0.get()) == nil }, "\(source)")
        continue
      }
      let columns = try results.map { try $0.get() }
      // Only where the schema does not tell the type may it differ between parts.
      guard try expression.type(over: table.schema, in: scope) != nil else { continue }
      #expect(columns.allSatisfy { $0.type == whole.type }, "\(source)")
      #expect(try Column.concatenating(columns, named: "parts") == whole, "\(source)")
    }
  }

  private static func cut(_ table: Table, _ random: inout SeededGenerator) -> [Table] {
    var parts: [Table] = []
    var start = 0
    while start < table.rowCount {
      let end = Int.random(in: start + 1...table.rowCount, using: &random)
      parts.append(table.taking(rows: Array(start..<end)))
      start = end
    }
    return parts
  }

  /// Values picked out of lists tell their type row by row: these are the types to unify.
  @Test func `only values whose type no schema tells may change type between parts`() throws {
    let table = try Table([
      ("n", .integer(FixedColumn([1, 2, nil, 4] as [Int64?]))),
      ("x", .number(FixedColumn([1, 0.5, nil, 0.25] as [Double?]))),
    ])
    let expression = try FEELExpression(parsing: "[x, n][1]")
    let types = try (0..<4).map {
      try expression.evaluate(over: table.taking(rows: [$0]), in: Sample.scope).type
    }
    #expect(types == [.integer, .decimal(scale: 1), .text, .decimal(scale: 2)])
    #expect(try expression.type(over: table.schema, in: Sample.scope) == nil)
  }
}
