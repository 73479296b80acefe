// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a PostgreSQL database or what is asked of it: facts, without any value and
/// without any password.
public enum PostgreSQLFault: Error, Hashable, Sendable {
  /// No address of the form `postgresql://…`, or one that can be read in two ways.
  case unreadableAddress
  case notConnected(PostgreSQLPlace, reason: String)
  /// The server asked for a password, and then refused, or there was none.
  case password(PostgreSQLPlace, given: Bool, reason: String)
  /// The connection broke while rows were read.
  case connectionLost(PostgreSQLPlace)
  case noTables
  case severalTables([String])
  case noSuchTable(String, known: [String])
  case noPermission(reason: String)
  /// The server does not accept the query.
  case query(reason: String)
  /// The statement would write, or gives no rows by its nature.
  case notReading
  case parameters(Int)
  /// A column of a type that no column of a table can be.
  case unsupportedType(column: String, type: String)
  /// Another program keeps what is to be read.
  case locked
  /// The server stopped the query; its own message could hold a value, so this is its code.
  case stopped(code: String)
  case column(DatabaseColumnFault)
}

extension PostgreSQLFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .unreadableAddress:
      "write postgresql://user@host:port/database, with signs such as @ / : % ? # in a name or password"
        + " as %40 %2F %3A %25 %3F %23"
    case .notConnected:
      "check the address, that the server runs, and that it may be reached from here"
    case .password(_, false, _): "set PGPASSWORD, or put the password into ~/.pgpass"
    case .password:
      "check the user, the database and the password (in the address, PGPASSWORD or ~/.pgpass)"
    case .connectionLost: "run it again; if it happens again, ask who keeps the server"
    case .noTables: "check the database of the address, and that the user may see its tables"
    case .severalTables(let names): "say which table to read: \(quotedNames(names))"
    case .noSuchTable(_, let known): "there are \(quotedNames(known))"
    case .noPermission: "ask who keeps the server for the right to read it (grant select)"
    case .query: "correct the query; it is in PostgreSQL's own SQL, one statement, no semicolon"
    case .notReading: "write a query that only reads (select …)"
    case .parameters: "write the values into the query"
    case .unsupportedType(let column, _):
      "cast it to text in the query (… ::text as \"\(column)\"), or declare the column as text"
    case .locked: "run it again when nobody changes the table"
    case .stopped("57014"):
      "the server's time limit ended it, or somebody did; ask for less at once, or for a longer limit"
    case .stopped(let code):
      code.hasPrefix("22")
        ? "a value does not fit a cast or calculation in the query; run it in psql to see which"
        : "run the query in psql to see why"
    case .column(let fault): fault.help
    }
  }
}

extension PostgreSQLFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableAddress: "the address of the database cannot be read"
    case .notConnected(let place, let reason): "no connection to \(place): \(reason)"
    case .password(let place, false, _): "\(place) asks for a password, and there is none"
    case .password(let place, true, let reason): "no connection to \(place): \(reason)"
    case .connectionLost(let place): "the connection to \(place) broke while rows were read"
    case .noTables: "the database has no table"
    case .severalTables(let names): "the database has \(names.count) tables and views"
    case .noSuchTable(let name, _): "the database has no table or view '\(name)'"
    case .noPermission(let reason): "the database does not allow the reading: \(reason)"
    case .query(let reason): "PostgreSQL does not accept the query: \(reason)"
    case .notReading: "the query is no statement that only reads"
    case .parameters(let count):
      "the query has \(count == 1 ? "1 parameter" : "\(count) parameters") without a value"
    case .unsupportedType(let column, let type):
      "column '\(column)' is of PostgreSQL's type \(type), which a table cannot keep"
    case .locked: "another program keeps the table locked"
    case .stopped(let code): "PostgreSQL stopped the query with the code \(code)"
    case .column(let fault): fault.description
    }
  }
}
