// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables
import Testing

/// The business friendly language of DMN 1.6, in which an error is nothing of the kind wanted.
///
/// The answers are those that public descriptions of the language give: Trisotech's help on B-FEEL, the
/// article "Make way for B-FEEL" on methodandstyle.com, and the note on DMN 1.6 in IBM's community.
struct BusinessTests {
  @Test(arguments: [
    ("\"a\" = 1", "false"), ("\"a\" != 1", "true"), ("true and \"x\"", "false"),
    ("\"a\" in [1..100]", "false"), ("\"1\" in [0..1]", "false"), ("16 > null", "false"),
    ("not(0)", "false"), ("not(null)", "false"), ("false or null", "false"),
    ("5 between null and 10", "false"), ("null = null", "true"), ("1 = null", "false"),
    ("1 != null", "true"), ("some i in [1, \"a\"] satisfies i > 5", "false"),
    ("every i in [null] satisfies i > 1", "false"), ("if \"x\" then 1 else 2", "2"),
    (#"matches(1, "[0-9]{3}-[0-9]{2}-[0-9]{4}")"#, "false"), ("is(1, \"1\")", "false"),
  ])
  func `logic has two values`(source: String, expected: String) {
    #expect(standard(source, mode: .bFeel) == expected)
  }

  @Test(arguments: [
    ("round up(\"5.5\", 0)", "0"), ("string length(22)", "0"), ("decimal(162.623, \"2\")", "0"),
    ("number(\"abc\")", "0"), ("count(null)", "0"), ("lower case(12)", "\"\""),
    ("string(null)", "\"\""), ("day of week(null)", "\"\""), ("date(null)", "1970-01-01"),
    ("date and time(\"x\")", "1970-01-01T00:00:00Z"), ("time(\"x\")", "00:00:00Z"),
    ("duration(\"x\")", "PT0S"), ("years and months duration(null, null)", "P0M"),
    ("split(1, 2)", "[]"), ("range(\"x\")", "(0..0)"), ("string length()", "0"),
  ])
  func `a function without a result gives nothing of its kind`(source: String, expected: String) {
    #expect(standard(source, mode: .bFeel) == expected)
  }

  @Test(arguments: [
    ("sum([1, null, 3])", "4"), ("mean([1, \"a\", 3])", "2"), ("product([2, null, 3])", "6"),
    ("median([1, true, 3])", "2"), ("stddev([2, \"x\", 4])", "1.414213562373095048801688724209698"),
    ("sum([])", "0"), ("mean([null])", "0"),
  ])
  func `what is no number is left out of sums and means`(source: String, expected: String) {
    #expect(standard(source, mode: .bFeel) == expected)
  }

  @Test(arguments: [
    ("\"The result is \" + 1", "\"The result is 1\""), ("1 + \"a\"", "\"1a\""),
    ("\"a\" + null", "\"a\""), ("1 + null", "1"), ("null + null", "0"), ("\"2\" * 3", "6"),
    ("\"a\" * 3", "0"), ("10 - \"a\"", "\"\""), ("1 / 0", "0"), ("2 ** \"3\"", "8"),
    ("-\"a\"", "0"), (#"@"P1D" * null"#, "PT0S"), (#"@"P1D" / 0"#, "PT0S"),
    (#"@"P1D" / @"PT0S""#, "0"), (#"10 / @"PT5S""#, "2"), (#"@"P1Y" * @"PT2S""#, "P2Y"),
    (#"@"2020-01-01" + @"P1D""#, "2020-01-02"), (#"@"2020-01-01" + 5"#, "5"),
  ])
  func `operands are converted, texts before numbers`(source: String, expected: String) {
    #expect(standard(source, mode: .bFeel) == expected)
  }

  @Test(arguments: [
    "{a: 1}.b", "[1, 2][5]", "null", "get value({a: 1}, \"b\")", "min([])", "nobody",
  ])
  func `missing data stay null`(source: String) {
    #expect(standard(source, mode: .bFeel) == "null")
  }

  @Test func `columns get what rows get`() throws {
    let table = try Table([("x", .integer(FixedColumn([1, nil, 3] as [Int64?])))])
    let scope = FEELScope(mode: .bFeel)
    let sum = try FEELExpression(parsing: "x + 1", mode: .bFeel)
    #expect(
      try sum.evaluate(over: table, in: scope) == .integer(FixedColumn([2, 1, 4] as [Int64])))
    let condition = try FEELExpression(parsing: "x > 1 and true", mode: .bFeel)
    #expect(try condition.mask(over: table, in: scope) == Bitmap([false, false, true]))
    let tests = try UnaryTests(parsing: "> 1", mode: .bFeel)
    let column = try table.column("x")
    #expect(
      try tests.evaluate(over: column, table: table, in: scope)
        == BooleanColumn([false, false, true]))
  }
}
