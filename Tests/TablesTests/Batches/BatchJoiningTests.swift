// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct BatchJoiningTests {
  private static let kinds: [JoinKind] = [.inner, .left, .semi, .anti]

  /// The other table's columns under names of their own, save its keys.
  private static func right(_ rows: Int, _ random: inout Xorshift) throws -> Table {
    let table = try RandomTable.make(rows: rows, &random)
    return try table.renaming(table.names.map { ($0, "\($0) there") })
  }

  @Test(arguments: [1 << 30, 3_000], 0..<3 as Range<UInt64>)
  func `joins over batches are joins in memory, whatever the limit`(
    limit: Int, seed: UInt64
  ) throws {
    var random = Xorshift(seed + 3)
    let left = try RandomTable.make(rows: [0, 900, 70_000][Int(seed) % 3], &random)
    let right = try Self.right([300, 0, 40][Int(seed) % 3], &random)
    let columns = ["integer", "text", "number", "decimal", "date", "category"]
    let keys = (0..<(1 + random.below(2))).map { place in
      let name = columns[(random.below(3) + 3 * place)]
      return JoinKey(left: name, right: "\(name) there")
    }
    for kind in Self.kinds {
      // Pairs of a few thousand rows each would be millions.
      if left.rowCount > 1_000, kind == .inner || kind == .left, keys.count == 1 { continue }
      let whole = try left.joined(kind, with: right, on: keys, duplicates: .counted)
      let parts = try TableBatches(left).joined(
        kind, with: TableBatches(right), on: keys, duplicates: .counted, memoryLimit: limit)
      #expect(try parts.rows.table() == whole.table, "\(kind) \(keys)")
      #expect(parts.matchedRows == whole.matchedRows)
      #expect(parts.duplicateRows == whole.duplicateRows)
    }
  }

  @Test(arguments: [1 << 30, 1]) func `faults are those of a join in memory`(limit: Int) throws {
    let left = TableBatches(try Table([("key", .integer(FixedColumn([1, 2])))]))
    let twice = TableBatches(
      try Table([
        ("key", .integer(FixedColumn([1, 1]))), ("more", .integer(FixedColumn([3, 4]))),
      ]))
    func fault(_ right: TableBatches, _ key: JoinKey) -> TableFault? {
      do {
        _ = try left.joined(
          .inner, with: right, on: [key], duplicates: .refused, memoryLimit: limit)
        return nil
      } catch { return error as? TableFault }
    }
    #expect(fault(twice, JoinKey("key")) == .duplicateKeys(columns: ["key"], rows: 1))
    #expect(
      fault(twice, JoinKey(left: "key", right: "none"))
        == .unknownColumn("none", known: ["key", "more"]))
    let texts = TableBatches(try Table([("key", .text(TextColumn(["1", "2"])))]))
    #expect(
      fault(texts, JoinKey("key"))
        == .differentTypes(column: "key", expected: .integer, found: .text))
  }
}
