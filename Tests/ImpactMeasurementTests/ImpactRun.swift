// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import ImpactMeasurement
import StageKit
import Synchronization
import Tables
import Testing

/// One stage of the plugin, loaded from the YAML under `with:` and run on tables.
struct ImpactRun {
  let outputs: [String: Artifact]
  let notes: [String]

  /// - Throws: the `StageFault` of `validate` or `run`, or of a parameter that does not load.
  init(
    _ stage: String, _ with: String, cases: Table, card: PilotCard? = nil,
    each: [(key: String, value: FEELValue)] = [], more: [String: Artifact] = [:],
    seed: UInt64? = 7
  ) async throws {
    let catalog = Catalog(plugins: [ImpactMeasurementPlugin.self])
    let declaration = try #require(catalog["impact/\(stage)"])
    let document = Document.parse(SourceFile(name: "with.yaml", text: with))
    var reading = ParameterReading(
      file: document.file, folder: "", constants: ["each": .context(FEELContext(each))])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    guard let loaded = declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading) else {
      let message = reading.diagnostics.first?.message ?? "not loaded"
      throw StageFault(message, at: message.split(separator: "'").first.map { String($0) })
    }
    if let fault = loaded.validate() { throw fault }
    let heard = Heard()
    let context = StageContext(
      stage: declaration.name, instance: stage, experiment: "test-pipeline", seed: seed,
      report: { report in
        if case .note(let text) = report { heard.notes.withLock { $0.append(text) } }
      })
    var inputs: [String: [Labeled<Artifact>]] = ["cases": [Labeled("cases", .table(cases))]]
    if let card { inputs["pilot"] = [Labeled("pilot", .record(card.record))] }
    for (port, artifact) in more { inputs[port] = [Labeled(port, artifact)] }
    outputs = try await loaded.run(inputs.delivered, context)
    notes = heard.notes.withLock { $0 }
  }

  func table(_ port: String) throws -> Table {
    guard let artifact = outputs[port], artifact.kind == .table else {
      throw StageFault("'\(port)' carries no table")
    }
    return try artifact.table()
  }

  var effects: [Effect] {
    get throws { try EffectsTable.effects(try table("effects")) }
  }

  func effect(_ contrast: String) throws -> Effect {
    try #require(try effects.first { $0.contrast == contrast })
  }

  var checks: [TrustCheck] {
    get throws { try TrustChecks.checks(try table("checks")) }
  }

  func check(_ name: String, _ subject: String? = nil) throws -> TrustCheck {
    try #require(
      try checks.first { $0.check == name && (subject == nil || $0.subject == subject) })
  }
}

private final class Heard: Sendable {
  let notes = Mutex<[String]>([])
}

/// The fault of a stage that cannot run.
func fault(
  _ stage: String, _ with: String, cases: Table, card: PilotCard? = nil,
  more: [String: Artifact] = [:], at location: SourceLocation = #_sourceLocation
) async throws -> StageFault {
  do {
    _ = try await ImpactRun(stage, with, cases: cases, card: card, more: more)
  } catch let fault as StageFault {
    return fault
  }
  Issue.record("the stage ran", sourceLocation: location)
  return StageFault("")
}

/// Expects a number within a relative tolerance.
func expectClose(
  _ actual: Double?, _ expected: Double, _ tolerance: Double, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  let distance = ((actual ?? .nan) - expected).magnitude
  #expect(
    distance <= tolerance * expected.magnitude,
    "\(what) is \(actual.map { "\($0)" } ?? "absent"), not \(expected)", sourceLocation: location)
}
