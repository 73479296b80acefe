// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Testing

/// What a stage of a plugin brings into its key, and how a change of it is told.
struct PluginKeyTests {
  private func pipeline(
    _ implementation: String, _ environment: [String: String] = [:]
  ) throws -> CheckedPipeline {
    let stage = StageDeclaration(
      plugin: "late", info: StageInfo("note", version: 1, summary: "Notes."), parameters: [],
      inputs: [], outputs: [PortDeclaration(name: "note", help: "A note.", kind: .record)],
      implementation: implementation
    ) { _, _ in
      LoadedStage(parameters: [:], seed: nil, isDrawing: false, environment: environment) { _, _ in
        ["note": .record(["type": "note", "version": 1])]
      }
    }
    let outcome = PipelineChecker(catalog: Catalog([stage])).check(
      SourceFile(name: "p.yaml", text: "pipeline: p\nstages:\n  a: {use: late/note}\n"))
    return try #require(outcome.pipeline, "\(outcome.diagnostics)")
  }

  @Test(arguments: [
    ("version 1, code a", "version 1, code a", []),
    ("version 1, code a", "version 1, code b", ["the plugin's code changed"]),
    ("version 1, code a", "version 2, code a", ["stage version 1 → 2"]),
    ("version 1, code a", "version 2, code b", ["stage version 1 → 2"]),
    ("version 1", "version 2", ["stage version 1 → 2"]),
  ])
  func `code and version`(old: String, new: String, reasons: [String]) async throws {
    let store = MemoryStore()
    _ = try await Runner(pipeline(old), store: store).run()
    #expect(try Self.reasons(pipeline(new), store) == reasons)
  }

  @Test(
    arguments: [
      (["A": "1"], ["A": "1"], []),
      (["A": "1"], ["A": "2"], ["the environment variable A changed"]),
      ([:], ["A": "2"], ["the environment variable A changed"]),
      (["A": "1", "B": "1"], ["B": "1"], ["the environment variable A changed"]),
    ] as [([String: String], [String: String], [String])])
  func `variables of the environment`(
    old: [String: String], new: [String: String], reasons: [String]
  ) async throws {
    let store = MemoryStore()
    _ = try await Runner(pipeline("version 1", old), store: store).run()
    #expect(try Self.reasons(pipeline("version 1", new), store) == reasons)
  }

  private static func reasons(
    _ pipeline: CheckedPipeline, _ store: MemoryStore
  ) throws -> [String] {
    var planner = Planner(pipeline, store: store)
    if case .run(let reasons) = try planner.plan().steps[0].action { return reasons }
    return []
  }
}
