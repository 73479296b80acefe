// SPDX-License-Identifier: EUPL-1.2

import Documents
import Evaluation
import Foundation
import ImpactMeasurement
import PilotIntake
import Pipelines
import RuleChange
import StageKit
import StageTesting
import Tables
import Testing

/// The stages that the program ships, and its example pipelines.
enum Installed {
  static let catalog = Catalog(plugins: [
    PilotIntakePlugin.self, RuleChangePlugin.self, ImpactMeasurementPlugin.self,
    EvaluationPlugin.self,
  ])

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The shared reference material beside the repository, where there is any.
  static let shared = root.deletingLastPathComponent().appending(path: "shared")

  static func files() -> [URL] {
    let folder = root.appending(path: "pipelines")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: $0) }
  }

  static func check(
    _ file: URL, set settings: [(String, String)] = []
  ) -> PipelineChecker.Outcome {
    var checker = PipelineChecker(catalog: catalog)
    checker.settings = settings.map { (name: $0.0, value: $0.1) }
    checker.today = .day(CalendarDate(daysSince1970: 20_700))
    return checker.check(path: file.path)
  }

  /// A finished run: its results and what they hold.
  struct Finished {
    let outcome: Runner.Outcome
    let store: MemoryStore

    func table(_ instance: String, _ port: String) throws -> Table {
      let result = try #require(outcome.results.first { "\($0.id)" == instance })
      let reference = try #require(result.outputs[port], "\(instance) gave no \(port)")
      guard case .table(let table) = try store.artifact(reference) else {
        throw StageFault("\(instance).\(port) is no table")
      }
      return table
    }

    func record(_ instance: String, _ port: String) throws -> JSONValue {
      let result = try #require(outcome.results.first { "\($0.id)" == instance })
      let reference = try #require(result.outputs[port], "\(instance) gave no \(port)")
      guard case .record(let record) = try store.artifact(reference) else {
        throw StageFault("\(instance).\(port) is no record")
      }
      return record
    }

    /// A file as text.
    func text(_ instance: String, _ port: String) throws -> String {
      let result = try #require(outcome.results.first { "\($0.id)" == instance })
      let reference = try #require(result.outputs[port], "\(instance) gave no \(port)")
      guard case .file(let file) = try store.artifact(reference) else {
        throw StageFault("\(instance).\(port) is no file")
      }
      return String(decoding: file.bytes, as: UTF8.self)
    }
  }

  static func run(_ file: URL, set settings: [(String, String)] = []) async throws -> Finished {
    let checked = check(file, set: settings)
    let pipeline = try #require(
      checked.pipeline,
      "\(checked.diagnostics.map { "\($0.message) at \($0.span?.start.line ?? 0)" })")
    var options = Runner.Options()
    options.jobs = 2
    let store = MemoryStore()
    let outcome = try await Runner(pipeline, store: store, options: options).run()
    let faults = outcome.results.compactMap { $0.fault?.message }
    #expect(outcome.status == .succeeded, "\(faults)")
    return Finished(outcome: outcome, store: store)
  }
}
