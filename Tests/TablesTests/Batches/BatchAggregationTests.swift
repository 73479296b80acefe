// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct BatchAggregationTests {
  private static func aggregates(_ column: String) -> [Aggregate] {
    [
      .rows(as: "rows"), Aggregate(.count, of: column, as: "n"),
      Aggregate(.sum, of: column, as: "sum"), Aggregate(.mean, of: column, as: "mean"),
      Aggregate(.variance, of: column, as: "variance"),
      Aggregate(.minimum, of: column, as: "least"), Aggregate(.maximum, of: column, as: "most"),
    ]
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `batches give the groups of the whole table`(seed: UInt64) throws {
    var random = Xorshift(seed + 5)
    let table = try RandomTable.make(rows: random.below(400), &random)
    let keys = seed % 5 == 0 ? [] : NaiveGroups.someKeys(of: table, &random)
    for column in ["integer", "number", "decimal", "boolean"] where !keys.contains(column) {
      var aggregation = try BatchAggregation(keys, Self.aggregates(column))
      var start = 0
      repeat {
        let end = min(table.rowCount, start + 1 + random.below(60))
        try aggregation.add(table.slice(start..<end))
        start = end
      } while start < table.rowCount
      let found = try aggregation.result()
      let expected = try table.aggregated(by: keys, Self.aggregates(column))
      #expect(found.names == expected.names)
      for name in found.names {
        let (left, right) = try (found.column(name), expected.column(name))
        guard case .number(let first) = left, case .number(let second) = right else {
          #expect(left == right, "\(name) of \(column)")
          continue
        }
        #expect(first.validity == second.validity)
        for row in 0..<first.count {
          #expect(
            abs(first.values[row] - second.values[row]) <= 1e-12 * max(1, abs(second.values[row])))
        }
      }
    }
  }

  @Test func `a table of several batches is grouped in one pass`() throws {
    let rows = 140_000
    let table = try Table([
      ("key", .integer(FixedColumn((0..<rows).map { Int64($0 % 7) }))),
      ("value", .integer(FixedColumn((0..<rows).map { Int64($0) }))),
    ])
    let aggregates = [Aggregate(.sum, of: "value", as: "sum"), .rows(as: "rows")]
    #expect(
      try TableBatches(table).aggregated(by: ["key"], aggregates)
        == table.aggregated(by: ["key"], aggregates))
  }

  @Test func `what cannot be merged is a fault that names it`() throws {
    let table = try Table([("value", .integer(FixedColumn([1, 2])))])
    #expect(throws: TableFault.needsAllRows("median")) {
      try TableBatches(table).aggregated(
        by: [], [Aggregate(.quantile(0.5), of: "value", as: "median")])
    }
  }
}
