// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct TableVerbTests {
  private func table() throws -> Table {
    try Table([
      ("a", .integer(FixedColumn([1, nil, 3]))), ("b", .text(TextColumn(["x", "y", nil]))),
      ("c", .boolean(BooleanColumn([true, nil, false]))),
    ])
  }

  @Test func `columns are chosen in the order of their names`() throws {
    #expect(try table().selecting(["c", "a"]).names == ["c", "a"])
    #expect(try table().dropping(["b"]).names == ["a", "c"])
  }

  @Test func `unknown names are refused with the names there are`() throws {
    let table = try table()
    let fault = TableFault.unknownColumn("z", known: ["a", "b", "c"])
    #expect(throws: fault) { try table.selecting(["a", "z"]) }
    #expect(throws: fault) { try table.dropping(["z"]) }
    #expect(throws: fault) { try table.renaming("z", to: "y") }
    #expect(throws: fault) { try table.sorted(by: [SortKey("z")]) }
    #expect(throws: TableFault.duplicateColumn("a")) { try table.selecting(["a", "a"]) }
  }

  @Test func `columns are added, replaced and set`() throws {
    let more = Column.integer(FixedColumn([7, 8, 9]))
    let table = try table()
    #expect(try table.adding("d", more).names == ["a", "b", "c", "d"])
    #expect(try table.replacing("b", with: more).columns[1] == more)
    #expect(try table.setting("d", to: more).setting("a", to: more)["a"] == more)
    #expect(throws: TableFault.duplicateColumn("a")) { try table.adding("a", more) }
    #expect(throws: TableFault.unequalLengths("a")) {
      try table.replacing("a", with: .integer(FixedColumn([1])))
    }
  }

  @Test func `names can be exchanged`() throws {
    #expect(try table().renaming([("a", "b"), ("b", "a")]).names == ["b", "a", "c"])
    #expect(throws: TableFault.duplicateColumn("b")) { try table().renaming("a", to: "b") }
  }

  @Test func `names that look alike are two names`() throws {
    let table = try Table([
      ("\u{E9}", .integer(FixedColumn([1]))), ("e\u{301}", .integer(FixedColumn([2]))),
    ])
    #expect(table["e\u{301}"] == .integer(FixedColumn([2])))
    let other = try table.renaming([("\u{E9}", "e\u{301}"), ("e\u{301}", "\u{E9}")])
    #expect(table != other)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `filtering and taking rows equal the same on plain values`(seed: UInt64) throws {
    var random = Xorshift(seed + 1)
    let table = try RandomTable.make(rows: random.below(200), &random)
    let mask = Bitmap((0..<table.rowCount).map { _ in random.below(3) != 0 })
    let kept = (0..<table.rowCount).filter { mask[$0] }
    let rows = table.rowCount == 0 ? [] : (0..<150).map { _ in random.below(table.rowCount) }
    for (place, column) in table.columns.enumerated() {
      let texts = column.texts()
      #expect(table.filtered(by: mask).columns[place].texts() == kept.map { texts[$0] })
      #expect(table.taking(rows: rows).columns[place].texts() == rows.map { texts[$0] })
      #expect(table.filtered(by: mask).columns[place].type == column.type)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `parts put under each other are the whole again, byte for byte`(seed: UInt64) throws {
    var random = Xorshift(seed + 2)
    let table = try RandomTable.make(rows: 1 + random.below(200), &random)
    let cut = random.below(table.rowCount + 1)
    let parts = [
      table.prefix(cut), table.taking(rows: Array(cut..<table.rowCount)), table.prefix(0),
    ]
    #expect(try Table.concatenating(parts) == table)
  }

  @Test func `dictionaries are merged by bytes`() throws {
    let first = Column.category(CategoryColumn(["b", "a", nil]))
    let second = Column.category(CategoryColumn(["a", "c", "b"]))
    #expect(
      try Column.concatenating([first, second], named: "x")
        == .category(CategoryColumn(["b", "a", nil, "a", "c", "b"])))
  }

  @Test func `text under a category is text`() throws {
    let joined = try Column.concatenating(
      [.category(CategoryColumn(["a", nil])), .text(TextColumn(["b"]))], named: "x")
    #expect(joined == .text(TextColumn(["a", nil, "b"])))
  }

  @Test func `tables with other columns or types are not put under each other`() throws {
    let one = try Table([("a", .integer(FixedColumn([1])))])
    let other = try Table([("b", .integer(FixedColumn([1])))])
    let number = try Table([("a", .number(FixedColumn([1])))])
    #expect(throws: TableFault.differentColumns(expected: ["a"], found: ["b"])) {
      try Table.concatenating([one, other])
    }
    #expect(throws: TableFault.differentTypes(column: "a", expected: .integer, found: .number)) {
      try Table.concatenating([one, number])
    }
  }

  @Test func `missing values sort last in either direction`() throws {
    let table = try Table([
      ("a", .integer(FixedColumn([nil, .max, .min, 0, nil, .max]))),
      ("row", .integer(FixedColumn([0, 1, 2, 3, 4, 5]))),
    ])
    let up = try table.sorted(by: [SortKey("a")])
    let down = try table.sorted(by: [SortKey("a", .descending)])
    #expect(up["row"] == .integer(FixedColumn([2, 3, 1, 5, 0, 4])))
    #expect(down["row"] == .integer(FixedColumn([1, 5, 3, 2, 0, 4])))
  }

  @Test func `numbers sort by size and texts by bytes`() throws {
    let table = try Table([
      ("n", .number(FixedColumn([0.5, -2, -.infinity, 3, -0.5, .infinity]))),
      ("t", .text(TextColumn(["b", "a", "Z", "é", "", "aa"]))),
    ])
    #expect(
      try table.sorted(by: [SortKey("n")])["n"]
        == .number(FixedColumn([-.infinity, -2, -0.5, 0.5, 3, .infinity])))
    #expect(
      try table.sorted(by: [SortKey("t")])["t"]
        == .text(TextColumn(["", "Z", "a", "aa", "b", "é"])))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `sorting by several keys is stable`(seed: UInt64) throws {
    var random = Xorshift(seed + 3)
    let rows = random.below(120)
    let first = (0..<rows).map { _ in random.below(4) == 0 ? nil : Int64(random.below(3)) }
    let second = (0..<rows).map { _ in random.below(4) == 0 ? nil : "t\(random.below(4))" }
    let table = try Table([
      ("a", .integer(FixedColumn(first))), ("b", .text(TextColumn(second))),
      ("row", .integer(FixedColumn((0..<rows).map { Int64($0) }))),
    ])
    let expected = (0..<rows).sorted { left, right in
      if first[left] != first[right] {
        guard let one = first[left] else { return false }
        guard let other = first[right] else { return true }
        return one > other
      }
      if second[left] != second[right] {
        guard let one = second[left] else { return false }
        guard let other = second[right] else { return true }
        return one < other
      }
      return left < right
    }
    let sorted = try table.sorted(by: [SortKey("a", .descending), SortKey("b")])
    #expect(sorted == table.taking(rows: expected))
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `grouping numbers values in order of first appearance`(seed: UInt64) throws {
    var random = Xorshift(seed + 4)
    let table = try RandomTable.make(rows: random.below(300), &random)
    for column in table.columns {
      var labels: [String] = []
      let codes = column.texts().map { text -> Int32 in
        guard let text else { return -1 }
        if let known = labels.firstIndex(where: { $0.isExactly(text) }) { return Int32(known) }
        labels.append(text)
        return Int32(labels.count - 1)
      }
      let grouping = column.grouping()
      #expect(grouping.codes == codes)
      #expect(grouping.labels.elementsEqual(labels) { $0.isExactly($1) })
      #expect(column.distinctCount == labels.count)
      #expect(grouping.sizes.reduce(0, +) == column.count - column.missingCount)
    }
  }

  @Test func `columns are read as numbers where they are numbers`() throws {
    let decimal = Column.decimal(FixedColumn([150, nil]), scale: 2)
    #expect(decimal.doubles()?.values == [1.5, 0])
    #expect(decimal.doubles()?.validity == Bitmap([true, false]))
    #expect(Column.boolean(BooleanColumn([true, false])).doubles()?.values == [1, 0])
    #expect(Column.text(TextColumn(["1"])).doubles() == nil)
    #expect(Column.date(FixedColumn([1])).doubles() == nil)
  }

  @Test func `values are shown as people read them`() throws {
    let columns: [Column] = [
      .boolean(BooleanColumn([true])), .number(FixedColumn([5])), .number(FixedColumn([0.1])),
      .decimal(FixedColumn([1_250]), scale: 2), .date(FixedColumn([0])),
      .timestamp(FixedColumn([0])), .category(CategoryColumn(["x"])),
    ]
    #expect(
      columns.map { $0.display(at: 0) }
        == ["true", "5", "0.1", "12.50", "1970-01-01", "1970-01-01T00:00:00Z", "x"])
  }

  @Test func `a terminal shows no control characters`() throws {
    let table = try Table([("a", .text(TextColumn(["x\u{1B}[2J", nil, "z"])))])
    #expect(table.textRows(limit: 2) == [["a"], ["x·[2J"], [""]])
  }
}
