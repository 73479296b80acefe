// SPDX-License-Identifier: EUPL-1.2

import CSQLite
import Foundation
import Tables
import Testing

/// Reading leaves a database and its folder as they were.
struct SQLiteFileTests {
  private static let one = "CREATE TABLE t (a); INSERT INTO t VALUES (1);"
  private static let expected = Column.integer(FixedColumn([1]))

  private func files(beside path: String) throws -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test(arguments: ["delete", "wal"])
  func `a database at rest is read without a trace`(mode: String) throws {
    try SQLiteSample("PRAGMA journal_mode = \(mode); \(Self.one)").with { path in
      let before = try TemporaryFolder.bytes(of: path)
      #expect(try SQLiteReader().read(path: path).table["a"] == Self.expected)
      #expect(try files(beside: path) == ["cases.db"])
      #expect(try TemporaryFolder.bytes(of: path) == before)
    }
  }

  @Test func `a database that a program has open in WAL mode is read with its latest rows`() throws
  {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.db"
      try SQLiteSample.writing(to: path) { writer in
        try SQLiteSample.execute("PRAGMA journal_mode = wal; \(Self.one)", on: writer)
        let before = try files(beside: path)
        #expect(before == ["cases.db", "cases.db-shm", "cases.db-wal"])
        #expect(try SQLiteReader().read(path: path).table["a"] == Self.expected)
        #expect(try files(beside: path) == before)
      }
    }
  }

  @Test func `a copy that lacks part of a WAL database is refused, and nothing is made`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.db"
      let copy = folder + "/copy/cases.db"
      try SQLiteSample.writing(to: path) { writer in
        try SQLiteSample.execute("PRAGMA journal_mode = wal; \(Self.one)", on: writer)
        try FileManager.default.createDirectory(
          atPath: folder + "/copy", withIntermediateDirectories: false)
        for end in ["", "-wal"] {
          try FileManager.default.copyItem(atPath: path + end, toPath: copy + end)
        }
      }
      #expect(throws: SQLiteFault.unfinished(log: "-wal")) { try SQLiteReader().read(path: copy) }
      #expect(try files(beside: copy) == ["cases.db", "cases.db-wal"])
    }
  }

  @Test func `a write that was cut off is refused, and its journal stays`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.db"
      let copy = folder + "/copy/cases.db"
      try SQLiteSample.writing(to: path) { writer in
        try SQLiteSample.execute("PRAGMA cache_size = 1; \(Self.one)", on: writer)
        // More than the cache holds, so that the file is written to before the end.
        try SQLiteSample.execute(
          """
          BEGIN;
          WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
          INSERT INTO t SELECT zeroblob(1000) FROM n;
          """, on: writer)
        try FileManager.default.createDirectory(
          atPath: folder + "/copy", withIntermediateDirectories: false)
        for end in ["", "-journal"] {
          try FileManager.default.copyItem(atPath: path + end, toPath: copy + end)
        }
      }
      #expect(throws: SQLiteFault.unfinished(log: "-journal")) {
        try SQLiteReader().read(path: copy)
      }
      #expect(try files(beside: copy) == ["cases.db", "cases.db-journal"])
    }
  }

  @Test func `a lock that another program keeps is a fault`() throws {
    try SQLiteSample(Self.one).with { path in
      try SQLiteSample.writing(to: path) { writer in
        try SQLiteSample.execute("BEGIN EXCLUSIVE", on: writer)
        #expect(throws: SQLiteFault.busy) { try SQLiteReader().read(path: path, patience: 50) }
      }
    }
  }

  /// A lock of one process is gone as soon as the process closes the file anywhere.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/locks"), "needs /proc/locks"))
  func `reading leaves the locks of others in this process as they are`() throws {
    try SQLiteSample(Self.one).with { path in
      try SQLiteSample.writing(to: path) { holder in
        try SQLiteSample.execute("BEGIN; SELECT * FROM t", on: holder)
        let before = try Self.locks(on: path)
        #expect(before > 0)
        #expect(try SQLiteReader().read(path: path).table["a"] == Self.expected)
        #expect(try Self.locks(on: path) == before)
      }
    }
  }

  /// How many locks the system knows on a file.
  ///
  /// Read line by line: what the system makes up comes a page at a time, which is no end of the file.
  private static func locks(on path: String) throws -> Int {
    var status = stat()
    try #require(stat(path, &status) == 0)
    let file = try #require(fopen("/proc/locks", "r"))
    defer { fclose(file) }
    var count = 0
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.contains(":\(status.st_ino) ") { count += 1 }
    }
    return count
  }
}
