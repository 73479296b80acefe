// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct CensusTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `different values are counted as a set would`(seed: UInt64) throws {
    var random = Xorshift(seed + 1)
    let table = try RandomTable.make(rows: random.below(400), &random)
    for (name, column) in zip(table.names, table.columns) {
      var census = DistinctCensus(folder: "")
      for start in stride(from: 0, to: column.count, by: 37) {
        try census.add(column.slice(start..<min(start + 37, column.count)))
      }
      let different = Set(column.texts().compactMap { $0.map { Array($0.utf8) } })
      #expect(try census.finish() == different.count, "\(name)")
    }
  }

  @Test func `more different values than fit in memory are counted all the same`() throws {
    let values = (0..<400_000).map { Int64($0 * 7 % 150_000) }
    var census = DistinctCensus(folder: "")
    for start in stride(from: 0, to: values.count, by: 50_000) {
      try census.add(.integer(FixedColumn(Array(values[start..<start + 50_000]))))
    }
    #expect(try census.finish() == 150_000)
  }

  @Test(arguments: 0..<20 as Range<UInt64>, [10, 1 << 20])
  func `rows that repeat a key are found as by a plain search`(seed: UInt64, limit: Int) throws {
    var random = Xorshift(seed + 1)
    let table = try RandomTable.make(rows: random.below(300), &random)
    let names = [["integer"], ["text", "boolean"], ["category", "date", "decimal"]][random.below(3)]
    let columns = try names.map { try table.column($0) }
    var census = KeyCensus(folder: "", memoryLimit: limit)
    var seen: Set<[[UInt8]]> = []
    var repeated: [Int] = []
    for start in stride(from: 0, to: table.rowCount, by: 41) {
      let rows = start..<min(start + 41, table.rowCount)
      let parts = columns.map { $0.slice(rows) }
      let whole = Bitmap(rows.map { row in columns.allSatisfy { !$0.isMissing(at: row) } })
      try census.add(parts, rows: whole, firstRow: start)
      for row in rows where whole[row - start] {
        let key = columns.map { Array(($0.display(at: row) ?? "").utf8) }
        if !seen.insert(key).inserted { repeated.append(row) }
      }
    }
    let result = try census.finish()
    #expect(result.repeated == repeated.count)
    #expect(result.firstRepeated == Array(repeated.prefix(KeyCensus.namedRows)))
    #expect(result.distinct == seen.count)
  }

  @Test func `equal numbers are one key whatever their type`() throws {
    var census = KeyCensus(folder: "")
    let columns: [Column] = [
      .integer(FixedColumn([150])), .decimal(FixedColumn([15_000]), scale: 2),
      .number(FixedColumn([150.0])),
    ]
    for (row, column) in columns.enumerated() {
      try census.add([column], rows: Bitmap(repeating: true, count: 1), firstRow: row)
    }
    #expect(try census.finish().firstRepeated == [1, 2])
  }
}
