// SPDX-License-Identifier: EUPL-1.2

import GRDB

/// The tables of a store; every change is a migration of its own, and none is ever edited.
enum StoreSchema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs, entries, receipts") { try $0.execute(sql: first) }
    return migrator
  }()

  /// Moments are microseconds since 1970 in UTC, digests hexadecimal, lists and maps canonical JSON.
  private static let first = """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY NOT NULL,
      pipeline TEXT NOT NULL,
      title TEXT,
      file TEXT NOT NULL,
      source TEXT NOT NULL,
      source_bytes INTEGER NOT NULL,
      parameters TEXT NOT NULL,
      reference_date TEXT,
      arguments TEXT NOT NULL,
      tool TEXT NOT NULL,
      started INTEGER NOT NULL,
      finished INTEGER,
      status TEXT,
      seconds REAL,
      receipt TEXT,
      heartbeat INTEGER NOT NULL,
      process INTEGER NOT NULL,
      process_started TEXT NOT NULL,
      boot TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX runs_by_pipeline ON runs (pipeline, id);

    CREATE TABLE run_stages (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      instance TEXT NOT NULL,
      key TEXT,
      result TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE INDEX run_stages_by_key ON run_stages (key);

    CREATE TABLE entries (
      key TEXT PRIMARY KEY NOT NULL,
      components TEXT NOT NULL,
      pipeline TEXT NOT NULL,
      instance TEXT NOT NULL,
      stage TEXT NOT NULL,
      seconds REAL NOT NULL,
      recorded INTEGER NOT NULL,
      run TEXT NOT NULL
    );
    CREATE INDEX entries_by_instance ON entries (pipeline, instance, stage, recorded);
    CREATE INDEX entries_by_stage ON entries (stage, recorded);
    CREATE INDEX entries_by_run ON entries (run);

    CREATE TABLE entry_outputs (
      key TEXT NOT NULL REFERENCES entries (key) ON DELETE CASCADE,
      port TEXT NOT NULL,
      kind TEXT NOT NULL,
      digest TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      rows INTEGER,
      media_type TEXT NOT NULL,
      PRIMARY KEY (key, port)
    ) WITHOUT ROWID;

    CREATE TABLE receipts (
      sequence INTEGER PRIMARY KEY NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      run TEXT NOT NULL,
      text TEXT
    );

    CREATE TABLE removals (digest TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
    """
}
