// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables
import Testing

struct ExpressionBatchTests {
  private static func table(rows: Int) throws -> Table {
    try Table([
      ("n", .integer(FixedColumn((0..<rows).map { $0 % 7 == 3 ? nil : Int64($0 % 50) }))),
      ("money", .decimal(FixedColumn((0..<rows).map { Int64($0 % 10_000) }), scale: 2)),
      ("income", .number(FixedColumn((0..<rows).map { Double($0 % 999) / 8 }))),
      ("status", .category(CategoryColumn((0..<rows).map { ["new", "open", "shut"][$0 % 3] }))),
      ("note", .text(TextColumn((0..<rows).map { $0 % 11 == 0 ? nil : "é\($0 % 13)" }))),
      ("day", .date(FixedColumn((0..<rows).map { Int32(20_000 + $0 % 400) }))),
      ("flag", .boolean(BooleanColumn((0..<rows).map { $0 % 5 == 0 ? nil : $0 % 2 == 0 }))),
    ])
  }

  private static func batch(_ sources: [(name: String?, source: String)]) throws -> ExpressionBatch
  {
    ExpressionBatch(
      try sources.map { try ExpressionBatch.Entry(FEELExpression(parsing: $1), named: $0) })
  }

  private static let sources = [
    "n * 2 + 1", "income - money", "if n > 20 then \"high\" else if n > 5 then \"low\" else null",
    "upper case(note)", "note + status", "day + @\"P1M\"", "day.weekday",
    "(day - @\"2024-01-01\").days",
    "flag and n > 3", "round half up(income * 0.12, 2)", "money / 7 > 5", "status", "note",
    "floor(income)", "status in [\"open\", null]", "if flag then note else status", "null", "1",
    "min(max(n, 4), 30)", "some i in [1, 2] satisfies i = n",
  ]

  /// Far more rows than a block has.
  @Test(arguments: sources)
  func `a large table gives what its parts give`(source: String) throws {
    let table = try Self.table(rows: 100_003)
    let expression = try FEELExpression(parsing: source)
    let whole = try expression.evaluate(over: table, in: Sample.scope)
    var parts: [Column] = []
    for start in stride(from: 0, to: table.rowCount, by: 999) {
      let rows = Array(start..<min(start + 999, table.rowCount))
      parts.append(try expression.evaluate(over: table.taking(rows: rows), in: Sample.scope))
    }
    #expect(try Column.concatenating(parts, named: "parts") == whole)
  }

  @Test(arguments: [100, 100_003])
  func `expressions together give what they give one by one`(rows: Int) throws {
    let table = try Self.table(rows: rows)
    let together = try Self.batch(Self.sources.map { (nil, $0) })
      .columns(over: table, in: Sample.scope)
    for (source, column) in zip(Self.sources, together) {
      let alone = try FEELExpression(parsing: source).evaluate(over: table, in: Sample.scope)
      #expect(column == alone, "\(source)")
    }
  }

  @Test(arguments: [100, 100_003])
  func `an expression may name those before it`(rows: Int) throws {
    let table = try Self.table(rows: rows)
    let columns = try Self.batch([("twice", "n * 2"), ("more", "twice + 1"), (nil, "more > twice")])
      .columns(over: table, in: Sample.scope)
    let expected = try FEELExpression(parsing: "n * 2 + 1").evaluate(over: table, in: Sample.scope)
    #expect(columns[1] == expected)
    #expect(columns[2].missingCount == columns[0].missingCount)
  }

  @Test func `a name that only comes later is unknown`() throws {
    let batch = try Self.batch([(nil, "twice + 1"), ("twice", "n * 2")])
    let failure = try #require(throws: ExpressionBatch.Failure.self) {
      try batch.columns(over: Self.table(rows: 10), in: Sample.scope)
    }
    #expect(failure.place == 0)
    #expect(failure.fault.code == .unknownName)
  }

  /// A part that faults where a branch does not come stays harmless when it also stands elsewhere.
  @Test(arguments: [100, 100_003])
  func `a shared part faults only for rows that come to it`(rows: Int) throws {
    let table = try Self.table(rows: rows)
    let guarded = "if n = 0 then 0 else 100 / n"
    let columns = try Self.batch([(nil, guarded), (nil, "if n = 0 then 1 else 100 / n + 1")])
      .columns(over: table, in: Sample.scope)
    #expect(columns[0].missingCount == columns[1].missingCount)
    let failure = try #require(throws: ExpressionBatch.Failure.self) {
      try Self.batch([(nil, guarded), (nil, "100 / n")]).columns(over: table, in: Sample.scope)
    }
    #expect(failure.place == 1)
    #expect(failure.fault.code == .divisionByZero)
    #expect(failure.fault.row == 0)
    #expect(failure.fault.rowCount == (0..<rows).count { $0 % 50 == 0 && $0 % 7 != 3 })
  }

  @Test func `a fault far down names its row in the whole table`() throws {
    let rows = 100_000
    let table = try Table([
      ("n", .integer(FixedColumn((0..<rows).map { Int64($0 == 90_001 ? 0 : 2) })))
    ])
    let fault = try #require(throws: FEELFault.self) {
      try FEELExpression(parsing: "1 / n").evaluate(over: table, in: Sample.scope)
    }
    #expect(fault.row == 90_001)
    #expect(fault.rowCount == 1)
  }

  @Test func `one row whose steps outgrow 64 bits changes no other row`() throws {
    let rows = 100_000
    let table = try Table([
      ("n", .integer(FixedColumn((0..<rows).map { $0 == 70_000 ? Int64.max : Int64($0) })))
    ])
    let column = try FEELExpression(parsing: "n * 4 - n * 3")
      .evaluate(over: table, in: Sample.scope)
    #expect(column == table["n"])
  }

  @Test func `a category lists its texts in the order of the rows, whichever block came first`()
    throws
  {
    let rows = 100_000
    let table = try Table([
      ("n", .integer(FixedColumn((0..<rows).map { Int64($0 / 40_000) })))
    ])
    let column = try FEELExpression(
      parsing: "if n = 2 then \"a\" else if n = 1 then \"b\" else \"c\""
    ).evaluate(over: table, in: Sample.scope)
    #expect(
      column == .category(CategoryColumn((0..<rows).map { ["c", "b", "a"][$0 / 40_000] })))
  }

  @Test func `a mask of a large table is that of its rows`() throws {
    let table = try Self.table(rows: 100_003)
    let mask = try FEELExpression(parsing: "flag or n > 40").mask(over: table, in: Sample.scope)
    let column = try FEELExpression(parsing: "flag or n > 40")
      .evaluate(over: table, in: Sample.scope)
    guard case .boolean(let conditions) = column else {
      Issue.record("a condition is boolean")
      return
    }
    #expect(mask == conditions.values)
  }
}
