// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct JoiningTests {
  /// Names that are easily taken for others, one for each column of a random table.
  private static func renamed(_ table: Table, mark: String) throws -> Table {
    try table.renaming(table.names.map { ($0, "\($0)\(mark)\u{301} '\n") })
  }

  private static func keyTexts(_ table: Table, _ keys: [String], _ row: Int) throws -> [ExactText?]
  {
    try keys.map { try table.column($0).display(at: row).map(ExactText.init) }
  }

  /// Every row is held against every other.
  private static func naive(
    _ left: Table, _ right: Table, _ keys: [JoinKey]
  ) throws -> [[Int]] {
    let others = try (0..<right.rowCount).map { try keyTexts(right, keys.map(\.right), $0) }
    return try (0..<left.rowCount).map { row in
      let key = try keyTexts(left, keys.map(\.left), row)
      return others.indices.filter { !key.contains(nil) && others[$0] == key }
    }
  }

  @Test(arguments: 0..<120 as Range<UInt64>)
  func `joins equal a search of every row for every row`(seed: UInt64) throws {
    var random = Xorshift(seed + 21)
    let sizes = [0, 1, 5, 60]
    let left = try Self.renamed(RandomTable.make(rows: sizes[random.below(4)], &random), mark: "l")
    let right = try Self.renamed(RandomTable.make(rows: sizes[random.below(4)], &random), mark: "r")
    var places = Array(left.names.indices)
    let keys = (0..<(1 + random.below(2))).map { _ in
      let place = places.remove(at: random.below(places.count))
      return JoinKey(left: left.names[place], right: right.names[place])
    }
    let matches = try Self.naive(left, right, keys)
    for kind in [.inner, .left, .semi, .anti] as [JoinKind] {
      let result = try left.joined(kind, with: right, on: keys, duplicates: .counted)
      let added = try right.dropping(keys.map(\.right))
      var expected: [[String?]] = []
      for (row, found) in matches.enumerated() {
        let cells = left.columns.map { $0.display(at: row) }
        switch kind {
        case .semi: if !found.isEmpty { expected.append(cells) }
        case .anti: if found.isEmpty { expected.append(cells) }
        case .inner, .left:
          for other in found {
            expected.append(cells + added.columns.map { $0.display(at: other) })
          }
          if kind == .left, found.isEmpty {
            expected.append(cells + added.columns.map { _ in nil })
          }
        }
      }
      let table = result.table
      #expect(table.columns.allSatisfy { $0.count == expected.count })
      for (place, column) in table.columns.enumerated() {
        let texts = column.texts().map { $0.map(ExactText.init) }
        #expect(texts == expected.map { $0[place].map(ExactText.init) })
        #expect(column == column.taking(rows: Array(0..<column.count)), "not canonical")
      }
      let schema = left.schema + (kind == .inner || kind == .left ? added.schema : [])
      #expect(table.schema == schema)
      #expect(result.matchedRows == matches.count { !$0.isEmpty })
    }
  }

  /// So many pairs of keys that they are looked up by hashing.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `many keys, some missing, are joined as few are`(seed: UInt64) throws {
    var random = Xorshift(seed + 23)
    func keys(_ rows: Int) throws -> Table {
      let first = (0..<rows).map { _ in
        random.below(9) == 0 ? nil : Int64(random.below(60)) * 1_000_000_000_007
      }
      let second = (0..<rows).map { _ in random.below(9) == 0 ? nil : "k\(random.below(60))" }
      return try Table([("a", .integer(FixedColumn(first))), ("b", .text(TextColumn(second)))])
    }
    let (left, right) = (try keys(300), try keys(400))
    let on = [JoinKey("b"), JoinKey("a")]
    let matches = try Self.naive(left, right, on)
    let numbers = Column.integer(FixedColumn((0..<400).map { Int64($0) }))
    let result = try left.joined(
      .inner, with: right.adding("row", numbers), on: on, duplicates: .counted)
    #expect(try result.table.column("row").texts() == matches.flatMap(\.self).map { "\($0)" })
    #expect(result.matchedRows == matches.count { !$0.isEmpty })
    #expect(result.matchedRows > 0)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `duplicates on the right are counted, or refused`(seed: UInt64) throws {
    var random = Xorshift(seed + 22)
    let right = try RandomTable.make(rows: random.below(12), &random)
    let left = try RandomTable.make(rows: 3, &random).selecting(["integer"])
    var seen: Set<String> = []
    let present = try right.column("integer").texts().compactMap(\.self)
    let duplicates = present.count { !seen.insert($0).inserted }
    let others = try right.renaming("integer", to: "key")
    let key = [JoinKey(left: "integer", right: "key")]
    let counted = try left.joined(.semi, with: others, on: key, duplicates: .counted)
    #expect(counted.duplicateRows == duplicates)
    if duplicates == 0 {
      #expect(try left.joined(.semi, with: others, on: key, duplicates: .refused) == counted)
    } else {
      #expect(throws: TableFault.duplicateKeys(columns: ["key"], rows: duplicates)) {
        try left.joined(.inner, with: others, on: key, duplicates: .refused)
      }
    }
  }

  @Test func `missing keys match nothing`() throws {
    let table = try Table([("k", .text(TextColumn(["a", nil])))])
    let other = try Table([
      ("k", .category(CategoryColumn([nil, "a", nil]))), ("v", .integer(FixedColumn([1, 2, 3]))),
    ])
    let result = try table.joined(.left, with: other, on: [JoinKey("k")], duplicates: .refused)
    #expect(try result.table == table.adding("v", .integer(FixedColumn([2, nil]))))
    #expect(result.matchedRows == 1)
    #expect(result.duplicateRows == 0)
  }

  @Test func `what cannot be joined is a fault`() throws {
    let left = try Table([
      ("k", .integer(FixedColumn([1]))), ("v", .text(TextColumn(["a"]))),
      ("eur", .decimal(FixedColumn([1]), scale: 2)),
    ])
    let right = try left.replacing("eur", with: .decimal(FixedColumn([1]), scale: 3))
    #expect(throws: TableFault.nameInBoth("v")) {
      try left.joined(.inner, with: right, on: [JoinKey("k")], duplicates: .counted)
    }
    #expect(throws: TableFault.noColumns(for: "a join")) {
      try left.joined(.semi, with: right, on: [], duplicates: .counted)
    }
    #expect(throws: TableFault.unknownColumn("z", known: ["k", "v", "eur"])) {
      try left.joined(.semi, with: right, on: [JoinKey("z")], duplicates: .counted)
    }
    let types = TableFault.differentTypes(
      column: "eur", expected: .decimal(scale: 2), found: .decimal(scale: 3))
    #expect(throws: types) {
      try left.joined(.semi, with: right, on: [JoinKey("eur")], duplicates: .counted)
    }
    #expect(
      types.description
        == "column 'eur' is decimal with 2 places in one table and decimal with 3 places in another"
    )
    #expect(
      TableFault.duplicateKeys(columns: ["k"], rows: 1).description
        == "the key 'k' repeats in the right table: 1 row has a key of an earlier row")
  }
}
