// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import RuleChange

/// What goes wrong only when cases come in: with the count of cases, the line and the article.
struct SchemeRunFaultTests {
  private static let head = """
    scheme: {id: s, legal: {bwb: BWBR0015703, article: "36"}}
    parameters:
      limit: {legal: {article: "4"}, values: {2024-01-01: 110}}
    inputs: {x: {type: integer}, y: {type: decimal}}
    decisions:

    """

  private func fault(_ decisions: String, on date: String? = nil) throws -> StageFault? {
    let scheme = try Samples.scheme(Self.head + Samples.indented(decisions, by: 2) + "\n")
    let population = try Table([
      ("x", .integer(FixedColumn([1, 0, 0] as [Int64]))),
      ("y", .decimal(FixedColumn([9_000_000_000_000_000_00, 100, 200] as [Int64]), scale: 2)),
    ])
    return #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: date.flatMap { CalendarDate($0) }).decide(over: population)
    }
  }

  @Test(
    arguments: [
      (
        "d: {legal: {article: '22a', paragraph: 1}, expression: 5 + 1 / x}",
        "decision 'd' of scheme 's' (article 22a(1), BWBR0015703): a division by zero in 2 cases "
          + "(scheme.yaml:6:62)"
      ),
      (
        "d: {expression: 10 ** (6145 - 1000 * x)}",
        "decision 'd' of scheme 's' (article 36, BWBR0015703): a number is too large in 2 cases "
          + "(scheme.yaml:6:19)"
      ),
      (
        "d: {expression: y * 10, round: {to: 0.000001, mode: up}}",
        "decision 'd' of scheme 's' (article 36, BWBR0015703): an amount is too large to be rounded "
          + "exactly in 1 case (scheme.yaml:6:3)"
      ),
      (
        """
        d:
          table:
            hit: UNIQUE
            inputs: [x]
            rows:
              - ["< 1", 5]
              - {row: ["<= 0", 6], legal: {article: "37"}}
        """,
        "decision 'd' of scheme 's' (article 36, BWBR0015703): the table is UNIQUE, and rules 1 and 2 "
          + "apply at once in 2 cases (scheme.yaml:8:7)"
      ),
      (
        """
        d:
          table:
            hit: FIRST
            inputs: [x]
            rows:
              - {row: ["< 1", 5 / x], legal: {article: "37"}}
              - ["-", 6]
        """,
        "decision 'd' of scheme 's' (article 37, BWBR0015703): a division by zero in 2 cases "
          + "(scheme.yaml:11:25)"
      ),
    ])
  func `a fault names the article, the line and the count of cases`(
    decisions: String, message: String
  ) throws {
    let found = try fault(decisions)?.message ?? ""
    #expect(found == message)
  }

  @Test func `a parameter without a value on the day names its article and its line`() throws {
    let fault = try fault("d: {expression: x + limit}", on: "2023-12-31")
    #expect(
      fault?.message
        == "parameter 'limit' of scheme 's' (article 4, BWBR0015703) has no value on 2023-12-31; its "
        + "first value is from 2024-01-01 (scheme.yaml:3:3)")
    #expect(fault?.parameter == "date")
  }

  @Test func `a parameter that no decision names may begin later`() throws {
    let scheme = try Samples.scheme(Self.head + "  d: {expression: x}\n")
    try scheme.requireValues(on: CalendarDate("2023-12-31"))
  }

  @Test func `a name that the scheme does not have is told with the article`() throws {
    let yaml = Self.head + "  d: {legal: {article: '22a'}, expression: x + limt}\n"
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(faults.map(\.message) == ["the scheme has no 'limt' (article 22a, BWBR0015703)"])
    #expect(faults.first?.help == "did you mean 'limit'?")
    #expect(faults.first?.span?.start == SourcePosition(line: 6, column: 48))
  }

  @Test func `an expression that cannot be read is told with the article`() throws {
    let yaml = Self.head + "  d: {legal: {article: '22a'}, expression: x +}\n"
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(faults.first?.message.hasSuffix("(article 22a, BWBR0015703)") == true)
  }
}

/// What `rules check` finds that a mere reading does not look for.
struct LateFaultTests {
  private static func scheme(_ rows: String, hit: String = "UNIQUE", input: String = "x") -> String
  {
    """
    scheme: {id: s, legal: {bwb: BWBR0015703, article: "36"}}
    parameters:
      a: {values: {2024-01-01: 5}}
      b: {legal: {article: "4"}, values: {2025-01-01: 5}}
    inputs: {x: {type: integer}}
    decisions:
      n: {expression: x + a + b}
      d: {legal: {article: "37"}, table: {hit: \(hit), inputs: [\(input)], rows: [\(rows)]}}

    """
  }

  private func faults(_ yaml: String, on date: String? = "2025-06-01") throws -> [Diagnostic] {
    try Samples.scheme(yaml).lateFaults(on: date.flatMap { CalendarDate($0) }).diagnostics
  }

  @Test func `rules that apply at once are an error with a case and the article`() throws {
    let faults = try faults(Self.scheme("['< 10', 1], ['> 5', 2], ['> 7', 3]"))
    #expect(
      faults.map(\.message) == [
        "decision 'd' is UNIQUE, and rules 1 and 2 all apply to x: (5..7], as x = 6 "
          + "(article 37, BWBR0015703)",
        "decision 'd' is UNIQUE, and rules 1, 2 and 3 all apply to x: (7..10), as x = 8 "
          + "(article 37, BWBR0015703)",
        "decision 'd' is UNIQUE, and rules 2 and 3 all apply to x: >= 10, as x = 10 "
          + "(article 37, BWBR0015703)",
      ])
    #expect(faults.allSatisfy { $0.severity == .error && $0.code.rawValue == "decision-table" })
    #expect(faults.first?.span?.start == SourcePosition(line: 8, column: 85))
  }

  @Test func `what may never come up is a warning`() throws {
    let derived = try faults(Self.scheme("['< 10', 1], ['> 5', 2]", input: "n"))
    #expect(derived.map(\.severity) == [.warning])
    let edge = try faults(Self.scheme("['<= 10', 1], ['>= 10', 2]"))
    #expect(edge.map(\.severity) == [.warning])
    #expect(
      edge.first?.message
        == "decision 'd' is UNIQUE, and exactly x = 10 falls into rules 1 and 2: decide which one "
        + "holds (article 37, BWBR0015703)")
  }

  @Test func `a FIRST table may overlap`() throws {
    #expect(try faults(Self.scheme("['< 10', 1], ['> 5', 2]", hit: "FIRST")).isEmpty)
  }

  @Test func `a day without a value is an error`() throws {
    let faults = try faults(Self.scheme("['-', 1]"), on: "2024-06-01")
    #expect(
      faults.map(\.message) == [
        "parameter 'b' (article 4, BWBR0015703) has no value on 2024-06-01; its first value is from "
          + "2025-01-01"
      ])
    #expect(faults.first?.span?.start == SourcePosition(line: 4, column: 3))
  }

  @Test func `figures that begin later than others are a warning`() throws {
    let faults = try faults(Self.scheme("['-', 1]"), on: nil)
    #expect(faults.map(\.severity) == [.warning])
    #expect(
      faults.map(\.message) == [
        "the scheme can be applied from 2025-01-01: until then parameter 'b' (article 4, BWBR0015703) "
          + "has no value, and other figures hold from 2024-01-01"
      ])
  }
}
