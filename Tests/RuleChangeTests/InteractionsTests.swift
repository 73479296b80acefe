// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct InteractionsTests {
  /// The benefit falls a euro for each earned; the rent allowance counts both as income, and stops at 1,500.
  private static let schemes = """
    schemes:
      - scheme:
          scheme: {id: benefit}
          inputs: {income: {type: integer}}
          decisions: {benefit: {expression: "max(0, 1000 - income)"}}
      - scheme:
          scheme: {id: rent}
          inputs: {income: {type: integer}, benefit: {type: number}}
          decisions:
            rent_allowance: {expression: "if income < 1500 then 500 - 0.25 * (income + benefit) else 0"}

    """
  private static let with = schemes + "income: income\nstep: 100\ndate: 2025-01-01\n"

  private static func population(_ incomes: [Int64?]) throws -> Artifact {
    .table(try Table([("income", .integer(FixedColumn(incomes)))]))
  }

  @Test func `pressure is told apart in its own part and what is passed on`() async throws {
    let run = StageRun(Interactions.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run(["population": Self.population([500, 1200, 1450, 3000])])
    let cases = try output.table("cases")
    #expect(
      cases.names == ["income", "pressure_benefit", "pressure_rent_allowance", "pressure"])
    // On the benefit the sum of incomes stays, and so does the rent allowance. At 1,450 it ends: € 137.50.
    #expect(try cases.column("pressure_benefit").doubles()?.values == [1, 0, 0, 0])
    #expect(try cases.column("pressure_rent_allowance").doubles()?.values == [0, 0.25, 1.375, 0])
    #expect(try cases.column("pressure").doubles()?.values == [1, 0.25, 1.375, 0])
    let attribution = try output.table("attribution")
    #expect(try attribution.column("scheme").texts() == ["benefit", "rent", "all"])
    #expect(try attribution.column("own").doubles()?.values == [0.25, 0.46875, 0.71875])
    // Of the euro that the benefit takes, the rent allowance gives a quarter back.
    #expect(try attribution.column("passed_on").doubles()?.values == [0, -0.0625, -0.0625])
    #expect(try attribution.column("pressure").doubles()?.values == [0.25, 0.40625, 0.65625])
    let summary = try output.table("summary")
    #expect(try summary.column("largest_pressure").doubles()?.values == [1.375])
    #expect(try summary.column("share_high").doubles()?.values == [0.5])
    #expect(try summary.column("share_cliff").doubles()?.values == [0.25])
  }

  @Test func `weights count, and who is undecided is left out`() async throws {
    let population = try Table([
      ("income", .integer(FixedColumn([500, 3000, nil] as [Int64?]))),
      ("w", .number(FixedColumn([3.0, 1, 50]))),
    ])
    let output = try await StageRun(Interactions.self, with: Self.with + "weight: w\n")(
      ["population": .table(population)])
    let summary = try output.table("summary")
    #expect(try summary.column("mean_pressure").doubles()?.values == [0.75])
    #expect(try summary.column("undecided").texts() == ["1"])
    #expect(try output.table("cases").column("pressure").texts() == ["1", "0", nil])
  }

  @Test func `what people pay presses when it rises`() async throws {
    let with = """
      schemes:
        - charge: true
          scheme:
            scheme: {id: contribution}
            inputs: {income: {type: decimal}}
            decisions: {contribution: {expression: income * 0.1}}
      income: income
      date: 2025-01-01

      """
    let population = try Table([
      ("income", .decimal(FixedColumn([100_000] as [Int64]), scale: 2))
    ])
    let cases = try await StageRun(Interactions.self, with: with)(
      ["population": .table(population)]
    ).table("cases")
    let pressure = try #require(try cases.column("pressure").doubles()?.values.first)
    #expect(abs(pressure - 0.1) < 1e-12)
  }

  @Test(arguments: [
    ("schemes: []\nincome: income\n", "no scheme", "schemes"),
    (schemes + "income: age\n", "changes nothing", "income"),
  ])
  func `schemes that do not fit are faults`(with: String, message: String, at: String) {
    let fault = StageRun(Interactions.self, with: with + "date: 2025-01-01\n").validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test func `two schemes with one id are a fault`() {
    let one =
      "{scheme: {scheme: {id: a}, inputs: {x: {type: integer}}, decisions: {d: {expression: x}}}}"
    let run = StageRun(
      Interactions.self, with: "schemes: [\(one), \(one)]\nincome: x\ndate: 2025-01-01\n")
    #expect(run.validation?.message == "two schemes have the id 'a'")
  }

  @Test func `an unknown result and a missing scheme are told`() {
    for (block, message) in [
      ("{result: d}", "needs 'scheme'"),
      (
        "{result: e, scheme: {scheme: {id: a}, inputs: {x: {type: integer}}, decisions: {d: {expression: x}}}}",
        "no decision 'e'"
      ),
    ] {
      let run = StageRun(Interactions.self, with: "schemes: [\(block)]\n")
      #expect(run.diagnostics.contains { $0.message.contains(message) }, "\(run.diagnostics)")
    }
  }

  @Test func `an income that cannot rise is a fault`() async throws {
    let fault = await #expect(throws: StageFault.self) {
      _ = try await StageRun(Interactions.self, with: Self.with)(
        ["population": Self.population([.max])])
    }
    #expect(fault?.parameter == "income")
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Interactions.self, plugin: "rules").isEmpty)
  }
}
