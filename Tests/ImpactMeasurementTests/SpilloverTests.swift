// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

/// The eighteen clusters of StatisticsTests/SpilloverTests, whose figures are those of R 4.2.2.
struct SpilloverTests {
  private let rows = Array(0..<144)

  private func cases() throws -> Table {
    let share = rows.map { [0, 0.25, 0.75][$0 / 8 % 3] }
    let treated = rows.map { Double($0 % 8) < 8 * share[$0] }
    let outcome = rows.map { row -> Double in
      let base = 3 + (treated[row] ? 1.5 : 0) + 2 * share[row]
      return base + Double(row * 37 % 29) / 10 + Double(row / 8 * 11 % 7) / 5
    }
    return try Table([
      ("y", .number(FixedColumn(outcome))), ("share", .number(FixedColumn(share))),
      ("got", .boolean(BooleanColumn(treated))),
      ("arm", .text(TextColumn(treated.map { $0 ? "letter" : "none" }))),
      ("area", .number(FixedColumn(rows.map { Double($0 / 8) }))),
      ("odd", .number(FixedColumn(rows.map { Double($0 % 2) }))),
      ("rare", .text(TextColumn(rows.map { $0 < 8 ? "alone" : "rest" }))),
      ("one", .text(TextColumn(rows.map { _ in "all" }))),
      ("three", .text(TextColumn(rows.map { ["a", "b", "c"][$0 % 3] }))),
    ])
  }

  private static let columns = "outcome: y\nsaturation: share\ncluster: area\n"

  private func run(_ with: String = "treatment: got") async throws -> ImpactRun {
    try await ImpactRun("spillover", Self.columns + with, cases: try cases())
  }

  @Test func `effects by saturation are Hudgens and Halloran's`() async throws {
    let run = try await run()
    #expect(try run.effects.count == 8)
    let total = try run.effect("treated at 0.75 - untreated at 0")
    expectClose(total.estimate, 3.0041666666666673, 1e-9)
    expectClose(total.standardError, 0.2584453162304968, 1e-9)
    #expect(total.role == .primary && total.estimand == "total")
    #expect(total.variance == "welch between cluster means, df Satterthwaite")
    let spillover = try run.effect("untreated at 0.25 - untreated at 0")
    expectClose(spillover.estimate, 0.3569444444444443, 1e-9)
    #expect(spillover.role == .secondary && spillover.estimand == "indirect")
    let direct = try run.effect("treated at 0.25 - untreated at 0.25")
    expectClose(direct.degreesOfFreedom, 5, 1e-9)
    #expect(direct.flags == ["few-clusters"])
    #expect(try run.effect("all at 0.75 - all at 0").estimand == "overall")
    #expect(
      run.notes.contains(
        "y: saturations: 0 (6 clusters, 0.0 % of cases treated), 0.25 (6 clusters, 25.0 % of cases "
          + "treated), 0.75 (6 clusters, 75.0 % of cases treated)"))
  }

  @Test func `the regression is clubSandwich's, and the pooled one weights saturations alike`()
    async throws
  {
    let run = try await run("arm: arm\ncontrol: none\nmethod: regression")
    let spillover = try run.effect("untreated at 0.25 - untreated at 0")
    expectClose(spillover.standardError, 0.2495659812801928, 1e-8)
    expectClose(spillover.degreesOfFreedom, 9.7999999999999972, 1e-6)
    #expect(spillover.method == "spillover (regression)")
    let pooled = try EffectsTable.effects(try run.table("pooled"))
    #expect(pooled.map(\.estimand) == ["direct", "indirect", "total"])
    expectClose(pooled[2].estimate, 2.4416666666666664, 1e-9)
    #expect(pooled.allSatisfy { $0.role == .secondary })
    #expect(pooled[2].contrast == "treated at any saturation - untreated at 0")
  }

  @Test func `without a pure control nothing is pooled, and this is told`() async throws {
    let run = try await run("treatment: got\nwhere: share > 0")
    #expect(try run.table("pooled").rowCount == 0)
    #expect(try run.effects[0].flags.contains("no-pure-control"))
    #expect(run.notes.contains { $0.contains("no cluster is without treated cases") })
    #expect(
      try run.effects.map(\.estimand) == ["direct", "direct", "indirect", "total", "overall"])
  }

  @Test(arguments: [
    (
      "outcome: y\nsaturation: rare\ncluster: area\ntreatment: got", "saturation",
      "1 clusters at saturation 'alone'"
    ),
    (
      "outcome: y\nsaturation: one\ncluster: area\ntreatment: got", "saturation",
      "1 saturations where at least 2"
    ),
    (
      "outcome: y\nsaturation: odd\ncluster: area\ntreatment: got", "saturation",
      "the same for all its cases"
    ),
    ("outcome: y\nsaturation: share\ncluster: area\narm: three\ncontrol: a", "arm", "has 3 arms"),
    ("outcome: y\nsaturation: share\ncluster: area", "arm", "neither 'arm' nor 'treatment'"),
    ("outcome: y\nsaturation: share\ncluster: area\ntreatment: y", "outcome", "both"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("spillover", with, cases: try cases())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}
