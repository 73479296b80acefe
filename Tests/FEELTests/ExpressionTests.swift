// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// Values by the tables of DMN 1.5, chapter 10.3.
struct ExpressionTests {
  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 2 - 3", "5"), ("2 ** 3 ** 2", "64"),
    ("-5 ** 2", "25"), ("2 ** -1", "0.5"), ("1 / 4", "0.25"), ("0.1 + 0.2", "0.3"),
    ("1 / 3", "0.3333333333333333333333333333333333"), ("-x", "-7"), ("- - x", "7"),
    ("\"a\" + \"b\"", "\"ab\""), ("1.50", "1.5"), (".5", "0.5"), ("1e3", "1000"),
    ("1.2E-2", "0.012"), ("1 + null", "null"), ("null * nothing", "null"),
    ("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000"),
  ])
  func `arithmetic is decimal and passes null on`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    ("1 = 1.0", "true"), ("1 != 2", "true"), ("x >= 7", "true"), ("x < 7", "false"),
    ("\"a\" < \"b\"", "true"), ("null = null", "true"), ("1 = null", "false"),
    ("nothing != null", "false"), ("x != null", "true"), ("null < 1", "null"),
    ("1 between 0 and 2", "true"), ("3 between 0 and 2", "false"),
    ("null between 0 and 2", "null"), ("3 between null and 2", "false"),
    ("[1, 2] = [1, 2]", "true"), ("{a: 1} = {a: 1.0}", "true"),
    (#"@"2025-01-01" < @"2025-02-01""#, "true"),
    (#"@"2025-01-01T10:00:00+02:00" = @"2025-01-01T08:00:00Z""#, "true"),
    (#"@"P1D" < @"P2D""#, "true"), (#"@"P1Y" = @"P12M""#, "true"),
  ])
  func `comparisons know null`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    ("true and true", "true"), ("true and false", "false"), ("true and null", "null"),
    ("false and null", "false"), ("null and false", "false"), ("null and null", "null"),
    ("true or null", "true"), ("false or null", "null"), ("null or true", "true"),
    ("false or false", "false"), ("not(true)", "false"), ("not(null)", "null"),
    ("false and 1 / 0 > 1", "false"), ("true or 1 / 0 > 1", "true"),
  ])
  func `logic has three values`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    ("1 in [1..3]", "true"), ("3 in [1..3)", "false"), ("1 in (1..3]", "false"),
    ("3 in [1..3[", "false"), ("1 in ]1..3]", "false"), ("2 in [1, 2, 3]", "true"),
    ("2 in (1, 2, 3)", "true"), ("4 in (1, > 3)", "true"), ("2 in (<= 1, >= 3)", "false"),
    ("x in > 5", "true"), ("null in [1..3]", "null"), ("null in (1, null)", "true"),
    ("1 in [[2..3], [0..1]]", "true"), ("5 in (> 3)", "true"), ("2 in (1..3)", "true"),
    ("name in [\"Bert\", \"Anna\"]", "true"), ("not(x in [1, 2])", "true"),
    (#"@"2025-01-15" in [@"2025-01-01"..@"2025-01-31"]"#, "true"),
  ])
  func `membership takes lists, ranges and tests`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    ("if x > 5 then \"high\" else \"low\"", "\"high\""), ("if null then 1 else 2", "2"),
    ("if nothing = null then null else 1 / 0", "null"),
    ("if false then 1 else if true then 2 else 3", "2"),
    ("parameters.level", "0.95"), ("each.center", "\"Anacostia\""),
    ("parameters.rates[2]", "2"), ("parameters.rates[-1]", "2"), ("parameters.rates[3]", "null"),
    ("[1, 2, 3][item > 1]", "[2, 3]"), ("people[age >= 18].town", "[\"Assen\"]"),
    ("people.age", "[17, 40]"), ("{a: 1, b: a + 1}.b", "2"),
    ("{\"first name\": 1}.first name", "1"),
    ("{first name: 1, c: first name + 1}.c", "2"), ("[]", "[]"), ("{}", "{}"),
    ("for i in 1..3 return i * i", "[1, 4, 9]"),
    ("for i in [1, 2], j in [10] return i + j", "[11, 12]"),
    ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", "[1, 2, 6, 24]"),
    ("some i in [1, 2] satisfies i > 1", "true"), ("every i in [1, 2] satisfies i > 1", "false"),
    ("some i in [1, null] satisfies i > 1", "null"), ("every i in [] satisfies i > 1", "true"),
    ("x instance of number", "true"), ("x instance of string", "false"),
    ("[1..5].end", "5"), ("x // seven\n + /* and */ 1", "8"), ("5[1]", "5"),
    ("some a in [1] satisfies some b in [a] satisfies a = b", "true"),
  ])
  func `choice, paths, lists and loops`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    (#""a\"b\\c\n\u00e9""#, #""a\"b\\c\né""#), (#""\uD83D\uDC0E""#, "\"🐎\""),
    (#""\U01F40E""#, "\"🐎\""), (#"string length("🐎é")"#, "2"),
    (#"substring("foobar", 3)"#, "\"obar\""), (#"substring("foobar", -2, 1)"#, "\"a\""),
    (#"substring(string: "foobar", start position: 3, length: 2)"#, "\"ob\""),
    (#"substring("foobar", 3, 100)"#, "\"obar\""),
    (#"upper case("aé")"#, "\"AÉ\""), (#"lower case("ABC")"#, "\"abc\""),
    (#"contains("foobar", "ob")"#, "true"), (#"contains("foobar", "")"#, "true"),
    (#"starts with("foobar", "fo")"#, "true"), (#"ends with("foobar", "r")"#, "true"),
    (#"substring before("foobar", "bar")"#, "\"foo\""),
    (#"substring before("foobar", "xyz")"#, "\"\""),
    (#"substring after("foobar", "ob")"#, "\"ar\""), (#"trim("  a b ")"#, "\"a b\""),
    (#"replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")"#, "\"[1=ab][2=]cd\""),
    (#"replace("a.b.c", "\\.", "-")"#, "\"a-b-c\""),
    (#"matches("foobar", "^fo*b")"#, "true"), (#"matches("FOO", "foo", "i")"#, "true"),
    (#"split("John Doe", "\\s")"#, "[\"John\", \"Doe\"]"),
    (#"split("a;b;c;;", ";")"#, "[\"a\", \"b\", \"c\", \"\", \"\"]"),
    (#"string join(["a", null, "c"], "-")"#, "\"a-c\""),
    (#"string(1.10)"#, "\"1.1\""), (#"string(@"2025-01-31")"#, "\"2025-01-31\""),
    (#"string([1, "a"])"#, #""[1, \"a\"]""#), (#"number("1 000,5", " ", ",")"#, "1000.5"),
    (#"number("1.5")"#, "1.5"), (#"string length(null)"#, "null"),
  ])
  func `texts are counted in code points`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    ("abs(-3.5)", "3.5"), ("floor(-1.5)", "-2"), ("ceiling(-1.5)", "-1"), ("floor(1.56, 1)", "1.5"),
    ("decimal(2.5, 0)", "2"), ("decimal(1 / 3, 2)", "0.33"), ("decimal(1234, -2)", "1200"),
    ("round up(5.5, 0)", "6"), ("round up(-5.5, 0)", "-6"), ("round up(1.121, 2)", "1.13"),
    ("round down(-5.5, 0)", "-5"), ("round half up(5.5, 0)", "6"), ("round half up(-2.5, 0)", "-3"),
    ("round half down(5.5, 0)", "5"), ("round half down(-5.51, 0)", "-6"),
    ("round half up(2.345, 2)", "2.35"), ("modulo(-12, 5)", "3"), ("modulo(12, -5)", "-3"),
    ("modulo(10.1, 4.5)", "1.1"), ("modulo(7, 4)", "3"), ("sqrt(16)", "4"), ("odd(5)", "true"),
    ("even(5)", "false"),
    ("min(3, 1, 2)", "1"), ("max([3, 1])", "3"), ("sum(1, 2, 3)", "6"), ("mean([1, 2])", "1.5"),
    ("count([1, null])", "2"), ("min([])", "null"), ("sum([1, null])", "null"),
    ("median(8, 2, 5)", "5"), ("list contains([1, null], null)", "true"),
    ("append([1], 2)", "[1, 2]"), ("distinct values([1, 1.0, 2])", "[1, 2]"),
    ("concatenate([1], [2])", "[1, 2]"), ("reverse([1, 2])", "[2, 1]"),
    ("index of([1, 2, 1], 1)", "[1, 3]"), ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
    ("sublist([1, 2, 3], 2)", "[2, 3]"), ("all([true, null])", "null"),
    ("any([false, true])", "true"),
    ("max(\"a\", \"c\", \"b\")", "\"c\""), ("get value({a: 1}, \"a\")", "1"),
    ("is defined(x)", "true"), ("is defined(parameters.levle)", "false"),
    ("is defined(unknown)", "false"), ("exp(0)", "1"), ("log(1)", "0"),
  ])
  func `functions of numbers and lists`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test(arguments: [
    (#"date("2025-01-31")"#, "2025-01-31"), ("date(2024, 2, 29)", "2024-02-29"),
    (#"@"2025-01-31" + @"P1M""#, "2025-02-28"), (#"@"2024-02-29" + @"P1Y""#, "2025-02-28"),
    (#"@"2025-01-31" - @"P3M""#, "2024-10-31"),
    (#"@"2025-01-31" + duration("P30D")"#, "2025-03-02"),
    (#"@"2025-03-01" - @"2025-01-31""#, "P29D"), (#"(@"2025-03-01" - @"2025-01-31").days"#, "29"),
    (#"@"2025-01-31".weekday"#, "5"), (#"@"2025-01-31".month"#, "1"),
    (#"@"2025-01-31T10:20:30Z".minute"#, "20"),
    (#"years and months duration(@"2024-02-29", @"2025-02-28")"#, "P11M"),
    (#"years and months duration(date("2011-12-22"), date("2013-08-24")).years"#, "1"),
    (#"date and time("2025-01-31T10:00:00") + @"PT15H""#, "2025-02-01T01:00:00"),
    (#"date and time(@"2025-01-31", @"10:00:00")"#, "2025-01-31T10:00:00"),
    (#"time("10:20:30.5").second"#, "30.5"), (#"@"PT36H""#, "P1DT12H"), (#"-@"P1D""#, "-P1D"),
    (#"@"P1D" * 2.5"#, "P2DT12H"), (#"@"P1D" / @"PT6H""#, "4"), (#"@"P1Y" * 1.5"#, "P1Y6M"),
    ("today()", "2025-01-31"), ("now()", "2025-01-31T00:00:00Z"),
    ("today() - @\"P1D\" < today()", "true"), (#"day of week(@"2019-09-17")"#, "\"Tuesday\""),
    (#"week of year(@"2005-01-01")"#, "53"), (#"day of year(@"2019-09-17")"#, "260"),
    (#"@"999999999-12-31".year"#, "999999999"), (#"@"-0044-03-15".year"#, "-44"),
  ])
  func `dates and durations`(source: String, expected: String) {
    #expect(Sample.value(source) == expected)
  }

  @Test func `today needs a reference date`() throws {
    let expression = try FEELExpression(parsing: "today()")
    let fault = #expect(throws: FEELFault.self) { try expression.evaluate(in: FEELScope()) }
    #expect(fault?.code == .noReferenceDate)
  }

  @Test func `names may hold spaces, dots and signs where they are known`() throws {
    let names = ["household income", "household", "notice_date.x", "no-show", "2024 total"]
    let scope = FEELScope(constants: [
      "household income": .integer(10), "household": .integer(1), "notice_date.x": .integer(2),
      "no-show": .integer(3), "2024 total": .integer(4),
    ])
    let source = "household  income + household + notice_date.x + no-show + 2024 total + `no-show`"
    let expression = try FEELExpression(parsing: source, names: names)
    #expect(try expression.evaluate(in: scope) == .integer(23))
  }

  @Test func `a dotted name is found without being known to the parser`() throws {
    let scope = FEELScope(constants: ["notice_date.x": .integer(2)])
    #expect(try FEELExpression(parsing: "notice_date.x + 1").evaluate(in: scope) == .integer(3))
  }

  @Test func `references are the free names with their places`() throws {
    let source =
      "service_center = each.center and parameters.level > 0.9 and some i in list satisfies i > x"
    let references = try FEELExpression(parsing: source).references
    #expect(
      references.map(\.path) == [
        ["service_center"], ["each", "center"], ["parameters", "level"], ["list"], ["x"],
      ])
    #expect(references[1].range == 17..<28)
  }
}
