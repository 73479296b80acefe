// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables
import Testing

@testable import RuleChange

struct TableAnalysisTests {
  private func findings(
    _ rows: String, hit: String = "UNIQUE", inputs: String = "x: {type: number}",
    of names: String = "x", more: String = ""
  ) throws -> [TableFinding] {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      parameters: {limit: 5}
      inputs: {\(inputs)}
      decisions:
        d: {table: {hit: \(hit), inputs: [\(names)], outputs: [r], rows: [\(rows)]\(more)}}

      """)
    return try TableAnalysis.findings(of: try #require(scheme.decision("d")), in: scheme)
  }

  @Test func `a whole table has no findings`() throws {
    #expect(try findings("['<= 5', 1], ['> 5', 2]").isEmpty)
  }

  @Test func `an overlap names the rules and a case`() throws {
    let found = try findings("['< 10', 1], ['> 4', 2]")
    #expect(found.map(\.kind) == [.overlap])
    #expect(found.first?.rules == [1, 2])
    #expect(found.first?.witness == "x = 7")
    #expect(found.first?.message == "rules 1 and 2 all apply to x: (4..10)")
  }

  @Test func `a gap shows a case without a rule`() throws {
    let found = try findings("['< 0', 1], ['(10..20]', 2], ['> 20', 3]")
    #expect(found.map(\.kind) == [.gap])
    #expect(found.first?.witness == "x = 0")
    #expect(found.first?.tests == ["[0..10]"])
  }

  @Test(arguments: [("['<= 5', 1], ['>= 5', 2]", [1, 2]), ("['< 5', 1], ['> 5', 2]", [])])
  func `a boundary in two rules or in none is an edge`(rows: String, rules: [Int]) throws {
    let found = try findings(rows)
    #expect(found.map(\.kind) == [.edge])
    #expect(found.first?.rules == rules)
    #expect(found.first?.witness == "x = 5")
  }

  @Test func `a rule made for one value is no ambiguous edge`() throws {
    #expect(
      try findings("[5, 1], ['[0..10]', 2], ['< 0', 3], ['> 10', 3]").map(\.kind) == [.overlap])
  }

  @Test func `parameters stand for their values`() throws {
    #expect(try findings("['<= limit', 1], ['>= limit', 2]").first?.witness == "x = 5")
  }

  @Test func `whole numbers have nothing between neighbours`() throws {
    let whole = "x: {type: integer}"
    #expect(try findings("['<= 5', 1], ['>= 6', 2]", inputs: whole).isEmpty)
    #expect(try findings("['<= 5', 1], ['>= 6', 2]").map(\.kind) == [.gap])
  }

  @Test func `limits of an input bound what is looked at`() throws {
    let bounded = "x: {type: number, minimum: 0, maximum: 10}"
    #expect(try findings("['[0..5]', 1], ['(5..10]', 2]", inputs: bounded).isEmpty)
  }

  @Test func `declared texts are all there are`() throws {
    let declared = "x: {type: text, values: [a, b]}"
    #expect(try findings("[a, 1], [b, 2]", inputs: declared).isEmpty)
    let found = try findings("['\"a\"', 1], ['\"b\"', 2]", inputs: "x: {type: text}")
    #expect(found.map(\.kind) == [.gap])
    #expect(found.first?.tests == ["not(\"a\", \"b\")"])
  }

  @Test func `dates have edges too`() throws {
    let found = try findings(
      "['<= @\"2025-01-01\"', 1], ['>= @\"2025-01-01\"', 2]", inputs: "x: {type: date}")
    #expect(found.map(\.kind) == [.edge])
    #expect(found.first?.witness == "x = @\"2025-01-01\"")
  }

  @Test func `a shadowed and an unreachable rule`() throws {
    let found = try findings(
      "['< 10', 1], ['< 5', 2], ['> 3 and < 2', 3], ['-', 4]"
        .replacing("> 3 and < 2", with: "? > 3 and ? < 2"), hit: "FIRST")
    #expect(found.prefix(2).map(\.kind) == [.shadowed, .unreachable])
    #expect(found.dropFirst(2).allSatisfy { $0.kind == .unreachableOutput })
    #expect(found.map(\.rules) == [[2], [3], [2], [3]])
  }

  @Test func `rules of an ANY table overlap where they differ`() throws {
    #expect(try findings("['< 10', 1], ['> 4', 1], ['-', 1]", hit: "ANY").isEmpty)
    let found = try findings("['< 10', 1], ['>= 10', 1], ['> 20', 2]", hit: "ANY")
    #expect(found.map(\.kind) == [.overlap])
    #expect(found.first?.rules == [2, 3])
    #expect(found.first?.witness == "x = 21")
  }

  @Test func `a rule that others outrank everywhere never decides`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: number}}
      decisions:
        d:
          table:
            hit: PRIORITY
            inputs: [x]
            outputs: [{name: r, values: [high, low]}]
            rows: [['[5..8]', '"low"'], ['<= 10', '"high"'], ['> 10', '"low"']]

      """)
    let found = try TableAnalysis.findings(
      of: try #require(scheme.decision("d")), in: scheme)
    #expect(found.map(\.kind) == [.shadowed])
    #expect(
      found.first?.message
        == "rule 1 never decides: rules with higher priority take all its cases")
  }

  @Test func `overlaps of a COLLECT SUM table are meant`() throws {
    #expect(try findings("['> 1', 1], ['-', 2]", hit: "C+").isEmpty)
  }

  @Test func `a default fills gaps`() throws {
    #expect(try findings("['> 1', 1]", more: ", default: 0").isEmpty)
  }

  @Test func `one finding covers all households`() throws {
    let found = try findings(
      "['<= 5', '-', 1], ['>= 5', '-', 2]",
      inputs: "x: {type: number}, t: {type: text, values: [a, b, c]}", of: "x, t")
    #expect(found.count == 1)
    #expect(found.first?.witness == "x = 5, t = \"a\"")
  }

  @Test(arguments: ["odd(?)", "? * 2 > 4", "> y"])
  func `what cannot be taken apart is said`(cell: String) throws {
    let fault = #expect(throws: RuleFault.self) {
      try findings(
        "['\(cell)', 1], ['-', 2]", inputs: "x: {type: number}, y: {type: number}")
    }
    #expect(fault?.help?.contains("decision of its own") == true)
  }

  @Test func `too many combinations are refused`() throws {
    let names = (1...8).map { "x\($0)" }
    let row = names.map { _ in "'[0..5], [7..8], [10..11]'" }.joined(separator: ", ")
    let fault = #expect(throws: RuleFault.self) {
      try findings(
        "[\(row), 1]", inputs: names.map { "\($0): {type: number}" }.joined(separator: ", "),
        of: names.joined(separator: ", "))
    }
    #expect(fault?.help == "split it into several tables")
  }

  /// The bands as published: https://noordenveld.nl, see the table in RULES.
  @Test func `the bands of Noordenveld are ambiguous at exactly 124 and 127 percent`() throws {
    let scheme = try Samples.scheme(reforms: [Samples.taper])
    let found = try TableAnalysis.findings(of: try #require(scheme.decision("share")), in: scheme)
    #expect(found.map(\.kind) == [.edge, .edge])
    #expect(found.map(\.witness) == ["income_percent = 124", "income_percent = 127"])
    #expect(found.map(\.rules) == [[2, 3], [3, 4]])
    let mended = try Samples.scheme(reforms: [Samples.taper, Samples.edges])
    #expect(
      try TableAnalysis.findings(of: try #require(mended.decision("share")), in: mended).isEmpty)
  }
}

/// Random small tables, looked at case by case on a grid that holds all constants and what lies between.
struct TableAnalysisPropertyTests {
  private struct Sample {
    let scheme: Scheme
    let decision: Decision
    let table: DecisionTable

    init(seed: UInt64) throws {
      var random = RandomStream(seed: seed, name: "tables")
      let rows = (0..<1 + random.integer(below: 5)).map { row in
        "[\"\(Self.number(&random))\", \"\(Self.word(&random))\", \(row)]"
      }
      let hit = ["UNIQUE", "FIRST"][random.integer(below: 2)]
      scheme = try Samples.scheme(
        """
        scheme: {id: s}
        inputs: {x: {type: number}, t: {type: text, values: [a, b, c]}}
        decisions:
          d: {table: {hit: \(hit), inputs: [x, t], outputs: [r], rows: [\(rows.joined(separator: ", "))]}}

        """)
      decision = try #require(scheme.decision("d"))
      table = try #require(decision.table)
    }

    private static func number(_ random: inout RandomStream) -> String {
      let low = random.integer(below: 5)
      let high = low + 1 + random.integer(below: 3)
      let forms = [
        "-", "<= \(low)", "< \(low)", "> \(low)", ">= \(low)", "\(low)", "not(\(low))",
        "[\(low)..\(high)]", "(\(low)..\(high))", "[\(low)..\(high))", "< \(low), > \(high)",
        "? > \(low) and ? <= \(high)",
      ]
      return forms[random.integer(below: forms.count)]
    }

    private static func word(_ random: inout RandomStream) -> String {
      let forms = ["-", "-", "a", "b", "a, b", "not(c)"]
      return forms[random.integer(below: forms.count)]
    }

    /// Half steps from −1 to 9 with each text: every constant, and a value between any two.
    func rules(_ halfSteps: Int, _ text: String) throws -> [Int] {
      let values: [FEELValue] = [.double(Double(halfSteps) / 2), .text(text)]
      return try table.rows.indices.filter { row in
        try zip(table.rows[row].cells, values).allSatisfy { cell, value in
          try cell.tests.evaluate(input: value, in: FEELScope()) == true
        }
      }
    }
  }

  @Test(arguments: 0..<120 as Range<UInt64>)
  func `the findings are those of every case taken one by one`(seed: UInt64) throws {
    let sample = try Sample(seed: seed)
    let findings = try TableAnalysis.findings(of: sample.decision, in: sample.scheme)
    var reached: Set<Int> = []
    var first: Set<Int> = []
    for halfSteps in -2...18 {
      for text in ["a", "b", "c"] {
        let rules = try sample.rules(halfSteps, text)
        reached.formUnion(rules)
        if let rule = rules.first { first.insert(rule) }
        let wrong = rules.isEmpty || rules.count > 1 && sample.table.hit == .unique
        let covering = try findings.filter { finding in
          guard finding.tests.count == 2 else { return false }
          return try zip(finding.tests, [.double(Double(halfSteps) / 2), .text(text)])
            .allSatisfy { test, value in
              try UnaryTests(parsing: test).evaluate(input: value, in: FEELScope()) == true
            }
        }
        #expect(covering.count == (wrong ? 1 : 0), "x = \(halfSteps)/2, t = \(text)")
        if let finding = covering.first { #expect(finding.rules == rules.map { $0 + 1 }) }
      }
    }
    let dead = findings.filter { $0.kind == .unreachable }.flatMap(\.rules)
    #expect(
      Set(dead) == Set(sample.table.rows.indices.filter { !reached.contains($0) }.map { $0 + 1 }))
    let shadowed = findings.filter { $0.kind == .shadowed }.flatMap(\.rules)
    let expected = sample.table.hit == .first ? reached.subtracting(first) : []
    #expect(Set(shadowed) == Set(expected.map { $0 + 1 }))
  }
}
