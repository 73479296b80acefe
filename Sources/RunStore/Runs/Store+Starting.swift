// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB
import Tables

extension Store {
  /// Begins a run; waits while another process writes to the store.
  ///
  /// - Throws: `StoreFault` with `.locked` where the wait has a limit and it passes; `CancellationError`.
  public func startRun(
    _ description: RunDescription, wait: LockWait = LockWait()
  ) async throws -> RunSession {
    let lock = try await acquireLock(wait)
    try reconcile()
    let source = Array(description.source.utf8)
    let digest = try objects.put(source)
    let process = ProcessIdentity.current
    let parameters = try description.parameters.canonicalText
    let arguments = try JSONValue.array(
      description.arguments.map { .string($0) }
    ).canonicalText
    let id = try database.write { db in
      let started = Timestamp.now
      var id = RunID(at: started)
      while try Self.isTaken(id, in: db) { id = RunID(at: started) }
      try db.execute(
        sql: """
          INSERT INTO runs (id, pipeline, title, file, source, source_bytes, parameters,
            reference_date, arguments, tool, started, heartbeat, process, process_started, boot)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id.text, description.pipeline, description.title, description.file, digest.hex,
          source.count, parameters, description.referenceDate.map { "\($0)" }, arguments,
          description.tool, started.microseconds, started.microseconds, process.id,
          process.started, process.boot,
        ])
      return id
    }
    return try RunSession(id, store: self, lock: lock)
  }

  /// The right to write, once nobody else has it.
  func acquireLock(_ wait: LockWait) async throws -> StoreLock {
    try await StoreLock.wait(folder, wait) {
      let running = try? database.look { db in
        try String.fetchOne(
          db, sql: "SELECT id FROM runs WHERE finished IS NULL ORDER BY id DESC LIMIT 1")
      }
      return running.flatMap { $0 }.map { "run \($0)" } ?? "another process"
    }
  }

  /// Also of runs that were forgotten: a name is never given twice.
  private static func isTaken(_ id: RunID, in db: Database) throws -> Bool {
    try Int.fetchOne(
      db, sql: "SELECT 1 FROM runs WHERE id = ? UNION SELECT 1 FROM receipts WHERE run = ?",
      arguments: [id.text, id.text]) != nil
  }
}
