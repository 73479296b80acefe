// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB
import Pipelines
import Tables

/// Ends a run: its receipt joins the chain, its row gets its status, the chain's head moves.
///
/// In this order: receipt object, database (one commit, on the disk), head. A stop between the last two
/// leaves the head one behind, which the next opening sees and mends. The caller holds the lock.
struct RunCompletion {
  let store: Store
  let run: RunID
  let status: RunStatus
  let seconds: Double
  let finished: Timestamp

  /// `pending` are results that have no row yet, `stages` all results in their order.
  func complete(stages: [JSONValue], pending: [PendingStage]) throws {
    guard let record = try store.record(of: run) else {
      throw StoreFault(.noSuchRun, "the run \(run) is no longer in the store")
    }
    let head = try store.database.look { try ChainHead.last(in: $0) }
    let receipt = Receipt.json(
      Receipt.members(of: record, finished: finished, status: status, seconds: seconds),
      stages: stages, after: head)
    let text = try receipt.canonicalText
    let digest = try store.objects.put(Array(text.utf8))
    store.atStep(.receiptStored)
    let next = ChainHead(sequence: (head?.sequence ?? 0) + 1, digest: digest)
    try store.database.writeDurably { db in
      for stage in pending { try stage.insert(into: db, run: run) }
      try db.execute(
        sql: "INSERT INTO receipts (sequence, digest, kind, run, text) VALUES (?, ?, ?, ?, ?)",
        arguments: [next.sequence, digest.hex, Receipt.type, run.text, text])
      try db.execute(
        sql: "UPDATE runs SET finished = ?, status = ?, seconds = ?, receipt = ? WHERE id = ?",
        arguments: [finished.microseconds, status.rawValue, seconds, digest.hex, run.text])
    }
    store.atStep(.receiptRecorded)
    try HeadFile.write(next, store)
  }
}

/// A result that waits for its row.
struct PendingStage: Sendable {
  let position: Int
  let instance: String
  let key: String?
  let json: JSONValue

  func insert(into db: Database, run: RunID) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO run_stages (run, position, instance, key, result) VALUES (?, ?, ?, ?, ?)")
    try statement.execute(arguments: [
      run.text, position, instance, key, try json.canonicalText,
    ])
  }
}
