// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

/// Stages that apply a scheme of households with persons.
struct MembersInStagesTests {
  private static let scheme = """
    scheme: {id: care}
    entities: {household: {members: person, roles: {adult: {}, child: {}}}}
    parameters: {per_child: {values: {2025-01-01: 100}}}
    inputs:
      rent: {type: integer}
      income: {entity: person, type: integer}
    decisions:
      tax: {entity: person, expression: 0.25 * income}
      care: {expression: "max(0, per_child * count(child) - 0.1 * sum(adult.income) + 0 * rent)"}
      net: {expression: sum(members.income) - sum(members.tax) + care}

    """

  private static var tables: [String: Artifact] {
    get throws {
      [
        "population": .table(
          try Table([
            ("key", .integer(FixedColumn([7, 8] as [Int64]))),
            ("rent", .integer(FixedColumn([500, 400] as [Int64]))),
          ])),
        "members": .table(
          try Table([
            ("key", .integer(FixedColumn([8, 7, 7, 8, 8] as [Int64]))),
            ("part", .text(TextColumn(["adult", "adult", "child", "child", "child"]))),
            ("income", .integer(FixedColumn([1000, 5000, 0, 0, 0] as [Int64]))),
          ])),
      ]
    }
  }

  private static func with(_ result: String, reforms: Bool = true) -> String {
    "scheme:\n\(Samples.indented(scheme, by: 2))\n"
      + (reforms
        ? "reforms:\n  - reform: {id: higher}\n    parameters: {per_child: {2026-01-01: 150}}\n"
        : "")
      + "date: 2026-01-01\nhousehold: key\nrole: part\nresult: \(result)\n"
  }

  /// By hand: 100 − 500 < 0 and 200 − 100 = 100; under the reform 150 − 500 < 0 and 300 − 100 = 200.
  @Test func `a proposal counts the children of each household`() async throws {
    let run = StageRun(Propose.self, with: Self.with("care"))
    #expect(run.diagnostics.isEmpty, "\(run.diagnostics)")
    let cases = try await run(Self.tables).table("cases")
    #expect(try cases.column("care_baseline").doubles()?.values == [0, 100])
    #expect(try cases.column("care_higher").doubles()?.values == [0, 200])
    #expect(try cases.column("care_higher_change").doubles()?.values == [0, 100])
  }

  /// By hand: 0.05 × 5,000 = 250 and 0.05 × 1,000 = 50.
  @Test func `a change in a rule of persons is the reason of their household's`() async throws {
    let scheme = Self.scheme.replacing("0.25 * income", with: "rate * income")
      .replacing("parameters: {", with: "parameters: {rate: {values: {2025-01-01: 0.25}}, ")
    let yaml =
      "scheme:\n\(Samples.indented(scheme, by: 2))\nreforms:\n"
      + "  - reform: {id: lower}\n    parameters: {rate: {2026-01-01: 0.2}}\n"
      + "date: 2026-01-01\nhousehold: key\nrole: part\nresult: net\n"
    let cases = try await StageRun(Propose.self, with: yaml)(Self.tables).table("cases")
    #expect(try cases.column("net_lower_change").doubles()?.values == [250, 50])
    #expect(
      try cases.column("net_lower_why").texts()
        == ["net (rate 0.25 → 0.2)", "net (rate 0.25 → 0.2)"])
  }

  @Test func `members that do not come in are told at the check`() {
    let fault = StageRun(Propose.self, with: Self.with("care")).validation
    #expect(fault?.message.contains("asks for the members of each household") == true)
    #expect(fault?.help?.contains("one row per person to the port 'members'") == true)
  }

  /// Of a euro more the first adult keeps 75 cents, and where there is care it falls by ten.
  @Test func `pressure rises with the income of the first member`() async throws {
    let yaml =
      "schemes:\n  - scheme:\n\(Samples.indented(Self.scheme, by: 6))\n    result: net\n    charge: true\n"
      + "income: income\nstep: 100\ndate: 2026-01-01\nhousehold: key\nrole: part\n"
    let run = StageRun(Interactions.self, with: yaml)
    #expect(run.diagnostics.isEmpty, "\(run.diagnostics)")
    let cases = try await run(Self.tables).table("cases")
    // As a charge, so that the sign is that of the rise: 0.75 where nothing is paid, 0.65 where care is.
    let pressure = try #require(try cases.column("pressure").doubles()?.values)
    #expect(zip(pressure, [0.75, 0.65]).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
