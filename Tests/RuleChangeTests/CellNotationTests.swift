// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

@testable import RuleChange

struct CellNotationTests {
  private func read(
    _ text: String, _ use: CellNotation.Use = .test, kind: SchemeInput.Kind? = nil,
    words: [String] = [], comma: Bool = false
  ) throws -> CellNotation.Reading {
    let cell = SheetCell(
      text, .text, row: 2, column: 3, span: SourceSpan(at: .start),
      in: SourceFile(name: "t.csv", text: text))
    return try CellNotation(hasDecimalComma: comma).read(
      cell, use, CellNotation.Values(kind: kind, words: words, names: ["limit"]))
  }

  @Test(
    arguments: [
      ("<= 120", "<= 120", nil), ("[120..124]", "[120..124]", nil), ("", "-", nil), ("-", "-", nil),
      ("\"a,5\", \"b\"", "\"a,5\", \"b\"", nil), ("1, 2, 3", "1, 2, 3", nil),
      ("≤ 120", "<= 120", .sign), ("<> 5", "not(5)", .sign), ("= 5", "5", .sign),
      ("“a”", "\"a\"", .quotes), ("alle", "-", .any), ("'-5", "-5", nil),
      ("tot en met 120", "<= 120", .range), ("120 t/m 124", "[120..124]", .range),
      ("van 120 tot 124", "[120..124)", .range), ("vanaf 120", ">= 120", .range),
      ("130 of meer", ">= 130", .range), ("< € 1.234,56", "< 1234.56", .euro),
      ("2025-01-01", "@\"2025-01-01\"", nil), (">= 1-7-2025", ">= @\"2025-07-01\"", .date),
      ("[2025-01-01..2025-12-31]", "[@\"2025-01-01\"..@\"2025-12-31\"]", nil),
      ("1.234.567", "1234567", .thousands), ("limit", "limit", nil), ("1,2,3", "1, 2, 3", nil),
    ] as [(String, String, CellNotation.Note?)])
  func `a test is FEEL, or is turned into it and told`(
    text: String, source: String, note: CellNotation.Note?
  ) throws {
    let reading = try read(text)
    #expect(reading.source == source)
    #expect(reading.note == note)
  }

  @Test(arguments: [
    ("513,50", "513.50"), ("€ 513", "513"), ("1.573", "1.573"), ("1.234,5", "1234.5"),
    ("-0,5", "-0.5"), ("limit * 2", "limit * 2"), ("max(1, 2)", "max(1, 2)"),
  ])
  func `a result may be an amount as the Dutch write it`(text: String, source: String) throws {
    #expect(try read(text, .result).source == source)
  }

  @Test(arguments: [
    ("<= 124,5", "<= 124.5"), ("1.573", "1573"), ("[0..120,5]", "[0..120.5]"), ("1, 2", "1, 2"),
  ])
  func `a decimal comma that is declared is no list`(text: String, source: String) throws {
    #expect(try read(text, comma: true).source == source)
  }

  @Test(arguments: [
    ("120-124", false), ("120 – 124", false), ("<= 124,5", false), ("1,234,567", false),
    ("1,234.56", false), ("> 5 %", false), ("\"a", false), ("1.57.3", false), ("1.5", true),
    ("1,2,3", true),
  ])
  func `what can mean two things is a fault`(text: String, comma: Bool) {
    #expect(throws: SheetFault.self) { try read(text, comma: comma) }
  }

  @Test func `texts need no quotes where the values are known`() throws {
    #expect(try read("single parent", words: ["single parent"]).source == "\"single parent\"")
    #expect(try read("a, b", kind: .text).source == "\"a\", \"b\"")
    #expect(try read("limit", kind: .text).source == "limit")
    #expect(try read("not(a)", kind: .text).source == "not(a)")
  }

  @Test func `yes and no are truth values where the input has them`() throws {
    #expect(try read("ja", kind: .boolean).source == "true")
    #expect(try read("ja").source == "ja")
  }
}
