// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct SamplingTests {
  private func numbered(_ rows: Int) throws -> Table {
    try Table([("row", .integer(FixedColumn((0..<rows).map { Int64($0) })))])
  }

  private func rows(_ table: Table) -> [Int] {
    table.columns[0].texts().compactMap { $0.flatMap { Int($0) } }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `a sample has so many rows, each once and in order`(seed: UInt64) throws {
    var random = Xorshift(seed + 61)
    let source = try RandomTable.make(rows: random.below(60), &random)
    let table = try source.adding(
      "row", .integer(FixedColumn((0..<source.rowCount).map { Int64($0) })))
    let wanted = random.below(table.rowCount + 1)
    var again = random
    let sample = try table.sampled(wanted, using: &random)
    let drawn = rows(try sample.selecting(["row"]))
    #expect(drawn.count == wanted)
    #expect(drawn == Set(drawn).sorted())
    #expect(sample == table.taking(rows: drawn))
    #expect(try table.sampled(wanted, using: &again) == sample)
  }

  /// The draw as it is defined: a later version of the compiler or library must not change it.
  @Test func `the same stream draws the same rows for ever`() throws {
    var random = Xorshift(1)
    let drawn = rows(try numbered(1_000).sampled(8, using: &random))
    #expect(drawn == naive(8, of: 1_000, Xorshift(1)))
    #expect(drawn == [174, 188, 391, 478, 588, 604, 850, 853])
  }

  /// Floyd's algorithm on a set.
  private func naive(_ wanted: Int, of rows: Int, _ generator: Xorshift) -> [Int] {
    var random = generator
    var drawn: Set<Int> = []
    for last in rows - wanted..<rows {
      let row = Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high)
      drawn.insert(drawn.contains(row) ? last : row)
    }
    return drawn.sorted()
  }

  /// χ² over the 20 sets of 3 rows of 6, 19 degrees of freedom: above 43.82 by chance once in a thousand.
  @Test func `every set of rows is as likely as another`() throws {
    let table = try numbered(6)
    var random = Xorshift(7)
    var counts: [[Int]: Double] = [:]
    let draws = 4_000
    for _ in 0..<draws { counts[rows(try table.sampled(3, using: &random)), default: 0] += 1 }
    #expect(counts.count == 20)
    let expected = Double(draws) / 20
    let statistic = counts.values.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(statistic < 43.82)
  }

  @Test func `more rows than there are cannot be drawn`() throws {
    let table = try numbered(3)
    var random = Xorshift(1)
    for wanted in [4, -1, Int.min, Int.max] {
      #expect(throws: TableFault.noSuchSample(wanted: wanted, rows: 3)) {
        try table.sampled(wanted, using: &random)
      }
    }
    #expect(try table.sampled(3, using: &random) == table)
  }
}
