// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import GRDB
import Pipelines
import StageKit
import Tables

@testable import RunStore

/// A folder for the store of one test, removed when the value goes.
final class TemporaryStore {
  let path: String

  init() {
    // A disk in memory where there is one: flushing is most of what these tests would wait for.
    let memory = "/dev/shm"
    let folder =
      FileManager.default.isWritableFile(atPath: memory)
      ? memory : FileManager.default.temporaryDirectory.path
    path = "\(folder)/proeftuin-store-\(UUID().uuidString)"
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open() throws -> Store { try Store.open(at: path) }

  /// Changes the database behind the store's back.
  func tamper(_ sql: String) throws {
    try DatabaseQueue(path: "\(path)/store.sqlite").write { try $0.execute(sql: sql) }
  }

  /// Changes a file behind the store's back.
  func tamper(file: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: file)))
    change(&bytes)
    try FileManager.default.removeItem(atPath: file)
    try Data(bytes).write(to: URL(filePath: file))
  }

  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
  }
}

/// What the tests put into a store.
enum Sample {
  static func description(_ pipeline: String = "letters", text: String = "a") -> RunDescription {
    RunDescription(
      pipeline: pipeline, title: "Letters", file: "\(pipeline).yaml",
      source: "pipeline: \(pipeline)\n# \(text)\n", parameters: ["level": 0.95],
      referenceDate: CalendarDate("2026-11-23"), arguments: ["run", "\(pipeline).yaml"],
      tool: "proeftuin test")
  }

  static func key(_ n: Int) throws -> StageKey {
    try StageKey(components: ["plugin": "test", "parameters": ["n": JSONValue(n)]])
  }

  static func table(_ n: Int) throws -> Tables.Table {
    try Tables.Table([("n", .integer(FixedColumn([Int64(n), nil, 3])))])
  }

  static func record(_ n: Int) -> JSONValue {
    ["type": "sample", "version": 1, "value": JSONValue(n)]
  }

  /// Records a stage with a table and a record as the runner would, and tells of its end.
  @discardableResult
  static func runStage(_ n: Int, in session: RunSession) throws -> StageResult {
    let id = InstanceID("stage-\(n)")
    let outputs = [
      "cases": try session.put(.table(table(n))), "card": try session.put(.record(record(n))),
    ]
    try session.record(
      StageEntry(key: try key(n), outputs: outputs, seconds: 0.25), pipeline: "letters",
      instance: id, stage: "test/sample")
    var result = StageResult(id: id, use: "test/sample", status: .ran)
    result.key = try key(n).digest
    result.seconds = 0.25
    result.attempts = 1
    result.seed = 7
    result.outputs = outputs
    session.observe(.stageFinished(result))
    return result
  }

  /// A finished run of some stages.
  @discardableResult
  static func run(
    _ stages: [Int], in store: Store, pipeline: String = "letters"
  ) async throws -> RunID {
    let session = try await store.startRun(description(pipeline, text: "\(stages)"))
    session.observe(.runStarted(instances: stages.map { InstanceID("stage-\($0)") }))
    for n in stages { try runStage(n, in: session) }
    session.observe(.runFinished(.succeeded, seconds: 1))
    try session.finish(.succeeded, seconds: 1)
    return session.id
  }
}
