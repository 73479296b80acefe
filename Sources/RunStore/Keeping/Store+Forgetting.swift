// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
import GRDB
import Tables

/// What went with a run that was forgotten.
public struct Forgotten: Sendable, Hashable {
  public let run: RunID
  /// The digests of the objects that nothing else needed.
  public let removed: [SHA256Digest]
  public let bytes: Int

  public var json: JSONValue {
    [
      "run": .string(run.text), "removed": .array(removed.map { .string($0.hex) }),
      "bytes": JSONValue(bytes),
    ]
  }
}

extension Store {
  /// Deletes the data of a run: its objects that no other run uses, entries, events and rows.
  ///
  /// A tombstone with who, when and why takes a place in the chain of receipts, so that `verify` can
  /// tell a forgotten run from a stolen one. What was deleted is overwritten in the database.
  public func forget(
    _ run: RunID, by: String, reason: String, wait: LockWait = LockWait()
  ) async throws -> Forgotten {
    let lock = try await acquireLock(wait)
    defer { withExtendedLifetime(lock) {} }
    try reconcile()
    guard let record = try record(of: run) else {
      throw StoreFault(
        .noSuchRun, "there is no run '\(run)'", help: "'proeftuin runs' lists what there is")
    }
    guard let receipt = record.receipt else {
      throw StoreFault(.locked, "run \(run) goes on", help: "wait until it has ended")
    }
    let entries = try ownEntries(of: run)
    let removed = try ownObjects(of: record, entries: entries)
    let bytes = removed.reduce(0) { $0 + (DurableFile.size(objects.path(of: $1)) ?? 0) }
    try bury(record, receipt: receipt, by: by, reason: reason, entries, removed)
    try finishRemovals()
    return Forgotten(run: run, removed: removed, bytes: bytes)
  }

  /// The keys that no other run refers to.
  private func ownEntries(of run: RunID) throws -> [String] {
    try database.look { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT key FROM entries
          WHERE (run = ?1 OR key IN (SELECT key FROM run_stages WHERE run = ?1))
            AND key NOT IN (SELECT key FROM run_stages WHERE run <> ?1 AND key IS NOT NULL)
          """, arguments: [run.text])
    }
  }

  private func ownObjects(of run: RunRecord, entries: [String]) throws -> [SHA256Digest] {
    let contents = try StoreContents(self)
    let others = contents.dropping(run: run.id).dropping(entries: Set(entries)).references
    return contents.references.keys.filter { others[$0] == nil }.sorted()
  }

  /// Puts the tombstone in the chain and deletes the rows, in one step.
  private func bury(
    _ run: RunRecord, receipt: SHA256Digest, by: String, reason: String, _ entries: [String],
    _ removed: [SHA256Digest]
  ) throws {
    let head = try database.look { try ChainHead.last(in: $0) }
    let text = try Receipt.tombstone(
      run: run.id, receipt: receipt, by: by, reason: reason, at: .now, removed: removed,
      after: head
    ).canonicalText
    let digest = try objects.put(Array(text.utf8))
    let next = ChainHead(sequence: (head?.sequence ?? 0) + 1, digest: digest)
    try database.writeDurably(erasing: true) { db in
      for key in entries {
        try db.execute(sql: "DELETE FROM entries WHERE key = ?", arguments: [key])
      }
      try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run.id.text])
      try db.execute(
        sql: "UPDATE receipts SET text = NULL WHERE run = ? AND kind = ?",
        arguments: [run.id.text, Receipt.type])
      try db.execute(
        sql: "INSERT INTO receipts (sequence, digest, kind, run, text) VALUES (?, ?, ?, ?, ?)",
        arguments: [next.sequence, digest.hex, Receipt.tombstoneType, run.id.text, text])
      for digest in removed {
        try db.execute(
          sql: "INSERT OR IGNORE INTO removals (digest) VALUES (?)", arguments: [digest.hex])
      }
    }
    atStep(.forgottenRecorded)
    try HeadFile.write(next, self)
  }

  /// Removes the objects and folders of forgotten runs, also where a stop came in between.
  func finishRemovals() throws {
    let digests = try database.look {
      try String.fetchAll($0, sql: "SELECT digest FROM removals")
    }
    guard !digests.isEmpty else { return }
    let references = try StoreContents(self).references
    for digest in digests.compactMap({ SHA256Digest(hex: $0) }) where references[digest] == nil {
      objects.remove(digest)
    }
    let known = Set(try runs().map(\.id.text))
    for name in DurableFile.names(in: folder.runs) where !known.contains(name) {
      DurableFile.remove("\(folder.runs)/\(name)")
    }
    try database.write { try $0.execute(sql: "DELETE FROM removals") }
    atStep(.forgottenRemoved)
  }
}
