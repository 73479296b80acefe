// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

/// Files of a shape that no program writes: read as what they are, or refused with one fault, and soon.
struct CSVShapeTests {
  private func fault(_ bytes: [UInt8], _ options: CSVOptions = CSVOptions()) -> CSVFault? {
    do throws(CSVFault) {
      _ = try CSVReader(options).read(bytes: bytes)
      return nil
    } catch {
      return error
    }
  }

  private func fault(_ text: String, _ options: CSVOptions = CSVOptions()) -> CSVFault? {
    fault(Array(text.utf8), options)
  }

  private static func many(_ sign: Character, _ count: Int) -> [UInt8] {
    [UInt8](repeating: sign.asciiValue ?? 0, count: count)
  }

  @Test func `CR, LF and CRLF in one file each end a row`() throws {
    let table = try CSVReader().read(bytes: Array("a,b\r1,x\n2,y\r\n3,z\r\r\n\n4,w".utf8)).table
    #expect(table["a"] == .integer(FixedColumn([1, 2, 3, 4])))
    #expect(table["b"]?.texts() == ["x", "y", "z", "w"])
  }

  @Test func `lines are counted over line ends of all kinds`() {
    let found = fault("a,b\r1,x\n2,y\r\n3\n")
    #expect(found == .raggedRows([.init(line: 4, fields: 1)], count: 1, expected: 2))
    #expect(found?.description == "1 row has not 2 fields: line 4 has 1")
  }

  @Test func `a last row that is cut short is named`() {
    #expect(fault("a,b,c\n1,2,3\n4,5")?.description == "1 row has not 3 fields: line 3 has 2")
    #expect(fault("a,b,c\n1,2,3\n4,5,6,")?.description == "1 row has not 3 fields: line 3 has 4")
  }

  @Test(arguments: [("a,\u{0}b\n1,2\n", 1), ("a,b\n1,2\n\"x\u{0}\",3\n", 3), ("\u{0}", 1)])
  func `a NUL is told with its line, in names and in quotes too`(text: String, line: Int) {
    #expect(fault(text) == .nulByte(line: line))
    #expect(CSVFault.nulByte(line: line).description == "line \(line) has a NUL byte")
  }

  @Test func `a byte order mark within the file is a sign like others`() throws {
    let table = try CSVReader().read(bytes: Array("a,b\n\u{FEFF}1,x\n2,\u{FEFF}\n".utf8)).table
    #expect(table["a"]?.texts() == ["\u{FEFF}1", "2"])
    #expect(table["b"]?.texts() == ["x", "\u{FEFF}"])
    #expect(fault("\u{FEFF}\u{FEFF}a,\n1,2\n") == .emptyName(position: 2))
  }

  @Test(arguments: 1...8)
  func `a file of nothing but quotes is one name or a quote without end`(count: Int) {
    let found = fault(Self.many("\"", count))
    switch count {
    case 2: #expect(found == .emptyName(position: 1))
    case 4, 6, 8: #expect(found == .noRows)
    default: #expect(found == .unterminatedQuote(line: 1, column: "column1"))
    }
  }

  @Test func `a file of nothing but delimiters has columns without names`() {
    #expect(fault(Self.many(",", 1_000)) == .emptyName(position: 1))
    #expect(
      fault(Self.many(",", 1_000) + [0x0A] + Self.many(",", 1_000)) == .emptyName(position: 1))
    #expect(fault(Self.many(",", 3), CSVOptions(header: false)) == nil)
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func `a file of nothing but line ends is empty`(end: String) {
    #expect(fault(String(repeating: end, count: 200_000)) == .empty)
    #expect(fault("a,b" + String(repeating: end, count: 200_000)) == .noRows)
  }

  @Test func `names behind many blank lines keep their line`() {
    let blank = String(repeating: "\n", count: 400_000)
    #expect(fault(blank + "a,b\n1,2\n") == nil)
    #expect(fault(blank + "a,b\n1\n")?.description == "1 row has not 2 fields: line 400002 has 1")
  }

  @Test func `a quote that opens and never closes names where it opens`() {
    let rows = String(repeating: "1,2\n", count: 100_000)
    let found = fault("a,b\n1,\"2\n" + rows)
    #expect(found == .unterminatedQuote(line: 2, column: "b"))
    #expect(
      found?.description == "the quote that opens on line 2, in column 'b', is never closed")
  }

  @Test func `a field of 100 MB is refused where it passes 16 MiB`() {
    let found = fault(Array("a,b\n1,".utf8) + Self.many("x", 100_000_000))
    #expect(found == .fieldTooLong(line: 2, column: "b"))
    #expect(found?.description == "line 2, column 'b': the field is longer than 16 MiB")
  }

  @Test func `a row of many fields that is longer than a field may be is read`() throws {
    let field = Self.many("x", 1 << 20)
    let row = (0..<20).map { _ in field }.joined(separator: [0x2C])
    let names = (0..<20).map { "c\($0)" }.joined(separator: ",")
    let table = try CSVReader().read(bytes: Array(names.utf8) + [0x0A] + row).table
    #expect(table["c19"]?.display(at: 0)?.utf8.count == 1 << 20)
  }

  /// Each field is short enough, and all of them together would have to be in memory.
  @Test(arguments: ["", "a,b\n1,2\n"])
  func `a row over 64 MiB is refused`(before: String) {
    let field = Self.many("x", 1 << 20) + Array(",".utf8)
    let row = (0..<140).flatMap { _ in field }
    let line = before.isEmpty ? 1 : 3
    #expect(fault(Array(before.utf8) + row) == .rowTooLong(line: line))
    #expect(
      CSVFault.rowTooLong(line: line).description
        == "the row that begins on line \(line) is longer than 64 MiB")
  }

  /// What unfolds from it is read piece by piece, so that a long row could be looked at ever anew.
  @Test func `a compressed row that never ends is refused`() {
    func bomb(_ sign: Character) -> [UInt8] {
      CompressedSample.zstd(repeating: sign.asciiValue ?? 0, blocks: 1_100)
    }
    #expect(bomb(";").count < 5_000)
    let options = CSVOptions(delimiter: UInt8(ascii: ";"))
    #expect(fault(bomb(";"), options) == .tooManyColumns(limit: 100_000))
    #expect(fault(bomb("x"), options) == .rowTooLong(line: 1))
  }

  @Test func `100,000 columns are read and one more is refused`() throws {
    func file(_ columns: Int) -> [UInt8] {
      let names = (0..<columns).map { "c\($0)" }.joined(separator: ",")
      return Array(names.utf8) + [0x0A] + Self.many("1", 1)
        + (1..<columns).flatMap { _ in Array(",1".utf8) }
    }
    #expect(try CSVReader().read(bytes: file(100_000)).table.columns.count == 100_000)
    let found = fault(file(100_001))
    #expect(found == .tooManyColumns(limit: 100_000))
    #expect(found?.description == "the file has more than 100000 columns")
  }

  @Test func `a million different texts are read as text`() throws {
    var bytes = Array("id,k\n".utf8)
    bytes.reserveCapacity(12_000_000)
    for row in 0..<1_000_000 { bytes += "t\(row),x\n".utf8 }
    let result = try CSVReader().read(bytes: bytes)
    #expect(result.types.map(\.type) == [.text, .category])
    #expect(result.table["id"]?.display(at: 999_999) == "t999999")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a compressed file that ends too early says so`(form: String) {
    let text = "a,b\n" + String(repeating: "1,2\n", count: 50_000)
    let file = form == "gzip" ? CompressedSample.gzip(text) : CompressedSample.zstd(text)
    let found = fault(Array(file.dropLast(100_000)))
    #expect(
      found?.description
        == "the compressed file ends too early: its \(form) data are not complete")
  }

  /// Its text was counted although its row was left out.
  @Test func `a refused row does not count among the different texts`() throws {
    let options = CSVOptions(ragged: .refuseRow)
    let bytes = Array("a\nx\nx\ny\nwild,1\nx\ny\nz\nz\nwilder,1\n".utf8)
    let read = try CSVReader(options).read(bytes: bytes)
    #expect(read.types.map(\.why) == ["3 different texts in 7 values"])
    #expect(read.table["a"] == .category(CategoryColumn(["x", "x", "y", "x", "y", "z", "z"])))
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(bytes, to: folder + "/a.csv")
      let scan = try CSVReader(options).scan(path: folder + "/a.csv")
      #expect(scan.types.map(\.why) == read.types.map(\.why))
    }
  }

  /// Labels of refused rows used to fill the category, beyond which it becomes text.
  @Test func `refused rows do not make a category text`() throws {
    var text = "a\n"
    for row in 0..<12_000 { text += "k\(row % 3)\nr\(row),1\n" }
    let read = try CSVReader(CSVOptions(ragged: .refuseRow)).read(bytes: Array(text.utf8))
    #expect(read.types.map(\.why) == ["3 different texts in 12000 values"])
    #expect(read.refusedCount == 12_000)
    #expect(read.table["a"]?.display(at: 11_999) == "k2")
  }
}
