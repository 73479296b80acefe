// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Each test has a database of its own on the shared server.
@Suite(.enabled(if: PostgreSQLServer.isPresent, PostgreSQLServer.absent))
struct PostgreSQLReaderTests {
  private let server: PostgreSQLServer
  private let database: String

  init() throws {
    server = try PostgreSQLServer.shared.get()
    database = "d" + UUID().uuidString.filter { $0 != "-" }.lowercased()
    try server.execute("CREATE DATABASE \(database)")
  }

  private func execute(_ statements: String) throws {
    try server.execute(statements, database: database)
  }

  private func read(
    _ selection: DatabaseSelection?, columns: [String: ColumnType] = [:]
  ) throws -> SourceContent {
    try PostgreSQLReader(DatabaseOptions(selection, columns: columns))
      .read(address: server.address(database: database))
  }

  private func fault(
    _ selection: DatabaseSelection?, columns: [String: ColumnType] = [:]
  ) -> PostgreSQLFault? {
    #expect(throws: PostgreSQLFault.self) { try read(selection, columns: columns) }
  }

  @Test func `a table is read in the order of its primary key`() throws {
    try execute(
      "CREATE TABLE cases (a text, n int, b text, PRIMARY KEY (b, n));"
        + "INSERT INTO cases VALUES ('x', 2, 'q'), ('y', 1, 'q'), ('z', 3, 'p')")
    let content = try read(.table("cases"))
    #expect(content.table.names == ["a", "n", "b"])
    #expect(content.table["a"] == .text(TextColumn(["z", "y", "x"])))
    #expect(content.notes == [])
  }

  @Test func `a table without a primary key is read, and a note says what that means`() throws {
    try execute("CREATE TABLE cases (a int); INSERT INTO cases VALUES (1)")
    let content = try read(nil)
    #expect(content.table["a"] == .integer(FixedColumn([1])))
    #expect(
      content.notes
        == ["'cases' has no primary key, so its rows are in the order that the server chose"])
  }

  @Test(arguments: ["Odd \"x\" y", "odd", "ODD", "pilot.cases", "\"Odd \"\"x\"\" y\""])
  func `a table is found as written, in small letters, in its schema, and quoted`(
    name: String
  ) throws {
    try execute(
      """
      CREATE TABLE "Odd ""x"" y" (a int); INSERT INTO "Odd ""x"" y" VALUES (1);
      CREATE VIEW odd AS SELECT 1 AS a;
      CREATE SCHEMA pilot; CREATE TABLE pilot.cases AS SELECT 1 AS a;
      """)
    #expect(try read(.table(name)).table["a"] == .integer(FixedColumn([1])))
  }

  @Test(arguments: ["zaken", "a.b.c", "a.b.c.d", "\"", "", "x; DROP TABLE cases"])
  func `a table that is not there is answered with those that are`(name: String) throws {
    try execute("CREATE TABLE cases (a int); CREATE SCHEMA s; CREATE TABLE s.other (a int)")
    #expect(fault(.table(name)) == .noSuchTable(name, known: ["cases", "s.other"]))
  }

  @Test func `without a name several tables are listed, and none is a fault`() throws {
    #expect(fault(nil) == .noTables)
    try execute("CREATE TABLE a (a int); CREATE TABLE b (a int)")
    #expect(fault(nil) == .severalTables(["a", "b"]))
  }

  @Test(arguments: ["", ";", " ;;\n", " -- behind"])
  func `a query may end in a semicolon, blanks or a comment`(rest: String) throws {
    let content = try read(.query("SELECT max(n) AS most FROM generate_series(1, 9) AS n\(rest)"))
    #expect(content.table["most"] == .integer(FixedColumn([9])))
  }

  @Test(arguments: [
    "DELETE FROM cases", "DELETE FROM cases RETURNING a",
    "INSERT INTO cases VALUES (2) RETURNING a",
    "WITH gone AS (DELETE FROM cases RETURNING a) SELECT a FROM gone", "DROP TABLE cases",
    "SELECT nextval('counter') AS a", "COMMIT", "SET TRANSACTION READ WRITE", "",
  ])
  func `a query that writes is refused and changes nothing`(query: String) throws {
    try execute("CREATE TABLE cases AS SELECT 1 AS a; CREATE SEQUENCE counter")
    #expect(fault(.query(query)) == .notReading)
    #expect(try read(.table("cases")).table.rowCount == 1)
  }

  @Test func `the transaction cannot be made one that writes`() throws {
    let found = fault(.query("SELECT set_config('transaction_read_only', 'off', true) AS a"))
    #expect(found == .stopped(code: "25001"))
  }

  @Test(arguments: [
    "SELECT 1 AS a; SELECT 2 AS a", "SELECT 1) TO PROGRAM 'touch x' --", "SELECT 1 AS a /*",
    "SELECT x FROM nowhere", "SHOW work_mem",
  ])
  func `what is not one query is answered in the server's words`(query: String) throws {
    guard case .query(let reason) = fault(.query(query)) else {
      Issue.record("no fault of the query")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func `names of columns differ, values have no place in a query, types have a column`()
    throws
  {
    #expect(
      fault(.query("SELECT 1 AS a, 2 AS b, 3 AS a"))
        == .column(.duplicateName("a", first: 1, second: 3)))
    #expect(fault(.query("SELECT $1 AS a")) == .parameters(1))
    #expect(
      fault(.query("SELECT 1 AS a"), columns: ["b": .text])
        == .column(.unknownColumns(["b"], known: ["a"])))
  }

  @Test func `no rows are a fault`() throws {
    try execute("CREATE TABLE cases (a int)")
    #expect(fault(.table("cases")) == .column(.noRows))
  }

  @Test func `a table that one may not read is a fault`() throws {
    try execute("CREATE TABLE cases AS SELECT 1 AS a")
    let user = "u" + database
    try execute("CREATE ROLE \(user) LOGIN PASSWORD 'only-to-look'")
    let address = server.address(user: user, password: "only-to-look", database: database)
    let found = #expect(throws: PostgreSQLFault.self) {
      try PostgreSQLReader(DatabaseOptions(.table("cases"))).read(address: address)
    }
    #expect(found == .noPermission(reason: "permission denied for table cases"))
  }

  @Test func `a query that fails on a value shows its code and not the value`() throws {
    try execute("CREATE TABLE cases AS SELECT 'Jansen'::text AS name")
    let found = fault(.query("SELECT name::int AS a FROM cases"))
    #expect(found == .stopped(code: "22P02"))
    #expect(
      found?.help
        == "a value does not fit a cast or calculation in the query; run it in psql to see which")
  }

  @Test func `many rows are read, with texts beyond one piece of the network`() throws {
    let content = try read(
      .query(
        "SELECT n, repeat(chr(97 + n % 26), n % 5000) AS t, n % 7 = 0 AS b"
          + " FROM generate_series(0, 19999) AS n"))
    #expect(content.table["n"] == .integer(FixedColumn((0..<20_000).map { Int64($0) })))
    let texts = (0..<20_000).map { n in
      String(
        repeating: Character(UnicodeScalar(UInt8(97 + n % 26))), count: n % 5_000)
    }
    #expect(content.table["t"] == .text(TextColumn(texts)))
    #expect(content.table["b"] == .boolean(BooleanColumn((0..<20_000).map { $0 % 7 == 0 })))
  }

  @Test func `bytes that are no text are named by their row`() throws {
    let name = database + "x"
    try server.execute(
      "CREATE DATABASE \(name) ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try server.execute(
      "SET client_encoding = 'SQL_ASCII'; CREATE TABLE cases (a text);"
        + "INSERT INTO cases VALUES ('x'), (E'\\xFF')", database: name)
    let found = #expect(throws: PostgreSQLFault.self) {
      try PostgreSQLReader().read(address: server.address(database: name))
    }
    // Servers differ in whether they look first.
    #expect(
      found == .column(.unreadableText(column: "a", row: 2)) || found == .stopped(code: "22021"))
  }
}
