// SPDX-License-Identifier: EUPL-1.2

import CSQLite
import Foundation
import Tables

/// A SQLite database made of statements, in a folder of its own.
struct SQLiteSample {
  struct Failed: Error {
    let statement: String
  }

  let statements: String

  init(_ statements: String) { self.statements = statements }

  /// Calls `body` with the path of the finished file, after everybody has closed it.
  func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.db"
      try Self.writing(to: path) { try Self.execute(statements, on: $0) }
      return try body(path)
    }
  }

  func read(_ options: DatabaseOptions = DatabaseOptions()) throws -> SourceContent {
    try with { try SQLiteReader(options).read(path: $0) }
  }

  /// Calls `body` with an open connection that may write.
  static func writing<Result>(
    to path: String, _ body: (OpaquePointer) throws -> Result
  ) throws -> Result {
    var handle: OpaquePointer?
    guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else {
      throw Failed(statement: "open")
    }
    defer { sqlite3_close(handle) }
    return try body(handle)
  }

  static func execute(_ statements: String, on handle: OpaquePointer) throws {
    guard sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else {
      throw Failed(statement: statements)
    }
  }
}

extension SourceContent {
  /// The type of the only column, and why it is that.
  var onlyFinding: TypeFinding? { types.count == 1 ? types.first : nil }
}
