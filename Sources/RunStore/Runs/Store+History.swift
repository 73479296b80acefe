// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
import GRDB
import Pipelines

extension Store {
  /// The remembered runs, the latest first; of one pipeline where it is named.
  public func runs(of pipeline: String? = nil, limit: Int? = nil) throws -> [RunRecord] {
    try database.look { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM runs WHERE ? IS NULL OR pipeline = ?
          ORDER BY started DESC, id DESC LIMIT ?
          """, arguments: [pipeline, pipeline, limit ?? -1]
      ).compactMap { try RunRecord(row: $0) }
    }
  }

  /// The run that a user means: an id, a unique start of one, `latest`, or `PIPELINE@latest`.
  ///
  /// The latest run is the one that started last, whatever became of it.
  public func run(named name: String) throws -> RunRecord {
    if name == "latest" {
      guard let run = try runs(limit: 1).first else { throw StoreFault.noRuns }
      return run
    }
    if name.hasSuffix("@latest") {
      let pipeline = String(name.dropLast("@latest".count))
      guard let run = try runs(of: pipeline, limit: 1).first else {
        throw StoreFault.noRun(of: pipeline, known: try pipelines())
      }
      return run
    }
    if let run = try record(of: RunID(name)) { return run }
    let candidates = try name.isEmpty ? [] : runs(startingWith: name)
    guard let run = candidates.first else { throw StoreFault.noRun(named: name) }
    guard candidates.count == 1 else { throw StoreFault.ambiguous(name, candidates) }
    return run
  }

  /// The names of all pipelines that have run.
  public func pipelines() throws -> [String] {
    try database.look {
      try String.fetchAll($0, sql: "SELECT DISTINCT pipeline FROM runs ORDER BY pipeline")
    }
  }

  /// Every instance of a run, in the order of the pipeline.
  public func stages(of run: RunID) throws -> [StageRecord] {
    try database.look { try stageJSON(of: run, in: $0) }.compactMap { StageRecord(json: $0) }
  }

  /// The text of the pipeline file that a run ran.
  public func source(of run: RunRecord) throws -> String {
    String(
      decoding: try objects.bytes(of: run.source, byteCount: run.sourceBytes), as: UTF8.self)
  }

  /// The receipt of a run; nil while it goes on.
  public func receipt(of run: RunID) throws -> JSONValue? {
    let text = try database.look { db in
      try String.fetchOne(
        db, sql: "SELECT text FROM receipts WHERE run = ? AND kind = ?",
        arguments: [run.text, Receipt.type])
    }
    return try text.map { try JSONValue.parse($0) }
  }

  /// What decided the result under a key; nil where no entry has it any more.
  public func components(of key: SHA256Digest) throws -> JSONValue? {
    let text = try database.look { db in
      try String.fetchOne(
        db, sql: "SELECT components FROM entries WHERE key = ?", arguments: [key.hex])
    }
    return try text.map { try JSONValue.parse($0) }
  }

  /// The file with a run's events, one JSON object a line.
  public func eventsPath(of run: RunID) -> String { folder.events(run) }

  func record(of run: RunID) throws -> RunRecord? {
    try database.look { db in
      try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE id = ?", arguments: [run.text])
        .flatMap { try RunRecord(row: $0) }
    }
  }

  func stageJSON(of run: RunID, in db: Database) throws -> [JSONValue] {
    try String.fetchAll(
      db, sql: "SELECT result FROM run_stages WHERE run = ? ORDER BY position",
      arguments: [run.text]
    ).map { try JSONValue.parse($0) }
  }

  private func runs(startingWith prefix: String) throws -> [RunRecord] {
    try database.look { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM runs WHERE substr(id, 1, length(?)) = ? ORDER BY id DESC LIMIT 11",
        arguments: [prefix, prefix]
      ).compactMap { try RunRecord(row: $0) }
    }
  }
}

extension StoreFault {
  fileprivate static let noRuns = StoreFault(
    .noSuchRun, "the store remembers no run yet", help: "run a pipeline with 'proeftuin run FILE'")

  fileprivate static func noRun(named name: String) -> StoreFault {
    StoreFault(
      .noSuchRun, "there is no run '\(name)'", help: "'proeftuin runs' lists what there is")
  }

  fileprivate static func noRun(of pipeline: String, known: [String]) -> StoreFault {
    StoreFault(
      .noSuchRun, "there is no run of a pipeline '\(pipeline)'",
      help: Suggestion.question(for: pipeline, among: known)
        ?? "'proeftuin runs' lists what there is")
  }

  fileprivate static func ambiguous(_ name: String, _ candidates: [RunRecord]) -> StoreFault {
    let shown = candidates.prefix(10).map { "\($0.id) (\($0.pipeline))" }
    let more = candidates.count > 10 ? ", …" : ""
    return StoreFault(
      .ambiguousRun, "'\(name)' is the start of more than one run",
      help: "name one of: " + shown.joined(separator: ", ") + more)
  }
}
