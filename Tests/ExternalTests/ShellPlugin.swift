// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import RunStore
import StageKit
import StageTesting
import Synchronization
import Testing

@testable import External

/// The plugin `p` with a program in sh, which starts in a millisecond, and pipelines that use it.
///
/// The program finds `$folder`, the attempt's, and the functions `say`, `begin` and `finish`.
final class ShellPlugin: Sendable {
  let folder: PluginFolder
  private let secrets: [String: String]

  private static let words = """
    folder=${PROEFTUIN_CONTEXT%/*}
    say() { printf '%s\\n' "$1" >> "$PROEFTUIN_MESSAGES"; }
    begin() { say '{"type":"opened","protocol":1}'; }
    finish() { say '{"type":"closed","ok":true}'; }

    """

  /// What stands under `stages:`, what happens between `opened` and `closed`, and more lines of the
  /// manifest.
  init(
    _ stages: String, top: String = "", program: String = "", secrets: [String: String] = [:]
  ) throws {
    folder = try PluginFolder()
    self.secrets = secrets
    try manifest(stages, top: top)
    try self.program("begin\n\(program)\nfinish\n")
  }

  func manifest(_ stages: String, top: String = "", version: String = "1.0.0") throws {
    let lines = stages.split(separator: "\n", omittingEmptySubsequences: false)
    try folder.write(
      """
      plugin: p
      version: \(version)
      protocol: 1
      command: [sh, run.sh]
      code: "*.sh"
      \(top.isEmpty ? "# nothing more" : top)
      stages:
      \(lines.map { "  \($0)" }.joined(separator: "\n"))

      """, to: "Plugins/p/plugin.yaml")
  }

  /// Writes the whole program; it has the functions, and says nothing of itself.
  func program(_ text: String) throws {
    try folder.write(Self.words + text, to: "Plugins/p/run.sh")
  }

  /// The pipeline with these stages, checked.
  func check(_ stages: String) throws -> CheckedPipeline {
    let lines = stages.split(separator: "\n", omittingEmptySubsequences: false)
    let path = try folder.write(
      "pipeline: tried\nstages:\n" + lines.map { "  \($0)" }.joined(separator: "\n") + "\n",
      to: "p.yaml")
    var checker = PipelineChecker(catalog: Catalog(plugins: [GivingPlugin.self]))
    checker.finder = ExternalPluginFinder()
    let outcome = checker.check(path: path)
    return try #require(
      outcome.pipeline, "\(outcome.diagnostics.map { "\($0.file) \($0.message)" })")
  }

  /// Runs the pipeline with these stages, its results in the plugin's own store.
  func run(
    _ stages: String, jobs: Int = 1, observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) async throws -> PluginRun {
    let pipeline = try check(stages)
    let session = try await store().startRun(
      RunDescription(pipeline, arguments: [], tool: "proeftuin test"))
    let events = EventList()
    var options = Runner.Options()
    options.jobs = jobs
    let outcome = try await Runner(
      pipeline, store: session, options: options, secrets: { [secrets] in secrets[$0] },
      observe: { event in
        session.observe(event)
        events.list.withLock { $0.append(event) }
        observe(event)
      }
    ).run()
    try session.finish(outcome.status, seconds: outcome.seconds)
    return PluginRun(
      id: session.id, outcome: outcome, events: events.list.withLock { $0 }, store: try store(),
      folder: folder)
  }

  /// Why a run would run the stages of a pipeline, by instance; those that it would not are absent.
  func plan(_ stages: String) throws -> [String: [String]] {
    var planner = Planner(
      try check(stages), store: try store(), secrets: { [secrets] in secrets[$0] })
    let steps = try planner.plan().steps.compactMap { step -> (String, [String])? in
      if case .run(let reasons) = step.action { ("\(step.instance.id)", reasons) } else { nil }
    }
    return Dictionary(steps, uniquingKeysWith: { first, _ in first })
  }

  func store() throws -> Store { try Store.open(at: folder.path("store")) }

  private final class EventList: Sendable {
    let list = Mutex<[RunEvent]>([])
  }
}
