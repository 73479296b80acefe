// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct SQLiteTypeTests {
  /// The only column of a table with these values.
  private func column(
    _ definition: String, _ values: String..., options: DatabaseOptions = DatabaseOptions()
  ) throws -> (column: Column?, finding: TypeFinding?, notes: [String]) {
    let rows = values.map { "INSERT INTO t VALUES (\($0));" }.joined(separator: "\n")
    let content = try SQLiteSample("CREATE TABLE t (a \(definition)); \(rows)").read(options)
    return (content.table["a"], content.onlyFinding, content.notes)
  }

  @Test func `whole numbers are integers to the last of 64 bits`() throws {
    let found = try column("INTEGER", "1", "NULL", "9223372036854775807", "-9223372036854775808")
    #expect(found.column == .integer(FixedColumn([1, nil, .max, .min])))
    #expect(found.finding?.why == "every value is a whole number")
  }

  @Test func `fractions are numbers, whole ones among them too`() throws {
    let found = try column("", "1", "0.1", "NULL", "-2.5e300")
    #expect(found.column == .number(FixedColumn([1, 0.1, nil, -2.5e300])))
    #expect(found.finding?.why == "every value is a number")
  }

  @Test func `a whole number that would change as a number makes the column text`() throws {
    let found = try column("", "9007199254740993", "0.5")
    #expect(found.column == .text(TextColumn(["9007199254740993", "0.5"])))
    let why = "whole numbers that would change as numbers stand beside fractions"
    #expect(found.finding?.why == why)
  }

  @Test func `a boolean is what the table calls so and holds 0 and 1 only`() throws {
    let found = try column("BOOLEAN", "1", "0", "NULL")
    #expect(found.column == .boolean(BooleanColumn([true, false, nil])))
    #expect(found.finding?.why == "the table says BOOLEAN, and every value is 0 or 1")
    #expect(try column("BOOLEAN", "1", "2").column?.type == .integer)
    #expect(try column("INTEGER", "1", "0").column?.type == .integer)
  }

  @Test func `a decimal is exact where no value has more places`() throws {
    let found = try column("DECIMAL(10, 2)", "12.5", "3", "NULL", "-0.07", "'1.10'")
    #expect(found.column == .decimal(FixedColumn([1250, 300, nil, -7, 110]), scale: 2))
    #expect(try column("NUMERIC(10,2)", "12.505").column?.type == .number)
    #expect(try column("NUMERIC(10,2)", "0.1 + 0.2").column?.type == .number)
    #expect(try column("NUMERIC", "12.5").column?.type == .number)
  }

  @Test func `a day is what the table calls so and is written as one`() throws {
    let found = try column("DATE", "'2017-04-01'", "NULL", "'1969-12-31'")
    #expect(found.column == .date(FixedColumn([17_257, nil, -1])))
    #expect(try column("DATE", "'1 april 2017'").column?.type == .text)
    #expect(try column("DATE", "'2017-02-29'").column?.type == .text)
    #expect(try column("TEXT", "'2017-04-01'").column?.type == .text)
    #expect(try column("DATE", "20170401").column?.type == .integer)
  }

  @Test func `midnight behind a day leaves it a day`() throws {
    let found = try column("DATE", "'2017-04-01 00:00:00'", "'2017-04-02'")
    #expect(found.column == .date(FixedColumn([17_257, 17_258])))
    #expect(try column("DATE", "'2017-04-01 12:00:00'").column?.type == .timestamp)
  }

  @Test func `an instant without an offset is taken as UTC, and a note says so`() throws {
    let found = try column("DATETIME", "'2017-04-01 09:30:00'", "'2017-04-01T09:30:00+02:00'")
    let first: Int64 = (17_257 * 24 + 9) * 3_600_000_000 + 1_800_000_000
    #expect(found.column == .timestamp(FixedColumn([first, first - 7_200_000_000])))
    #expect(
      found.notes == ["column 'a' has times without an offset, which are taken as UTC"])
  }

  @Test func `instants with an offset need no note`() throws {
    #expect(try column("TIMESTAMP", "'2017-04-01T09:30:00Z'").notes == [])
    #expect(try column("TIMESTAMP", "'2017-04-01 09:30-02:00'").notes == [])
  }

  @Test func `texts that repeat are a category, others are text`() throws {
    let found = try column("TEXT", "'b'", "'a'", "NULL", "'b'", "'a'")
    #expect(found.column == .category(CategoryColumn(["b", "a", nil, "b", "a"])))
    #expect(found.finding?.why == "2 different texts in 4 values")
    let other = try column("TEXT", "'b'", "'a'", "'b'")
    #expect(other.column == .text(TextColumn(["b", "a", "b"])))
    #expect(other.finding?.why == "texts that mostly differ")
  }

  @Test func `more than ten thousand labels are text`() throws {
    let content = try SQLiteSample(
      """
      CREATE TABLE t (a TEXT);
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 40007)
      INSERT INTO t SELECT 'label ' || (i % 10001) FROM n;
      """
    ).read()
    let expected = TextColumn((0...40_007).map { "label \($0 % 10_001)" })
    #expect(content.table["a"] == .text(expected))
  }

  @Test func `a text that looks like a number stays a text`() throws {
    let found = try column("TEXT", "'007'", "'123456789012345678'", "'1.5'")
    #expect(found.column == .text(TextColumn(["007", "123456789012345678", "1.5"])))
  }

  @Test func `numbers beside texts are spelled as SQLite spells them`() throws {
    let found = try column("", "1", "'x'", "0.5", "1e20", "2.0")
    #expect(found.column == .text(TextColumn(["1", "x", "0.5", "1.0e+20", "2.0"])))
    #expect(
      found.finding?.why == "numbers and texts stand side by side, as SQLite spells them")
  }

  @Test(arguments: [
    ("INTEGER", ColumnType.integer), ("VARCHAR(20)", .text), ("DOUBLE", .number), ("DATE", .date),
    ("DECIMAL(9,3)", .decimal(scale: 3)), ("BOOL", .boolean), ("", .text),
    ("TIMESTAMP", .timestamp),
  ])
  func `a column without values has the type that the table says`(
    definition: String, type: ColumnType
  ) throws {
    let found = try column(definition, "NULL", "NULL")
    #expect(found.column?.type == type)
    #expect(found.column?.missingCount == 2)
    #expect(found.finding?.why.hasPrefix("no row has a value") == true)
  }

  @Test func `listed texts stand for missing values, as numbers too`() throws {
    let options = DatabaseOptions(missing: ["n/a", "-1"])
    let numbers = try column("", "3", "-1", "-1.0", "'n/a'", options: options)
    #expect(numbers.column == .integer(FixedColumn([3, nil, nil, nil])))
    let texts = try column("TEXT", "'n/a'", "''", options: options)
    #expect(texts.column == .text(TextColumn([nil, ""])))
  }

  @Test func `a declared type takes every spelling of its values`() throws {
    func declared(_ type: ColumnType, _ values: String...) throws -> Column? {
      let rows = values.map { "INSERT INTO t VALUES (\($0));" }.joined()
      let options = DatabaseOptions(columns: ["a": type])
      return try SQLiteSample("CREATE TABLE t (a); \(rows)").read(options).table["a"]
    }
    #expect(try declared(.boolean, "1", "'true'") == .boolean(BooleanColumn([true, true])))
    #expect(try declared(.integer, "1", "2.0", "'3'") == .integer(FixedColumn([1, 2, 3])))
    #expect(try declared(.number, "1", "'0.5'") == .number(FixedColumn([1, 0.5])))
    #expect(
      try declared(.decimal(scale: 2), "1", "0.07", "'0.5'")
        == .decimal(FixedColumn([100, 7, 50]), scale: 2))
    #expect(try declared(.date, "'1970-01-02'") == .date(FixedColumn([1])))
    #expect(try declared(.timestamp, "'1970-01-01'") == .timestamp(FixedColumn([0])))
    #expect(try declared(.text, "1", "1") == .text(TextColumn(["1", "1"])))
    #expect(try declared(.category, "1", "2") == .category(CategoryColumn(["1", "2"])))
  }
}
