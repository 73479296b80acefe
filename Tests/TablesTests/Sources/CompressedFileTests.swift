// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct CompressedFileTests {
  private static let text = "id,arm\n" + (1...3_000).map { "\($0),a\($0 % 3)\n" }.joined()

  private static let forms: [(name: String, compress: @Sendable (String) -> [UInt8])] = [
    ("gzip", { CompressedSample.gzip($0) }), ("zstd", { CompressedSample.zstd($0) }),
  ]

  private func fault(_ bytes: [UInt8]) -> CSVFault? {
    do throws(CSVFault) {
      _ = try CSVReader().read(bytes: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a compressed file gives the table of the plain one`(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let plain = try CSVReader().read(bytes: Array(Self.text.utf8))
    let read = try CSVReader().read(bytes: form.compress(Self.text))
    #expect(read.table == plain.table)
    #expect(read.types == plain.types)
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a column that must be read twice is`(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let read = try CSVReader().read(bytes: form.compress(Self.text + "x,a\n"))
    #expect(read.table["id"]?.type == .text)
    #expect(read.table["id"]?.display(at: 0) == "1")
    #expect(read.types[0].why == "line 3002 has no whole number, as the lines before it have")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `parts that follow each other are one file`(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let parts = form.compress("id,arm\n1,") + form.compress("") + form.compress("b\n2,c\n")
    let table = try CSVReader().read(bytes: parts).table
    #expect(table["id"] == .integer(FixedColumn([1, 2])))
    #expect(table["arm"]?.texts() == ["b", "c"])
  }

  @Test func `zeros behind gzip data are padding`() throws {
    let padded = CompressedSample.gzip("a\n1\n") + [UInt8](repeating: 0, count: 100_000)
    #expect(try CSVReader().read(bytes: padded).rowsRead == 1)
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a file cut anywhere ends too early`(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let compression = try #require(Compression(rawValue: name))
    let file = form.compress("a,b\n1,2\n3,4\n")
    for length in 4..<file.count {
      #expect(
        fault(Array(file.prefix(length))) == .compressed(.endsTooEarly(compression)), "\(length)")
    }
  }

  /// Behind the length of a stored block every change shows, be it in the text or in the checksum.
  @Test func `a changed byte is told as damage and not as what it did to the text`() {
    let file = CompressedSample.gzip("a,b\n1,2\n3,4\n")
    for place in 15..<file.count {
      for change in [0x01, 0x80, 0xFF] as [UInt8] {
        var changed = file
        changed[place] ^= change
        #expect(fault(changed) == .compressed(.damaged(.gzip)), "\(place)")
      }
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `something behind the data is a fault`(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let compression = try #require(Compression(rawValue: name))
    let file = form.compress("a\n1\n") + Array("more data\n".utf8)
    #expect(fault(file) == .compressed(.followedByOther(compression)))
  }

  @Test func `a fault of the text keeps its line`() {
    #expect(
      fault(CompressedSample.gzip("a,b\n1,2\n\"x,3\n")) == .unterminatedQuote(line: 3, column: "a"))
  }

  @Test func `a compressed file without text is empty`() {
    #expect(fault(CompressedSample.gzip("")) == .empty)
  }

  @Test func `a window beyond 128 MiB is refused`() {
    let file = CompressedSample.zstdHeader(windowLog: 28) + [1, 0, 0]
    #expect(fault(file) == .compressed(.windowTooLarge(limit: 1 << 27)))
  }

  @Test func `a window of 128 MiB is taken`() {
    #expect(fault(CompressedSample.zstdHeader(windowLog: 27) + [1, 0, 0]) == .empty)
  }

  @Test func `what becomes too large too easily is refused`() throws {
    var limits = CompressionLimits()
    limits.size = 1 << 22
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
    defer { memory.deallocate() }
    func readAll(blocks: Int) throws(ByteFault) -> Int {
      let file = CompressedSample.zstd(repeating: 0x0A, blocks: blocks)
      let source = ByteSource(bytes: file, limits: limits)
      while try source.read(into: memory) > 0 {}
      return source.bytesRead
    }
    #expect(try readAll(blocks: 32) == 1 << 22)
    #expect(throws: ByteFault.compressed(.expandsTooMuch(ratio: 1_000))) {
      try readAll(blocks: 64)
    }
  }

  @Test func `the size is estimated within four times what was read`() throws {
    let file = CompressedSample.zstd(repeating: 0x61, blocks: 64)
    let source = ByteSource(bytes: file)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 8)
    defer { memory.deallocate() }
    while try source.read(into: memory) > 0 {
      #expect(source.size >= source.bytesRead)
      #expect(source.size <= 4 * source.bytesRead)
    }
    #expect(source.size == source.bytesRead)
  }

  @Test(arguments: [
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"), (Array("PK\u{3}\u{4}....".utf8), "zip"),
    (Array("BZh91AY&SY..".utf8), "bzip2"), ([4, 0x22, 0x4D, 0x18, 0, 0], "lz4"),
  ])
  func `another compression is named`(opening: [UInt8], name: String) {
    #expect(fault(opening) == .compressed(.unsupported(name)))
  }

  @Test func `a column may be named like the mark of bzip2`() throws {
    #expect(try CSVReader().read(bytes: Array("BZh9,b\n1,2\n".utf8)).table.names == ["BZh9", "b"])
  }

  @Test func `a compressed file is read batch by batch as well`() throws {
    let text = "id,arm\n" + (1...70_000).map { "\($0),a\($0 % 3)\n" }.joined()
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.csv.zst"
      try TemporaryFolder.write(CompressedSample.zstd(text), to: path)
      let scan = try CSVReader().scan(path: path)
      #expect(scan.rowCount == 70_000)
      var batches: [Table] = []
      try scan.forEachBatch { batch, _ in batches.append(batch) }
      #expect(batches.count > 1)
      #expect(batches.flatMap { $0["id"]?.texts() ?? [] } == (1...70_000).map { String($0) })
    }
  }

  @Test func `a file on disk is known by its bytes and not by its name`() throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/cases.csv"
      try TemporaryFolder.write(CompressedSample.gzip("a\n1\n"), to: path)
      #expect(try CSVReader().read(path: path).rowsRead == 1)
      #expect(try CSVReader().columnNames(path: path) == ["a"])
    }
  }
}

/// What real compressors write, with checksums, windows and all.
@Suite(
  .enabled(
    if: Python.has("pyarrow"), "needs pyarrow; PROEFTUIN_PYTHON names the interpreter"))
struct CompressedExchangeTests {
  @Test(arguments: ["gzip", "zstd", "zstd-parts", "gzip-parts"])
  func `what other programs compress is read`(form: String) throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "compressed_files.py", folder)
      let plain = try CSVReader().read(path: folder + "/plain.csv").table
      #expect(plain.rowCount == 30_000)
      #expect(try CSVReader().read(path: "\(folder)/\(form).csv").table == plain)
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a cut or changed file never gives a table`(form: String) throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "compressed_files.py", folder)
      let file = try TemporaryFolder.bytes(of: "\(folder)/small-\(form).csv")
      let plain = try CSVReader().read(bytes: file).table
      for length in 4..<file.count {
        #expect(throws: CSVFault.self) { try CSVReader().read(bytes: Array(file.prefix(length))) }
      }
      // A change in what nothing depends on, such as the time in gzip's header, changes nothing. The
      // library that writes zstd here adds no checksum, so that there a change may go unnoticed.
      if form == "zstd" { return }
      for place in 4..<file.count {
        var changed = file
        changed[place] ^= 0x10
        let outcome = Result { () throws(CSVFault) in try CSVReader().read(bytes: changed).table }
        if case .success(let table) = outcome { #expect((table == plain) == true, "byte \(place)") }
      }
    }
  }
}
