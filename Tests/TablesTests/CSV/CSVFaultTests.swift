// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct CSVFaultTests {
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

  @Test(arguments: [
    ("", CSVFault.empty), ("\n\r\n", .empty), ("\u{FEFF}", .empty), ("a,b", .noRows),
    ("a,b\n\n", .noRows), ("a,,c\n1,2,3", .emptyName(position: 2)),
    ("a,b,a\n1,2,3", .duplicateName("a", first: 1, second: 3)),
    ("a,b\n1,2\n3,\"x\ny\n", .unterminatedQuote(line: 3, column: "b")),
    ("a,b\n\"x\ny\",2\n3,\"x\"y\n", .textAfterQuote(line: 4, column: "b")),
    ("a,b\n1,2\n\n3,\u{0}", .nulByte(line: 4)),
    ("\"a,b\n1,2", .unterminatedQuote(line: 1, column: "column1")),
  ])
  func `a malformed file has one fault with its line`(text: String, expected: CSVFault) {
    #expect(fault(text) == expected)
  }

  @Test func `bytes that are not UTF-8 are named by their line`() {
    #expect(fault(Array("a,b\r\n1,2\r\n3,".utf8) + [0xE9, 0x0A]) == .invalidUTF8(line: 3))
    #expect(fault(Array("a\n1\n".utf8) + [0xE2, 0x82]) == .invalidUTF8(line: 3))
  }

  @Test func `other encodings are recognised`() {
    #expect(fault([0xFF, 0xFE, 0x61, 0x00]) == .utf16)
    #expect(fault("\u{FEFF}a\n1", CSVOptions(encoding: .latin1)) == .byteOrderMarkInLatin1)
  }

  @Test func `wrongly typed cells are named by column and line, all columns at once`() {
    let options = CSVOptions(columns: ["a": .integer, "b": .date])
    let expected = CSVFault.wrongTypes([
      .init(column: "a", type: .integer, lines: [3, 5], count: 2),
      .init(column: "b", type: .date, lines: [3], count: 1),
    ])
    let found = fault("a,b\n1,2020-01-01\nzeven,gisteren\n,\nx7,2020-01-01\n", options)
    #expect(found == expected)
    #expect(
      found?.description == "column 'a': 2 values are not integer (line 3, 5); "
        + "column 'b': 1 value is not date (line 3)")
  }

  @Test func `no message shows a value`() {
    let options = CSVOptions(columns: ["a": .integer])
    for text in ["a,b\nGEHEIM,1\n", "a,b\n1,\"GEHEIM\"x\n", "a,b\n1,GEHEIM,3\n", "a,b\n1,\"GEHEIM"]
    {
      let found = fault(text, options)
      #expect(found != nil)
      let shown = "\(String(describing: found)) \(found?.help ?? "")"
      #expect(shown.firstRange(of: "GEHEIM") == nil)
    }
  }

  @Test func `ragged rows are counted and the first are named`() {
    let file = "a,b\n1,2\n3\n\"x\n\",5,6\n7,8\n9\n"
    let expected = CSVFault.raggedRows(
      [.init(line: 3, fields: 1), .init(line: 4, fields: 3), .init(line: 7, fields: 1)], count: 3,
      expected: 2)
    #expect(fault(file) == expected)
    #expect(
      expected.description
        == "3 rows have not 2 fields: line 3 has 1, line 4 has 3, line 7 has 1")
  }

  @Test func `types for columns that are not there are refused`() {
    #expect(
      fault("a,b\n1,2", CSVOptions(columns: ["a": .text, "c": .text, "B": .text]))
        == .unknownColumns(["B", "c"], known: ["a", "b"]))
  }

  @Test func `a delimiter that cannot be told apart is refused`() {
    for byte in Array("\"\n\r.5".utf8) + [0xE9] {
      #expect(fault("a,b\n1,2", CSVOptions(delimiter: byte)) == .unusableDelimiter)
    }
  }

  @Test func `a file that is not there, a folder and an empty file are told apart`() throws {
    try TemporaryFolder.with { folder in
      func fault(_ path: String) -> CSVFault? {
        do throws(CSVFault) {
          _ = try CSVReader().read(path: path)
          return nil
        } catch {
          return error
        }
      }
      #expect(fault(folder + "/no.csv") == .fileMissing(path: folder + "/no.csv"))
      #expect(fault(folder) == .fileUnreadable(path: folder, reason: "it is a folder"))
      try TemporaryFolder.write([], to: folder + "/empty.csv")
      #expect(fault(folder + "/empty.csv") == .empty)
    }
  }

  @Test func `a field over 16 MiB is refused, in quotes or not`() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: (1 << 24) + 1)
    let quote = UInt8(ascii: "\"")
    let start = Array("a,b\n1,2\n3,".utf8)
    #expect(fault(start + long) == .fieldTooLong(line: 3, column: "b"))
    #expect(fault(start + [quote] + long) == .fieldTooLong(line: 3, column: "b"))
  }

  @Test func `a header wider than any table is refused`() {
    let names = [UInt8](repeating: UInt8(ascii: ","), count: CSVReader.columnLimit)
    #expect(fault(names + Array("\n1".utf8)) == .tooManyColumns(limit: CSVReader.columnLimit))
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `bytes at random give a table or a fault`(seed: UInt64) throws {
    var random = Xorshift(seed + 7)
    let signs = Array("\"\"\"\n\n\r,,;\t|ab 0123456789.-+eE:T".utf8) + [0xC3, 0xA9]
    let wild = random.below(4) == 0
    let bytes = (0..<random.below(400)).map { _ in
      wild ? random.byte() : signs[random.below(signs.count)]
    }
    let options = CSVOptions(
      delimiter: random.below(2) == 0 ? nil : UInt8(ascii: ","),
      encoding: random.below(3) == 0 ? .latin1 : .utf8, header: random.below(2) == 0,
      missing: random.below(2) == 0 ? [""] : ["", "a", "1"],
      ragged: random.below(3) == 0 ? .fault : .refuseRow)
    do throws(CSVFault) {
      let result = try CSVReader(options).read(bytes: bytes)
      #expect(result.table.columns.allSatisfy { $0.count == result.rowsRead })
      #expect(result.rowsRead > 0)
    } catch {
      #expect(!error.description.isEmpty)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `a good file cut and changed anywhere gives a table or a fault`(seed: UInt64) throws {
    var random = Xorshift(seed + 9_000)
    var bytes = Array("id,naam,datum,bedrag\n".utf8)
    for row in 0..<40 {
      bytes += "\(row),\"A, \"\"\(row)\"\"\r\n\",2020-01-0\(row % 9 + 1),\(row).50\r\n".utf8
    }
    bytes.removeLast(random.below(bytes.count - 60))
    for _ in 0..<random.below(5) { bytes[random.below(bytes.count)] = random.byte() }
    let outcome = Result { () throws(CSVFault) in try CSVReader().read(bytes: bytes) }
    switch outcome {
    case .success(let result): #expect(result.table.rowCount == result.rowsRead)
    case .failure(let fault): #expect(!fault.help.isEmpty)
    }
  }
}
