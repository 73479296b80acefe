// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Arrow files and streams: read whole, shared with the file, and in batches, which have to agree.
enum ArrowInput: FuzzedInput {
  nonisolated(unsafe) private static let file = ScratchFile()

  static func read(_ bytes: [UInt8]) {
    let whole = try? ArrowFile.decode(bytes)
    check(whole, bytes)
    check(try? ArrowStream.decode(bytes), bytes)
    let path = file.holding(bytes)
    demand(same(try? ArrowFile.map(path: path), whole), "a shared table is another")
    demand(((try? ArrowFile.describe(path: path)) != nil) || whole == nil, "no description")
    guard let batches = try? TableBatches(arrowFile: path) else { return }
    var rows = 0
    let isRead =
      (try? batches.forEachBatch { batch, first in
        demand(first == rows, "a batch begins elsewhere")
        if let whole {
          for (column, part) in zip(whole.columns, batch.columns) {
            demand(
              part.texts() == Array(column.texts()[first..<(first + part.count)]),
              "a batch holds other values")
          }
        }
        rows += batch.rowCount
      }) != nil
    demand(!isRead || rows == batches.rowCount, "the batches lose rows")
    demand(isRead || whole == nil, "a file can be read whole and not in batches")
  }

  /// Whatever was accepted can be shown, and written and read again.
  private static func check(_ table: Table?, _ bytes: [UInt8]) {
    guard let table else { return }
    demand(table.columns.allSatisfy { $0.count == table.rowCount }, "a column is too short")
    // A column of the type that has no values makes many rows of nothing.
    guard table.rowCount * table.columns.count <= 100_000 else { return }
    for column in table.columns { _ = column.texts() }
    guard let written = try? ArrowFile.encode(table) else { return }
    demand(same(try? ArrowFile.decode(written), table), "what was written reads otherwise")
  }

  /// Whether two tables show the same, where NaN is like NaN.
  private static func same(_ one: Table?, _ other: Table?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.schema == other.schema && one.rowCount == other.rowCount
      && zip(one.columns, other.columns).allSatisfy { $0.texts() == $1.texts() }
  }

  static func seeds() throws -> [[UInt8]] {
    let few = try table(rows: 5)
    let none = try table(rows: 0)
    return try [
      ArrowFile.encode(few), ArrowStream.encode(few), ArrowFile.encode(none),
      ArrowStream.encode(none), ArrowFile.encode(Table([])),
    ]
      + few.names.flatMap { name in
        let one = try few.selecting([name])
        return [try ArrowFile.encode(one), try ArrowStream.encode(one)]
      }
  }

  private static func table(rows: Int) throws -> Table {
    func column<Value>(_ skip: Int, _ value: (Int) -> Value) -> [Value?] {
      (0..<rows).map { ($0 + skip) % 3 == 0 ? nil : value($0) }
    }
    return try Table([
      ("b", .boolean(BooleanColumn(column(0) { $0 % 2 == 0 }))),
      ("i", .integer(FixedColumn(column(1) { Int64($0) - 2 }))),
      ("n", .number(FixedColumn(column(2) { Double($0) / 4 }))),
      ("m", .decimal(FixedColumn(column(0) { Int64($0) * 125 }), scale: 2)),
      ("t", .text(TextColumn(column(1) { "é\($0)" }))),
      ("c", .category(CategoryColumn(column(2) { "k\($0 % 2)" }))),
      ("d", .date(FixedColumn(column(0) { Int32($0) * 400 }))),
      ("z", .timestamp(FixedColumn(column(1) { Int64($0) * 86_400_000_001 }))),
    ])
  }
}
