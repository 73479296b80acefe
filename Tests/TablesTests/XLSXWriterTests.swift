// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

struct XLSXWriterTests {
  private func days(_ texts: String?...) -> [Int32?] {
    texts.map { text in text.flatMap { CalendarDate($0)?.daysSince1970 } }
  }

  private func instants(_ texts: String?...) -> [Int64?] {
    texts.map { text in text.flatMap { Timestamp($0)?.microseconds } }
  }

  private func roundTrip(_ table: Table, _ columns: [String: ColumnType] = [:]) throws -> Table {
    try TemporaryFolder.with { folder in
      let path = folder + "/table.xlsx"
      try XLSXWriter().write(table, path: path)
      return try XLSXReader.read(path: path, options: XLSXOptions(columns: columns)).table
    }
  }

  @Test func `what is written is read again`() throws {
    let table = try Table([
      ("whole", .integer(FixedColumn([1, nil, -999_999_999_999_999]))),
      ("number", .number(FixedColumn([0.5, 1e-7, nil]))),
      ("text", .category(CategoryColumn(["één\ntwee\t<&>\r", " _x000D_ ", "\u{7}😀\u{FFFE}"]))),
      ("truth", .boolean(BooleanColumn([true, nil, false]))),
      ("day", .date(FixedColumn(days("2017-04-01", "1900-02-28", "9999-12-31")))),
      (
        "moment",
        .timestamp(
          FixedColumn(
            instants("2017-04-01T09:30:00Z", "2024-02-29T23:59:59.125Z", "1900-03-01T00:00:01Z")))
      ),
      ("money", .decimal(FixedColumn([1_250, nil, -5]), scale: 2)),
    ])
    #expect(try roundTrip(table, ["money": .decimal(scale: 2)]) == table)
  }

  @Test func `what Excel would change is text`() throws {
    let table = try Table([
      ("whole", .integer(FixedColumn([1_234_567_890_123_456, .min]))),
      ("money", .decimal(FixedColumn([1_234_567_890_123_456_789, 0]), scale: 2)),
      ("day", .date(FixedColumn(days("1899-12-31", "0001-01-01")))),
      ("moment", .timestamp(FixedColumn(instants("2017-04-01T09:30:00.123456Z", nil)))),
      ("number", .number(FixedColumn([.infinity, -.infinity]))),
    ])
    let texts = try Table([
      ("whole", .category(CategoryColumn(["1234567890123456", "-9223372036854775808"]))),
      ("money", .text(TextColumn(["12345678901234567.89", "0"]))),
      ("day", .category(CategoryColumn(["1899-12-31", "0001-01-01"]))),
      ("moment", .category(CategoryColumn(["2017-04-01T09:30:00.123456Z", nil]))),
      ("number", .category(CategoryColumn(["inf", "-inf"]))),
    ])
    #expect(try roundTrip(table) == texts)
  }

  @Test func `numbers keep sixteen digits, and a missing value and an empty text nothing`() throws {
    let table = try Table([
      ("number", .number(FixedColumn([1.0 / 3, 0.1 + 0.2, 6.02214076e23, -2.5e-300, nil]))),
      ("text", .text(TextColumn(["a", "", nil, "a", "a"]))),
    ])
    let read = try roundTrip(table)
    guard case .number(let numbers) = try read.column("number"),
      case .number(let given) = try table.column("number")
    else {
      Issue.record("the numbers are numbers no more")
      return
    }
    for row in 0..<4 {
      let (found, wanted) = (numbers.values[row], given.values[row])
      #expect(abs(found - wanted) <= abs(wanted) * 1e-15)
    }
    #expect(numbers.validity == given.validity)
    #expect(try read.column("text") == .category(CategoryColumn(["a", nil, nil, "a", "a"])))
  }

  @Test(arguments: ["=1+1", "+31", "-x", "@a", "\tx", "\rx"])
  func `a text is never a formula, not even when the workbook is saved as CSV`(
    text: String
  ) throws {
    let table = try Table([
      (text, .text(TextColumn([text]))), ("label", .category(CategoryColumn([text]))),
      ("number", .integer(FixedColumn([-5]))),
    ])
    let read = try roundTrip(table)
    #expect(read.names == ["'" + text, "label", "number"])
    #expect(read.columns[0] == .category(CategoryColumn(["'" + text])))
    #expect(read.columns[1] == .category(CategoryColumn(["'" + text])))
    #expect(read.columns[2] == .integer(FixedColumn([-5])))
  }

  @Test func `equal tables give equal files`() throws {
    let table = try Table([("a", .integer(FixedColumn([1, 2])))])
    let files = try (0..<2).map { _ in
      try TemporaryFolder.with { folder in
        try XLSXWriter().write(table, path: folder + "/a.xlsx")
        return try TemporaryFolder.bytes(of: folder + "/a.xlsx")
      }
    }
    #expect(files[0] == files[1])
  }

  @Test func `the sheet has the name that it is given`() throws {
    let table = try Table([("a", .integer(FixedColumn([1])))])
    let sheet = try TemporaryFolder.with { folder in
      try XLSXWriter(sheet: "Gevallen & co").write(table, path: folder + "/a.xlsx")
      return try XLSXReader.read(path: folder + "/a.xlsx").sheet
    }
    #expect(sheet.name == "Gevallen & co")
  }

  @Test(arguments: ["", "a/b", "a[1]", "'a", "a'", String(repeating: "a", count: 32), "a\nb"])
  func `a name that no sheet can have is a fault`(name: String) throws {
    let table = try Table([("a", .integer(FixedColumn([1])))])
    #expect(throws: XLSXWritingFault.badSheetName(name)) {
      try XLSXWriter(sheet: name).write(table, path: "/nowhere/a.xlsx")
    }
  }
}

struct XLSXWritingFaultTests {
  /// Writes a table that no sheet holds, and expects that nothing is left of it.
  private func expect(_ fault: XLSXWritingFault, writing table: Table) throws {
    try TemporaryFolder.with { folder in
      #expect(throws: fault) { try XLSXWriter().write(table, path: folder + "/a.xlsx") }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func `more rows than a sheet holds are a fault`() throws {
    let rows = [Int64](repeating: 1, count: 1_048_576)
    try expect(
      .tooManyRows(1_048_576), writing: Table([("a", .integer(FixedColumn(rows)))]))
  }

  @Test func `more columns than a sheet holds are a fault`() throws {
    let columns = (0..<16_385).map { (name: "c\($0)", column: Column.integer(FixedColumn([1]))) }
    try expect(.tooManyColumns(16_385), writing: Table(columns))
  }

  @Test func `a text longer than a cell holds is named by its row`() throws {
    let long = String(repeating: "é", count: 32_768)
    try expect(
      .textTooLong(column: "a", row: 2, count: 1),
      writing: Table([("a", .text(TextColumn(["x", long])))]))
    try expect(
      .textTooLong(column: "a", row: 2, count: 2),
      writing: Table([("a", .category(CategoryColumn(["x", long, long])))]))
  }

  /// In UTF-16 an emoji counts for two.
  @Test func `a text as long as a cell holds is written`() throws {
    let texts = [String(repeating: "é", count: 32_767), String(repeating: "😀", count: 16_383)]
    let table = try Table([("a", .category(CategoryColumn(texts)))])
    try TemporaryFolder.with { folder in
      try XLSXWriter().write(table, path: folder + "/a.xlsx")
      #expect(try XLSXReader.read(path: folder + "/a.xlsx").table == table)
    }
  }

  @Test func `a place that cannot be written is a fault, and an older file stays`() throws {
    let table = try Table([("a", .integer(FixedColumn([1])))])
    #expect(
      throws: XLSXWritingFault.cannotWrite(
        path: "/nowhere/a.xlsx", reason: "No such file or directory")
    ) { try XLSXWriter().write(table, path: "/nowhere/a.xlsx") }
    try TemporaryFolder.with { folder in
      let path = folder + "/a.xlsx"
      try XLSXWriter().write(table, path: path)
      let before = try TemporaryFolder.bytes(of: path)
      let long = String(repeating: "x", count: 40_000)
      #expect(throws: XLSXWritingFault.self) {
        try XLSXWriter().write(Table([("a", .text(TextColumn([long])))]), path: path)
      }
      #expect(try TemporaryFolder.bytes(of: path) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.xlsx"])
    }
  }
}
