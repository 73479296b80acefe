// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB
import Pipelines
import StageKit
import Tables

/// The finished stages in the database, by key.
enum StageEntries {
  /// The outputs under a key; nil where the key is unknown.
  ///
  /// A stage without outputs is known by its entry alone.
  static func outputs(
    for key: SHA256Digest, in db: Database
  ) throws -> [String: ArtifactReference]? {
    let hex = key.hex
    let statement = try db.cachedStatement(
      sql: "SELECT port, kind, digest, bytes, rows, media_type FROM entry_outputs WHERE key = ?")
    var outputs: [String: ArtifactReference] = [:]
    let rows = try Row.fetchCursor(statement, arguments: [hex])
    while let row = try rows.next() {
      guard let reference = ArtifactReference(row: row) else { return nil }
      outputs[row[0]] = reference
    }
    if !outputs.isEmpty { return outputs }
    let known = try db.cachedStatement(sql: "SELECT 1 FROM entries WHERE key = ?")
    return try Int.fetchOne(known, arguments: [hex]) == nil ? nil : [:]
  }

  static func latestComponents(
    pipeline: String, instance: InstanceID, stage: String, in db: Database
  ) throws -> JSONValue? {
    let ofInstance = try db.cachedStatement(
      sql: """
        SELECT components FROM entries WHERE pipeline = ? AND instance = ? AND stage = ?
        ORDER BY recorded DESC LIMIT 1
        """)
    let ofStage = try db.cachedStatement(
      sql: "SELECT components FROM entries WHERE stage = ? ORDER BY recorded DESC LIMIT 1")
    let text =
      try String.fetchOne(ofInstance, arguments: [pipeline, "\(instance)", stage])
      ?? String.fetchOne(ofStage, arguments: [stage])
    return try text.map { try JSONValue.parse($0) }
  }

  /// Writes an entry; one under the same key, from a fresh run, is replaced.
  static func record(
    _ entry: StageEntry, pipeline: String, instance: InstanceID, stage: String, run: RunID,
    in db: Database
  ) throws {
    let key = entry.key.digest.hex
    let entries = try db.cachedStatement(
      sql: """
        INSERT INTO entries (key, components, pipeline, instance, stage, seconds, recorded, run)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET
          components = excluded.components, pipeline = excluded.pipeline,
          instance = excluded.instance, stage = excluded.stage,
          seconds = excluded.seconds, recorded = excluded.recorded, run = excluded.run
        """)
    try entries.execute(arguments: [
      key, try entry.key.components.canonicalText, pipeline, "\(instance)", stage, entry.seconds,
      Timestamp.now.microseconds, run.text,
    ])
    let clearing = try db.cachedStatement(sql: "DELETE FROM entry_outputs WHERE key = ?")
    try clearing.execute(arguments: [key])
    let outputs = try db.cachedStatement(
      sql: """
        INSERT INTO entry_outputs (key, port, kind, digest, bytes, rows, media_type)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    for (port, reference) in entry.outputs {
      try outputs.execute(arguments: [
        key, port, reference.kind.rawValue, reference.digest.hex, reference.byteCount,
        reference.rows, reference.mediaType,
      ])
    }
  }
}

extension ArtifactReference {
  /// Reads port, kind, digest, bytes, rows, media type.
  init?(row: Row) {
    guard let kind = ArtifactKind(rawValue: row[1]), let digest = SHA256Digest(hex: row[2]) else {
      return nil
    }
    self.init(kind: kind, digest: digest, byteCount: row[3], rows: row[4], mediaType: row[5])
  }
}
