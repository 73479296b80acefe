// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct AggregatingTests {
  private func table(_ name: String, _ column: Column) throws -> Table {
    try Table([(name, column)])
  }

  private func close(_ found: Column?, _ expected: [Double?]) -> Bool {
    guard case .number(let column)? = found, column.count == expected.count else { return false }
    return expected.indices.allSatisfy { row in
      guard let one = column[row], let other = expected[row] else {
        return column[row] == nil && expected[row] == nil
      }
      return abs(one - other) <= 1e-12 * max(1, abs(other))
    }
  }

  @Test(arguments: 0..<80 as Range<UInt64>)
  func `groups and counts equal those of a plain search`(seed: UInt64) throws {
    var random = Xorshift(seed + 11)
    let table = try RandomTable.make(rows: random.below(seed % 4 == 0 ? 3 : 150), &random)
    let keys = seed % 9 == 0 ? [] : NaiveGroups.someKeys(of: table, &random)
    let groups = NaiveGroups(try keys.map { try table.column($0) }, rowCount: table.rowCount)
    let counts = table.names.flatMap { name in
      [
        Aggregate(.count, of: name, as: "n \(name)"),
        Aggregate(.distinctCount, of: name, as: "d \(name)"),
      ]
    }
    let result = try table.aggregated(by: keys, [.rows(as: "rows")] + counts)
    for key in keys {
      #expect(result[key] == table[key]?.taking(rows: groups.rows.map { $0[0] }))
    }
    #expect(result["rows"] == .integer(FixedColumn(groups.rows.map { Int64($0.count) })))
    for (name, column) in zip(table.names, table.columns) {
      let texts = groups.rows.map { rows in rows.compactMap { column.display(at: $0) } }
      #expect(result["n \(name)"] == .integer(FixedColumn(texts.map { Int64($0.count) })))
      #expect(
        result["d \(name)"]
          == .integer(FixedColumn(texts.map { Int64(Set($0.map(ExactText.init)).count) })))
    }
  }

  @Test(arguments: 0..<80 as Range<UInt64>)
  func `figures equal those of plain arithmetic`(seed: UInt64) throws {
    var random = Xorshift(seed + 12)
    let table = try RandomTable.make(rows: random.below(seed % 4 == 0 ? 4 : 150), &random)
    let keys = NaiveGroups.someKeys(of: table, &random)
    let groups = NaiveGroups(try keys.map { try table.column($0) }, rowCount: table.rowCount)
    let probability = Double(random.below(101)) / 100
    for name in ["boolean", "integer", "number", "decimal"] {
      let column = try table.column(name)
      let (all, validity) = try #require(column.doubles())
      let values = groups.rows.map { $0.filter { validity?[$0] ?? true }.map { all[$0] } }
      let result = try table.selecting(keys + (keys.contains(name) ? [] : [name])).aggregated(
        by: keys,
        [
          Aggregate(.sum, of: name, as: "s"), Aggregate(.mean, of: name, as: "m"),
          Aggregate(.variance, of: name, as: "v"),
          Aggregate(.quantile(probability), of: name, as: "q"),
        ])
      let sums = try #require(result["s"]?.doubles())
      let present = values.map { !$0.isEmpty }
      #expect(close(.number(FixedColumn(sums.values, validity: Bitmap(present))), values.map(sum)))
      #expect(result["s"]?.type == (name == "boolean" ? .integer : column.type))
      #expect(close(result["m"], values.map(mean)))
      #expect(close(result["v"], values.map(variance)))
      #expect(close(result["q"], values.map { quantile($0, probability) }))
    }
  }

  private func sum(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +)
  }

  private func mean(_ values: [Double]) -> Double? {
    sum(values).map { $0 / Double(values.count) }
  }

  private func variance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  private func quantile(_ values: [Double], _ probability: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let position = Double(values.count - 1) * probability
    let place = Int(position)
    guard place + 1 < sorted.count else { return sorted[place] }
    return sorted[place] + (position - Double(place)) * (sorted[place + 1] - sorted[place])
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `the least and greatest of any type are the first and last when sorted`(seed: UInt64) throws
  {
    var random = Xorshift(seed + 13)
    let table = try RandomTable.make(rows: random.below(seed % 4 == 0 ? 4 : 120), &random)
    let keys = NaiveGroups.someKeys(of: table, &random)
    let groups = NaiveGroups(try keys.map { try table.column($0) }, rowCount: table.rowCount)
    for name in table.names {
      let result = try table.aggregated(
        by: keys,
        [Aggregate(.minimum, of: name, as: "least"), Aggregate(.maximum, of: name, as: "most")])
      for (group, rows) in groups.rows.enumerated() {
        let part = try table.taking(rows: rows).selecting([name])
        let up = try part.sorted(by: [SortKey(name)]).columns[0].display(at: 0)
        let down = try part.sorted(by: [SortKey(name, .descending)]).columns[0].display(at: 0)
        #expect(result["least"]?.display(at: group).map(ExactText.init) == up.map(ExactText.init))
        #expect(result["most"]?.display(at: group).map(ExactText.init) == down.map(ExactText.init))
      }
      #expect(result["least"]?.type == table[name]?.type)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `many keys far apart are grouped as few are`(seed: UInt64) throws {
    var random = Xorshift(seed + 14)
    let rows = 3_000
    let first = (0..<rows).map { _ in Int64(random.below(60)) &* 0x1234_5678_9ABC_DEF }
    let second = (0..<rows).map { _ in Int32(random.below(60)) * 30_000_000 }
    let table = try Table([
      ("a", .integer(FixedColumn(first))), ("b", .date(FixedColumn(second))),
    ])
    var counts: [[Int]: Int64] = [:]
    for (one, other) in zip(first, second) { counts[[Int(one), Int(other)], default: 0] += 1 }
    let result = try table.aggregated(by: ["a", "b"], [.rows(as: "n")])
    #expect(result.rowCount == counts.count)
    guard case .integer(let a)? = result["a"], case .date(let b)? = result["b"],
      case .integer(let n)? = result["n"]
    else {
      Issue.record("other types")
      return
    }
    for row in 0..<result.rowCount {
      #expect(n.values[row] == counts[[Int(a.values[row]), Int(b.values[row])]])
    }
  }

  @Test func `without keys an empty table is one group without values`() throws {
    let empty = try table("x", .integer(FixedColumn([Int64]())))
    let result = try empty.aggregated(
      by: [],
      [
        .rows(as: "rows"), Aggregate(.sum, of: "x", as: "sum"),
        Aggregate(.maximum, of: "x", as: "most"), Aggregate(.quantile(0.5), of: "x", as: "q"),
      ])
    #expect(
      try result
        == Table([
          ("rows", .integer(FixedColumn([0]))), ("sum", .integer(FixedColumn([nil]))),
          ("most", .integer(FixedColumn([nil]))), ("q", .number(FixedColumn([nil]))),
        ]))
    #expect(try empty.aggregated(by: ["x"], [.rows(as: "n")]).rowCount == 0)
  }

  @Test func `sums of decimals are exact, and too large a sum is a fault`() throws {
    let cents = Column.decimal(FixedColumn([Int64.max - 1, 3, -2]), scale: 2)
    let sum = [Aggregate(.sum, of: "eur", as: "sum")]
    #expect(
      try table("eur", cents).aggregated(by: [], sum)["sum"]
        == .decimal(FixedColumn([Int64.max]), scale: 2))
    let over = try table("eur", .integer(FixedColumn([Int64.max, 1])))
    #expect(throws: TableFault.sumOverflow(column: "eur")) { try over.aggregated(by: [], sum) }
    #expect(
      try over.aggregated(by: [], [Aggregate(.mean, of: "eur", as: "m")])["m"]
        == .number(FixedColumn([0x1p62])))
  }

  @Test func `infinities have a mean, but none of both signs`() throws {
    let table = try Table([
      ("g", .integer(FixedColumn([1, 1, 2, 2]))),
      ("x", .number(FixedColumn([.infinity, 1, .infinity, -.infinity]))),
    ])
    let result = try table.aggregated(
      by: ["g"],
      [Aggregate(.mean, of: "x", as: "m"), Aggregate(.quantile(0), of: "x", as: "least")])
    #expect(result["m"] == .number(FixedColumn([.infinity, nil])))
    #expect(result["least"] == .number(FixedColumn([1, -.infinity])))
  }

  /// Hyndman and Fan (1996), type 7; R 4.x: quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.9)).
  @Test func `quantiles are those of R`() throws {
    let table = try table("x", .number(FixedColumn([8, 1, nil, 4, 2])))
    let result = try table.aggregated(
      by: [], [0.1, 0.5, 0.9].map { Aggregate(.quantile($0), of: "x", as: "\($0)") })
    #expect(close(result["0.1"], [1.3]))
    #expect(close(result["0.5"], [3]))
    #expect(close(result["0.9"], [6.8]))
  }

  @Test func `what cannot be worked out is a fault`() throws {
    let table = try table("t", .text(TextColumn(["a"])))
    let wrong = TableFault.wrongType(column: "t", type: .text, wanted: "a number")
    for measure in [.sum, .mean, .variance, .quantile(0.5)] as [Aggregate.Measure] {
      #expect(throws: wrong) {
        try table.aggregated(by: [], [Aggregate(measure, of: "t", as: "x")])
      }
    }
    for number in [-0.1, 1.5, .nan] {
      #expect(throws: TableFault.self) {
        try table.aggregated(by: [], [Aggregate(.quantile(number), of: "t", as: "x")])
      }
    }
    #expect(throws: TableFault.unknownColumn("y", known: ["t"])) {
      try table.aggregated(by: ["y"], [])
    }
    #expect(throws: TableFault.unknownColumn("y", known: ["t"])) {
      try table.aggregated(by: [], [Aggregate(.count, of: "y", as: "x")])
    }
    #expect(throws: TableFault.duplicateColumn("t")) {
      try table.aggregated(by: ["t"], [.rows(as: "t")])
    }
  }

  @Test func `spellings that look alike are two groups and two names`() throws {
    let table = try Table([
      ("\u{E9}", .category(CategoryColumn(["\u{E9}", "e\u{301}", "\u{E9}", nil]))),
      ("e\u{301}", .text(TextColumn(["a", "b", "c", "d"]))),
    ])
    let result = try table.aggregated(
      by: ["\u{E9}"], [Aggregate(.maximum, of: "e\u{301}", as: "e\u{301}")])
    #expect(
      try result
        == Table([
          ("\u{E9}", .category(CategoryColumn(["\u{E9}", "e\u{301}", nil]))),
          ("e\u{301}", .text(TextColumn(["c", "b", "d"]))),
        ]))
  }
}
