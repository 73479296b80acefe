// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct CheckTableTests {
  private static let with = """
    scheme:
    \(Samples.indented(Samples.supplement, by: 2))
    reforms:
      - \(Samples.indented(Samples.taper, by: 4).drop { $0 == " " })
    """

  @Test func `only tables that a reform changes are told again`() async throws {
    let stage = StageRun(CheckTable.self, with: Self.with)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    let findings = try await stage([:]).table("findings")
    #expect(
      findings.names == [
        "scheme", "decision", "kind", "rules", "witness", "share", "message", "article",
      ])
    #expect(try findings.column("scheme").texts() == ["taper", "taper"])
    #expect(try findings.column("decision").texts() == ["share", "share"])
    #expect(try findings.column("kind").texts() == ["edge", "edge"])
    #expect(findings["share"]?.missingCount == 2)
  }

  @Test func `a population gives the share of cases`() async throws {
    let population = try Samples.households(
      ["single", "single", "couple", "couple"], [124, 127, 124, nil])
    let findings = try await StageRun(CheckTable.self, with: Self.with)(
      ["population": .table(population)]
    ).table("findings")
    #expect(findings["share"] == .number(FixedColumn([0.5, 0.25])))
  }

  @Test func `weights count in the share`() async throws {
    let population = try Samples.households(["single", "single"], [124, 100])
      .adding("w", .number(FixedColumn([1.0, 3])))
    let findings = try await StageRun(CheckTable.self, with: Self.with + "weight: w\n")(
      ["population": .table(population)]
    ).table("findings")
    #expect(findings["share"] == .number(FixedColumn([0.25, 0])))
  }

  private static let dead = """
    scheme:
      scheme: {id: s}
      inputs: {x: {type: number}}
      decisions:
        d:
          legal: [{law: Participatiewet, article: "36", paragraph: "1"}]
          table:
            hit: FIRST
            inputs: [x]
            rows:
              - ["<= 10", 1]
              - ["[5..8]", 2]
              - ["> 10 ", 1]
              - {row: ["[9..4]", 3], legal: {article: "5"}}

    """

  @Test func `a rule that never decides has the share of cases that pass its tests`() async throws {
    let population = try Table([("x", .number(FixedColumn([1, 5, 6, 20])))])
    let findings = try await StageRun(CheckTable.self, with: Self.dead)(
      ["population": .table(population)]
    ).table("findings")
    #expect(
      try findings.column("kind").texts()
        == ["shadowed", "unreachable", "unreachable-output", "unreachable-output"])
    // 5 and 6 of four cases lie in [5..8]; none lies in [9..4].
    #expect(findings["share"] == .number(FixedColumn([0.5, 0, 0.5, 0])))
    #expect(try findings.column("rules").texts() == ["2", "4", "2", "4"])
    #expect(
      try findings.column("message").texts().suffix(2) == [
        "no case gets d = 2: rule 2, which gives it, never decides",
        "no case gets d = 3: rule 4, which gives it, never decides",
      ])
  }

  @Test func `a finding names the article of its decision`() async throws {
    let findings = try await StageRun(CheckTable.self, with: Self.dead)([:]).table("findings")
    #expect(
      try findings.column("article").texts()
        == [
          "article 36(1), Participatiewet", "article 5, Participatiewet",
          "article 36(1), Participatiewet", "article 5, Participatiewet",
        ])
  }

  @Test func `a table that cannot be taken apart is told`() async throws {
    let with = """
      scheme:
        scheme: {id: s}
        inputs: {x: {type: integer}}
        decisions: {d: {table: {hit: FIRST, inputs: [x], rows: [["odd(?)", 1], ["-", 2]]}}}

      """
    let findings = try await StageRun(CheckTable.self, with: with)([:]).table("findings")
    #expect(try findings.column("kind").texts() == ["not-analysed"])
  }
}
