// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct MultipleOutcomesTests {
  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun("multiple-outcomes", with, cases: try cases ?? Sample.trial())
  }

  private func twoOutcomes() throws -> Table {
    let reference = try Reference("permutation-exact").cases
    return try reference.adding(
      "other", .number(FixedColumn([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8] as [Double])))
  }

  /// The reference case permutation-exact, studentised over 924 assignments: 0.0411255411255411.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `a family of one keeps its p-value, and a larger one raises it`() async throws {
    let cases = try twoOutcomes()
    let apart = try await run(
      "{family: {first: y, second: other}, treatment: z, design: individual-rct}", cases: cases)
    let effect = try #require(try apart.effects.first)
    expectClose(effect.pValue, 0.0411255411255411, 1e-12)
    #expect(effect.adjustedPValue == effect.pValue)
    #expect(effect.method == "multiple-outcomes (westfall-young, family first)")
    #expect(effect.smsLevel == 5 && effect.flags == [])
    #expect(
      effect.variance == "welch, df Satterthwaite; p by assignment drawn again, each of 924")
    let together = try await run(
      "{outcome: [y, other], treatment: z, design: individual-rct}", cases: cases)
    let raised = try #require(try together.effects.first)
    #expect(raised.pValue == effect.pValue)
    #expect(try #require(raised.adjustedPValue) > #require(effect.pValue))
    #expect(try together.table("simulation")["draws"]?.texts() == ["924", "924"])
    #expect(
      try together.table("simulation")["statistic"]?.texts().first == "family all, westfall-young")
  }

  @Test(arguments: ["romano-wolf", "westfall-young"])
  func `a copy of an outcome costs nothing`(adjust: String) async throws {
    let trial = try Sample.trial()
    let cases = try trial.adding("copy", try #require(trial["dose"]))
    let with = ", arm: arm, control: a, adjust: \(adjust), draws: 499, exact_limit: 0}"
    let one = try await run("{outcome: dose" + with, cases: cases).effects
    let two = try await run("{outcome: [dose, copy]" + with, cases: cases).effects
    #expect(two.count == 4)
    // No design says that lots were drawn; only drawing the assignment again supposes it.
    #expect(
      two.allSatisfy { $0.flags.contains("assignment-assumed") == (adjust == "westfall-young") })
    #expect(one.map(\.adjustedPValue) == two.prefix(2).map(\.adjustedPValue))
    for effect in two {
      #expect(try #require(effect.adjustedPValue) >= #require(effect.pValue))
    }
  }

  @Test func `adjustments by p-values alone are done by family`() async throws {
    let cases = try Sample.trial()
    let families = try await run(
      "{family: {money: paid, effort: [dose, age]}, arm: arm, control: a, adjust: holm}",
      cases: cases)
    let money = try await ImpactRun(
      "difference-in-means", "{outcome: paid, arm: arm, control: a, adjust: holm}", cases: cases)
    let effort = try await ImpactRun(
      "difference-in-means", "{outcome: [dose, age], arm: arm, control: a, adjust: holm}",
      cases: cases)
    let expected = try money.effects + effort.effects
    for (effect, other) in zip(try families.effects, expected) {
      #expect((effect.outcome, effect.contrast) == (other.outcome, other.contrast))
      expectClose(effect.estimate, try #require(other.estimate), 1e-12)
      expectClose(effect.pValue, try #require(other.pValue), 1e-12)
      expectClose(effect.adjustedPValue, try #require(other.adjustedPValue), 1e-12)
    }
  }

  @Test func `blocks and clusters are drawn as they were assigned`() async throws {
    let blocked = try await run(
      "{outcome: [dose, age], arm: arm, control: a, block: site, draws: 199, exact_limit: 0}")
    #expect(try blocked.effects.allSatisfy { $0.variance?.hasPrefix("neyman") == true })
    #expect(try blocked.effects.last?.flags == ["outcome-missing", "assignment-assumed"])
    #expect(blocked.notes.contains { $0.contains("for the other outcomes only") })
    let clustered = try await run(
      "{outcome: [dose, age], arm: arm, control: a, cluster: village, draws: 199, exact_limit: 0, step_down: min-p}"
    )
    #expect(try clustered.effects.allSatisfy { $0.clusters == 8 })
    #expect(try clustered.effects.allSatisfy { $0.adjustedPValue ?? 2 <= 1 })
  }

  @Test func `pairs are compared pair by pair, and a broken one is left out`() async throws {
    let y: [Double] = [5, 8, 3, 4, 9, 7, 6, 10, 2, 7, 4, 9, 5, 9, 1, 3, 4]
    let z = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
    let cases = try Table([
      ("arm", .text(TextColumn(z.map { $0 == 1 ? "new" : "old" }))),
      ("pair", .number(FixedColumn((0..<17).map { Double($0 / 2) }))),
      ("y", .number(FixedColumn(y))),
    ])
    let effect = try await run("{outcome: y, arm: arm, control: old, block: pair}", cases: cases)
      .effect("new - old")
    #expect(effect.pValue == 2.0 / 256 && effect.count == 16)
    #expect(
      effect.variance == "neyman, df pairs − 1; p by assignment drawn again, each of 256")
    #expect(effect.flags == ["one-armed-stratum", "assignment-assumed"])
  }

  @Test(arguments: [
    ("{arm: arm, control: a}", "family", "neither"),
    ("{outcome: dose, family: {x: age}, arm: arm, control: a}", "outcome", "names the outcomes"),
    ("{family: {x: []}, arm: arm, control: a}", "family", "names no outcome"),
    ("{family: {x: dose, y: dose}, arm: arm, control: a}", "family", "named twice"),
    ("{outcome: [dose, same], arm: arm, control: a}", "outcome", "same, b - a does not vary"),
    ("{outcome: dose, arm: arm, control: a, cluster: site}", "cluster", "2 of 2 clusters"),
    (
      "{outcome: dose, arm: arm, control: a, adjust: holm, step_down: max-t}", "step_down",
      "passes over"
    ),
    ("{outcome: dose, arm: arm, control: a, block: village}", "arm", "1 possible assignments"),
  ])
  func `what cannot be tested together is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("multiple-outcomes", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test(arguments: ["romano-wolf", "westfall-young"])
  func `a stage that has p-values only names the stage that can`(adjust: String) throws {
    let catalog = Catalog(plugins: [ImpactMeasurementPlugin.self])
    let declaration = try #require(catalog["impact/difference-in-means"])
    let document = Document.parse(
      SourceFile(name: "with.yaml", text: "{outcome: y, arm: z, adjust: \(adjust)}"))
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    _ = declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading)
    let fault = try #require(reading.diagnostics.first)
    #expect(fault.message == "'adjust' has no choice '\(adjust)'")
    #expect(fault.help?.contains("impact/multiple-outcomes") == true)
  }
}
