// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a SQLite database or what is asked of it: facts, without any value.
public enum SQLiteFault: Error, Hashable, Sendable {
  case fileMissing(path: String)
  case fileUnreadable(path: String, reason: String)
  case notDatabase
  case damaged(reason: String)
  /// Another program holds a lock.
  case busy
  /// Changes that are still outside the file, which only a program that may write can bring in.
  case unfinished(log: String)
  case noTables
  case severalTables([String])
  case noSuchTable(String, known: [String])
  /// SQLite does not accept the query.
  case query(reason: String)
  /// The statement would write, or gives no rows by its nature.
  case notReading
  case severalStatements
  case parameters(Int)
  /// Bytes without a meaning that a table could keep.
  case blob(column: String, row: Int)
  case changedWhileRead
  /// The reading ended before its end.
  case stopped(reason: String)
  case column(DatabaseColumnFault)
}

extension SQLiteFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .fileMissing: "check the path; it is relative to the pipeline file"
    case .fileUnreadable: "check that it is a file and that you may read it"
    case .notDatabase: "check that this is the right file, and that it is not encrypted"
    case .damaged: "have the program that writes it check it, or restore a copy"
    case .busy: "read it again when nobody writes to it"
    case .unfinished: "open it once with the program that writes it, and close that program"
    case .noTables: "check that this is the right file"
    case .severalTables(let names): "say which table to read: \(quotedNames(names))"
    case .noSuchTable(_, let known): "there are \(quotedNames(known))"
    case .query: "correct the query; it is in SQLite's own SQL"
    case .notReading: "write a query that only reads (select …)"
    case .severalStatements: "write one statement, and nothing behind it"
    case .parameters: "write the values into the query"
    case .blob: "leave the column out, or turn it into text in the query, as with hex(…)"
    case .changedWhileRead:
      "read it again when nobody writes to it, and let a query give the same rows each time"
    case .stopped: "run the query in SQLite itself to see why"
    case .column(let fault): fault.help
    }
  }
}

extension SQLiteFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing(let path): "there is no file '\(path)'"
    case .fileUnreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .notDatabase: "the file is no SQLite database"
    case .damaged(let reason): "the database is damaged: \(reason)"
    case .busy: "another program keeps the database locked"
    case .unfinished(let log): "the database has changes that are still in its '\(log)' file"
    case .noTables: "the database has no table"
    case .severalTables(let names): "the database has \(names.count) tables and views"
    case .noSuchTable(let name, _): "the database has no table or view '\(name)'"
    case .query(let reason): "SQLite does not accept the query: \(reason)"
    case .notReading: "the query is no statement that only reads"
    case .severalStatements: "the query has more than one statement"
    case .parameters(let count):
      "the query has \(count == 1 ? "1 parameter" : "\(count) parameters") without a value"
    case .blob(let column, let row): "column '\(column)', row \(row): the value is a BLOB"
    case .changedWhileRead: "the database gave other values when they were read a second time"
    case .stopped(let reason): "SQLite stopped reading: \(reason)"
    case .column(let fault): fault.description
    }
  }
}
