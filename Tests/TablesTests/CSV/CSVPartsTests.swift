// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

/// A file read in parts comes out as it does when read in one go, down to the wording of its faults.
struct CSVPartsTests {
  /// Rows whose columns change their kind somewhere, with gaps, quotes over lines, blank lines and CRLF.
  private static func file(rows: Int, ragged: Bool, _ random: inout Xorshift) -> [UInt8] {
    let kinds: [(inout Xorshift) -> String] = [
      { String($0.below(1_000)) }, { "\($0.below(1_000)).\($0.below(100))" },
      { $0.below(2) == 0 ? "true" : "false" }, { "2024-0\(1 + $0.below(9))-1\($0.below(9))" },
      { "2024-01-01T10:00:0\($0.below(9))Z" },
      { ["north", "south", "\"ea,st\"", "\"we\nst\"", "\"a \"\"b\"\"\n\"", ""][$0.below(6)] },
      { "text \($0.below(1_000_000))" }, { "0\($0.below(100))" }, { _ in "9007199254740993" },
      { _ in "1234567890123456" }, { _ in "" },
    ]
    let plan = (0..<8).map { _ in
      let first = random.below(kinds.count)
      // Most columns keep their kind, as those of real files do.
      let second = random.below(3) == 0 ? random.below(kinds.count) : first
      return (first, second, random.below(2 * rows + 1))
    }
    let end = random.below(2) == 0 ? "\n" : "\r\n"
    var text = "a,b,c,d,e,f,g,h" + end
    for row in 0..<rows {
      if ragged, random.below(50) == 0 { text += "1,2,3" + end }
      if random.below(60) == 0 { text += end }
      let cells = plan.map { first, second, turn in
        random.below(10) == 0 ? "" : kinds[row < turn ? first : second](&random)
      }
      text += cells.joined(separator: ",") + end
    }
    return Array(text.utf8)
  }

  private func outcome(_ reader: CSVReader, _ bytes: [UInt8]) -> Result<CSVResult, CSVFault> {
    Result { () throws(CSVFault) in try reader.read(bytes: bytes) }
  }

  @Test(arguments: [false, true]) func `parts come out as the whole does`(ragged: Bool) throws {
    var read = 0
    for seed in 0..<120 {
      var random = Xorshift(UInt64(seed * 2 + (ragged ? 1 : 0)))
      let bytes = Self.file(rows: 20 + random.below(400), ragged: ragged, &random)
      let options = CSVOptions(
        columns: random.below(4) == 0 ? ["b": .category, "c": .number] : [:],
        ragged: ragged && random.below(4) > 0 ? .refuseRow : .fault)
      let whole = outcome(CSVReader(options, partSize: 1, processors: 1), bytes)
      for processors in [2, 3, 7] {
        let parts = outcome(CSVReader(options, partSize: 50, processors: processors), bytes)
        switch (whole, parts) {
        case (.success(let whole), .success(let parts)):
          read += 1
          #expect(parts.table == whole.table, "seed \(seed)")
          #expect(parts.rowsRead == whole.rowsRead && parts.refused == whole.refused)
          #expect(parts.refusedCount == whole.refusedCount)
          #expect(parts.types == whole.types, "seed \(seed)")
        case (.failure(let whole), .failure(let parts)):
          #expect(parts == whole, "seed \(seed)")
        default: Issue.record("seed \(seed): \(whole) is not \(parts)")
        }
      }
    }
    #expect(read > 100)
  }

  @Test func `a file whose every cut lies within quotes is read in one go`() throws {
    let long = "\"" + String(repeating: "line\n", count: 200) + "\""
    let bytes = Array("a,b\n1,\(long)\n2,\(long)\n".utf8)
    let whole = try CSVReader(CSVOptions(), partSize: 1, processors: 1).read(bytes: bytes)
    let parts = try CSVReader(CSVOptions(), partSize: 100, processors: 4).read(bytes: bytes)
    #expect(parts.table == whole.table && parts.rowsRead == 2)
  }

  @Test func `a file is indeed read in parts`() throws {
    let rows = (0..<500).map { "\($0),north,\($0).5\n" }.joined()
    let source = CSVSource(bytes: Array(("a,b,c\n" + rows).utf8), encoding: .utf8)
    let head = try CSVHead(source, CSVOptions())
    let parts = try #require(try CSVParts(source, head, CSVOptions(), count: 4))
    let pass = try #require(try parts.read(.keepingValues))
    #expect(pass.rows == 500)
    #expect(pass.finish(1) == .category(CategoryColumn([String](repeating: "north", count: 500))))
  }

  @Test func `a label too many in a later part makes text of the column`() throws {
    let rows = (0..<30_000).map { "\($0 % 12_000) x\n" }.joined()
    let bytes = Array(("a\n" + rows).utf8)
    let whole = try CSVReader(CSVOptions(), partSize: 1, processors: 1).read(bytes: bytes)
    let parts = try CSVReader(CSVOptions(), partSize: 100, processors: 4).read(bytes: bytes)
    #expect(parts.table == whole.table && parts.types == whole.types)
    #expect(whole.table.columns[0].type == .text)
  }
}
