// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct ArrowFileTests {
  @Test func `every column type comes back as it was`() throws {
    let table = try ArrowSamples.everyType(rows: 9)
    #expect(try ArrowFile.decode(ArrowFile.encode(table)) == table)
  }

  @Test(arguments: [65_535, 65_536, 65_537, 131_137])
  func `batches are cut and put together again`(rows: Int) throws {
    let table = try ArrowSamples.twoColumns(rows: rows)
    #expect(try ArrowFile.decode(ArrowFile.encode(table)) == table)
  }

  @Test func `a table without rows keeps its columns`() throws {
    let table = try ArrowSamples.everyType(rows: 0)
    let back = try ArrowFile.decode(ArrowFile.encode(table))
    #expect(back == table)
    #expect(back.schema == table.schema)
  }

  @Test func `a table without columns comes back`() throws {
    let table = try Table([])
    #expect(try ArrowFile.decode(ArrowFile.encode(table)) == table)
  }

  @Test func `the widest and the smallest decimals come back`() throws {
    let column = FixedColumn<Int64>([.min, .max, nil, 0, -1])
    let table = try Table([("d", .decimal(column, scale: 18))])
    #expect(try ArrowFile.decode(ArrowFile.encode(table)) == table)
  }

  @Test func `equal tables give equal bytes however they were made`() throws {
    let validity = Bitmap([true, false, true])
    let one = try Table([
      ("n", .number(FixedColumn([1, .nan, 0]))),
      (
        "c",
        .category(
          CategoryColumn(codes: [2, 0, 1], dictionary: ["x", "b", "a"], validity: validity))
      ),
    ])
    let other = try Table([
      ("n", .number(FixedColumn([1, 7, -0.0], validity: validity))),
      ("c", .category(CategoryColumn(["a", nil, "b"]))),
    ])
    #expect(try ArrowFile.encode(one) == ArrowFile.encode(other))
  }

  @Test func `a bitmap is written for the batches that need one only`() throws {
    let rows = 65_536 + 10
    var values = [Int64?](repeating: 1, count: rows)
    let without = try ArrowFile.encode(Table([("v", .integer(FixedColumn(values)))]))
    values[rows - 1] = nil
    let with = try ArrowFile.encode(Table([("v", .integer(FixedColumn(values)))]))
    #expect(with.count == without.count + 64)
  }

  @Test func `the pieces handed out are the file`() throws {
    let table = try ArrowSamples.twoColumns(rows: 70_000)
    var file: [UInt8] = []
    try ArrowFile.encode(table) { file += $0 }
    #expect(try file == ArrowFile.encode(table))
  }

  @Test func `a sink that fails stops the writing`() throws {
    struct Full: Error {}
    let table = try ArrowSamples.twoColumns(rows: 10)
    #expect(throws: Full.self) { try ArrowFile.encode(table) { _ in throw Full() } }
  }

  @Test func `the file begins and ends with the format's mark`() throws {
    let file = try ArrowFile.encode(Table([("v", .integer(FixedColumn([1])))]))
    #expect(Array(file.prefix(8)) == Array("ARROW1\0\0".utf8))
    #expect(Array(file.suffix(6)) == Array("ARROW1".utf8))
  }

  @Test func `a file on disk is read and described`() throws {
    let table = try ArrowSamples.everyType(rows: 100)
    try TemporaryFolder.with { folder in
      let path = folder + "/table.arrow"
      try TemporaryFolder.write(ArrowFile.encode(table), to: path)
      #expect(try ArrowFile.read(path: path) == table)
      let description = try ArrowFile.describe(path: path)
      #expect(description.schema == table.schema)
      #expect(description.rowCount == 100)
    }
  }

  @Test func `a missing file is named with the reason`() {
    let fault = #expect(throws: ArrowFault.self) { try ArrowFile.read(path: "/nowhere/t.arrow") }
    #expect(fault?.description == "cannot read '/nowhere/t.arrow': No such file or directory")
  }
}
