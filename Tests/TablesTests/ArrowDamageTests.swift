// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

struct ArrowDamageTests {
  @Test func `an empty file is no Arrow file`() {
    #expect(throws: ArrowFault.notArrow(looksLike: nil)) { try ArrowFile.decode([]) }
  }

  @Test(arguments: [("PAR1....", "Parquet"), ("FEA1....", "Feather version 1")])
  func `another format is recognised`(content: String, name: String) {
    #expect(throws: ArrowFault.notArrow(looksLike: name)) {
      try ArrowFile.decode(Array(content.utf8))
    }
  }

  @Test func `a file cut anywhere is a fault`() throws {
    let file = try ArrowFile.encode(ArrowSamples.everyType(rows: 5))
    for length in stride(from: 0, to: file.count, by: 3) {
      #expect(throws: ArrowFault.self) { try ArrowFile.decode(Array(file.prefix(length))) }
    }
  }

  /// The only harm that a changed byte may do is another table or a fault.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `changed bytes never trap`(seed: UInt64) throws {
    let table = try ArrowSamples.everyType(rows: 6)
    let file = try ArrowFile.encode(table)
    var random = Xorshift(seed)
    var faults = 0
    for _ in 0..<500 {
      var changed = file
      for _ in 0...random.below(3) {
        // Small, large and negative numbers do other harm than random ones.
        changed[random.below(changed.count)] =
          [0, 1, 0x7F, 0x80, 0xFF, random.byte()][
            random.below(6)]
      }
      do {
        _ = try ArrowFile.decode(changed)
      } catch {
        faults += 1
      }
    }
    #expect(faults > 20)
  }

  /// A bit in every byte, one after the other: no table that trusts it is far from the honest one.
  @Test(arguments: ["file", "stream"], [0x01, 0x80, 0xFF] as [UInt8])
  func `a change of any one byte gives a table or a fault`(form: String, change: UInt8) throws {
    let table = try ArrowSamples.everyType(rows: 6)
    let bytes = try form == "file" ? ArrowFile.encode(table) : ArrowStream.encode(table)
    var faults = 0
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= change
      do {
        let read = try ArrowSource.read(bytes: changed).table
        #expect(read.rowCount <= 8 * bytes.count)
      } catch {
        faults += 1
        #expect(!"\(error)".contains("a somewhat longer"))
      }
    }
    #expect(faults > 50)
  }

  /// Streams are read message by message, so that lengths steer more than in a file.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `changed bytes of a stream never trap`(seed: UInt64) throws {
    let stream = try ArrowStream.encode(ArrowSamples.everyType(rows: 6))
    var random = Xorshift(seed &+ 200)
    var faults = 0
    for _ in 0..<500 {
      var changed = stream
      let replacement: UInt8 = [0, 1, 0x7F, 0x80, 0xFF, random.byte()][random.below(6)]
      let start = random.below(changed.count - 4)
      for byte in 0..<[1, 2, 4][random.below(3)] { changed[start + byte] = replacement }
      do {
        _ = try ArrowStream.decode(changed)
      } catch {
        faults += 1
      }
    }
    #expect(faults > 50)
  }

  /// A footer may name one batch over and over, which would make a large table of a small file.
  ///
  /// Columns of the type null take no room beside their description, which makes it worst.
  @Test(arguments: ["bool", "null"])
  func `a batch that is named over and over is a fault`(type: String) throws {
    let columns = (0..<20).map { (name: "c\($0)", column: Column.boolean(BooleanColumn([true]))) }
    let file = try ArrowFile.encode(Table(columns))
    // The footer's list of batches is its last: a count of one, and three words behind it.
    let footerEnd = file.count - 10
    var changed = file
    let count = try #require(
      (0...(footerEnd - 28)).last {
        file[$0..<$0 + 4].elementsEqual([1, 0, 0, 0]) && footerEnd - $0 <= 40
      })
    let block = Array(file[(count + 4)..<(count + 28)])
    if type == "null" {
      // Any row may be missing (1), and the type's code: 6 for bool becomes 1 for null.
      for place in (changed.count / 2)..<footerEnd where changed[place...].starts(with: [1, 6]) {
        changed[place + 1] = 1
      }
      #expect(try ArrowFile.decode(changed)["c19"] == .text(TextColumn([nil])))
    }
    changed[count] = 200
    let more = [UInt8]((0..<199).flatMap { _ in block })
    changed.insert(contentsOf: more, at: count + 28)
    let length =
      UInt32(changed.count - file.count)
      + file.suffix(10).prefix(4).reversed()
      .reduce(0) { $0 << 8 | UInt32($1) }
    withUnsafeBytes(of: length.littleEndian) { bytes in
      changed.replaceSubrange((changed.count - 10)..<(changed.count - 6), with: bytes)
    }
    #expect(throws: ArrowFault.damaged("its batches overlap")) { try ArrowFile.decode(changed) }
  }

  /// Most bytes of a file are values and padding; these are the ones that steer the reader.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `changed metadata never trap`(seed: UInt64) throws {
    let file = try ArrowFile.encode(ArrowSamples.everyType(rows: 6))
    let footerLength = file.suffix(10).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = (file.count - 10 - footerLength)..<(file.count - 6)
    var random = Xorshift(seed &+ 100)
    var faults = 0
    for _ in 0..<500 {
      var changed = file
      let replacement: UInt8 = [0, 1, 0x7F, 0x80, 0xFF, random.byte()][random.below(6)]
      let start = footer.lowerBound + random.below(footer.count - 4)
      for byte in 0..<[1, 2, 4][random.below(3)] { changed[start + byte] = replacement }
      do {
        _ = try ArrowFile.decode(changed)
      } catch {
        faults += 1
      }
    }
    #expect(faults > 50)
  }

  @Test func `a batch that claims more rows than its file could hold is a fault`() throws {
    let values = [Int64](repeating: -1, count: 4242)
    var file = try ArrowFile.encode(Table([("v", .integer(FixedColumn(values)))]))
    let rows: [UInt8] = [0x92, 0x10, 0, 0, 0, 0, 0, 0]
    let claimed: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 4]
    var faults: [ArrowFault?] = []
    while let changed = file.replacing(rows, with: claimed) {
      file = changed
      faults.append(#expect(throws: ArrowFault.self) { try ArrowFile.decode(file) })
    }
    #expect(faults.last == .damaged("it claims more rows than it has room for"))
  }

  /// Memory was asked for on the strength of what the file says, which ends a process that has not got it.
  @Test(arguments: ["lz4", "zstd"])
  func `a compressed buffer that claims more than it could become is a fault`(form: String) throws {
    let seed = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fuzzing/Seeds/arrow/\(form).arrow")
    var file = try TemporaryFolder.bytes(of: seed.path)
    #expect(try ArrowFile.decode(file).rowCount == 3)
    let mark: [UInt8] = form == "lz4" ? [0x04, 0x22, 0x4D, 0x18] : [0x28, 0xB5, 0x2F, 0xFD]
    let frame = try #require(file.firstRange(of: mark)).lowerBound
    // The length before the frame becomes 512 MiB.
    file.replaceSubrange((frame - 8)..<frame, with: [0, 0, 0, 0x20, 0, 0, 0, 0])
    let fault = #expect(throws: ArrowFault.self) { try ArrowFile.decode(file) }
    #expect(fault?.description.contains("does not fit its length") == true)
  }

  /// Read whole it had none, and in batches as many as the batch said.
  @Test func `a batch without columns has no rows, whatever it says`() throws {
    let file = try ArrowFile.encode(Table([("v", .integer(FixedColumn([5, 6, 7])))]))
    try TemporaryFolder.with { folder in
      var withoutColumns = 0
      // One of these counts is that of the schema's columns.
      for place in file.indices.dropLast(4) where file[place...].starts(with: [1, 0, 0, 0]) {
        var changed = file
        changed[place] = 0
        try TemporaryFolder.write(changed, to: folder + "/x.arrow")
        guard let (schema, rows) = try? ArrowFile.describe(path: folder + "/x.arrow"),
          schema.isEmpty
        else { continue }
        withoutColumns += 1
        #expect(rows == 0)
        #expect(try ArrowFile.decode(changed) == Table([]))
      }
      #expect(withoutColumns > 0)
    }
  }

  @Test func `invalid UTF-8 is named by its column`() throws {
    let file = try ArrowFile.encode(Table([("note", .text(TextColumn(["abcdefgh"])))]))
    let damaged = try #require(file.replacing("abcdefgh", with: [0x61, 0xFF]))
    #expect(throws: ArrowFault.invalidText(column: "note")) { try ArrowFile.decode(damaged) }
  }

  @Test func `a text cut inside a character is invalid`() throws {
    let file = try ArrowFile.encode(Table([("note", .text(TextColumn(["abc", "defgh"])))]))
    // A two-byte character across the end of the first text.
    let damaged = try #require(file.replacing("abcdefgh", with: [0x61, 0x62, 0xC3, 0xA9]))
    #expect(throws: ArrowFault.invalidText(column: "note")) { try ArrowFile.decode(damaged) }
  }

  @Test func `a code beyond its dictionary is named by its column`() throws {
    let column = CategoryColumn(["a", "b", "a"])
    let file = try ArrowFile.encode(Table([("arm", .category(column))]))
    let codes: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    let damaged = try #require(file.replacing(codes, with: [0, 0, 0, 0, 1, 0, 0, 9]))
    #expect(
      throws: ArrowFault.damaged("column 'arm' has a code that its dictionary lacks")
    ) { try ArrowFile.decode(damaged) }
  }

  @Test func `descending offsets are a fault`() throws {
    let file = try ArrowFile.encode(Table([("note", .text(TextColumn(["abc", "defgh"])))]))
    let offsets: [UInt8] = [0, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0]
    let damaged = try #require(file.replacing(offsets, with: [0, 0, 0, 0, 9]))
    #expect(
      throws: ArrowFault.damaged("texts of column 'note' lie outside of it")
    ) { try ArrowFile.decode(damaged) }
  }

  @Test func `no fault tells a value`() throws {
    let file = try ArrowFile.encode(Table([("note", .text(TextColumn(["secret!!"])))]))
    let damaged = try #require(file.replacing("secret!!", with: [0xFF]))
    let fault = #expect(throws: ArrowFault.self) { try ArrowFile.decode(damaged) }
    #expect(fault?.description.contains("ecret") == false)
  }
}

extension [UInt8] {
  /// With the first bytes of the only place where a text stands replaced.
  fileprivate func replacing(_ text: String, with bytes: [UInt8]) -> [UInt8]? {
    replacing(Array(text.utf8), with: bytes)
  }

  fileprivate func replacing(_ pattern: [UInt8], with bytes: [UInt8]) -> [UInt8]? {
    let place = indices.dropLast(pattern.count).first { start in
      self[start..<(start + pattern.count)].elementsEqual(pattern)
    }
    guard let place else { return nil }
    var result = self
    result.replaceSubrange(place..<(place + bytes.count), with: bytes)
    return result
  }
}
