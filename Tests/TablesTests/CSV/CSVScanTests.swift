// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct CSVScanTests {
  /// A file whose columns change their type somewhere, with gaps, quotes and, if wanted, ragged rows.
  private static func file(rows: Int, ragged: Bool, _ random: inout Xorshift) -> [UInt8] {
    let kinds: [(inout Xorshift) -> String] = [
      { String($0.below(1_000)) }, { "\($0.below(1_000)).\($0.below(100))" },
      { $0.below(2) == 0 ? "true" : "false" }, { "2024-0\(1 + $0.below(9))-1\($0.below(9))" },
      { "2024-01-01T10:00:0\($0.below(9))Z" }, { ["north", "south", "\"ea,st\""][$0.below(3)] },
      { "text \($0.below(1_000_000))" }, { "0\($0.below(100))" }, { _ in "9007199254740993" },
    ]
    // Each column is of one kind up to some row, and of another from there on.
    let plan = (0..<8).map { _ in
      (random.below(kinds.count), random.below(kinds.count), random.below(2 * rows + 1))
    }
    var text = "a,b,c,d,e,f,g,h\n"
    for row in 0..<rows {
      if ragged, random.below(500) == 0 { text += "1,2,3\n" }
      let cells = plan.map { first, second, turn in
        random.below(10) == 0 ? "" : kinds[row < turn ? first : second](&random)
      }
      text += cells.joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  @Test(arguments: [(300, 40), (70_000, 1)], [false, true])
  func `batches hold what reading the whole file gives`(
    size: (rows: Int, files: Int), ragged: Bool
  ) throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.csv"
      for seed in 0..<size.files {
        var random = Xorshift(UInt64(seed + size.rows))
        try TemporaryFolder.write(Self.file(rows: size.rows, ragged: ragged, &random), to: path)
        let reader = CSVReader(CSVOptions(ragged: ragged ? .refuseRow : .fault))
        let whole = try reader.read(path: path)
        let scan = try reader.scan(path: path)
        #expect(scan.types.map(\.type) == whole.types.map(\.type))
        #expect(scan.rowCount == whole.rowsRead)
        #expect(scan.refused == whole.refused)
        #expect(scan.refusedCount == whole.refusedCount)
        var parts: [Table] = []
        var next = 0
        try scan.forEachBatch { batch, firstRow in
          #expect(firstRow == next)
          next += batch.rowCount
          parts.append(batch)
        }
        #expect(try Table.concatenating(parts) == whole.table)
        #expect(parts.count == (size.rows < 65_536 ? 1 : 2))
        if !ragged { #expect(scan.types == whole.types) }
      }
    }
  }

  @Test func `a file that changes between looking and reading is a fault`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.csv"
      try TemporaryFolder.write(Array("a,b\n1,2\n3,4\n".utf8), to: path)
      let scan = try CSVReader().scan(path: path)
      for other in ["a,b\n1,2\n3,x\n", "a,b\n1,2\n", "a,c\n1,2\n3,4\n", "a,b\n1,2\n3,4\n5,6\n"] {
        try TemporaryFolder.write(Array(other.utf8), to: path)
        #expect(throws: CSVFault.changedWhileRead) { try scan.forEachBatch { _, _ in } }
      }
    }
  }

  @Test func `faults are those of reading the whole file`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.csv"
      for text in ["", "a,b\n", "a,b\n1\n", "a,a\n1,2\n", "a,b\n1,\"2\n", "a\n\0\n"] {
        try TemporaryFolder.write(Array(text.utf8), to: path)
        var expected: CSVFault?
        do throws(CSVFault) { _ = try CSVReader().read(path: path) } catch { expected = error }
        #expect(throws: try #require(expected)) { try CSVReader().scan(path: path) }
      }
    }
  }
}
