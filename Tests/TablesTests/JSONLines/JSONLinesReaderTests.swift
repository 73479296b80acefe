// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct JSONLinesReaderTests {
  private func read(
    _ text: String, _ options: JSONLinesOptions = JSONLinesOptions()
  ) throws -> SourceContent {
    try JSONLinesReader(options).read(bytes: Array(text.utf8))
  }

  private func column(_ values: String...) throws -> Column {
    let lines = values.map { "{\"v\": \($0)}\n" }.joined()
    return try read(lines).table.column("v")
  }

  @Test func `keys are columns in order of first appearance`() throws {
    let table = try read(
      """
      {"b": 1, "a": "x"}
      {"c": true, "b": 2}
      {}
      """
    ).table
    #expect(table.names == ["b", "a", "c"])
    #expect(table["b"] == .integer(FixedColumn([1, 2, nil])))
    #expect(table["a"] == .text(TextColumn(["x", nil, nil])))
    #expect(table["c"] == .boolean(BooleanColumn([nil, true, nil])))
  }

  @Test func `absent keys and null are missing in a column of any type`() throws {
    let table = try read(
      """
      {"i": 1, "n": 0.5, "b": false, "d": "2026-03-01", "t": "2026-03-01T09:30:00Z", "x": "a", "k": 0}
      {"i": null, "n": null, "b": null, "d": null, "t": null, "x": null, "k": 0}
      {"k": 0}
      {"i": 2, "n": 1, "b": true, "d": "2026-03-02", "t": "2026-03-01 10:00", "x": "a", "k": 0}
      """
    ).table
    #expect(table["i"] == .integer(FixedColumn([1, nil, nil, 2])))
    #expect(table["n"] == .number(FixedColumn([0.5, nil, nil, 1])))
    #expect(table["b"] == .boolean(BooleanColumn([false, nil, nil, true])))
    #expect(table["d"]?.type == .date)
    #expect(table["d"]?.texts() == ["2026-03-01", nil, nil, "2026-03-02"])
    #expect(table["t"]?.type == .timestamp)
    #expect(table["t"]?.texts() == ["2026-03-01T09:30:00Z", nil, nil, "2026-03-01T10:00:00Z"])
    #expect(table["x"] == .category(CategoryColumn(["a", nil, nil, "a"])))
  }

  @Test func `texts that look like numbers stay texts`() throws {
    #expect(try column("\"1\"", "\"2\"") == .text(TextColumn(["1", "2"])))
    #expect(try column("\"true\"", "\"false\"") == .text(TextColumn(["true", "false"])))
  }

  @Test func `whole numbers beyond what a double holds stay exact`() throws {
    #expect(
      try column("9007199254740993", "-9223372036854775808", "9223372036854775807")
        == .integer(FixedColumn([9_007_199_254_740_993, .min, .max])))
  }

  @Test(arguments: [
    ["9223372036854775808"], ["1", "9223372036854775808"], ["0.1234567890123456789"], ["1e400"],
    ["1e-400"], ["9007199254740993", "0.5"], ["0.5", "9007199254740993"],
  ])
  func `numbers that would change are text as they are spelled, and the reason says so`(
    spellings: [String]
  ) throws {
    let content = try read(spellings.map { "{\"v\": \($0)}\n" }.joined())
    #expect(content.table["v"] == .text(TextColumn(spellings)))
    let why = "has digits that would not come back the same from a number"
    #expect(content.types[0].why == "line \(spellings.count) \(why)")
  }

  @Test(arguments: [
    ("1e2", 100.0), ("-0.0", 0), ("-0", 0), ("1.5E-3", 0.0015),
    ("123456789012345.6", 123456789012345.6),
    ("2.5e-300", 2.5e-300),
  ])
  func `numbers are what other programs read`(spelling: String, value: Double) throws {
    #expect(try column(spelling) == .number(FixedColumn([value])))
  }

  @Test func `whole numbers before a fraction become numbers`() throws {
    #expect(try column("1", "2", "0.5", "7") == .number(FixedColumn([1, 2, 0.5, 7])))
  }

  @Test func `a mixed column is text as it is spelled, with the line that decided it`() throws {
    let content = try read("{\"v\": 1.50}\n\n{\"v\": \"a\"}\n{\"v\": true}\n")
    #expect(content.table["v"] == .text(TextColumn(["1.50", "a", "true"])))
    #expect(content.types[0].why == "line 3 has no number, as the lines before it have")
  }

  @Test func `dates beside other texts are text`() throws {
    #expect(try column("\"2026-03-01\"", "\"unknown\"").type == .text)
    #expect(try column("\"2026-03-01\"", "\"2026-03-01T10:00:00Z\"").type == .text)
    #expect(try column("\"2026-02-30\"").type == .text)
  }

  @Test func `texts that repeat are a category, by the rule of the CSV reader`() throws {
    #expect(try column("\"a\"", "\"b\"", "\"a\"", "\"b\"").type == .category)
    #expect(try column("\"a\"", "\"b\"", "\"a\"").type == .text)
    #expect(try column("\"\"", "\"\"") == .category(CategoryColumn(["", ""])))
    let many = (0...10_000).map { "{\"v\": \"\($0)\"}\n" }.joined()
    #expect(try read(many + many).table["v"]?.type == .text)
    #expect(try read(many + many).table["v"]?.display(at: 10_001) == "0")
  }

  @Test func `escapes are what they stand for, in keys as well`() throws {
    let table = try read(
      #"{"\u006baf\u00e9": "a\"\\\/\b\f\n\r\t\ud83d\ude00é😀\u20AC\uD83D\uDE00"}"#
    ).table
    #expect(table.names == ["kafé"])
    #expect(table["kafé"]?.texts() == ["a\"\\/\u{8}\u{C}\n\r\t😀é😀€😀"])
  }

  @Test func `an escaped key and a plain one are one column`() throws {
    let table = try read("{\"a\": 1}\n{\"\\u0061\": 2}\n").table
    #expect(table["a"] == .integer(FixedColumn([1, 2])))
  }

  @Test(arguments: [
    "{\"a\":1}\n{\"a\":2}", "{\"a\":1}\r\n{\"a\":2}\r\n", "\u{FEFF}{\"a\":1}\n\n \t\n{\"a\":2}\n\n",
    " { \"a\" : 1 } \n\t{\t\"a\"\t:\t2\t}\t",
  ])
  func `line ends, blanks and a byte order mark are passed over`(text: String) throws {
    #expect(try read(text).table == Table([("a", .integer(FixedColumn([1, 2])))]))
  }

  @Test func `missing texts are missing, for numbers by their spelling`() throws {
    let options = JSONLinesOptions(missing: ["", "NA", "-99"])
    let table = try read(
      "{\"a\":-99,\"b\":\"NA\"}\n{\"a\":1,\"b\":\"\"}\n{\"a\":2,\"b\":\"x\"}\n", options
    )
    .table
    #expect(table["a"] == .integer(FixedColumn([nil, 1, 2])))
    #expect(table["b"] == .text(TextColumn([nil, nil, "x"])))
  }

  @Test func `declared types are honoured`() throws {
    let options = JSONLinesOptions(columns: [
      "price": .decimal(scale: 2), "code": .text, "on": .boolean, "n": .number, "i": .integer,
      "arm": .category, "day": .date, "at": .timestamp,
    ])
    let content = try read(
      """
      {"price": 12.5, "code": 7, "on": 1, "n": 1, "i": "3", "arm": "x", "day": " 2026-03-01 ", "at": "2026-03-01T00:00Z"}
      {"price": "0.10", "code": "007", "on": false, "n": 9007199254740993, "i": 4, "arm": 5, "day": null, "at": null}
      """, options)
    let table = content.table
    #expect(table["price"] == .decimal(FixedColumn([1_250, 10]), scale: 2))
    #expect(table["code"] == .text(TextColumn(["7", "007"])))
    #expect(table["on"] == .boolean(BooleanColumn([true, false])))
    #expect(table["n"] == .number(FixedColumn([1, 9_007_199_254_740_992])))
    #expect(table["i"] == .integer(FixedColumn([3, 4])))
    #expect(table["arm"] == .category(CategoryColumn(["x", "5"])))
    #expect(table["day"]?.texts() == ["2026-03-01", nil])
    #expect(content.types.allSatisfy { $0.declared && $0.why == "declared" })
  }

  @Test func `the reasons tell of every type`() throws {
    let content = try read(
      """
      {"b": true, "i": 1, "n": 0.5, "d": "2026-03-01", "t": "2026-03-01T10:00:00Z", "c": "x", "x": "p", "m": null}
      {"b": true, "i": 1, "n": 0.5, "d": "2026-03-01", "t": "2026-03-01T10:00:00Z", "c": "x", "x": "q"}
      """)
    #expect(
      content.types.map(\.why) == [
        "every value is true or false", "every value is a whole number", "every value is a number",
        "every value is a date", "every value is a date with a time",
        "1 different texts in 2 values", "texts that mostly differ", "no row has a value",
      ])
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a compressed file gives the same`(form: String) throws {
    let text = (0..<9_000).map { "{\"id\": \($0), \"arm\": \"a\($0 % 3)\"}\n" }.joined()
    let bytes = form == "gzip" ? CompressedSample.gzip(text) : CompressedSample.zstd(text)
    #expect(try JSONLinesReader().read(bytes: bytes).table == read(text).table)
  }

  @Test func `a file on disk is read`() throws {
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(Array("{\"a\": 1}\n".utf8), to: folder + "/t.jsonl")
      let content = try JSONLinesReader().read(path: folder + "/t.jsonl")
      #expect(try content.table == Table([("a", .integer(FixedColumn([1])))]))
    }
  }

  @Test func `lines longer than the window are whole`() throws {
    let long = String(repeating: "é", count: 200_000)
    let text = "{\"a\": \"\(long)\"}\n{\"a\": \"b\"}\n{\"a\": \"\(long)x\"}\n"
    #expect(try read(text).table["a"]?.texts() == [long, "b", long + "x"])
  }

  /// Values across the borders of what is read at once come back as they were written.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func `what was written comes back`(seed: UInt64) throws {
    var random = Xorshift(seed)
    func column<Value>(_ value: (inout Xorshift) -> Value) -> [Value?] {
      (0..<3_000).map { _ in random.below(7) == 0 ? nil : value(&random) }
    }
    let signs = ["a", "\"", "\\", "\n", "é", "😀", "\u{1}", "/", " ", "\u{2028}"]
    let texts: [String?] =
      column { random in
        "x" + (0..<random.below(300)).map { _ in signs[random.below(10)] }.joined()
      } + []
    let table = try Table([
      ("text", .text(TextColumn(texts))),
      (
        "number",
        .number(
          FixedColumn(
            column { Double(bitPattern: $0.next()) / 3 + 0.1 }
              .map { $0.flatMap { $0.isFinite && $0 != $0.rounded() ? $0 : 0.5 } }))
      ),
      ("integer", .integer(FixedColumn(column { Int64(bitPattern: $0.next()) }))),
      ("flag", .boolean(BooleanColumn(column { $0.below(2) == 0 }))),
      ("arm", .category(CategoryColumn(column { "arm \"\($0.below(3))\"" }))),
      ("day", .date(FixedColumn(column { Int32($0.below(20_000)) }))),
      ("time", .timestamp(FixedColumn(column { Int64($0.below(1 << 50)) }))),
    ])
    let bytes = try JSONLinesWriter().bytes(table)
    let back = try JSONLinesReader().read(bytes: bytes).table
    #expect(back.names == table.names)
    for (name, column) in zip(table.names, table.columns) {
      #expect((back[name] == column) == true, "\(name)")
    }
  }
}
