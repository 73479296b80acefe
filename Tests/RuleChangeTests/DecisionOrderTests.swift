// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import RuleChange

struct DecisionOrderTests {
  private static func scheme(_ decisions: String) -> String {
    "scheme: {id: s, legal: {bwb: BWBR0018451, article: \"2\"}}\n"
      + "inputs: {x: {type: integer}}\ndecisions:\n" + Samples.indented(decisions, by: 2)
  }

  @Test func `decisions may stand in any order`() throws {
    let scheme = try Samples.scheme(
      Self.scheme(
        """
        net: {expression: gross - tax}
        tax: {expression: 0.5 * gross}
        gross: {expression: 2 * x}

        """))
    #expect(scheme.decisions.map(\.name) == ["gross", "tax", "net"])
    let decided = try SchemeEvaluation(scheme, on: nil)
      .decide(over: Table([("x", .integer(FixedColumn([50] as [Int64])))]))
    #expect(decided["net"]?.display(at: 0) == "50.0")
  }

  @Test func `the order of the file stays where it will do`() throws {
    let scheme = try Samples.scheme(
      Self.scheme("b: {expression: x}\na: {expression: x}\nc: {expression: a + b}\n"))
    #expect(scheme.decisions.map(\.name) == ["b", "a", "c"])
  }

  @Test func `a table waits for what its cells and outputs name`() throws {
    let table = "d: {table: {hit: FIRST, inputs: [x], rows: [[\"< low\", high], [\"-\", 0]]}}\n"
    let scheme = try Samples.scheme(
      Self.scheme(table + "low: {expression: 2}\nhigh: {expression: 2 * low}\n"))
    #expect(scheme.decisions.map(\.name) == ["low", "high", "d"])
  }

  @Test func `an output of a table is waited for by its own name`() throws {
    let table = """
      e: {expression: d.b + 1}
      d: {table: {hit: FIRST, inputs: [x], outputs: [a, b], rows: [["-", 1, 2]]}}

      """
    #expect(try Samples.scheme(Self.scheme(table)).decisions.map(\.name) == ["d", "e"])
  }

  @Test func `a key that looks like a decision makes no loop`() throws {
    let scheme = try Samples.scheme(
      Self.scheme("a: {expression: \"count([{a: x}][a > 1])\"}\nb: {expression: a}\n"))
    #expect(scheme.decisions.map(\.name) == ["a", "b"])
  }

  @Test func `a loop is told with its path, its line and the article`() throws {
    let yaml = Self.scheme(
      """
      a: {expression: b + 1}
      b:
        legal: {article: "3", paragraph: 2}
        expression: c
      c: {expression: 2 * a}

      """)
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(
      faults.map(\.message) == [
        "decisions need each other: a → b → c → a (article 2, BWBR0018451; "
          + "article 3(2), BWBR0018451)"
      ])
    #expect(faults.map(\.code.rawValue) == ["scheme-loop"])
    #expect(faults.first?.span?.start == SourcePosition(line: 4, column: 3))
  }
}
