// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct KeyCensusTests {
  /// What a census of all columns finds, the table cut into batches of that many rows.
  private static func census(
    _ table: Table, _ names: [String], batch: Int
  ) throws -> KeyCensus {
    var census = KeyCensus()
    for start in stride(from: 0, to: table.rowCount, by: batch) {
      let rows = Array(start..<min(start + batch, table.rowCount))
      let part = table.taking(rows: rows)
      census.add(try names.map { try part.column($0) }, firstRow: start)
    }
    return census
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `rows that repeat a key are those that a plain set has seen`(seed: UInt64) throws {
    var random = Xorshift(seed + 7)
    let table = try RandomTable.make(rows: 40, &random)
    for names in table.names.map({ [$0] }) + [
      ["text", "category"], ["boolean", "date", "number"],
    ] {
      var seen: Set<[ExactText]> = []
      var repeats: [Int] = []
      var complete = 0
      for row in 0..<table.rowCount {
        let values = try names.compactMap { try table.column($0).display(at: row) }
        guard values.count == names.count else { continue }
        complete += 1
        if !seen.insert(values.map { ExactText($0) }).inserted { repeats.append(row) }
      }
      for batch in [1, 7, 100] {
        let census = try Self.census(table, names, batch: batch)
        #expect(census.complete == complete)
        #expect(census.repeated == repeats.count)
        #expect(census.firstRows == Array(repeats.prefix(KeyCensus.shown)))
      }
    }
  }

  @Test func `texts side by side are not one text`() throws {
    var census = KeyCensus()
    census.add(
      [.text(TextColumn(["ab", "a"])), .text(TextColumn(["c", "bc"]))], firstRow: 0)
    #expect(census.repeated == 0)
  }

  @Test func `a category means the same in every batch`() {
    var census = KeyCensus()
    census.add([.category(CategoryColumn(["x", "y"]))], firstRow: 0)
    census.add([.category(CategoryColumn(["z", "y"]))], firstRow: 2)
    #expect(census.firstRows == [3])
  }
}
