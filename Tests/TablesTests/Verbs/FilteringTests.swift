// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct FilteringTests {
  /// Masks with words that are full, empty, sparse and dense, and lengths around a word's border.
  @Test(arguments: [0, 1, 63, 64, 65, 200, 1_000], [1, 2, 5, 40])
  func `a mask keeps the rows that their numbers keep`(rows: Int, step: Int) throws {
    let table = try Self.table(rows)
    for mask in [
      Bitmap((0..<rows).map { $0 % step == 0 }), Bitmap((0..<rows).map { $0 % step != 0 }),
      Bitmap((0..<rows).map { ($0 / 64) % 2 == 0 }), Bitmap(repeating: false, count: rows),
      Bitmap(repeating: true, count: rows),
    ] {
      #expect(table.filtered(by: mask) == table.taking(rows: mask.setIndices))
    }
  }

  private static func table(_ rows: Int) throws -> Table {
    func cells<Cell>(_ cell: (Int) -> Cell) -> [Cell?] {
      (0..<rows).map { $0 % 7 == 3 ? nil : cell($0) }
    }
    return try Table([
      ("integer", .integer(FixedColumn(cells { Int64($0) }))),
      ("number", .number(FixedColumn(cells { Double($0) / 4 }))),
      ("decimal", .decimal(FixedColumn((0..<rows).map { Int64($0) } as [Int64]), scale: 2)),
      ("boolean", .boolean(BooleanColumn(cells { $0 % 3 == 0 }))),
      ("complete", .boolean(BooleanColumn(Bitmap((0..<rows).map { $0 % 5 == 0 })))),
      ("date", .date(FixedColumn(cells { Int32($0) }))),
      ("timestamp", .timestamp(FixedColumn(cells { Int64($0) * 1_000 }))),
      ("text", .text(TextColumn(cells { "é\($0)" }))),
      ("category", .category(CategoryColumn(cells { ["a", "b", "c"][$0 % 3] }))),
    ])
  }
}
