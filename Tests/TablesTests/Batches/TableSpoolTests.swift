// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct TableSpoolTests {
  /// A table cut at random places.
  private static func cut(_ table: Table, _ random: inout Xorshift) -> [Table] {
    var parts: [Table] = []
    var start = 0
    while start < table.rowCount {
      let end = min(table.rowCount, start + random.below(50_000))
      parts.append(table.slice(start..<end))
      start = end
    }
    return parts
  }

  private static func spooled(_ parts: [Table], limit: Int) throws -> TableBatches {
    var spool = TableSpool(folder: "", memoryLimit: limit)
    for part in parts { try spool.append(part) }
    return try spool.finish()
  }

  private static func bytes(_ batches: TableBatches) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try batches.encode { bytes += $0 }
    return bytes
  }

  @Test(arguments: [0, 1 << 30], 0..<1 as Range<UInt64>)
  func `what comes back is the whole table, byte for byte`(limit: Int, seed: UInt64) throws {
    var random = Xorshift(seed + 1)
    let table = try RandomTable.make(rows: 150_000 + random.below(1_000), &random)
    let batches = try Self.spooled(Self.cut(table, &random), limit: limit)
    #expect(batches.rowCount == table.rowCount)
    #expect((batches.tableInMemory == nil) == (limit == 0))
    #expect(try Self.bytes(batches) == ArrowFile.encode(table))
    #expect(try batches.table() == table)
    for limit in [0, 10, 70_000] { #expect(try batches.prefix(limit) == table.prefix(limit)) }
    var parts: [Table] = []
    var next = 0
    try batches.forEachBatch { batch, firstRow in
      #expect(firstRow == next)
      next += batch.rowCount
      parts.append(batch)
    }
    #expect(try Table.concatenating(parts) == table)
    #expect(parts.map(\.rowCount) == [65_536, 65_536, table.rowCount - 131_072])
  }

  @Test(arguments: [0, 1 << 30])
  func `batches of several types get the narrowest that holds all`(limit: Int) throws {
    let none = Column.missing(.text, count: 2)
    let parts = try [
      [none, .integer(FixedColumn([1, 2])), .text(TextColumn(["a", "b"]))],
      [
        .date(FixedColumn([3, nil])), .decimal(FixedColumn([150, nil]), scale: 2),
        .category(CategoryColumn(["c", "c"])),
      ],
      [Column.missing(.number, count: 2), .number(FixedColumn([0.25, 4])), none],
    ].map { try Table([("a", $0[0]), ("b", $0[1]), ("c", $0[2])]) }
    let whole = try Table([
      ("a", .date(FixedColumn([nil, nil, 3, nil, nil, nil]))),
      ("b", .number(FixedColumn([1, 2, 1.5, nil, 0.25, 4]))),
      ("c", .text(TextColumn(["a", "b", "c", "c", nil, nil]))),
    ])
    #expect(try Self.spooled(parts, limit: limit).table() == whole)
  }

  @Test func `types that go with no other are a fault that names the column`() throws {
    var spool = TableSpool(folder: "")
    try spool.append(Table([("a", .integer(FixedColumn([1])))]))
    #expect(throws: TableFault.differentTypes(column: "a", expected: .integer, found: .date)) {
      try spool.append(Table([("a", .date(FixedColumn([1])))]))
    }
  }

  @Test func `a table without rows keeps its columns`() throws {
    let empty = try Table([
      ("a", .integer(FixedColumn([Int64]()))), ("b", .missing(.date, count: 0)),
    ])
    var spool = TableSpool(folder: "")
    try spool.append(empty)
    #expect(try spool.finish().table() == empty)
  }

  @Test func `a folder that cannot be written to is a fault that says so`() throws {
    var spool = TableSpool(folder: "/nowhere", memoryLimit: 0)
    var random = Xorshift(1)
    let table = try RandomTable.make(rows: 70_000, &random)
    #expect(throws: SpoolFault.self) { try spool.append(table) }
  }
}
