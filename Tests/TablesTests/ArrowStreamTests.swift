// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct ArrowStreamTests {
  @Test func `every column type comes back as it was`() throws {
    let table = try ArrowSamples.everyType(rows: 9)
    #expect(try ArrowStream.decode(ArrowStream.encode(table)) == table)
  }

  @Test(arguments: [65_535, 65_536, 131_137])
  func `batches are cut and put together again`(rows: Int) throws {
    let table = try ArrowSamples.twoColumns(rows: rows)
    #expect(try ArrowStream.decode(ArrowStream.encode(table)) == table)
  }

  @Test func `a table without rows keeps its columns`() throws {
    let table = try ArrowSamples.everyType(rows: 0)
    #expect(try ArrowStream.decode(ArrowStream.encode(table)) == table)
    #expect(try ArrowStream.decode(ArrowStream.encode(Table([]))) == Table([]))
  }

  @Test func `the pieces handed out are the stream`() throws {
    let table = try ArrowSamples.twoColumns(rows: 70_000)
    var stream: [UInt8] = []
    try ArrowStream.encode(table) { stream += $0 }
    #expect(try stream == ArrowStream.encode(table))
  }

  @Test func `equal tables give equal bytes`() throws {
    let one = try Table([("c", .category(CategoryColumn(["a", nil, "b"])))])
    let other = try Table([
      (
        "c",
        .category(
          CategoryColumn(
            codes: [1, 0, 0], dictionary: ["b", "a"],
            validity: Bitmap([true, false, true])))
      )
    ])
    #expect(try ArrowStream.encode(one) == ArrowStream.encode(other))
  }

  @Test func `files and streams are told apart by their first bytes`() throws {
    let table = try ArrowSamples.everyType(rows: 5)
    let (file, stream) = try (ArrowFile.encode(table), ArrowStream.encode(table))
    #expect(throws: ArrowFault.notArrow(looksLike: "an Arrow file")) {
      try ArrowStream.decode(file)
    }
    #expect(throws: ArrowFault.notArrow(looksLike: "an Arrow stream")) {
      try ArrowFile.decode(stream)
    }
    #expect(try ArrowSource.read(bytes: file).table == table)
    #expect(try ArrowSource.read(bytes: stream).table == table)
  }

  @Test func `types are told as the file declares them`() throws {
    let table = try ArrowSamples.everyType(rows: 5)
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(ArrowStream.encode(table), to: folder + "/t.arrows")
      let types = try ArrowSource.read(path: folder + "/t.arrows").types
      #expect(types.map(\.column) == table.names)
      #expect(types.map(\.type) == table.schema.map(\.type))
      #expect(Set(types.map(\.why)) == ["the file declares it"])
      #expect(try ArrowStream.read(path: folder + "/t.arrows") == table)
    }
  }

  @Test(arguments: [
    ([0x1F, 0x8B, 8, 0], "a file compressed with gzip"), (Array("PAR1".utf8), "Parquet"),
    (Array("id,arm\n".utf8), nil),
  ])
  func `what is no stream is told`(bytes: [UInt8], looksLike: String?) {
    #expect(throws: ArrowFault.notArrow(looksLike: looksLike)) { try ArrowStream.decode(bytes) }
  }

  @Test func `a stream cut anywhere is a fault, between its messages too`() throws {
    let stream = try ArrowStream.encode(ArrowSamples.everyType(rows: 5))
    for length in 0..<stream.count {
      #expect(throws: ArrowFault.self) { try ArrowStream.decode(Array(stream.prefix(length))) }
    }
    #expect(throws: ArrowFault.damaged("it ends too early")) {
      try ArrowStream.decode(stream.dropLast(8))
    }
  }

  @Test func `only zeros may follow the end`() throws {
    let table = try ArrowSamples.everyType(rows: 5)
    let stream = try ArrowStream.encode(table)
    #expect(try ArrowStream.decode(stream + [0, 0, 0]) == table)
    #expect(throws: ArrowFault.damaged("something follows its end")) {
      try ArrowStream.decode(stream + stream)
    }
  }

  @Test func `a second schema is a fault`() throws {
    let stream = try ArrowStream.encode(ArrowSamples.everyType(rows: 0))
    #expect(throws: ArrowFault.damaged("it has two schemas")) {
      try ArrowStream.decode(stream.dropLast(8) + stream)
    }
  }
}
