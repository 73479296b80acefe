// SPDX-License-Identifier: EUPL-1.2

import Documents
import ImpactMeasurement
import RuleChange
import StageKit
import Tables
import Testing

/// What impact/tailoring learns, rules/propose takes in.
struct TailoringReformTests {
  private static func cases() throws -> Table {
    let count = 480
    let treated = (0..<count).map { $0 % 2 == 1 }
    let age = (0..<count).map { 20 + $0 * 37 % 41 }
    let town = (0..<count).map { ["north", "say \"hi\"", "south"][$0 / 2 % 3] }
    var outcome: [Double] = []
    for row in 0..<count {
      let helps = age[row] < 35 && town[row] != "south"
      let effect: Double = helps ? 2 : -1
      outcome.append(Double(row * 29 % 23) / 23 + (treated[row] ? effect : 0))
    }
    return try Table([
      ("arm", .text(TextColumn(treated.map { $0 ? "visit" : "letter" }))),
      ("y", .number(FixedColumn(outcome))),
      ("age", .integer(FixedColumn(age.map { Int64($0) }))),
      ("town", .text(TextColumn(town))),
      ("poor", .boolean(BooleanColumn((0..<count).map { $0 / 4 % 2 == 0 }))),
      ("amount", .integer(FixedColumn([Int64](repeating: 10, count: count)))),
    ])
  }

  private func load(_ name: String, _ with: String) throws -> LoadedStage {
    let catalog = Catalog(plugins: [ImpactMeasurementPlugin.self, RuleChangePlugin.self])
    let declaration = try #require(catalog[name])
    let document = Document.parse(SourceFile(name: "with.yaml", text: with))
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading)
    #expect(reading.diagnostics.map(\.message).isEmpty, "\(reading.diagnostics)")
    let stage = try #require(loaded)
    if let fault = stage.validate() { throw fault }
    return stage
  }

  private func run(
    _ name: String, _ with: String, _ port: String, _ table: Table,
    _ more: [String: Artifact] = [:]
  ) async throws -> [String: Artifact] {
    let context = StageContext(stage: name, instance: "test", experiment: "visits", seed: 7)
    var inputs = [port: [Labeled(port, Artifact.table(table))]]
    for (name, artifact) in more { inputs[name] = [Labeled(name, artifact)] }
    return try await load(name, with).run(inputs.delivered, context)
  }

  @Test(arguments: ["[age, town]", "[age, town, poor]", "[town]", "[poor]"])
  func `a learned rule is proposed as a change of the rules`(splits: String) async throws {
    let cases = try Self.cases()
    let learned = try await run(
      "impact/tailoring",
      """
      {outcome: y, arm: arm, control: letter, better: increase, design: individual-rct, depth: 3,
       covariates: [age, town, poor], splits: \(splits), scheme: visits, decision: cost,
       results: {visit: amount * 2, letter: "0"}}
      """, "cases", cases)
    guard case .file(let file) = learned["reform"] else { throw StageFault("no reform") }
    let proposed = try await run(
      "rules/propose",
      """
      scheme:
        scheme: {id: visits}
        inputs: {amount: {type: integer}}
        decisions: {cost: {expression: amount * 0}}
      date: 2026-01-01
      """, "population", cases, ["reform": .file(file)])
    guard case .table(let after) = proposed["cases"], case .table(let rule) = learned["rule"],
      let (costs, _) = try after.column("cost_tailored").doubles(),
      let (sizes, _) = try rule.column("n").doubles(),
      let (learnedSizes, _) = try rule.column("n_learned").doubles()
    else { throw StageFault("no table") }
    var visits = 0.0
    for row in 0..<rule.rowCount where rule["arm"]?.texts()[row] == "visit" {
      visits += sizes[row] + learnedSizes[row]
    }
    #expect(Double(costs.count { $0 == 20 }) == visits)
    #expect(costs.allSatisfy { $0 == 20 || $0 == 0 })
    if splits.contains("age") { #expect(visits > 0) }
  }
}
