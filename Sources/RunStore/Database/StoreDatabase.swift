// SPDX-License-Identifier: EUPL-1.2

import GRDB

/// The store's SQLite database, and its errors in words.
///
/// The journal is a write-ahead log with `synchronous = NORMAL`: what is committed is in the system's hands,
/// so it outlives a process that is killed at any instant. A power cut may take the last commits with
/// it, never a part of one; objects are flushed before, so that no row ever refers to a lost object.
/// Receipts are committed with `FULL`, which also makes everything before them safe.
struct StoreDatabase: Sendable {
  private let queue: DatabaseQueue
  private let path: String

  /// Opens the database, makes its tables where there are none, and migrates those of an older version.
  init(path: String, migrating: () throws -> Bool) throws {
    self.path = path
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    configuration.label = "proeftuin.store"
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY")
    }
    let migrator = StoreSchema.migrator
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      let isComplete = try queue.unsafeRead { db in
        guard try !migrator.hasBeenSuperseded(db) else { throw StoreFault.newer(path) }
        return try migrator.hasCompletedMigrations(db)
      }
      if !isComplete {
        guard try migrating() else { throw StoreFault.busy }
        try migrator.migrate(queue)
      }
    } catch {
      throw Self.fault(error, path)
    }
  }

  /// Reads without a transaction: for single questions that are asked often.
  func look<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try queue.unsafeRead(body) } catch { throw Self.fault(error, path) }
  }

  /// Reads in one transaction: everything is of one moment.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try queue.read(body) } catch { throw Self.fault(error, path) }
  }

  /// Writes all or nothing.
  @discardableResult
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try queue.write(body) } catch { throw Self.fault(error, path) }
  }

  /// Writes all or nothing, and returns when it is on the disk.
  @discardableResult
  func writeDurably<Value>(
    erasing: Bool = false, _ body: (Database) throws -> Value
  ) throws -> Value {
    do {
      return try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        if erasing { try db.execute(sql: "PRAGMA secure_delete = ON") }
        defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF") }
        var value: Value?
        try db.inTransaction(.immediate) {
          value = try body(db)
          return .commit
        }
        // What was deleted must not live on in the log.
        if erasing { _ = try? db.checkpoint(.truncate) }
        guard let value else { preconditionFailure("a committed transaction has a value") }
        return value
      }
    } catch {
      throw Self.fault(error, path)
    }
  }

  /// What SQLite finds wrong with the file, in its words; empty where it is sound.
  func damage() throws -> [String] {
    try look { db in
      try String.fetchAll(db, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
    }
  }
}

extension StoreDatabase {
  /// The fault that an error of SQLite stands for; never with the values of a statement.
  private static func fault(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      return StoreFault(
        .damagedDatabase, "the store's database '\(path)' is damaged or no database",
        help: "restore it from a copy, or move the store folder away and run again")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      return StoreFault(
        .notWritable, "the store's database '\(path)' may not be opened or written",
        help: "check who owns the folder, or name another store with --store")
    case .SQLITE_FULL:
      return StoreFault(
        .full, "the disk is full: the store cannot be written",
        help: "make room; 'proeftuin gc' removes what nothing refers to")
    case .SQLITE_BUSY, .SQLITE_LOCKED: return StoreFault.busy
    case .SQLITE_ERROR:
      return StoreFault(
        .damagedDatabase, "the store's database '\(path)' lacks a table that it should have",
        help: "restore it from a copy, or move the store folder away and run again")
    default:
      return StoreFault(
        .failed, "the store's database cannot be used: \(error.message ?? "unknown reason")")
    }
  }
}

extension StoreFault {
  static let busy = StoreFault(
    .locked, "another process writes to the store",
    help: "wait until it has ended, or name another store with --store")

  fileprivate static func newer(_ path: String) -> StoreFault {
    StoreFault(
      .newerStore, "'\(path)' was made by a newer version of Proeftuin",
      help: "install that version, or name another store with --store")
  }
}
