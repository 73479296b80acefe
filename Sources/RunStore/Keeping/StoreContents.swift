// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB
import Pipelines
import Tables

/// Everything that the database says, read at one moment.
struct StoreContents {
  struct ReceiptRow {
    let sequence: Int
    let digest: String
    let kind: String
    let run: String
    /// Nil where the run was forgotten.
    let text: String?
  }

  struct EntryRow {
    let key: String
    let components: String
    let instance: String
    let run: String
    var outputs: [String: ArtifactReference] = [:]
  }

  private(set) var runs: [RunRecord]
  /// How many rows could not be read as a run.
  let unreadableRuns: Int
  let stages: [RunID: [JSONValue]]
  private(set) var entries: [EntryRow]
  private(set) var receipts: [ReceiptRow]

  init(_ store: Store) throws {
    self = try store.database.read { db in try StoreContents(store, db) }
  }

  private init(_ store: Store, _ db: Database) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY id")
    // A row that was edited beyond reading must not hide the others.
    let known = rows.compactMap { row in (try? RunRecord(row: row)).flatMap { $0 } }
    runs = known
    unreadableRuns = rows.count - known.count
    var stages: [RunID: [JSONValue]] = [:]
    for row in try Row.fetchAll(
      db, sql: "SELECT run, result FROM run_stages ORDER BY run, position")
    {
      stages[RunID(row[0]), default: []].append((try? JSONValue.parse(row[1] as String)) ?? .null)
    }
    self.stages = stages
    var outputs: [String: [String: ArtifactReference]] = [:]
    for row in try Row.fetchAll(
      db,
      sql: "SELECT port, kind, digest, bytes, rows, media_type, key AS entry FROM entry_outputs")
    {
      outputs[row["entry"], default: [:]][row[0]] = ArtifactReference(row: row)
    }
    entries = try Row.fetchAll(
      db, sql: "SELECT key, components, instance, run FROM entries ORDER BY recorded"
    ).map { row in
      EntryRow(
        key: row[0], components: row[1], instance: row[2], run: row[3],
        outputs: outputs[row[0]] ?? [:])
    }
    receipts = try Row.fetchAll(
      db, sql: "SELECT sequence, digest, kind, run, text FROM receipts ORDER BY sequence"
    ).map {
      ReceiptRow(sequence: $0[0], digest: $0[1], kind: $0[2], run: $0[3], text: $0[4])
    }
  }

  /// The same contents without these entries.
  func dropping(entries keys: Set<String>) -> StoreContents {
    var copy = self
    copy.entries.removeAll { keys.contains($0.key) }
    return copy
  }

  /// The same contents without a run and its receipt.
  func dropping(run: RunID) -> StoreContents {
    var copy = self
    copy.runs.removeAll { $0.id == run }
    copy.receipts.removeAll { $0.run == run.text && $0.kind == Receipt.type }
    return copy
  }

  /// Every object that something refers to, with its size where it is known and what refers to it.
  var references: [SHA256Digest: (byteCount: Int, use: String)] {
    var references: [SHA256Digest: (byteCount: Int, use: String)] = [:]
    func add(_ outputs: [String: ArtifactReference], _ use: (String) -> String) {
      for (port, output) in outputs where references[output.digest] == nil {
        references[output.digest] = (output.byteCount, use(port))
      }
    }
    for receipt in receipts {
      guard let text = receipt.text, let digest = SHA256Digest(hex: receipt.digest) else {
        continue
      }
      let what = receipt.kind == Receipt.type ? "the receipt" : "the tombstone"
      references[digest] = (text.utf8.count, "\(what) of run \(receipt.run)")
      let json = try? JSONValue.parse(text)
      if let source = json?["pipeline"]?["digest"]?.stringValue,
        let digest = SHA256Digest(hex: source),
        let byteCount = json?["pipeline"]?["bytes"]?.integerValue
      {
        references[digest] = (Int(byteCount), "the pipeline file of run \(receipt.run)")
      }
      for stage in json?["stages"]?.arrayValue ?? [] {
        guard let stage = StageRecord(json: stage) else { continue }
        add(stage.outputs) { "\(stage.instance).\($0) of run \(receipt.run)" }
      }
    }
    for run in runs {
      if references[run.source] == nil {
        references[run.source] = (run.sourceBytes, "the pipeline file of run \(run.id)")
      }
      for stage in stages[run.id] ?? [] {
        guard let stage = StageRecord(json: stage) else { continue }
        add(stage.outputs) { "\(stage.instance).\($0) of run \(run.id)" }
      }
    }
    for entry in entries { add(entry.outputs) { "\(entry.instance).\($0), kept for reuse" } }
    return references
  }
}
