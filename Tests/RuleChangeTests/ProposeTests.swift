// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ProposeTests {
  private static let with = """
    scheme:
    \(Samples.indented(Samples.supplement, by: 2))
    reforms:
      - - \(Samples.indented(Samples.taper, by: 6).drop { $0 == " " })
        - \(Samples.indented(Samples.edges, by: 6).drop { $0 == " " })
    date: 2025-06-01
    groups: [household_type]

    """

  private static func population() throws -> Table {
    let types = (0..<60).map {
      ["single", "couple", "single_parent"][$0 < 40 ? 0 : $0 < 55 ? 1 : 2]
    }
    return try Samples.households(types, (0..<60).map { Double(100 + $0 % 40) })
  }

  @Test func `every household keeps its row, with before, after and change`() async throws {
    let stage = StageRun(Propose.self, with: Self.with)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    let cases = try await stage(["population": .table(Self.population())]).table("cases")
    #expect(
      cases.names == [
        "household_type", "income_percent", "amount_baseline", "amount_taper_edges",
        "amount_taper_edges_change", "amount_taper_edges_why",
      ])
    // A single person at 124 % had nothing and gets the second band.
    #expect(
      cases.columns.dropFirst(2).map { $0.display(at: 24) } == [
        "0.00", "384.75", "384.75", "share (other rows, row 2), amount",
      ])
    // At 120 % nothing changes, and so there is no reason.
    #expect(
      cases.columns.dropFirst(2).map { $0.display(at: 20) } == ["513.00", "513.00", "0.00", nil])
  }

  @Test func `the impact has the whole and the groups, the small ones hidden`() async throws {
    let output = try await StageRun(Propose.self, with: Self.with)(
      ["population": .table(Self.population())])
    let impact = try output.table("impact")
    #expect(try impact.column("value").texts() == ["all", "single", "couple", "single_parent"])
    // Five single parents are too few, and with couples hidden they cannot be found by subtraction.
    #expect(try impact.column("flags").texts() == [nil, nil, "suppressed", "suppressed"])
    #expect(try impact.column("n").texts() == ["60", "40", nil, nil])
    #expect(impact["total_gain"]?.isMissing(at: 0) == false)
    #expect(impact["gainers"]?.isMissing(at: 3) == true)
    let summary = try output.table("summary")
    // Singles at 121 to 130 %: 4 of 384.75, 3 of 256.50, 3 of 128.25; other incomes lie below 120 %.
    #expect(try summary.column("budget_change").texts() == ["2693.25"])
    #expect(try summary.column("winners").texts() == ["10"])
    #expect(try summary.column("losers").texts() == ["0"])
  }

  @Test func `weights count`() async throws {
    let weighted = try Self.population()
      .adding("w", .integer(FixedColumn([Int64](repeating: 3, count: 60))))
    let summary = try await StageRun(Propose.self, with: Self.with + "weight: w\n")(
      ["population": .table(weighted)]
    ).table("summary")
    #expect(try summary.column("budget_change").texts() == ["8079.75"])
    #expect(try summary.column("n").texts() == ["60"])
    #expect(try summary.column("weighted_n").texts() == ["180"])
  }

  @Test(
    arguments: [
      ("result: amounts", "no decision 'amounts'", "result"),
      ("reforms: []", "no reform", "reforms"),
      ("reforms: [{reform: {id: r}, rows: {share: [{remove: 9}]}}]", "does not fit", "reforms"),
      ("reforms: [{reform: {id: r}}, {reform: {id: r}}]", "two reforms", "reforms"),
    ])
  func `parameters that do not fit each other are faults before anything runs`(
    line: String, message: String, parameter: String
  ) throws {
    var with = "scheme:\n\(Samples.indented(Samples.supplement, by: 2))\ndate: 2025-06-01\n"
    if !line.hasPrefix("reforms") { with += "reforms: [{reform: {id: r}}]\n" }
    let stage = StageRun(Propose.self, with: with + line + "\n")
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    #expect(stage.validation?.message.contains(message) == true)
    #expect(stage.validation?.parameter == parameter)
  }

  @Test func `the mismatch of a reform names its place`() throws {
    let with =
      "scheme:\n\(Samples.indented(Samples.supplement, by: 2))\ndate: 2025-06-01\n"
      + "reforms:\n  - reform: {id: r}\n    neutralise: {welth: 0, income: 0}\n"
    let help = StageRun(Propose.self, with: with).validation?.help
    #expect(help?.split(separator: "\n").count == 2)
    #expect(help?.contains("with.yaml:34:18: scheme 'supplement' has no input 'welth'") == true)
  }

  @Test(arguments: ["date: 2025-13-01", "date: soon"])
  func `a date is a day`(line: String) {
    let stage = StageRun(Propose.self, with: line)
    #expect(stage.diagnostics.contains { $0.message.contains("takes a date") })
  }

  @Test func `faults of a scheme in the pipeline stand in the pipeline`() {
    let stage = StageRun(
      Propose.self, with: "scheme:\n  scheme: {id: s}\n  inputs: {x: {type: nmber}}\n")
    #expect(stage.diagnostics.map(\.file) == ["with.yaml"])
    #expect(stage.diagnostics.first?.span?.start.description == "3:22")
  }

  @Test func `a missing file is a fault with its path`() {
    let stage = StageRun(Propose.self, with: "scheme: nowhere.yaml\n")
    #expect(stage.diagnostics.map(\.message) == ["there is no file 'nowhere.yaml'"])
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Propose.self, plugin: "rules").isEmpty)
    #expect(checkStage(CheckTable.self, plugin: "rules").isEmpty)
  }
}
