// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import RunStore
import StageKit
import Tables
import Testing

/// A run that has ended: what its stages gave, and what they told.
struct PluginRun: Sendable {
  let id: RunID
  let outcome: Runner.Outcome
  let events: [RunEvent]
  let store: Store
  /// Holds the store for as long as somebody looks at the run.
  let folder: PluginFolder

  /// How each instance ended: `["a ran", "b failed"]`.
  var statuses: [String] { outcome.results.map { "\($0.id) \($0.status.rawValue)" } }

  func result(_ instance: String) throws -> StageResult {
    try #require(
      outcome.results.first { "\($0.id)" == instance }, "there is no '\(instance)': \(statuses)")
  }

  /// The fault of an instance without what stands before every one of them.
  func fault(_ instance: String) throws -> Diagnostic {
    try #require(try result(instance).fault, "\(instance) has no fault: \(statuses)")
  }

  func message(_ instance: String) throws -> String {
    String(try fault(instance).message.trimmingPrefix("stage '\(instance)': "))
  }

  func artifact(_ instance: String, _ port: String) throws -> Artifact {
    let result = try result(instance)
    let reference = try #require(
      result.outputs[port], "'\(instance)' did not give '\(port)': \(result.fault?.message ?? "")")
    return try store.artifact(reference, checkingDigest: true)
  }

  func table(_ instance: String, _ port: String = "cases") throws -> Table {
    guard case .table(let table) = try artifact(instance, port) else {
      throw StageFault("'\(port)' is no table")
    }
    return table
  }

  /// The text of an output that is a file.
  func text(_ instance: String, _ port: String) throws -> String {
    guard case .file(let file) = try artifact(instance, port) else {
      throw StageFault("'\(port)' is no file")
    }
    return String(decoding: file.bytes, as: UTF8.self)
  }

  /// What an instance told, in order.
  func reports(_ instance: String) -> [StageReport] {
    events.compactMap { event in
      if case .stageReported(let id, let report) = event, "\(id)" == instance {
        return report
      }
      return nil
    }
  }
}

extension Table {
  /// The cells of a column as people read them, a dash where one is missing.
  func shown(_ name: String) throws -> [String] {
    let column = try column(name)
    return (0..<rowCount).map { column.display(at: $0) ?? "–" }
  }
}
