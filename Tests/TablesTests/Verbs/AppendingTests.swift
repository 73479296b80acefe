// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct AppendingTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `the rows follow each other, whatever the order of the columns`(seed: UInt64) throws {
    var random = Xorshift(seed + 31)
    let tables = try (0..<(1 + random.below(4))).map { _ in
      let table = try RandomTable.make(rows: random.below(40), &random)
      var names = table.names
      for last in stride(from: names.count - 1, to: 0, by: -1) {
        names.swapAt(last, random.below(last + 1))
      }
      return try table.selecting(names)
    }
    let result = try tables[0].appending(Array(tables.dropFirst()))
    #expect(result.schema == tables[0].schema)
    for name in result.names {
      let cells = try tables.flatMap { try $0.column(name).texts() }.map { $0.map(ExactText.init) }
      #expect(try result.column(name).texts().map { $0.map(ExactText.init) } == cells)
    }
  }

  @Test func `integers widen to numbers, categories to text`() throws {
    let first = try Table([
      ("x", .integer(FixedColumn([1, nil]))), ("t", .category(CategoryColumn(["a", nil]))),
    ])
    let second = try Table([
      ("t", .text(TextColumn(["b"]))), ("x", .number(FixedColumn([0.5]))),
    ])
    let numbers = Column.number(FixedColumn([1, nil, 0.5, 1, nil]))
    let result = try first.appending([second, first])
    #expect(
      try result == Table([("x", numbers), ("t", .text(TextColumn(["a", nil, "b", "a", nil])))]))
  }

  @Test func `an integer that would change is a fault`() throws {
    let large = try Table([("x", .integer(FixedColumn([1 << 53 + 1])))])
    let number = try Table([("x", .number(FixedColumn([0.5])))])
    #expect(throws: TableFault.inexactInteger(column: "x")) { try number.appending([large]) }
    #expect(try large.appending([large]).rowCount == 2)
  }

  @Test func `other columns are named with their table`() throws {
    let first = try Table([("e\u{301}", .integer(FixedColumn([1])))])
    let second = try Table([("\u{E9}", .integer(FixedColumn([1])))])
    let fault = TableFault.otherColumns(table: 3, lacking: ["e\u{301}"], added: ["\u{E9}"])
    #expect(throws: fault) { try first.appending([first, second]) }
    #expect(
      TableFault.otherColumns(table: 2, lacking: ["a", "b"], added: ["c"]).description
        == "table 2 has other columns than the first: it lacks 'a', 'b'; it also has 'c'")
    #expect(
      TableFault.otherColumns(table: 2, lacking: ["a"], added: []).description
        == "table 2 has other columns than the first: it lacks 'a'")
  }

  @Test func `other types are a fault`() throws {
    let integer = try Table([("x", .integer(FixedColumn([1])))])
    let decimal = try Table([("x", .decimal(FixedColumn([1]), scale: 2))])
    let number = try Table([("x", .number(FixedColumn([1])))])
    #expect(
      throws: TableFault.differentTypes(
        column: "x", expected: .integer, found: .decimal(scale: 2))
    ) { try integer.appending([decimal]) }
    #expect(throws: TableFault.self) { try integer.appending([number, decimal]) }
  }
}
