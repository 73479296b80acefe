// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

struct FaultTests {
  /// The markers « and » enclose the place that the fault names; an empty pair is an end.
  @Test(arguments: [
    ("x «==» 1", "syntax", "use a single ="), ("x «&&» y", "syntax", "write and"),
    ("x «||» y", "syntax", "write or"), ("x «<>» 1", "syntax", "write !="),
    ("name = «'»Anna'", "syntax", "double quotes"), ("name = «“»Anna”", "syntax", "straight"),
    ("«${»parameters.level} > 1", "syntax", "write parameters.level"),
    ("«!»x", "syntax", "not("), ("«=» 1", "syntax", ""), ("x =«»", "syntax", ""),
    ("«(»1 + 2", "syntax", "add ')'"), ("1 + 2«)»", "syntax", ""), ("«[»1, 2", "syntax", "add ']'"),
    ("if x > 1 then 2«»", "syntax", "if condition then"), ("«\"»abc", "syntax", ""),
    ("«»", "syntax", ""), ("name = Not «recertified»", "syntax", "double quotes"),
    ("1 «;» 2", "syntax", "commas"), ("«@\"x\"»", "syntax", "2025-01-31"),
    ("x > 5«%»", "syntax", "0.05"), ("«lenght»(name)", "unknown-function", ""),
    ("«substrng»(name, 1)", "unknown-function", "substring"),
    ("«len»(name)", "unknown-function", "string length"),
    ("«substring»(name)", "wrong-arguments", "substring(string, start position, length?)"),
    ("«nam» = 1", "unknown-name", "name"),
    ("parameters.level + «parameters.levle»", "unknown-name", "level"),
    ("name = «Processed»", "unknown-name", "\"Processed\""),
    ("«x = name»", "type-mismatch", "number()"),
    ("«x < \"7\"»", "type-mismatch", ""), ("1 + «x / 0»", "division-by-zero", "test for zero"),
    ("«name - 1»", "type-mismatch", ""), ("«x» and true", "type-mismatch", ""),
    ("if «x» then 1 else 2", "type-mismatch", ""), ("x in («name»)", "type-mismatch", ""),
    ("«substring(1, 2)»", "type-mismatch", ""),
    ("«date(\"31-1-2025\")»", "invalid-value", "2025-01-31"),
    ("«date(2025, 2, 29)»", "invalid-value", ""), ("«number(\"a\")»", "invalid-value", ""),
    ("«9.9e6144 * 10»", "overflow", ""), ("«?» > 1", "syntax", "name the value"),
  ])
  func `a fault names the place and the way out`(marked: String, code: String, help: String) {
    let source = marked.filter { $0 != "«" && $0 != "»" }
    do throws(FEELFault) {
      let value = try FEELExpression(parsing: source).evaluate(in: Sample.scope)
      Issue.record("\(source) gave a \(value.kind)")
    } catch {
      let fault = error
      #expect(fault.code.rawValue == code)
      #expect(help.isEmpty || fault.help?.contains(help) ?? false, "\(fault)")
      let opening = marked.unicodeScalars.prefix { $0 != "«" }.count
      let closing = marked.unicodeScalars.prefix { $0 != "»" }.count - 1
      #expect(fault.range == opening..<closing, "\(source): \(fault)")
    }
  }

  /// One call of each function that has no result: the fault names the whole call and a reason.
  @Test(arguments: [
    #"substring(1, 1)"#,
    #"string length(1)"#,
    #"upper case(1)"#,
    #"lower case(1)"#,
    #"contains("a", 1)"#,
    #"starts with(1, "a")"#,
    #"ends with("a", 1)"#,
    #"substring before(1, "a")"#,
    #"substring after("a", 1)"#,
    #"trim(1)"#,
    #"replace("a", "(", "b")"#,
    #"matches("a", "[")"#,
    #"split("a", "(")"#,
    #"string join([1])"#,
    #"decimal("a", 1)"#,
    #"floor("a")"#,
    #"ceiling("a")"#,
    #"round up("a", 1)"#,
    #"round down("a", 1)"#,
    #"round half up("a", 1)"#,
    #"round half down("a", 1)"#,
    #"abs("a")"#,
    #"modulo(1, 0)"#,
    #"sqrt(-1)"#,
    #"exp(100000)"#,
    #"log(0)"#,
    #"odd(1.5)"#,
    #"even("a")"#,
    #"date("x")"#,
    #"date and time("x")"#,
    #"time("x")"#,
    #"duration("x")"#,
    #"years and months duration("a", "b")"#,
    #"day of week(1)"#,
    #"month of year(1)"#,
    #"day of year(1)"#,
    #"week of year(1)"#,
    #"min(1, "a")"#,
    #"max(1, "a")"#,
    #"sum(1, "a")"#,
    #"mean("a")"#,
    #"product("a")"#,
    #"median("a")"#,
    #"stddev("a", 1)"#,
    #"mode("a")"#,
    #"all(1)"#,
    #"any(1)"#,
    #"sublist([1], 5)"#,
    #"insert before([1], 5, 1)"#,
    #"remove([1], 5)"#,
    #"list replace([1], 5, 1)"#,
    #"sort([1], 5)"#,
    #"before(1, "a")"#,
    #"after(1, "a")"#,
    #"meets(1, 2)"#,
    #"met by(1, 2)"#,
    #"overlaps(1, 2)"#,
    #"overlaps before(1, 2)"#,
    #"overlaps after(1, 2)"#,
    #"finishes([1..2], 3)"#,
    #"finished by(1, [1..2])"#,
    #"includes(1, 2)"#,
    #"during([1..2], 1)"#,
    #"starts([1..2], 1)"#,
    #"started by(1, [1..2])"#,
    #"coincides(1, [1..2])"#,
    #"range("x")"#,
    #"context([1])"#,
    #"context put(1, "a", 1)"#,
    #"context merge([1])"#,
    #"get value(1, "a")"#,
    #"get entries(1)"#,
    #"number("a")"#,
    #"not(1)"#,
  ])
  func `a function's fault says what and where`(call: String) {
    do throws(FEELFault) {
      let value = try FEELExpression(parsing: "1 + \(call)").evaluate(in: Sample.scope)
      Issue.record("\(call) gave a \(value.kind)")
    } catch {
      let fault = error
      #expect(fault.range == 4..<(4 + call.unicodeScalars.count), "\(call): \(fault)")
      #expect(fault.message.count > 10)
      #expect([.typeMismatch, .invalidValue, .divisionByZero, .overflow].contains(fault.code))
    }
    #expect(Sample.value(call, mode: .feel) == "null")
  }

  @Test(arguments: [
    "1 = \"1\"", "1 / 0", "1 < \"a\"", "not(1)", "unknown + 1", "[1..\"a\"]", "sum(\"a\")",
    "date(\"x\")", "1 + \"a\"", "sqrt(-1)", "substring(\"a\", 0)",
  ])
  func `in the mode of the standard an error is null`(source: String) {
    #expect(Sample.value(source, mode: .feel) == "null")
  }

  @Test func `a misspelt name in a branch not taken is found`() {
    #expect(Sample.value("if true then 1 else nme") == "fault unknown-name")
  }

  @Test(arguments: ["(", "[", "-", "not(", "1 + (", "if true then ", "{a: ", "(x in (", "x["])
  func `nesting is bounded`(part: String) {
    let source = String(repeating: part, count: 5_000)
    let fault = #expect(throws: FEELFault.self) { try FEELExpression(parsing: source) }
    #expect(fault?.code == .tooDeep)
  }

  @Test func `chains of operators are bounded, and logic may be long`() throws {
    let sum = Array(repeating: "1", count: 5_000).joined(separator: " + ")
    let fault = #expect(throws: FEELFault.self) { try FEELExpression(parsing: sum) }
    #expect(fault?.code == .tooDeep)
    let tests = Array(repeating: "x = 7", count: 2_000).joined(separator: " and ")
    #expect(Sample.value(tests) == "true")
  }

  /// A context may not refer to itself, so that functions that call themselves get themselves.
  @Test(arguments: [
    ("{f: function(g, n) if n = 0 then 0 else 1 + g(g, n - 1), r: f(f, 90)}.r", "90"),
    ("{f: function(g, n) if n = 0 then 0 else 1 + g(g, n - 1), r: f(f, 5000)}.r", "null"),
    ("{f: function(g) g(g), r: f(f)}.r", "null"),
    ("{f: function(g, x) sort([1, 2], function(a, b) g(g, a) < b), r: f(f, 1)}.r", "null"),
    ("{f: function(g, x) list replace([1], function(a, b) g(g, a) = b, 2), r: f(f, 1)}.r", "null"),
    ("{f: function(g, n) for i in [n] return g(g, n + 1), r: f(f, 1)}.r", "null"),
    ("{f: function(g, n) [1][g(g, n) > 1], r: f(f, 1)}.r", "null"),
    ("{f: function(g, n) n in (g(g, n)), r: f(f, 1)}.r", "null"),
  ])
  func `calls that wait for each other are bounded`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test func `length is bounded`() {
    let source = String(repeating: " ", count: 70_000) + "1"
    let fault = #expect(throws: FEELFault.self) { try FEELExpression(parsing: source) }
    #expect(fault?.code == .tooLong)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `no sequence of parts or bytes traps`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let parts =
      [
        "x", "name", "1", "0.5", "\"a\"", "null", "true", "[", "]", "(", ")", "{", "}", ",", "..",
        ".", ":", "+", "-", "*", "/", "**", "=", "!=", "<", ">=", "if", "then", "else", "for", "in",
        "return", "some", "satisfies", "and", "or", "not(", "between", "?", "@\"2025-01-01\"",
        "@\"P1D\"", "item", "a", "max(", "substring(", "instance of", "number", "//", "/*", "`",
        "parameters", "people", "date(", "é", "🐎",
      ] + Self.extremes
    for _ in 0..<150 {
      var source = ""
      for _ in 0..<Int.random(in: 1...14, using: &random) {
        source += parts.randomElement(using: &random) ?? ""
        if Bool.random(using: &random) { source += " " }
      }
      _ = Sample.value(source)
      _ = Sample.value(source, mode: .feel)
      _ = Sample.value(source, mode: .bFeel)
      _ = try? UnaryTests(parsing: source, mode: .feel)
        .evaluate(input: .integer(1), in: FEELScope(mode: .feel))
      _ = try? UnaryTests(parsing: source).evaluate(input: .integer(1), in: Sample.scope)
      let bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = Sample.value(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Values at the limits of what there is, and what takes functions, patterns and types.
  private static let extremes = [
    "9223372036854775807", "-9223372036854775808", "1e6144", "1e-6176", "10 ** ", "-6111",
    "@\"P99999999999Y\"", "@\"-P999999999999M\"", "@\"P99999999999D\"", "@\"PT0.000000001S\"",
    "@\"999999999-12-31\"", "@\"-999999999-01-01T00:00:00@Europe/Paris\"",
    "@\"23:59:59.999999999Z\"",
    "for i in 1..1000000000 return ", "for i in [1..3) return ", "function(a: ", "function(a, b) ",
    "sort([2, 1], ", "list replace([1, 2], ", "range(\"[1..\")", "matches(\"aab\", \"(a+)+$\")",
    "replace(",
    "split(", "number(", "decimal(", "round up(", "sublist(", "remove(", "context put(", "context(",
    "list<", "context<a: ", ">", "< ", "external", "years and months duration(", "duration(",
    "time(",
    "date and time(", "modulo(", "stddev(", "string(", "[1, null, \"a\"]", "{a: 1}", "]1..2[",
    "week of year(",
  ]

  /// Two operands at the limits, whatever the operator or the function.
  @Test func `no pair of extremes traps`() {
    let values = [
      "9223372036854775807", "-9223372036854775808", "9.999999999999999999999999999999999e6144",
      "1e-6176",
      "-1", "0", "0.5", "@\"P99999999999Y\"", "@\"-P99999999999Y\"", "@\"P99999999999D\"",
      "@\"-PT0.000000001S\"",
      "@\"999999999-12-31\"", "@\"-999999999-01-01\"",
      "@\"999999999-12-31T23:59:59.999999999-18:00\"",
      "@\"-999999999-01-01T00:00:00@Pacific/Apia\"", "@\"00:00:00+18:00\"", "\"\"", "[]", "{}",
      "null", "[1..2]",
    ]
    let forms = [
      "%1 + %2", "%1 - %2", "%1 * %2", "%1 / %2", "%1 ** %2", "-%1", "%1 < %2", "%1 = %2",
      "%1 in [%2..%2]",
      "abs(%1)", "decimal(%1, %2)", "round half up(%1, %2)", "floor(%1, %2)", "modulo(%1, %2)",
      "sqrt(%1)",
      "exp(%1)", "log(%1)", "odd(%1)", "sublist([1, 2], %1, %2)", "substring(\"ab\", %1, %2)",
      "[1, 2][%1]",
      "insert before([1], %1, %2)", "remove([1], %1)", "list replace([1], %1, %2)",
      "date(%1, %2, 1)",
      "time(%1, %2, 1)", "time(1, 1, %1, %2)", "date and time(%1, %2)",
      "years and months duration(%1, %2)",
      "day of year(%1)", "week of year(%1)", "string(%1)", "(%1).year", "(%1).second",
      "(%1).seconds", "(%1).months",
      "(%1).time offset", "for i in %1..%2 return i", "sum(%1, %2)", "mean(%1, %2)",
      "product(%1, %2)",
      "stddev(%1, %2)", "median(%1, %2)", "min(%1, %2)", "is(%1, %2)", "before(%1, %2)",
      "overlaps([%1..%2], [%2..%1])",
    ]
    for form in forms {
      for left in values {
        for right in form.contains("%2") ? values : ["0"] {
          let source = form.replacing("%1", with: left).replacing("%2", with: right)
          for mode in [FEELScope.Mode.strict, .feel, .bFeel] {
            _ = Sample.value(source, mode: mode)
          }
        }
      }
    }
  }
}
