// SPDX-License-Identifier: EUPL-1.2

import Tables

/// A table with a column of every type, some values missing, few of them different.
enum RandomTable {
  static func make(rows: Int, _ random: inout Xorshift) throws -> Table {
    func some<Value>(_ value: (inout Xorshift) -> Value) -> [Value?] {
      (0..<rows).map { _ in random.below(6) == 0 ? nil : value(&random) }
    }
    let words = ["", "a", "b", "é", "e\u{301}", "een langere tekst", "een langere tekst!"]
    return try Table([
      ("boolean", .boolean(BooleanColumn(some { $0.below(2) == 0 }))),
      ("integer", .integer(FixedColumn(some { Int64($0.below(20)) - 10 }))),
      ("number", .number(FixedColumn(some { Double($0.below(20)) / 4 }))),
      ("decimal", .decimal(FixedColumn(some { Int64($0.below(20)) }), scale: 2)),
      ("text", .text(TextColumn(some { words[$0.below(words.count)] }))),
      ("category", .category(CategoryColumn(some { words[$0.below(words.count)] }))),
      ("date", .date(FixedColumn(some { Int32($0.below(20)) }))),
      ("timestamp", .timestamp(FixedColumn(some { Int64($0.below(20)) * 1_000_003 }))),
    ])
  }
}
