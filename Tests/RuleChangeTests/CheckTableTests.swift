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
      findings.names == ["scheme", "decision", "kind", "rules", "witness", "share", "message"])
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
