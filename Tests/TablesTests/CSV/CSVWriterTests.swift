// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct CSVWriterTests {
  @Test func `fields are quoted where they must be, and missing values are empty`() throws {
    let table = try Table([
      ("a,b", .text(TextColumn(["x", "y \"z\"", "1\n2", "", nil]))),
      ("n", .number(FixedColumn([1, 0.1, nil, -2.5, 1e21]))),
    ])
    #expect(
      CSVWriter().text(table)
        == "\"a,b\",n\nx,1\n\"y \"\"z\"\"\",0.1\n\"1\n2\",\n\"\",-2.5\n,1e+21\n")
  }

  @Test(arguments: ["=1+1", "+31", "-x", "@a", "\tx", "\rx"])
  func `a spreadsheet never runs a text as a formula`(text: String) throws {
    let table = try Table([("a", .text(TextColumn([text]))), ("n", .integer(FixedColumn([-5])))])
    let safe = CSVWriter(forSpreadsheets: true).text(table)
    let hasApostrophe = safe.contains("'" + text)
    #expect(hasApostrophe)
    #expect(safe.utf8.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(safe.utf8.reversed().starts(with: "\n\r5-,".utf8))
    #expect(!CSVWriter().bytes(table).contains(UInt8(ascii: "'")))
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `what is written is read again`(seed: UInt64) throws {
    var random = Xorshift(seed + 1)
    let pieces = ["a", "é", "\"", ",", "\n", "\r\n", " ", "7", "e\u{301}", "=", ";"]
    let rows = 1 + random.below(40)
    func some<Value>(_ value: (inout Xorshift) -> Value) -> [Value?] {
      (0..<rows).map { _ in random.below(5) == 0 ? nil : value(&random) }
    }
    let table = try Table([
      (
        "text",
        .text(
          TextColumn(
            some { random in
              (0...random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined()
            }))
      ),
      ("integer", .integer(FixedColumn(some { Int64(bitPattern: $0.next()) }))),
      ("number", .number(FixedColumn(some { Double($0.below(1_000_000)) / 997 }))),
      ("date", .date(FixedColumn(some { Int32($0.below(100_000)) }))),
      ("timestamp", .timestamp(FixedColumn(some { Int64($0.below(1 << 50)) }))),
      ("boolean", .boolean(BooleanColumn(some { $0.below(2) == 0 }))),
      ("decimal", .decimal(FixedColumn(some { Int64($0.below(100_000)) - 50_000 }), scale: 3)),
      ("category", .category(CategoryColumn(some { pieces[$0.below(3)] }))),
    ])
    let types = Dictionary(uniqueKeysWithValues: table.schema.map { ($0.name, $0.type) })
    let options = CSVOptions(delimiter: UInt8(ascii: ","), columns: types)
    #expect(try CSVReader(options).read(bytes: CSVWriter().bytes(table)).table == table)
  }

  @Test func `a column that is missing throughout keeps its rows`() throws {
    let table = try Table([("a", .text(TextColumn([nil, nil])))])
    #expect(try CSVReader().read(bytes: CSVWriter().bytes(table)).table == table)
  }
}
