// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Tables that the Arrow tests write.
enum ArrowSamples {
  /// A column of each type; every fifth row or so is missing, in each column another.
  static func everyType(rows: Int) throws -> Table {
    func column<Value>(_ skip: Int, _ value: (Int) -> Value) -> [Value?] {
      (0..<rows).map { ($0 + skip) % 5 == 0 ? nil : value($0) }
    }
    let texts = ["", "één", "😀", "plain", "a somewhat longer text"]
    return try Table([
      ("boolean", .boolean(BooleanColumn(column(0) { $0 % 3 == 0 }))),
      ("integer", .integer(FixedColumn(column(1) { Int64($0) * 1_000_000_007 - 5 }))),
      ("number", .number(FixedColumn(column(2) { Double($0) / 7 - 1 }))),
      ("decimal", .decimal(FixedColumn(column(3) { Int64($0) * 125 - 300 }), scale: 2)),
      ("text", .text(TextColumn(column(4) { texts[$0 % 5] }))),
      ("category", .category(CategoryColumn(column(5) { texts[$0 % 3] }))),
      ("date", .date(FixedColumn(column(6) { Int32($0 % 10_000) * 40 - 700 }))),
      ("timestamp", .timestamp(FixedColumn(column(7) { Int64($0) * 86_400_000_001 - 1 }))),
      ("naïve name 'quoted'", .integer(FixedColumn((0..<rows).map { Int64?(Int64($0)) }))),
    ])
  }

  /// Enough rows for several batches: numbers with gaps in the second batch only, and texts.
  static func twoColumns(rows: Int) throws -> Table {
    let values = (0..<rows).map { row -> Int64? in row > 66_000 && row % 3 == 0 ? nil : Int64(row) }
    let texts = (0..<rows).map { row -> String? in row % 7 == 0 ? nil : "t\(row % 100)" }
    return try Table([
      ("value", .integer(FixedColumn(values))),
      ("text", .text(TextColumn(texts))),
    ])
  }
}
