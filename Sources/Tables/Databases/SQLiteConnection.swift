// SPDX-License-Identifier: EUPL-1.2

internal import CSQLite

/// A database that is open for reading and nothing else.
///
/// SQLite makes `-wal` and `-shm` files even for a reader of a database in WAL mode, and leaves them.
/// Where such a database has no `-wal` file it is whole without: it is then opened as a file that
/// nobody changes, and compared afterwards.
final class SQLiteConnection {
  let handle: OpaquePointer
  private let file: SQLiteFile
  private let isQuiet: Bool

  /// Opens a database; `patience` is how many milliseconds another program's lock is waited for.
  init(_ file: SQLiteFile, patience: Int32) throws(SQLiteFault) {
    self.file = file
    let opened = try Self.open(file, isQuiet: false)
    do throws(SQLiteFault) {
      let isLogged = try Self.isLogged(opened)
      let hasLog = file.hasFile(ending: "-wal")
      if isLogged, hasLog, !file.hasFile(ending: "-shm") { throw .unfinished(log: "-wal") }
      isQuiet = isLogged && !hasLog
    } catch {
      sqlite3_close_v2(opened)
      throw error
    }
    if isQuiet {
      sqlite3_close_v2(opened)
      handle = try Self.open(file, isQuiet: true)
    } else {
      handle = opened
    }
    sqlite3_busy_timeout(handle, patience)
    // No other file may be drawn in, and what a view calls must be harmless.
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_exec(handle, "PRAGMA trusted_schema = OFF", nil, nil, nil)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Whether a file that nobody was to change is as it was.
  var isUnchanged: Bool { !isQuiet || file.isUnchanged }

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

extension SQLiteConnection {
  private static func open(_ file: SQLiteFile, isQuiet: Bool) throws(SQLiteFault) -> OpaquePointer {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(file.address(isQuiet: isQuiet), &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw .during(code)
    }
    return opened
  }

  /// Whether the database is in WAL mode, by its first hundred bytes.
  ///
  /// They are read through SQLite's own file, before SQLite itself reads any and makes files for it.
  private static func isLogged(_ handle: OpaquePointer) throws(SQLiteFault) -> Bool {
    var file: UnsafeMutablePointer<sqlite3_file>?
    let code = sqlite3_file_control(handle, nil, SQLITE_FCNTL_FILE_POINTER, &file)
    guard code == SQLITE_OK, let read = file?.pointee.pMethods?.pointee.xRead else {
      throw .during(code)
    }
    var header = [UInt8](repeating: 0, count: 100)
    guard read(file, &header, Int32(header.count), 0) == SQLITE_OK,
      header.starts(with: Array("SQLite format 3\0".utf8))
    else { throw .notDatabase }
    // The version that a reader needs: 2 is WAL.
    return header[19] == 2
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
