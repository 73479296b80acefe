// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct WindowTests {
  /// The rows of each group in the order in which they are walked through.
  private func walks(_ table: Table, _ keys: [String], _ order: [SortKey]) throws -> [[Int]] {
    let groups = NaiveGroups(try keys.map { try table.column($0) }, rowCount: table.rowCount)
    return try groups.rows.map { rows in
      let numbers = Column.integer(FixedColumn(rows.map { Int64($0) }))
      let sorted = try table.taking(rows: rows).adding("row", numbers).sorted(by: order)
      return try sorted.column("row").texts().compactMap { $0.flatMap { Int($0) } }
    }
  }

  private func someOrder(of table: Table, _ random: inout Xorshift) -> [SortKey] {
    (0..<random.below(3)).map { _ in
      SortKey(
        table.names[random.below(table.names.count)],
        random.below(2) == 0 ? .ascending : .descending)
    }
  }

  @Test(arguments: 0..<80 as Range<UInt64>)
  func `earlier and later rows are those of a walk through the group`(seed: UInt64) throws {
    var random = Xorshift(seed + 51)
    let table = try RandomTable.make(rows: random.below(seed % 4 == 0 ? 3 : 80), &random)
    let keys = seed % 5 == 0 ? [] : Array(NaiveGroups.someKeys(of: table, &random).prefix(2))
    let order = someOrder(of: table, &random)
    let steps = random.below(4)
    let figures = table.names.flatMap { name in
      [
        WindowFigure.lag(steps, of: name, as: "lag \(name)"),
        WindowFigure.lead(steps, of: name, as: "lead \(name)"),
      ]
    }
    let result = try table.windowed(by: keys, order: order, [.rowNumber(as: "row")] + figures)
    #expect(Array(result.names.prefix(table.names.count)) == table.names)
    #expect(Array(result.columns.prefix(table.names.count)) == table.columns)
    for walk in try walks(table, keys, order) {
      for (place, row) in walk.enumerated() {
        #expect(try result.column("row").display(at: row) == "\(place + 1)")
        for (name, column) in zip(table.names, table.columns) {
          let before = place >= steps ? column.display(at: walk[place - steps]) : nil
          let after = place + steps < walk.count ? column.display(at: walk[place + steps]) : nil
          let lag = try result.column("lag \(name)")
          let lead = try result.column("lead \(name)")
          #expect(lag.display(at: row).map(ExactText.init) == before.map(ExactText.init))
          #expect(lead.display(at: row).map(ExactText.init) == after.map(ExactText.init))
          #expect(lag.type == column.type)
        }
      }
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `cumulative sums are those of a walk through the group`(seed: UInt64) throws {
    var random = Xorshift(seed + 52)
    let table = try RandomTable.make(rows: random.below(80), &random)
    let keys = seed % 5 == 0 ? [] : Array(NaiveGroups.someKeys(of: table, &random).prefix(2))
    let order = someOrder(of: table, &random)
    for name in ["boolean", "integer", "number", "decimal"] {
      let column = try table.column(name)
      let (values, validity) = try #require(column.doubles())
      let figure = WindowFigure.cumulativeSum(of: name, as: "sum")
      let sums = try table.windowed(by: keys, order: order, [figure]).column("sum")
      let (found, foundValidity) = try #require(sums.doubles())
      #expect(foundValidity == validity)
      #expect(sums.type == (name == "boolean" ? .integer : column.type))
      for walk in try walks(table, keys, order) {
        var sum = 0.0
        for row in walk where validity?[row] ?? true {
          sum += values[row]
          #expect(abs(found[row] - sum) < 1e-9)
        }
      }
    }
  }

  @Test func `however far a step is, it ends outside the group`() throws {
    let table = try Table([("x", .integer(FixedColumn([1, 2, 3])))])
    let none = Column.integer(FixedColumn([nil, nil, nil]))
    for steps in [3, Int.max, Int.min, -3] {
      let result = try table.windowed(
        by: [], order: [], [.lag(steps, of: "x", as: "lag"), .lead(steps, of: "x", as: "lead")])
      #expect(result["lag"] == none)
      #expect(result["lead"] == none)
    }
    let back = try table.windowed(by: [], order: [], [.lag(-1, of: "x", as: "next")])
    #expect(back["next"] == .integer(FixedColumn([2, 3, nil])))
  }

  @Test func `what cannot be worked out is a fault`() throws {
    let table = try Table([
      ("x", .integer(FixedColumn([Int64.max, 1]))), ("t", .text(TextColumn(["a", "b"]))),
    ])
    #expect(throws: TableFault.sumOverflow(column: "x")) {
      try table.windowed(by: [], order: [], [.cumulativeSum(of: "x", as: "s")])
    }
    #expect(throws: TableFault.wrongType(column: "t", type: .text, wanted: "a number")) {
      try table.windowed(by: [], order: [], [.cumulativeSum(of: "t", as: "s")])
    }
    #expect(throws: TableFault.duplicateColumn("t")) {
      try table.windowed(by: [], order: [], [.rowNumber(as: "t")])
    }
    let unknown = TableFault.unknownColumn("z", known: ["x", "t"])
    #expect(throws: unknown) { try table.windowed(by: ["z"], order: [], []) }
    #expect(throws: unknown) { try table.windowed(by: [], order: [SortKey("z")], []) }
    #expect(throws: unknown) {
      try table.windowed(by: [], order: [], [.lag(of: "z", as: "before")])
    }
  }
}
