// SPDX-License-Identifier: EUPL-1.2

package import Tables

/// Tables with a column of each type, in which one value of five is missing.
package enum RandomRows {
  package static func table(
    _ random: inout some RandomNumberGenerator, rows: ClosedRange<Int>
  ) throws -> Table {
    let count = Int.random(in: rows, using: &random)
    let texts = ["a", "b", "Ab", "é", ""]
    return try Table([
      ("i", .integer(FixedColumn(cells(count, &random) { Int64.random(in: -3...3, using: &$0) }))),
      (
        "j",
        .integer(
          FixedColumn(cells(count, &random) { Int64.random(in: -1_000...1_000, using: &$0) }))
      ),
      (
        "d",
        .decimal(
          FixedColumn(cells(count, &random) { Int64.random(in: -500...500, using: &$0) }), scale: 2)
      ),
      (
        "r",
        .number(
          FixedColumn(cells(count, &random) { Double(Int.random(in: -40...40, using: &$0)) / 8 }))
      ),
      ("s", .text(TextColumn(cells(count, &random) { texts.randomElement(using: &$0) ?? "" }))),
      (
        "c",
        .category(CategoryColumn(cells(count, &random) { texts.randomElement(using: &$0) ?? "" }))
      ),
      ("b", .boolean(BooleanColumn(cells(count, &random) { Bool.random(using: &$0) }))),
      (
        "t",
        .date(FixedColumn(cells(count, &random) { Int32.random(in: 20_000...20_200, using: &$0) }))
      ),
    ])
  }

  private static func cells<Cell, Random: RandomNumberGenerator>(
    _ count: Int, _ random: inout Random, _ make: (inout Random) -> Cell
  ) -> [Cell?] {
    (0..<count).map { _ in Int.random(in: 0..<5, using: &random) == 0 ? nil : make(&random) }
  }
}
