// SPDX-License-Identifier: EUPL-1.2

internal import CSQLite

/// A database that is open for reading and nothing else.
final class SQLiteConnection {
  let handle: OpaquePointer

  /// Opens a database; `patience` is how many milliseconds another program's lock is waited for.
  init(_ file: SQLiteFile, patience: Int32) throws(SQLiteFault) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(file.address, &opened, flags, nil)
    guard let opened else { throw .stopped(reason: "out of memory") }
    handle = opened
    guard code == SQLITE_OK else { throw .during(code) }
    sqlite3_busy_timeout(handle, patience)
    // No other file may be drawn in, and what a view calls must be harmless.
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_exec(handle, "PRAGMA trusted_schema = OFF", nil, nil, nil)
  }

  deinit { sqlite3_close_v2(handle) }

  /// What is read from now on is of one moment, however often it is read.
  func beginReading() throws(SQLiteFault) {
    let code = sqlite3_exec(handle, "BEGIN", nil, nil, nil)
    guard code == SQLITE_OK else { throw .during(code) }
  }

  /// The tables and views in the order of their making.
  func tables() throws(SQLiteFault) -> [String] {
    let statement = try SQLiteStatement(
      """
      SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%'
      ESCAPE '\\' ORDER BY rowid
      """, on: self)
    var names: [String] = []
    while try statement.step() {
      guard case .text(let name) = statement.cell(0) else { continue }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }
}

extension SQLiteFault {
  /// What stopped the reading, by SQLite's code: its own message could hold a value.
  static func during(_ code: Int32) -> Self {
    let reason = String(cString: sqlite3_errstr(code))
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    case SQLITE_NOTADB: return .notDatabase
    case SQLITE_CORRUPT: return .damaged(reason: reason)
    // A journal that would have to be played back first.
    case SQLITE_READONLY: return .unfinished(log: "-journal")
    default: return .stopped(reason: reason)
    }
  }
}
