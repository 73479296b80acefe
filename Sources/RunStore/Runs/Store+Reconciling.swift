// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB
import Pipelines
import Tables

extension Store {
  /// Clears up after a process that was killed, unless one is at work; costs little where there is nothing.
  func reconcileIfNeeded() throws {
    guard try needsReconciling(), let lock = try StoreLock.acquire(folder) else { return }
    try reconcile()
    withExtendedLifetime(lock) {}
  }

  private func needsReconciling() throws -> Bool {
    let isOpen = try database.look { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT 1 WHERE EXISTS (SELECT 1 FROM runs WHERE finished IS NULL)
            OR EXISTS (SELECT 1 FROM removals)
          """) != nil
    }
    if isOpen { return true }
    if isHeadBehind(try HeadFile.read(self), try chainEnd()) { return true }
    return !DurableFile.names(in: folder.temporary).isEmpty
      || !DurableFile.names(in: folder.attempts).isEmpty
  }

  /// Ends runs whose process is gone and removes what they left; the caller holds the lock.
  func reconcile() throws {
    let end = try chainEnd()
    if isHeadBehind(try HeadFile.read(self), end), let last = end.first {
      try HeadFile.write(last, self)
    }
    try finishRemovals()
    let gone = try goneRuns()
    // What the process wrote before it was killed may still be on its way to the disk.
    if !gone.isEmpty { DurableFile.flushEverything() }
    for (run, started, heartbeat) in gone { try interrupt(run, started, heartbeat) }
    for name in DurableFile.names(in: folder.temporary) {
      DurableFile.remove("\(folder.temporary)/\(name)")
    }
    for name in DurableFile.names(in: folder.attempts) {
      DurableFile.remove("\(folder.attempts)/\(name)")
    }
  }

  /// The last two receipts, the last one first.
  private func chainEnd() throws -> [ChainHead] {
    try database.look { db in
      try Row.fetchAll(
        db, sql: "SELECT sequence, digest FROM receipts ORDER BY sequence DESC LIMIT 2"
      ).compactMap { row in
        SHA256Digest(hex: row[1]).map { ChainHead(sequence: row[0], digest: $0) }
      }
    }
  }

  /// Whether the process stopped between the commit of a receipt and the writing of the head.
  private func isHeadBehind(_ content: HeadFile.Content, _ end: [ChainHead]) -> Bool {
    guard let last = end.first else { return false }
    return switch content {
    case .missing: last.sequence == 1
    case .foreign: false
    case .head(let head):
      head.sequence == last.sequence - 1 && end.count == 2 && head == end[1]
    }
  }

  /// Runs without an end whose process is gone.
  ///
  /// We hold the lock, so their process does not; where the lock's word might not be trusted, as on some
  /// network disks, a fresh heartbeat of a living process counts.
  private func goneRuns() throws -> [(RunID, Timestamp, Timestamp)] {
    try database.look { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, started, heartbeat, process, process_started, boot FROM runs
          WHERE finished IS NULL ORDER BY id
          """
      ).compactMap { row in
        let process = ProcessIdentity(id: row[3], started: row[4], boot: row[5])
        let heartbeat = Timestamp(microseconds: row[2])
        let isFresh = Timestamp.now.microseconds - heartbeat.microseconds < 60_000_000
        let isOther = process.id != ProcessIdentity.currentID
        if isOther, isFresh, process.isAlive { return nil }
        return (RunID(row[0]), Timestamp(microseconds: row[1]), heartbeat)
      }
    }
  }

  private func interrupt(_ run: RunID, _ started: Timestamp, _ heartbeat: Timestamp) throws {
    let (stages, recorded, next) = try database.read { db in
      (
        try stageJSON(of: run, in: db), try Self.entriesWithoutResult(of: run, in: db),
        try Int.fetchOne(
          db, sql: "SELECT COALESCE(MAX(position), -1) + 1 FROM run_stages WHERE run = ?",
          arguments: [run.text]) ?? 0
      )
    }
    let pending = recorded.enumerated().map { offset, item in
      PendingStage(
        position: next + offset, instance: item.instance, key: item.key, json: item.json)
    }
    let seconds = Double(heartbeat.microseconds - started.microseconds) / 1e6
    try RunCompletion(
      store: self, run: run, status: .interrupted, seconds: max(0, seconds), finished: .now
    ).complete(stages: stages + pending.map(\.json), pending: pending)
    // The process may have been killed before it made the folder.
    try DurableFile.makeFolder(folder.run(run), permissions: 0o755)
    EventLog.end(path: folder.events(run))
  }

  /// Stages that were recorded, but whose result the run could not write down any more.
  private static func entriesWithoutResult(
    of run: RunID, in db: Database
  ) throws -> [(instance: String, key: String, json: JSONValue)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT key, instance, stage, seconds, recorded FROM entries
        WHERE run = ? AND key NOT IN
          (SELECT key FROM run_stages WHERE run = ? AND key IS NOT NULL)
        ORDER BY recorded
        """, arguments: [run.text, run.text]
    ).compactMap { row in
      let key: String = row[0]
      guard let digest = SHA256Digest(hex: key) else { return nil }
      let json: JSONValue = [
        "stage": .string(row[1]), "use": .string(row[2]),
        "status": .string(StageResult.Status.ran.rawValue), "seconds": .number(row[3]),
        "finished": .string("\(Timestamp(microseconds: row[4]))"), "key": .string(key),
        "outputs": .stored(try StageEntries.outputs(for: digest, in: db) ?? [:]),
      ]
      return (row[1], key, json)
    }
  }
}
