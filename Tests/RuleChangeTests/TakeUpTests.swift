// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct TakeUpTests {
  private static let with = """
    scheme:
      scheme: {id: allowance}
      parameters: {amount: {values: {2025-01-01: 500}}}
      inputs: {children: {type: integer}}
      decisions: {allowance: {expression: amount * children}}
    reforms:
      - reform: {id: higher}
        parameters: {amount: {2025-01-01: 550}}
      - reform: {id: known}
        title: The same amount, better known
    date: 2025-06-01

    """

  private static func population(_ count: Int = 4000) throws -> Table {
    try Table([
      ("children", .integer(FixedColumn((0..<count).map { Int64($0 % 3) }))),
      ("chance", .number(FixedColumn((0..<count).map { $0 < count / 2 ? 0 : 1.0 }))),
    ])
  }

  private static func run(_ takeUp: String, seed: UInt64 = 7) async throws -> [String: Artifact] {
    let stage = StageRun(Propose.self, with: with + takeUp)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    return try await stage(["population": .table(population())], seed: seed)
  }

  private static func amounts(_ cases: Table, _ name: String) throws -> [Double] {
    try #require(try cases.column(name).doubles()).values
  }

  @Test func `the same households take up under every reform`() async throws {
    let cases = try await Self.run("take_up: 0.6\n").table("cases")
    let before = try Self.amounts(cases, "allowance_baseline")
    let after = try Self.amounts(cases, "allowance_higher")
    let entitled = try Self.amounts(cases, "allowance_baseline_entitled")
    #expect(zip(before, after).allSatisfy { $0 * 1.1 == $1 })
    #expect(zip(before, entitled).allSatisfy { $0 == 0 || $0 == $1 })
    // A reform that changes nothing changes nothing for anybody: no noise of the draw.
    #expect(try Self.amounts(cases, "allowance_known_change").allSatisfy { $0 == 0 })
    // 2,667 of 4,000 have children; with p = 0.6 the standard error of the share is 0.0095.
    let share = Double(before.count { $0 > 0 }) / Double(entitled.count { $0 > 0 })
    #expect(abs(share - 0.6) < 0.04)
  }

  @Test func `a reform that is better known adds takers and takes none away`() async throws {
    let output = try await Self.run("take_up: {baseline: 0.5, known: 0.8}\n")
    let cases = try output.table("cases")
    let before = try Self.amounts(cases, "allowance_baseline")
    let after = try Self.amounts(cases, "allowance_known")
    #expect(zip(before, after).allSatisfy { $0 <= $1 })
    let reasons = try cases.column("allowance_known_why").texts()
    #expect(Set(reasons) == [nil, "take-up"])
    #expect(
      zip(zip(before, after), reasons).allSatisfy { $0.0 == $0.1 || $1 == "take-up" })
    let summary = try output.table("summary")
    // 1,333 households with one child and 1,333 with two, 50 more for each child.
    #expect(summary["entitled_change"]?.texts() == ["199950", "0"])
    let change = try #require(summary["budget_change"]?.doubles()?.values)
    #expect(change[1] == zip(before, after).reduce(0) { $0 + $1.1 - $1.0 })
  }

  @Test func `a column gives each household its own chance`() async throws {
    let cases = try await Self.run("take_up: chance\n").table("cases")
    let before = try Self.amounts(cases, "allowance_baseline")
    let entitled = try Self.amounts(cases, "allowance_baseline_entitled")
    #expect(before.prefix(2000).allSatisfy { $0 == 0 })
    #expect(before.dropFirst(2000) == entitled.dropFirst(2000))
  }

  @Test func `another seed gives other takers, and the same one the same`() async throws {
    let first = try await Self.run("take_up: 0.5\n").table("cases")
    #expect(try await Self.run("take_up: 0.5\n").table("cases") == first)
    #expect(try await Self.run("take_up: 0.5\n", seed: 8).table("cases") != first)
  }

  @Test func `what people owe is not taken up`() {
    let takers = Bitmap([false, false, true])
    #expect(
      Column.integer(FixedColumn([5, -5, 5] as [Int64])).taken(by: takers).texts()
        == ["0", "-5", "5"])
    #expect(
      Column.boolean(BooleanColumn([true, false, true])).taken(by: takers).texts()
        == ["false", "false", "true"])
  }

  @Test(
    arguments: [
      ("take_up: 1.2", "'take_up' is out of range"),
      ("take_up: {known: 0.5}", "'take_up' needs 'baseline'"),
      ("take_up: {baseline: -0.1}", "'take_up.baseline' is out of range"),
    ])
  func `a take-up that is none is a fault`(line: String, message: String) {
    let stage = StageRun(Propose.self, with: Self.with + line + "\n")
    #expect(stage.diagnostics.map(\.message) == [message])
  }

  @Test func `a take-up of a reform that is not there is a fault`() {
    let stage = StageRun(Propose.self, with: Self.with + "take_up: {baseline: 1, nown: 0.5}\n")
    #expect(stage.validation?.message == "there is no reform 'nown'")
    #expect(stage.validation?.help?.contains("known") == true)
  }

  @Test func `shares outside 0 to 1 in the data are a fault`() async throws {
    let stage = StageRun(Propose.self, with: Self.with + "take_up: children\n")
    await #expect(throws: StageFault.self) {
      try await stage(["population": .table(Self.population())])
    }
  }

  /// Without take-up nothing is drawn, and so no pipeline needs a seed for it.
  @Test func `only take-up draws`() async throws {
    func run(_ line: String) async throws {
      _ = try await StageRun(Propose.self, with: Self.with + line)(
        ["population": .table(Self.population())], seed: nil)
    }
    try await run("")
    await #expect(throws: StageFault.self) { try await run("take_up: 0.5\n") }
  }
}
