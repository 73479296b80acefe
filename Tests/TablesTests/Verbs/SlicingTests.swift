// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct SlicingTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a slice holds the rows that taking them one by one gives`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let rows = random.below(301)
    let table = try RandomTable.make(rows: rows, &random)
    let start = random.below(rows + 1)
    let end = start + random.below(rows - start + 1)
    let slice = table.slice(start..<end)
    let copy = table.taking(rows: Array(start..<end))
    #expect(slice == copy)
    #expect(slice.hashValue == copy.hashValue)
    #expect(try ArrowFile.encode(slice) == ArrowFile.encode(copy))
    // Verbs over slices work as over whole tables.
    #expect(try Table.concatenating([table.slice(0..<start), table.slice(start..<rows)]) == table)
    #expect(slice.filtered(by: Bitmap(repeating: true, count: slice.rowCount)) == copy)
  }

  @Test func `a slice shares the memory of its values`() throws {
    let column = Column.integer(FixedColumn(Array(0..<100 as Range<Int64>)))
    guard case .integer(let whole) = column, case .integer(let part) = column.slice(10..<20) else {
      Issue.record("a slice has another type")
      return
    }
    let offset = whole.values.withUnsafeBytes { all in
      part.values.withUnsafeBytes { part in
        all.baseAddress.flatMap { start in part.baseAddress.map { start.distance(to: $0) } }
      }
    }
    #expect(offset == 80)
  }

  @Test func `an array that was handed over comes back without a copy`() {
    let array = Array(0..<1_000 as Range<Int64>)
    let back = ColumnBuffer(array).array
    #expect(
      array.withUnsafeBufferPointer { $0.baseAddress }
        == back.withUnsafeBufferPointer { $0.baseAddress })
  }
}
