// SPDX-License-Identifier: EUPL-1.2

internal import CSQLite

/// One statement that only reads, and the row that it stands at.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private let connection: SQLiteConnection
  let names: [String]
  /// What the table says of each column; nil where a column is no table's.
  let declarations: [SQLiteDeclaration?]

  init(_ query: String, on connection: SQLiteConnection) throws(SQLiteFault) {
    let database = connection.handle
    handle = try Self.prepare(query, database)
    self.connection = connection
    let count = sqlite3_column_count(handle)
    names = (0..<count).map { [handle] in
      sqlite3_column_name(handle, $0).map { String(cString: $0) } ?? ""
    }
    declarations = (0..<count).map { [handle] in
      sqlite3_column_decltype(handle, $0).map { SQLiteDeclaration(String(cString: $0)) }
    }
    guard count > 0, sqlite3_stmt_readonly(handle) != 0 else { throw .notReading }
    let parameters = Int(sqlite3_bind_parameter_count(handle))
    guard parameters == 0 else { throw .parameters(parameters) }
  }

  deinit { sqlite3_finalize(handle) }

  /// Moves to the next row; false behind the last.
  func step() throws(SQLiteFault) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw .during(code)
    }
  }

  func rewind() { sqlite3_reset(handle) }

  /// A value of the row, whose text is there until the next step.
  func cell(_ column: Int) -> SQLiteCell {
    let column = Int32(column)
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: return .missing
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT: return .text(spelling(Int(column)))
    default: return .blob
    }
  }

  /// A value of the row as SQLite writes it, there until the next step.
  func spelling(_ column: Int) -> UnsafeBufferPointer<UInt8> {
    // The text comes first: only then does SQLite know its length.
    guard let text = sqlite3_column_text(handle, Int32(column)) else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, Int32(column))))
  }
}

/// A value as SQLite keeps it.
enum SQLiteCell {
  case missing
  case integer(Int64)
  case real(Double)
  case text(UnsafeBufferPointer<UInt8>)
  case blob
}

extension SQLiteStatement {
  private static func prepare(
    _ query: String, _ database: OpaquePointer
  ) throws(SQLiteFault) -> OpaquePointer {
    // A NUL would end the statement unseen.
    guard !query.utf8.contains(0) else { throw .query(reason: "it has a NUL byte") }
    var problem: SQLiteFault?
    let statement = query.withCString { text -> OpaquePointer? in
      var statement: OpaquePointer?
      var rest: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(database, text, -1, &statement, &rest)
      if code != SQLITE_OK {
        problem = .preparing(code, database)
      } else if statement == nil {
        problem = .notReading
      } else if !isBlank(rest, database) {
        problem = .severalStatements
      }
      return statement
    }
    if let problem {
      sqlite3_finalize(statement)
      throw problem
    }
    guard let statement else { throw .notReading }
    return statement
  }

  /// Whether only blanks, comments and semicolons follow.
  private static func isBlank(_ rest: UnsafePointer<CChar>?, _ database: OpaquePointer) -> Bool {
    var rest = rest
    while let text = rest, text.pointee != 0 {
      var statement: OpaquePointer?
      var next: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(database, text, -1, &statement, &next)
      defer { sqlite3_finalize(statement) }
      guard code == SQLITE_OK, statement == nil, next != text else { return false }
      rest = next
    }
    return true
  }
}

extension SQLiteFault {
  /// Before any row is read SQLite's message speaks of the query only.
  fileprivate static func preparing(_ code: Int32, _ database: OpaquePointer) -> Self {
    code & 0xFF == SQLITE_ERROR
      ? .query(reason: String(cString: sqlite3_errmsg(database))) : .during(code)
  }
}
