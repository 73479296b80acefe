// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct PivotingTests {
  private static func texts(_ column: Column?) -> [ExactText?]? {
    column?.texts().map { $0.map(ExactText.init) }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `each row becomes a row for each column named`(seed: UInt64) throws {
    var random = Xorshift(seed + 41)
    let table = try RandomTable.make(rows: random.below(seed % 3 == 0 ? 2 : 50), &random)
    let pairs = [
      ["integer", "number"], ["number", "integer"], ["text", "category"], ["date"], ["decimal"],
      ["boolean"], ["timestamp"], ["category"],
    ]
    let wide = pairs[random.below(pairs.count)]
    let long = try table.pivotedLonger(wide, names: "e\u{301}", values: "\u{E9}")
    let rest = table.names.filter { !wide.contains($0) }
    #expect(long.names == rest + ["e\u{301}", "\u{E9}"])
    #expect(long.rowCount == table.rowCount * wide.count)
    for name in rest {
      let expected = (0..<table.rowCount).flatMap { row in wide.map { _ in row } }
      #expect(long[name] == table[name]?.taking(rows: expected))
    }
    let names = (0..<table.rowCount).flatMap { _ in wide }
    #expect(long["e\u{301}"] == .category(CategoryColumn(names)))
    let cells = try (0..<table.rowCount).flatMap { row in
      try wide.map { try table.column($0).display(at: row).map(ExactText.init) }
    }
    #expect(Self.texts(long["\u{E9}"]) == cells)
  }

  @Test(arguments: 0..<80 as Range<UInt64>)
  func `a wide table has the cells that a search finds`(seed: UInt64) throws {
    var random = Xorshift(seed + 42)
    let source = try RandomTable.make(rows: random.below(seed % 3 == 0 ? 2 : 40), &random)
    let others = ["boolean", "text", "date", "category", "integer"]
    let (id, name) = (others[random.below(3)], others[3 + random.below(2)])
    let values = ["number", "decimal", "timestamp", "category"].filter { $0 != name }
    let value = values[random.below(values.count)]
    let (idCells, nameCells) = (try source.column(id), try source.column(name))
    var seen: Set<[ExactText?]> = []
    let kept = (0..<source.rowCount).filter { row in
      guard let cell = nameCells.display(at: row) else { return false }
      return seen.insert([idCells.display(at: row).map(ExactText.init), ExactText(cell)]).inserted
    }
    let table = try source.selecting([id, name, value]).taking(rows: kept)
    let groups = NaiveGroups([try table.column(id)], rowCount: table.rowCount)
    let labels = try table.column(name).grouping().labels
    let wide = try table.pivotedWider(names: name, values: value)
    #expect(wide.names.map(ExactText.init) == ([id] + labels).map(ExactText.init))
    #expect(wide[id] == table[id]?.taking(rows: groups.rows.map { $0[0] }))
    for label in labels {
      let cells = try groups.rows.map { rows -> ExactText? in
        for row in rows where try table.column(name).display(at: row)?.isExactly(label) == true {
          return try table.column(value).display(at: row).map(ExactText.init)
        }
        return nil
      }
      #expect(Self.texts(wide[label]) == cells)
      #expect(wide[label]?.type == table[value]?.type)
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `wider undoes longer`(seed: UInt64) throws {
    var random = Xorshift(seed + 43)
    let rows = 1 + random.below(30)
    let wide = ["a", "b\n", "", "e\u{301}", "\u{E9}"]
    let table = try Table(
      [("id", .integer(FixedColumn((0..<rows).map { Int64($0) })))]
        + wide.map { name in
          let cells = (0..<rows).map { _ in random.below(4) == 0 ? nil : Int64(random.below(9)) }
          return (name, .decimal(FixedColumn(cells), scale: 2))
        })
    let long = try table.pivotedLonger(wide, names: "name", values: "value")
    #expect(try long.pivotedWider(names: "name", values: "value") == table)
  }

  @Test func `without other columns the wide table has one row`() throws {
    let long = try Table([
      ("n", .date(FixedColumn([0, 1]))), ("v", .text(TextColumn(["x", nil]))),
    ])
    #expect(
      try long.pivotedWider(names: "n", values: "v")
        == Table([
          ("1970-01-01", .text(TextColumn(["x"]))), ("1970-01-02", .text(TextColumn([nil]))),
        ]))
    #expect(try long.prefix(0).pivotedWider(names: "n", values: "v").columns.isEmpty)
  }

  @Test func `what cannot be pivoted is a fault`() throws {
    let table = try Table([
      ("id", .integer(FixedColumn([1, 1, 2]))), ("n", .text(TextColumn(["a", "a", "b"]))),
      ("v", .integer(FixedColumn([1, 2, 3]))),
    ])
    #expect(throws: TableFault.repeatedCells(column: "n", rows: 1)) {
      try table.pivotedWider(names: "n", values: "v")
    }
    let unnamed = try table.replacing("n", with: .text(TextColumn(["a", nil, nil])))
    #expect(throws: TableFault.unnamedRows(column: "n", rows: 2)) {
      try unnamed.pivotedWider(names: "n", values: "v")
    }
    let taken = try table.replacing("n", with: .text(TextColumn(["id", "b", "b"])))
    #expect(throws: TableFault.duplicateColumn("id")) {
      try taken.pivotedWider(names: "n", values: "v")
    }
    #expect(throws: TableFault.unknownColumn("z", known: ["id", "n", "v"])) {
      try table.pivotedWider(names: "z", values: "v")
    }
    #expect(throws: TableFault.noColumns(for: "a pivot to long form")) {
      try table.pivotedLonger([], names: "a", values: "b")
    }
    #expect(throws: TableFault.duplicateColumn("v")) {
      try table.pivotedLonger(["v", "v"], names: "a", values: "b")
    }
    #expect(throws: TableFault.duplicateColumn("id")) {
      try table.pivotedLonger(["v"], names: "id", values: "b")
    }
    let types = TableFault.wrongType(column: "n", type: .text, wanted: "integer as in 'v'")
    #expect(throws: types) { try table.pivotedLonger(["v", "n"], names: "a", values: "b") }
    #expect(types.description == "column 'n' is text, and integer as in 'v' is needed")
  }

  @Test func `a table too large to hold is refused before it is made`() throws {
    let rows = 70_000
    let numbers = Column.integer(FixedColumn((0..<rows).map { Int64($0) }))
    let table = try Table([("id", numbers), ("n", numbers), ("v", numbers)])
    #expect(throws: TableFault.tooManyCells(rows: rows, columns: rows)) {
      try table.pivotedWider(names: "n", values: "v")
    }
  }
}
