// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageTesting
import Testing

@testable import RuleChange

struct UnitWordsTests {
  @Test(
    arguments: [
      ("euro", "euro"), ("EUR", "euro"), ("€/month", "euro/month"), ("euro a year", "euro/year"),
      ("euro per maand", "euro/month"), ("euro monthly", "euro/month"),
      ("gross euro per year", "euro/year"), ("euro/month/person", "euro/month"),
      ("percent", "a plain number"), ("%", "a plain number"),
      ("percent of the norm", "a plain number"),
      ("share of households", "a plain number"), ("children", "a plain number"),
      ("minutes per case", "minute"), ("kWh", "kwh"), ("euro/kWh", "euro/kwh"),
      ("euro*hour", "euro*hour"), ("points", "points"), ("", "a plain number"),
    ])
  func `people write units in many ways`(text: String, unit: String) {
    #expect("\(UnitWords.unit(of: text))" == unit)
  }
}

struct SchemeUnitsTests {
  private static let head = """
    scheme: {id: s, legal: {bwb: BWBR0018451, article: "2"}}
    parameters:
      premium: {unit: euro/year, value: 2112}
      monthly_norm: {unit: euro/month, value: 1345.45}
      rate: {unit: percent, value: 0.137}
      limit: {unit: euro, value: 100}
    inputs:
      income: {type: decimal, unit: euro a year}
      months: {type: integer, unit: months}
      age: {type: integer, unit: years}
    decisions:

    """

  private func faults(_ decisions: String) throws -> (text: MarkedText, faults: [Diagnostic]) {
    let text = MarkedText(Self.head + Samples.indented(decisions, by: 2) + "\n")
    return (text, SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics)
  }

  @Test(
    arguments: [
      "d: {unit: euro/year, expression: 'max(0, premium - rate * income)'}",
      "d: {unit: euro, expression: monthly_norm * months}",
      "d: {unit: euro/year, expression: monthly_norm * 12}",
      "d: {unit: euro a month, expression: income / 12 - monthly_norm}",
      "d: {expression: income > 20000}",
      "d: {unit: percent, expression: 100 * income / (monthly_norm * 12)}",
      "d: {unit: euro, expression: if months > 6 then 513 else 0}",
      "d: {unit: euro, table: {hit: FIRST, inputs: [income], rows: [['< 12 * monthly_norm', limit]]}}",
      "e: {unit: euro, expression: d}\nd: {expression: limit}",
    ])
  func `sensible rules pass`(decisions: String) throws {
    #expect(try faults(decisions).faults.map(\.message) == [])
  }

  @Test(
    arguments: [
      (
        "d: {expression: premium 1️⃣+ monthly_norm}",
        "'+' mixes units: euro/year on the left, euro/month on the right"
      ),
      (
        "d: {expression: premium 1️⃣- rate}",
        "'-' mixes units: euro/year on the left, a plain number on the right"
      ),
      (
        "d: {unit: euro/month, expression: 1️⃣premium * rate}",
        "decision 'd' is declared in euro/month, and its rule gives euro/year"
      ),
      (
        "e: {expression: d 1️⃣+ income}\nd: {unit: euro, expression: 5}",
        "'+' mixes units: euro on the left, euro/year on the right"
      ),
      (
        "e: {expression: d 1️⃣+ income}\nd: {expression: limit * rate}",
        "'+' mixes units: euro on the left, euro/year on the right"
      ),
      (
        "d: {table: {hit: FIRST, inputs: [income], rows: [['< 1️⃣limit', 1]]}}",
        "the value is in euro/year, and is compared with euro"
      ),
      (
        "d: {table: {hit: FIRST, inputs: [income], rows: [['< 1', limit], ['-', 1️⃣premium]]}}",
        "this result is in euro/year, and others of 'd' are in euro"
      ),
      (
        "1️⃣d: {unit: month, table: {hit: FIRST, inputs: [income], rows: [['-', limit]]}}",
        "decision 'd' is declared in month, and its rule gives euro"
      ),
    ])
  func `mixed units are told where they are, with the article`(
    decisions: String, message: String
  ) throws {
    let (text, faults) = try faults(decisions)
    #expect(faults.map(\.message) == [message + " (article 2, BWBR0018451)"])
    #expect(faults.first?.code.rawValue == "mixed-units")
    #expect(faults.first?.span.map { text.name(of: $0.start) } == "1️⃣")
  }

  @Test func `a row of a table names its own article`() throws {
    let row = "{row: ['< limit', 1], legal: {article: '3', paragraph: 1}}"
    let (_, faults) = try faults(
      "d: {legal: {article: '7'}, table: {hit: FIRST, inputs: [premium], rows: [\(row)]}}")
    #expect(
      faults.map(\.message) == [
        "the value is in euro/year, and is compared with euro (article 3(1), BWBR0018451)"
      ])
  }

  /// A division by a parameter that is zero fails for every case, and so does a number that no
  /// decimal holds.
  @Test func `what must fail for every case is told beforehand`() throws {
    let text = MarkedText(
      """
      scheme: {id: s}
      parameters:
        parts: {legal: {law: Participatiewet, article: "22a"}, values: {2024-01-01: 0, 2025-01-01: 4}}
      inputs: {x: {type: decimal}}
      decisions:
        share: {legal: {law: Participatiewet, article: "21"}, expression: 1 + 1️⃣x / parts}
        safe: {expression: if parts = 0 then 0 else x / parts}
        large: {expression: x * 2️⃣10 ** 7000}

      """)
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    #expect(
      faults.map(\.message) == [
        "a division by zero with the parameters of 2024-01-01 (article 21, Participatiewet)",
        "a number is too large",
      ])
    #expect(faults.compactMap { $0.span.map { text.name(of: $0.start) } } == ["1️⃣", "2️⃣"])
  }
}
