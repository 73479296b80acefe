// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

@Suite(.enabled(if: PostgreSQLServer.isPresent, PostgreSQLServer.absent))
struct PostgreSQLTypeTests {
  private func read(
    _ query: String, missing: [String] = [], columns: [String: ColumnType] = [:]
  ) throws -> SourceContent {
    let options = DatabaseOptions(.query(query), missing: missing, columns: columns)
    let server = try PostgreSQLServer.shared.get()
    return try PostgreSQLReader(options).read(address: server.address())
  }

  /// The column `a` of values of a type.
  private func column(
    _ type: String, _ values: String..., missing: [String] = [], declared: ColumnType? = nil
  ) throws -> (column: Column?, why: String?, notes: [String]) {
    let rows = values.map { "(\($0))" }.joined(separator: ", ")
    let query = "SELECT a::\(type) AS a FROM (VALUES \(rows)) AS t (a)"
    let content = try read(
      query, missing: missing, columns: declared.map { ["a": $0] } ?? [:])
    return (content.table["a"], content.types.first?.why, content.notes)
  }

  @Test func `booleans are booleans`() throws {
    let found = try column("boolean", "true", "NULL", "false")
    #expect(found.column == .boolean(BooleanColumn([true, nil, false])))
    #expect(found.why == "the database says boolean")
  }

  @Test func `whole numbers of every width are integers`() throws {
    let small = try column("int2", "-32768", "NULL", "32767").column
    #expect(small == .integer(FixedColumn([-32_768, nil, 32_767])))
    #expect(try column("int4", "-2147483648").column == .integer(FixedColumn([-2_147_483_648])))
    let large = try column("int8", "9223372036854775807", "-9223372036854775808").column
    #expect(large == .integer(FixedColumn([.max, .min])))
  }

  @Test func `numbers keep every bit`() throws {
    let wide = try column(
      "float8", "'0.1'", "NULL", "'1.7976931348623157e308'", "'2.5e-308'", "'-1e20'")
    let bits = [0.1, nil, .greatestFiniteMagnitude, 2.5e-308, -1e20]
    #expect(wide.column == .number(FixedColumn(bits)))
    let narrow = try column("float4", "0.1", "NULL", "16777216")
    #expect(narrow.column == .number(FixedColumn([Double(Float(0.1)), nil, 16_777_216])))
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random numbers come back to the last bit`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let numbers = (0..<2_000).map { _ in
      Double(bitPattern: (0..<8).reduce(0) { bits, _ in bits << 8 | UInt64(random.byte()) })
    }.filter(\.isFinite)
    let list = numbers.map { "('\($0)'::float8)" }.joined(separator: ", ")
    let content = try read("SELECT a FROM (VALUES \(list)) AS t (a)")
    #expect(content.table["a"] == .number(FixedColumn(numbers)))
  }

  @Test func `a numeric with places is an exact decimal`() throws {
    let found = try column("numeric(10, 2)", "12.5", "NULL", "-0.07", "99999999.99")
    let scaled: [Int64?] = [1_250, nil, -7, 9_999_999_999]
    #expect(found.column == .decimal(FixedColumn(scaled), scale: 2))
    #expect(found.why == "the database says numeric with 2 places")
    let whole = try column("numeric(18)", "999999999999999999").column
    #expect(whole == .decimal(FixedColumn([999_999_999_999_999_999]), scale: 0))
  }

  @Test func `a wide numeric is a decimal where its values fit, else by its values`() throws {
    let fits = try column("numeric(30, 2)", "12.5", "NULL").column
    #expect(fits == .decimal(FixedColumn([1_250, nil]), scale: 2))
    let tooLong = try column("numeric(30, 2)", "12345678901234567890.25", "NULL", "1").column
    #expect(tooLong == .text(TextColumn(["12345678901234567890.25", nil, "1.00"])))
  }

  @Test func `a numeric without places is a number where it comes back the same, else text`() throws
  {
    let exact = try column("numeric", "12.50", "NULL", "3")
    #expect(exact.column == .number(FixedColumn([12.5, nil, 3])))
    let long = try column("numeric", "0.1234567890123456789", "2.0")
    #expect(long.column == .text(TextColumn(["0.1234567890123456789", "2.0"])))
    #expect(long.why == "the database says numeric, and values have more digits than a number")
  }

  @Test func `a numeric with places left of the point is a number`() throws {
    #expect(try column("numeric(4, -2)", "12345").column == .number(FixedColumn([12_300])))
  }

  @Test func `days are dates`() throws {
    let found = try column("date", "'2017-04-01'", "NULL", "'1969-12-31'", "'0001-01-01'")
    #expect(found.column == .date(FixedColumn([17_257, nil, -1, -719_162])))
  }

  @Test func `instants keep their microseconds`() throws {
    let found = try column(
      "timestamptz", "'2017-04-01 09:30:00.000001+02'", "NULL", "'1969-12-31T23:59:59Z'")
    let first: Int64 = (17_257 * 24 + 7) * 3_600_000_000 + 1_800_000_001
    #expect(found.column == .timestamp(FixedColumn([first, nil, -1_000_000])))
    #expect(found.notes == [])
  }

  @Test func `times without a time zone are taken as UTC, and a note says so`() throws {
    let found = try column("timestamp", "'1970-01-01 00:00:01.5'")
    #expect(found.column == .timestamp(FixedColumn([1_500_000])))
    #expect(
      found.notes == ["column 'a' has times without a time zone, which are taken as UTC"])
  }

  @Test(arguments: ["text", "varchar(20)", "name"])
  func `texts are text, or a category where they repeat`(type: String) throws {
    let differing = try column(type, "'b'", "'a'", "'007'", "NULL", "''")
    #expect(differing.column == .text(TextColumn(["b", "a", "007", nil, ""])))
    let repeating = try column(type, "'b'", "'a'", "NULL", "'b'", "'a'")
    #expect(repeating.column == .category(CategoryColumn(["b", "a", nil, "b", "a"])))
    #expect(repeating.why == "2 different texts in 4 values")
  }

  @Test func `texts keep every sign`() throws {
    let signs = ["a\tb", "c\nd\r", "\\N", "\\", "é😀", "\u{8}\u{c}\u{b}\u{1}", "\"q\" 'q'", "\\t"]
    let values = signs.map { sign in
      "('" + sign.replacing("'", with: "''") + "', NULL::text)"
    }
    let content = try read("SELECT * FROM (VALUES \(values.joined(separator: ", "))) AS t (a, b)")
    #expect(content.table["a"] == .text(TextColumn(signs)))
    #expect(content.table["b"]?.missingCount == signs.count)
  }

  @Test func `blanks that fill up a width are no part of a text`() throws {
    #expect(try column("char(6)", "'ab'", "' c'").column == .text(TextColumn(["ab", " c"])))
  }

  @Test func `identifiers and enumerations are texts`() throws {
    let server = try PostgreSQLServer.shared.get()
    try server.execute(
      "DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad', 'ok');"
        + "DROP DOMAIN IF EXISTS postcode; CREATE DOMAIN postcode AS varchar(6)")
    #expect(try column("mood", "'ok'", "'sad'").column == .text(TextColumn(["ok", "sad"])))
    #expect(try column("postcode", "'1234AB'").column == .text(TextColumn(["1234AB"])))
    let identifier = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    #expect(try column("uuid", "'\(identifier)'").column == .text(TextColumn([identifier])))
  }

  @Test(arguments: [
    ("json", "'{}'", "json"), ("bytea", "'x'", "bytea"), ("int4[]", "'{1}'", "integer[]"),
    ("interval", "'1 day'", "interval"), ("time", "'12:00'", "time without time zone"),
    ("money", "'1'", "money"),
  ])
  func `another type is a fault that says what to do`(
    type: String, value: String, name: String
  ) throws {
    let fault = #expect(throws: PostgreSQLFault.self) { try column(type, value) }
    #expect(fault == .unsupportedType(column: "a", type: name))
    #expect(
      fault?.help
        == #"cast it to text in the query (… ::text as "a"), or declare the column as text"#)
    #expect(try column("\(type)::text", value).column?.type == .text)
    #expect(try column(type, value, declared: .text).column?.type == .text)
  }

  @Test func `what is no number is missing, and a note counts it`() throws {
    let found = try column("float8", "'NaN'", "'1'", "'NaN'")
    #expect(found.column == .number(FixedColumn([nil, 1, nil])))
    #expect(
      found.notes == ["column 'a' has 2 values that are no number (NaN), taken as missing"])
    #expect(try column("numeric(5,1)", "'NaN'").column == .decimal(FixedColumn([nil]), scale: 1))
    #expect(try column("numeric", "'NaN'", "'2'").column == .number(FixedColumn([nil, 2])))
    #expect(try column("text", "'NaN'").column == .text(TextColumn(["NaN"])))
  }

  @Test(arguments: [
    ("float8", "'Infinity'"), ("float4", "'-Infinity'"), ("date", "'infinity'"),
    ("timestamp", "'-infinity'"), ("timestamptz", "'0044-03-15 BC'"), ("date", "'12017-01-01'"),
    ("numeric", "'Infinity'"),
  ])
  func `a value that no column can keep is named by its row`(type: String, value: String) throws {
    let fault = #expect(throws: PostgreSQLFault.self) { try column(type, "NULL", value) }
    guard case .column(.outOfRange("a", _, row: 2)) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test func `listed texts stand for missing values, as numbers too`() throws {
    let numbers = try column("numeric(6,2)", "-1", "3", missing: ["-1"]).column
    #expect(numbers == .decimal(FixedColumn([nil, 300]), scale: 2))
    let days = try column("date", "'infinity'", missing: ["infinity"]).column
    #expect(days == .date(FixedColumn([nil])))
    let texts = try column("text", "'n/a'", "'-1'", missing: ["n/a", "-1"]).column
    #expect(texts == .text(TextColumn([nil, nil])))
  }

  @Test func `a declared type takes every spelling of its values`() throws {
    #expect(
      try column("text", "'1'", "'true'", declared: .boolean).column
        == .boolean(BooleanColumn([true, true])))
    #expect(try column("int4", "1", declared: .boolean).column == .boolean(BooleanColumn([true])))
    #expect(try column("text", "'7'", declared: .integer).column == .integer(FixedColumn([7])))
    #expect(try column("int8", "7", declared: .number).column == .number(FixedColumn([7])))
    #expect(
      try column("numeric", "7.5", declared: .decimal(scale: 3)).column
        == .decimal(FixedColumn([7_500]), scale: 3))
    #expect(
      try column("text", "'1970-01-02'", declared: .date).column == .date(FixedColumn([1])))
    #expect(
      try column("timestamptz", "'1970-01-01 00:00Z'", declared: .timestamp).column
        == .timestamp(FixedColumn([0])))
    #expect(
      try column("boolean", "true", declared: .boolean).column == .boolean(BooleanColumn([true])))
    #expect(
      try column("text", "'x'", declared: .category).column == .category(CategoryColumn(["x"])))
  }

  @Test func `values of another type than declared are named by their rows, never shown`() throws {
    let fault = #expect(throws: PostgreSQLFault.self) {
      try column("text", "'Jansen'", "'2'", "'Pietersen'", declared: .integer)
    }
    #expect(fault?.description == "column 'a': 2 values are not integer (row 1, 3)")
  }
}
