// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

/// The quick way of grouping numbers against the general one.
struct KeyedNumbersTests {
  private static let aggregates = [
    Aggregate.rows(as: "rows"), Aggregate(.count, of: "x", as: "n"),
    Aggregate(.sum, of: "x", as: "sum"), Aggregate(.mean, of: "x", as: "mean"),
    Aggregate(.minimum, of: "x", as: "least"), Aggregate(.maximum, of: "x", as: "most"),
  ]

  @Test(
    arguments: [1, 3, 1_000, 20_000, 1_000_000] as [Int],
    [1, 1_000_003, 9_223_372_036_854] as [Int64])
  func `figures are those of the general way, to the last bit`(
    different: Int, step: Int64
  ) throws {
    var random = Xorshift(UInt64(different))
    let rows = KeyedNumbers.leastRows + 5_000
    let keys = (0..<rows).map { _ in Int64(random.below(different)) &* step - 17 }
    let values = (0..<rows).map { _ in Double(random.below(1_000_000)) / 7 - 50_000 }
    let table = try Table([
      ("key", .integer(FixedColumn(keys))), ("x", .number(FixedColumn(values))),
    ])
    let quick = try #require(table.aggregatedNumbers(by: ["key"], Self.aggregates))
    // With two keys the general way is taken; the second says nothing.
    let plain = try table.adding("one", .integer(FixedColumn(keys.map { _ in 1 })))
      .aggregated(by: ["key", "one"], Self.aggregates)
    for name in quick.names { #expect(quick[name] == plain[name], "\(name)") }
    #expect(try table.aggregated(by: ["key"], Self.aggregates) == quick)
  }

  @Test func `infinities and extremes of the key keep their figures`() throws {
    let rows = KeyedNumbers.leastRows
    let keys = (0..<rows).map { [Int64.min, .max, 0, -1][$0 % 4] }
    let values = (0..<rows).map { [Double.infinity, 1, -Double.infinity, 0][$0 / 4 % 4] }
    let table = try Table([
      ("key", .integer(FixedColumn(keys))), ("x", .number(FixedColumn(values))),
    ])
    let quick = try #require(table.aggregatedNumbers(by: ["key"], Self.aggregates))
    #expect(quick["sum"]?.missingCount == 4)
    #expect(quick["least"] == .number(FixedColumn([Double](repeating: -.infinity, count: 4))))
    #expect(quick["key"] == .integer(FixedColumn([.min, .max, 0, -1])))
  }
}
