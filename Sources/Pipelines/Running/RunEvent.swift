// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
public import StageKit

/// Something that happened in a run; the terminal, the store and `events.jsonl` all listen to these.
public enum RunEvent: Sendable {
  /// All instances, in the order of the pipeline.
  case runStarted(instances: [InstanceID])
  case stageStarted(InstanceID, attempt: Int)
  case stageReported(InstanceID, StageReport)
  case stageFinished(StageResult)
  case runFinished(RunStatus, seconds: Double)

  /// The event as a line of `events.jsonl`, without its time.
  public var json: JSONValue {
    switch self {
    case .runStarted(let instances):
      ["event": "run-started", "instances": .integer(Int64(instances.count))]
    case .stageStarted(let id, let attempt):
      [
        "event": "stage-started", "stage": .string("\(id)"), "attempt": .integer(Int64(attempt)),
      ]
    case .stageReported(let id, let report):
      .object(members: [("event", "stage-reported"), ("stage", .string("\(id)"))] + report.members)
    case .stageFinished(let result):
      .object(
        members: [("event", "stage-finished")] + result.json.members.map { ($0.key, $0.value) })
    case .runFinished(let status, let seconds):
      ["event": "run-finished", "status": .string(status.rawValue), "seconds": .number(seconds)]
    }
  }
}

extension StageReport {
  fileprivate var members: [(String, JSONValue)] {
    switch self {
    case .progress(let done, let total):
      [("done", .integer(Int64(done))), ("of", .integer(Int64(total)))]
    case .metric(let name, let value, let unit):
      [("metric", .string(name)), ("value", JSONValue(value)), ("unit", .string(unit))]
    case .note(let text): [("note", .string(text))]
    case .check(let name, let passed, let matters, let message):
      [
        ("check", .string(name)), ("passed", .boolean(passed)), ("matters", .boolean(matters)),
        ("message", JSONValue(message)),
      ]
    case .log(let level, let message): [("log", .string(message)), ("level", .string(level))]
    }
  }
}

/// How a run ended.
public enum RunStatus: String, Sendable {
  case succeeded
  case failed
  case interrupted
}

/// How one instance ended, and what it left.
public struct StageResult: Sendable {
  public enum Status: String, Sendable {
    case ran
    case reused
    case skipped
    case failed
    /// Interrupted, or waiting for something that failed.
    case cancelled
  }

  public let id: InstanceID
  /// `plugin/stage`.
  public let use: String
  public var status: Status
  public var seconds = 0.0
  /// By input port, in the order of delivery, with the instance that each comes from.
  public var inputs: [String: [Labeled<ArtifactReference>]] = [:]
  public var outputs: [String: ArtifactReference] = [:]
  public var key: SHA256Digest?
  /// What stands for the stage's code: a version, or a version and the digest of a plugin's files.
  public var implementation: String?
  public var seed: UInt64?
  public var attempts = 0
  public var fault: Diagnostic?
  /// Why it was skipped or cancelled.
  public var reason: String?

  public init(id: InstanceID, use: String, status: Status) {
    self.id = id
    self.use = use
    self.status = status
  }

  /// The result as `run --json` prints it.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("id", .string("\(id)")), ("use", .string(use)), ("status", .string(status.rawValue)),
      ("seconds", .number(seconds)),
      (
        "outputs",
        .object(members: outputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
      ),
    ]
    if let fault { members.append(("fault", fault.json)) }
    if let reason { members.append(("reason", .string(reason))) }
    return .object(members: members)
  }
}

extension ArtifactReference {
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("kind", .string(kind.rawValue)), ("digest", .string(digest.hex)),
    ]
    if let rows { members.append(("rows", .integer(Int64(rows)))) }
    return .object(members: members)
  }
}
