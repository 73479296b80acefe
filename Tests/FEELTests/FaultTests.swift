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
    let parts = [
      "x", "name", "1", "0.5", "\"a\"", "null", "true", "[", "]", "(", ")", "{", "}", ",", "..",
      ".", ":", "+", "-", "*", "/", "**", "=", "!=", "<", ">=", "if", "then", "else", "for", "in",
      "return", "some", "satisfies", "and", "or", "not(", "between", "?", "@\"2025-01-01\"",
      "@\"P1D\"", "item", "a", "max(", "substring(", "instance of", "number", "//", "/*", "`",
      "parameters", "people", "date(", "é", "🐎",
    ]
    for _ in 0..<150 {
      var source = ""
      for _ in 0..<Int.random(in: 1...14, using: &random) {
        source += parts.randomElement(using: &random) ?? ""
        if Bool.random(using: &random) { source += " " }
      }
      _ = Sample.value(source)
      _ = Sample.value(source, mode: .feel)
      _ = try? UnaryTests(parsing: source).evaluate(input: .integer(1), in: Sample.scope)
      let bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = Sample.value(String(decoding: bytes, as: UTF8.self))
    }
  }
}
