// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables
import Testing

struct ColumnTests {
  static func table() throws -> Table {
    try Table([
      ("n", .integer(FixedColumn([1, 2, nil, 4] as [Int64?]))),
      ("zero", .integer(FixedColumn([1, 0, 0, 2] as [Int64?]))),
      ("income", .number(FixedColumn([1.5, nil, 3.25, 100] as [Double?]))),
      ("money", .decimal(FixedColumn([1050, 2000, nil, 305] as [Int64?]), scale: 2)),
      ("status", .category(CategoryColumn(["Processed", nil, "Lost", "Processed"]))),
      ("note", .text(TextColumn(["a", "bé", nil, ""]))),
      ("flag", .boolean(BooleanColumn([true, false, nil, true]))),
      ("day", .date(FixedColumn([0, 31, nil, 20_119] as [Int32?]))),
      ("moment", .timestamp(FixedColumn([0, 1_500_000, nil, 3] as [Int64?]))),
      ("notice_date.x", .integer(FixedColumn([5, 6, 7, 8] as [Int64?]))),
    ])
  }

  private func column(_ source: String) throws -> Column {
    try FEELExpression(parsing: source).evaluate(over: Self.table(), in: Sample.scope)
  }

  @Test(
    arguments: [
      ("n + 1", .integer(FixedColumn([2, 3, nil, 5] as [Int64?]))),
      ("n * 0.5", .decimal(FixedColumn([5, 10, nil, 20] as [Int64?]), scale: 1)),
      ("n / 4", .number(FixedColumn([0.25, 0.5, nil, 1] as [Double?]))),
      ("income * 2", .number(FixedColumn([3, nil, 6.5, 200] as [Double?]))),
      ("money * 0.1 + 1", .decimal(FixedColumn([2050, 3000, nil, 1305] as [Int64?]), scale: 3)),
      ("money - n", .decimal(FixedColumn([950, 1800, nil, -95] as [Int64?]), scale: 2)),
      ("-n", .integer(FixedColumn([-1, -2, nil, -4] as [Int64?]))),
      ("max(0, 3 - n)", .integer(FixedColumn([2, 1, nil, 0] as [Int64?]))),
      ("min(money, income)", .number(FixedColumn([1.5, nil, nil, 3.05] as [Double?]))),
      ("round half up(money)", .integer(FixedColumn([11, 20, nil, 3] as [Int64?]))),
      ("decimal(money, 1)", .decimal(FixedColumn([105, 200, nil, 30] as [Int64?]), scale: 1)),
      ("round half up(n / 8, 2)", .decimal(FixedColumn([13, 25, nil, 50] as [Int64?]), scale: 2)),
      ("floor(income)", .integer(FixedColumn([1, nil, 3, 100] as [Int64?]))),
      ("abs(n - 3)", .integer(FixedColumn([2, 1, nil, 1] as [Int64?]))),
      ("string length(status)", .integer(FixedColumn([9, nil, 4, 9] as [Int64?]))),
      ("lower case(status)", .category(CategoryColumn(["processed", nil, "lost", "processed"]))),
      ("upper case(note)", .text(TextColumn(["A", "BÉ", nil, ""]))),
      ("note + \"!\"", .text(TextColumn(["a!", "bé!", nil, "!"]))),
      ("day + @\"P1M\"", .date(FixedColumn([31, 59, nil, 20_147] as [Int32?]))),
      ("day.year", .integer(FixedColumn([1970, 1970, nil, 2025] as [Int64?]))),
      ("(@\"1970-03-01\" - day).days", .integer(FixedColumn([59, 28, nil, -20_060] as [Int64?]))),
      ("notice_date.x + 1", .integer(FixedColumn([6, 7, 8, 9] as [Int64?]))),
      (
        "if n > 1 then \"high\" else \"low\"",
        .category(CategoryColumn(["low", "high", "low", "high"]))
      ),
      (
        "if status = null then null else status = \"Processed\"",
        .boolean(BooleanColumn([true, nil, false, true]))
      ),
      ("if zero = 0 then null else n / zero", .number(FixedColumn([1, nil, nil, 2] as [Double?]))),
      (
        "if flag then n else money",
        .decimal(FixedColumn([100, 2000, nil, 400] as [Int64?]), scale: 2)
      ),
      ("if flag then note else status", .text(TextColumn(["a", nil, "Lost", ""]))),
      ("1", .integer(FixedColumn([1, 1, 1, 1] as [Int64?]))),
      (
        "each.center",
        .category(CategoryColumn(["Anacostia", "Anacostia", "Anacostia", "Anacostia"]))
      ),
      ("null", .text(TextColumn([nil, nil, nil, nil]))),
      ("[n, 9][1]", .integer(FixedColumn([1, 2, nil, 4] as [Int64?]))),
      ("sum(n, money)", .decimal(FixedColumn([1150, 2200, nil, 705] as [Int64?]), scale: 2)),
    ] as [(String, Column)])
  func `a column keeps the exact type it can`(source: String, expected: Column) throws {
    #expect(try column(source) == expected)
    let type = try FEELExpression(parsing: source)
      .type(over: Self.table().schema, in: Sample.scope)
    if source != "null", source != "[n, 9][1]" { #expect(type == expected.type) }
  }

  @Test(
    arguments: [
      ("n > 1", [false, true, nil, true]), ("n = 1", [true, false, false, false]),
      ("n != null", [true, true, false, true]), ("n = null", [false, false, true, false]),
      ("n > 1.5", [false, true, nil, true]), ("income <= 3.25", [true, nil, true, false]),
      ("money = 10.5", [true, false, false, false]), ("money >= n", [true, true, nil, false]),
      ("status = \"Processed\"", [true, false, false, true]),
      ("status != \"Processed\"", [false, true, true, false]),
      ("\"M\" < status", [true, nil, false, true]),
      ("note = \"bé\"", [false, true, false, false]), ("note < \"b\"", [true, false, nil, true]),
      ("flag and n > 1", [false, false, nil, true]), ("flag or n > 1", [true, true, nil, true]),
      ("not(flag)", [false, true, nil, false]), ("flag = false", [false, true, false, false]),
      ("n between 2 and 3", [false, true, nil, false]),
      ("n in [1, 4]", [true, false, false, true]),
      ("n in [2..4)", [false, true, nil, false]), ("n in (1, > 3)", [true, false, nil, true]),
      ("status in [\"Lost\", \"x\"]", [false, false, true, false]),
      ("day >= @\"1970-02-01\"", [false, true, nil, true]),
      ("day < today()", [true, true, nil, false]),
      ("moment = date and time(\"1970-01-01T00:00:01.5Z\")", [false, true, false, false]),
      ("zero != 0 and n / zero > 1", [false, false, false, true]),
      ("some i in [1, 2] satisfies i = n", [true, true, false, false]),
      ("(today() - day) > @\"P30D\"", [true, true, nil, false]),
      ("n / 10 = 0.1", [true, false, false, false]),
      ("n / 100 * 100 > n", [false, false, nil, false]),
      ("starts with(status, \"Pro\")", [true, nil, false, true]),
      ("status = note", [false, false, false, false]),
    ] as [(String, [Bool?])])
  func `conditions are columns of three values`(source: String, expected: [Bool?]) throws {
    #expect(try column(source) == .boolean(BooleanColumn(expected)))
  }

  @Test func `a fault names the first row, the count and the place`() throws {
    let fault = #expect(throws: FEELFault.self) { try column("1 + n / zero") }
    #expect(fault?.code == .divisionByZero)
    #expect(fault?.row == 1)
    #expect(fault?.rowCount == 1)
    #expect(fault?.range == 4..<12)
  }

  @Test func `in the mode of the standard such rows are null`() throws {
    var scope = Sample.scope
    scope.mode = .feel
    let column = try FEELExpression(parsing: "n / zero").evaluate(over: Self.table(), in: scope)
    #expect(column == .number(FixedColumn([1, nil, nil, 2] as [Double?])))
  }

  @Test func `integers that outgrow 64 bits are a fault with advice`() throws {
    let fault = #expect(throws: FEELFault.self) { try column("n * 9000000000000000000") }
    #expect(fault?.code == .overflow)
    #expect(fault?.row == 1)
    #expect(fault?.help?.contains("number") == true)
  }

  @Test func `an intermediate result may outgrow 64 bits`() throws {
    #expect(
      try column("n * 9000000000000000000 - n * 8999999999999999999")
        == .integer(FixedColumn([1, 2, nil, 4] as [Int64?])))
  }

  @Test(
    arguments: [
      ("n = \"1\"", "type-mismatch", 0..<7), ("status + 1", "type-mismatch", 0..<10),
      ("flag and n", "type-mismatch", 9..<10),
      ("if flag then 1 else \"a\"", "type-mismatch", 0..<23),
      ("day - day", "not-a-column", 0..<9), ("[n]", "not-a-column", 0..<3),
      ("nn + 1", "unknown-name", 0..<2), ("parameters.levle * n", "unknown-name", 0..<16),
      ("substring(n, 1)", "type-mismatch", 0..<15), ("day > 5", "type-mismatch", 0..<7),
      ("{a: n}", "not-a-column", 0..<6), ("day < moment", "type-mismatch", 0..<12),
    ] as [(String, String, Range<Int>)])
  func `types are checked without looking at rows`(
    source: String, code: String, range: Range<Int>
  ) throws {
    let expression = try FEELExpression(parsing: source)
    let schema = try Self.table().schema
    let fault = #expect(throws: FEELFault.self) {
      try expression.type(over: schema, in: Sample.scope)
    }
    #expect(fault?.code.rawValue == code)
    #expect(fault?.range == range)
    #expect(throws: FEELFault.self) {
      try expression.evaluate(over: Self.table(), in: Sample.scope)
    }
  }

  @Test func `a mask takes null as false`() throws {
    let mask = try FEELExpression(parsing: "flag").mask(over: Self.table(), in: Sample.scope)
    #expect(mask.setIndices == [0, 3])
  }

  @Test func `an empty table gives an empty column`() throws {
    let empty = try Table([("n", .integer(FixedColumn([Int64?]())))])
    let expression = try FEELExpression(parsing: "if is defined(n) then n / 0 else 1")
    #expect(try expression.evaluate(over: empty, in: Sample.scope).count == 0)
  }
}
