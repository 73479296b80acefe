// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import Tables
import Testing

struct EffectsTableTests {
  @Test func `the columns stand in their fixed order`() {
    #expect(
      EffectsTable.schema.map(\.name) == [
        "experiment", "metric", "outcome", "contrast", "estimand", "design", "method",
        "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "level",
        "scale", "unit", "n", "n_treated", "n_control", "clusters", "variance", "subgroup",
        "time", "p_adjusted", "sms_level", "role", "flags",
      ])
    #expect(EffectsTable.table([]).schema == EffectsTable.schema)
  }

  @Test func `the reference page has every column, in order, with its type`() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Experiments/Experiments.docc/EffectsTable.md"),
      encoding: .utf8)
    let rows = page.matches(of: #/\| `(\w+)` \| (\w+) \|/#).map { "\($0.1) \($0.2)" }
    #expect(rows == EffectsTable.schema.map { "\($0.name) \($0.type.name)" })
  }

  @Test func `effects survive the way to a table and back`() throws {
    var effect = Effect(
      experiment: "letters", outcome: "applied", contrast: "b1 - standard", role: .guardrail,
      flags: ["few-clusters", "srm"])
    effect.estimate = 0.02
    effect.scale = .logOdds
    effect.count = 8_000
    effect.smsLevel = 5
    effect.subgroup = "north"
    let bare = Effect(experiment: "letters", outcome: "applied", contrast: "c - standard")
    #expect(try EffectsTable.effects(EffectsTable.table([effect, bare])) == [effect, bare])
  }

  @Test(arguments: ["outcome", "estimate", "role"])
  func `a table without a column is no effects table`(name: String) throws {
    let table = try EffectsTable.table([Effect(experiment: "e", outcome: "o", contrast: "c")])
      .dropping([name])
    #expect(throws: RecordFault.self) { try EffectsTable.effects(table) }
  }

  @Test func `an unknown scale is a fault`() throws {
    let table = try EffectsTable.table([Effect(experiment: "e", outcome: "o", contrast: "c")])
      .replacing("scale", with: .text(TextColumn(["furlongs"])))
    #expect(throws: RecordFault.self) { try EffectsTable.effects(table) }
  }

  @Test func `all columns that are missing are named at once`() throws {
    let table = try EffectsTable.table([Effect(experiment: "e", outcome: "o", contrast: "c")])
      .dropping(["outcome", "role"])
    let fault = try #require(
      throws: RecordFault.self, performing: { try EffectsTable.effects(table) })
    #expect("\(fault)".contains("it has no column 'outcome', 'role'"))
  }

  @Test(arguments: [
    ("level", 95.0, "is no share between 0 and 1"), ("std_error", -1, "is negative"),
    ("p_value", 1.2, "is no probability"), ("conf_low", 3, "lies above 'conf_high'"),
  ])
  func `a figure that no effect can have is a fault with its row`(
    column: String, value: Double, why: String
  ) throws {
    var effect = Effect(experiment: "e", outcome: "o", contrast: "c")
    effect.confidenceHigh = 2
    let table = try EffectsTable.table([effect])
      .replacing(column, with: .number(FixedColumn([value])))
    let fault = try #require(
      throws: RecordFault.self, performing: { try EffectsTable.effects(table) })
    #expect("\(fault)".contains("column '\(column)' \(why), in row 1"))
  }
}
