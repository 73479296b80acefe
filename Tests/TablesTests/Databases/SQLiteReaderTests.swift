// SPDX-License-Identifier: EUPL-1.2

import CSQLite
import Foundation
import Tables
import Testing

struct SQLiteReaderTests {
  private static let two = SQLiteSample(
    """
    CREATE TABLE Cases (id INTEGER PRIMARY KEY, "naam, voluit" TEXT);
    INSERT INTO Cases VALUES (2, 'b'), (1, 'a');
    CREATE VIEW "odd ""view"" x" AS SELECT id * 2 AS twice FROM Cases;
    """)

  private func fault(
    _ sample: SQLiteSample, _ options: DatabaseOptions = DatabaseOptions()
  ) throws -> SQLiteFault? {
    try sample.with { path in
      #expect(throws: SQLiteFault.self) { try SQLiteReader(options).read(path: path) }
    }
  }

  private func fault(bytes: [UInt8]) throws -> SQLiteFault? {
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(bytes, to: folder + "/x.db")
      return #expect(throws: SQLiteFault.self) { try SQLiteReader().read(path: folder + "/x.db") }
    }
  }

  @Test func `a table is read by its name, in capitals or not`() throws {
    let content = try Self.two.read(DatabaseOptions(.table("CASES")))
    #expect(content.table.names == ["id", "naam, voluit"])
    #expect(content.table["id"] == .integer(FixedColumn([1, 2])))
  }

  @Test func `a view of any name is read`() throws {
    let content = try Self.two.read(DatabaseOptions(.table("odd \"view\" x")))
    #expect(content.table["twice"] == .integer(FixedColumn([2, 4])))
  }

  @Test func `the only table needs no name`() throws {
    let content = try SQLiteSample("CREATE TABLE t (a); INSERT INTO t VALUES (1)").read()
    #expect(content.table["a"] == .integer(FixedColumn([1])))
  }

  @Test(arguments: ["", ";", " ; -- a comment\n ;", "/* behind */"])
  func `a query may be followed by blanks and comments`(rest: String) throws {
    let query = "WITH n AS (SELECT id FROM Cases) SELECT max(id) AS most FROM n \(rest)"
    let content = try Self.two.read(DatabaseOptions(.query(query)))
    #expect(content.table["most"] == .integer(FixedColumn([2])))
  }

  @Test func `without a name several tables are listed`() throws {
    let found = try fault(Self.two)
    #expect(found == .severalTables(["Cases", "odd \"view\" x"]))
    #expect(found?.help == "say which table to read: 'Cases', 'odd \"view\" x'")
  }

  @Test func `a table that is not there is answered with those that are`() throws {
    let found = try fault(Self.two, DatabaseOptions(.table("zaken")))
    #expect(found == .noSuchTable("zaken", known: ["Cases", "odd \"view\" x"]))
    #expect(found?.help == "there are 'Cases', 'odd \"view\" x'")
  }

  @Test(arguments: [
    "DELETE FROM Cases", "DELETE FROM Cases RETURNING id", "CREATE TABLE x (a)",
    "ATTACH 'other.db' AS other", "PRAGMA journal_mode = wal", "BEGIN", "", "-- nothing",
  ])
  func `what does not only read is refused`(query: String) throws {
    #expect(try fault(Self.two, DatabaseOptions(.query(query))) == .notReading)
  }

  @Test(arguments: ["SELECT 1 AS a; SELECT 2", "SELECT 1 AS a; DELETE FROM Cases", "SELECT 1; ("])
  func `a second statement is refused`(query: String) throws {
    #expect(try fault(Self.two, DatabaseOptions(.query(query))) == .severalStatements)
  }

  @Test func `a query that SQLite does not accept is answered in its words`() throws {
    let found = try fault(Self.two, DatabaseOptions(.query("SELECT x FROM Cases")))
    #expect(found == .query(reason: "no such column: x"))
    let parameter = try fault(Self.two, DatabaseOptions(.query("SELECT ?1 AS a, ?2 AS b")))
    #expect(parameter == .parameters(2))
  }

  @Test func `names of columns are there and differ`() throws {
    let doubled = try fault(Self.two, DatabaseOptions(.query("SELECT 1 AS a, 2 AS b, 3 AS a")))
    #expect(doubled == .column(.duplicateName("a", first: 1, second: 3)))
    let empty = try fault(Self.two, DatabaseOptions(.query("SELECT 1 AS a, 2 AS \"\"")))
    #expect(empty == .column(.emptyName(position: 2)))
  }

  @Test func `a type for a column that is not there is a fault`() throws {
    let options = DatabaseOptions(.query("SELECT 1 AS a"), columns: ["b": .text])
    #expect(try fault(Self.two, options) == .column(.unknownColumns(["b"], known: ["a"])))
  }

  @Test func `no rows are a fault`() throws {
    #expect(try fault(SQLiteSample("CREATE TABLE t (a)")) == .column(.noRows))
    #expect(try fault(SQLiteSample("CREATE TABLE t (a); DROP TABLE t")) == .noTables)
  }

  @Test func `a BLOB is named by its column and row`() throws {
    let sample = SQLiteSample("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, x'00')")
    #expect(try fault(sample) == .blob(column: "b", row: 2))
  }

  @Test(arguments: ["x'61FF'", "x'EDA080'", "x'6100'"])
  func `a text that is not UTF-8 is named by its row`(bytes: String) throws {
    let sample = SQLiteSample(
      "CREATE TABLE t (a); INSERT INTO t VALUES ('x'), (CAST(\(bytes) AS TEXT))")
    #expect(try fault(sample) == .column(.unreadableText(column: "a", row: 2)))
  }

  @Test func `a number without end is a fault, unless it is listed as missing`() throws {
    let sample = SQLiteSample("CREATE TABLE t (a); INSERT INTO t VALUES (1), (-9e999)")
    #expect(try fault(sample) == .column(.outOfRange(column: "a", type: .number, row: 2)))
    let content = try sample.read(DatabaseOptions(missing: ["-inf"]))
    #expect(content.table["a"] == .integer(FixedColumn([1, nil])))
  }

  @Test func `values of another type than declared are named by their rows, never shown`() throws {
    let sample = SQLiteSample(
      "CREATE TABLE t (a, b); INSERT INTO t VALUES ('Jansen', 1), (2, 0.5), ('Pietersen', 2)")
    let found = try fault(sample, DatabaseOptions(columns: ["a": .integer, "b": .integer]))
    #expect(
      found?.description
        == "column 'a': 2 values are not integer (row 1, 3); column 'b': 1 value is not integer (row 2)"
    )
  }

  @Test func `a query that fails on the way shows no value`() throws {
    let sample = SQLiteSample("CREATE TABLE t (a); INSERT INTO t VALUES ('Jansen')")
    let query = DatabaseSelection.query("SELECT json_extract(a, '$.x') AS a FROM t")
    let found = try fault(sample, DatabaseOptions(query))
    #expect(found == .stopped(reason: "SQL logic error"))
  }

  @Test func `a query that gives other types each time is a fault`() throws {
    let query = "SELECT CASE WHEN random() % 2 = 0 THEN 1 ELSE 1.5 END AS a"
    var isRefused = false
    for _ in 0..<60 where !isRefused {
      isRefused =
        (try? Self.two.read(DatabaseOptions(.query(query)))) == nil
    }
    #expect(isRefused)
  }

  @Test func `a file that is not there is named, and not made`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/nothing.db"
      #expect(throws: SQLiteFault.fileMissing(path: path)) { try SQLiteReader().read(path: path) }
      let address = "file:\(path)?mode=rwc"
      #expect(throws: SQLiteFault.fileMissing(path: address)) {
        try SQLiteReader().read(path: address)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files == [])
    }
  }

  @Test func `a folder is no file`() throws {
    try TemporaryFolder.with { folder in
      let found = #expect(throws: SQLiteFault.self) { try SQLiteReader().read(path: folder) }
      guard case .fileUnreadable(_, "it is no ordinary file") = found else {
        Issue.record("\(String(describing: found))")
        return
      }
    }
  }

  @Test(arguments: ["", "a;b\n1;2\n", "SQLite format 3\0"])
  func `another file is no database`(content: String) throws {
    #expect(try fault(bytes: Array(content.utf8)) == .notDatabase)
  }

  @Test func `a database in UTF-16 is read as any other`() throws {
    let sample = SQLiteSample(
      "PRAGMA encoding = 'UTF-16'; CREATE TABLE \"één\" (\"naam ß\"); "
        + "INSERT INTO \"één\" VALUES ('één'), ('😀'), (1)")
    let content = try sample.read(DatabaseOptions(.table("één")))
    #expect(content.table["naam ß"] == .text(TextColumn(["één", "😀", "1"])))
  }

  @Test func `a path with signs of an address is taken as it is`() throws {
    try Self.two.with { path in
      let odd = (path as NSString).deletingLastPathComponent + "/a?b%20#é&mode=rwc.db"
      try FileManager.default.copyItem(atPath: path, toPath: odd)
      let content = try SQLiteReader(DatabaseOptions(.table("Cases"))).read(path: odd)
      #expect(content.table.rowCount == 2)
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `changed bytes never trap`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let file = try Self.two.with { try TemporaryFolder.bytes(of: $0) }
    var faults = 0
    for _ in 0..<50 {
      var changed = file
      // The header and the root pages hold all there is.
      for _ in 0...random.below(8) {
        changed[random.below(3) * 4_096 % changed.count + random.below(128)] = random.byte()
      }
      try TemporaryFolder.with { folder in
        try TemporaryFolder.write(changed, to: folder + "/x.db")
        let read = try? SQLiteReader(DatabaseOptions(.table("Cases"))).read(path: folder + "/x.db")
        if read == nil { faults += 1 }
      }
    }
    #expect(faults > 5)
  }
}
