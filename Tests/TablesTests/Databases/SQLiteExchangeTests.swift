// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Databases that pandas and Python's own SQLite wrote.
@Suite(
  .enabled(if: Python.has("pandas"), "needs pandas; PROEFTUIN_PYTHON names the interpreter"))
struct SQLiteExchangeTests {
  private func content(_ name: String) throws -> SourceContent {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "sqlite_samples.py", folder)
      return try SQLiteReader().read(path: "\(folder)/\(name).db")
    }
  }

  private func days(_ texts: String?...) -> Column {
    .date(FixedColumn(texts.map { $0.flatMap { CalendarDate($0)?.daysSince1970 } }))
  }

  private func moments(_ texts: String?...) -> Column {
    .timestamp(FixedColumn(texts.map { $0.flatMap { Timestamp($0)?.microseconds } }))
  }

  @Test func `every type of a table's definition is read`() throws {
    let content = try content("types")
    let expected = try Table([
      ("id", .integer(FixedColumn([1, 2, 3, 4, 9]))),
      ("truth", .boolean(BooleanColumn([false, nil, true, false, true]))),
      (
        "number",
        .number(FixedColumn([2, nil, 0.1, .leastNonzeroMagnitude, -1e300]))
      ),
      ("amount", .decimal(FixedColumn([1_900, nil, 123_450, 999_999_999_999, -7]), scale: 2)),
      ("day", days("1999-12-31", nil, "2017-04-01", "0001-01-01", "2024-02-29")),
      (
        "moment",
        moments(
          "1969-12-31T23:59:59.5Z", nil, "2017-04-01T07:30:00Z", "1970-01-01T00:00:00Z",
          "2024-02-29T00:00:00Z")
      ),
      ("label", .category(CategoryColumn(["nee", nil, "ja", "nee", "ja"]))),
      ("code", .text(TextColumn(["één 😀", nil, "007", "", "\t'\"\n"]))),
      ("mixed", .text(TextColumn(["een", nil, "1", "1", "0.25"]))),
    ])
    for (name, column) in zip(expected.names, expected.columns) {
      #expect(content.table[name] == column, "\(name)")
    }
    #expect(content.table == expected)
  }

  @Test func `a data frame of pandas is read`() throws {
    let content = try content("frame")
    let expected = try Table([
      ("whole", .integer(FixedColumn([1, 2, -3]))),
      ("number", .number(FixedColumn([0.5, nil, 1e-7]))),
      // pandas writes truth values as whole numbers, and calls them so.
      ("truth", .integer(FixedColumn([1, 0, 1]))),
      ("day", days("2017-04-01", nil, "1999-12-31")),
      ("moment", moments("2017-04-01T09:30:00Z", "2024-02-29T23:59:59.000001Z", nil)),
      ("text", .text(TextColumn(["a", nil, "b"]))),
    ])
    #expect(content.table == expected)
    #expect(
      content.notes
        == ["column 'moment' has times without an offset, which are taken as UTC"])
  }

  @Test func `random values are the same to the last bit`() throws {
    let (content, printed) = try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "sqlite_samples.py", folder)
      return (
        try SQLiteReader().read(path: folder + "/many.db"),
        try Data(contentsOf: URL(fileURLWithPath: folder + "/many.json"))
      )
    }
    let expected = try JSONDecoder().decode([String: [String?]].self, from: printed)
    let whole = expected["whole"]?.map { $0.flatMap { Int64($0) } } ?? []
    let amounts = expected["amount"]?.map { $0.flatMap { Int64($0) } } ?? []
    let numbers = expected["number"]?.map { bits in
      bits.flatMap { UInt64($0, radix: 16) }.map { Double(bitPattern: $0) }
    }
    #expect(content.table["whole"] == .integer(FixedColumn(whole)))
    #expect(content.table["amount"] == .decimal(FixedColumn(amounts), scale: 2))
    #expect(content.table["number"] == .number(FixedColumn(numbers ?? [])))
    #expect(content.table["text"] == .text(TextColumn(expected["text"] ?? [])))
    #expect(content.table.rowCount == 5_000)
  }
}
