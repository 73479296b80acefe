// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// The files of `Fixtures/StatisticalFiles`, as they are or changed.
enum StatisticalFixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/StatisticalFiles/\(name)").path
  }

  static func read(
    _ name: String, _ options: StatisticalFileOptions = StatisticalFileOptions()
  ) throws -> SourceContent {
    try StatisticalFileReader(options).read(path: path(name))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try TemporaryFolder.bytes(of: path(name))
  }

  /// Reads bytes under a name with that ending.
  static func read(
    _ bytes: [UInt8], ending: String, _ options: StatisticalFileOptions = StatisticalFileOptions(),
    byteLimit: Int? = nil
  ) throws -> SourceContent {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/file.\(ending)"
      try TemporaryFolder.write(bytes, to: path)
      return try StatisticalFileReader(options, byteLimit: byteLimit).read(path: path)
    }
  }

  /// Expects a table's columns one by one, so that a failure names the column.
  static func expect(_ table: Table, _ columns: [(name: String, column: Column)]) throws {
    #expect(table.names == columns.map(\.name))
    for (name, column) in columns { #expect(table[name] == column, "\(name)") }
  }

  static let days: [Int32?] = ["2017-04-01", "1999-12-31", nil, "2024-02-29"].map { text in
    text.flatMap { CalendarDate($0)?.daysSince1970 }
  }

  static let moments: [Int64?] = [
    "2017-04-01T09:30:00Z", nil, "1999-12-31T23:59:59Z", "2024-02-29T00:00:00Z",
  ].map { text in text.flatMap { Timestamp($0)?.microseconds } }
}
