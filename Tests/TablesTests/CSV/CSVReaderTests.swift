// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct CSVReaderTests {
  private func read(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> CSVResult {
    try CSVReader(options).read(bytes: Array(text.utf8))
  }

  private func texts(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> [[String?]] {
    try read(text, options).table.columns.map { $0.texts() }
  }

  @Test(arguments: [
    "a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r", "a,b\n1,x\n2,y",
    "a,b\r\n1,x\r\n2,y", "\u{FEFF}a,b\n1,x\n2,y\n", "a;b\n1;x\n2;y", "a\tb\n1\tx\n2\ty",
    "a|b\n1|x\n2|y", "\n\na,b\n\n1,x\n\r\n2,y\n\n", "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n",
  ])
  func `line ends, marks, delimiters, blank lines and quotes do not change the table`(
    text: String
  ) throws {
    let result = try read(text)
    #expect(result.table.names == ["a", "b"])
    #expect(result.table.columns.map { $0.texts() } == [["1", "2"], ["x", "y"]])
    #expect(result.table.columns.map(\.type) == [.integer, .text])
    #expect(result.rowsRead == 2)
  }

  @Test func `a quoted field keeps delimiters, line ends and doubled quotes`() throws {
    let cells = try texts("a,b\n\"x, \"\"y\"\"\r\nz\",\"\"\"\"\n\",\n\",\"a\"\"b\"\"\"\n")
    #expect(cells == [["x, \"y\"\r\nz", ",\n"], ["\"", "a\"b\""]])
  }

  @Test func `a quote within an unquoted field is a plain sign`() throws {
    #expect(try texts("a,b\n5\" pipe,x\n7\",y") == [["5\" pipe", "7\""], ["x", "y"]])
  }

  @Test func `a file without a header gets numbered columns`() throws {
    let result = try read("1,x\n2,y", CSVOptions(header: false))
    #expect(result.table.names == ["column1", "column2"])
    #expect(result.table.rowCount == 2)
  }

  @Test func `missing texts are missing, quoted or not, in columns of any type`() throws {
    let options = CSVOptions(missing: ["", "NA", "-99"])
    let result = try read("a,b,c\n1,x,NA\nNA,\"NA\",2020-01-01\n-99,,2020-01-02\n3,z,\"\"", options)
    #expect(result.table.columns.map(\.type) == [.integer, .text, .date])
    #expect(
      result.table.columns.map { $0.texts() } == [
        ["1", nil, nil, "3"], ["x", nil, nil, "z"], [nil, "2020-01-01", "2020-01-02", nil],
      ])
  }

  @Test func `an empty field is a text where the empty text is not missing`() throws {
    #expect(try texts("a,b\nx,\n,y", CSVOptions(missing: ["NA"])) == [["x", ""], ["", "y"]])
  }

  @Test func `Latin-1 files keep their letters, and Windows its signs`() throws {
    let bytes: [UInt8] = Array("naam;bedrag\nRen".utf8) + [0xE9] + Array(";".utf8) + [0x80, 0x0A]
    let table = try CSVReader(CSVOptions(encoding: .latin1)).read(bytes: bytes).table
    #expect(table.columns.map { $0.texts() } == [["René"], ["€"]])
  }

  @Test func `a decimal comma is read where it is asked for`() throws {
    let options = CSVOptions(decimalMark: UInt8(ascii: ","))
    let result = try read("a;b\n1,5;2\n-0,25;3", options)
    #expect(result.table["a"] == .number(FixedColumn([1.5, -0.25])))
  }

  @Test func `two spellings of one letter are two values and two names`() throws {
    let result = try read("\u{E9},e\u{301}\nx,\u{E9}\nx,e\u{301}\nx,\u{E9}\nx,e\u{301}\n")
    #expect(result.table.columns[1].distinctCount == 2)
    #expect(result.table.columns[1].type == .category)
  }

  @Test func `rows of another length are left out and named where that is asked for`() throws {
    let file = "a,b\n1,2\n3\n4,5,\"6\n6\"\n7,8\n9,10,11\n"
    let result = try read(file, CSVOptions(ragged: .refuseRow))
    #expect(result.table.columns.map { $0.texts() } == [["1", "7"], ["2", "8"]])
    #expect(result.refusedCount == 3)
    #expect(result.refused.map(\.line) == [3, 4, 7])
    #expect(result.refused[0].reason == "1 field instead of 2")
  }

  @Test func `a refused row says nothing about types`() throws {
    let result = try read("a,b\n1,2\nx\ny,z,3\n4,5", CSVOptions(ragged: .refuseRow))
    #expect(result.table.columns.map(\.type) == [.integer, .integer])
  }

  @Test func `declared columns take the usual spellings of their type`() throws {
    let options = CSVOptions(columns: [
      "i": .integer, "n": .number, "d": .decimal(scale: 2), "b": .boolean, "t": .text,
      "c": .category, "w": .timestamp,
    ])
    let result = try read(
      "i,n,d,b,t,c,w\n007,+1e3, 12.5 ,1,007,x,2020-01-01 10:00\n+3,.5,-3,FALSE,1,x,", options)
    #expect(
      result.table.columns.map { $0.texts() } == [
        ["7", "3"], ["1000", "0.5"], ["12.50", "-3.00"], ["true", "false"], ["007", "1"],
        ["x", "x"], ["2020-01-01T10:00:00Z", nil],
      ])
    #expect(result.types.allSatisfy { $0.declared && $0.why == "declared" })
  }

  /// Long fields, so that rows, quotes, characters and line ends fall on every border of the pieces in
  /// which a file is read.
  @Test(arguments: [1, 2, 3, 5, 7])
  func `rows that lie across the pieces of a file are read whole`(step: Int) throws {
    var file = "a,b,c\r\n"
    var expected: [String] = []
    for row in 0..<9_000 {
      let text = String(repeating: "é\"\r\n,", count: (row * step) % 17) + "x"
      expected.append(text)
      file += "\(row),\"\(text.replacing("\"", with: "\"\""))\",\(row % 3 == 0 ? "" : "0.5")\r\n"
    }
    let table = try read(file).table
    #expect(table["a"] == .integer(FixedColumn((0..<9_000).map { Int64($0) })))
    #expect(table["b"]?.texts() == expected)
    #expect(table["c"]?.missingCount == 3_000)
  }

  @Test func `a file on disk reads as its bytes do`() throws {
    let file =
      "a,b\n" + (0..<30_000).map { "\($0),\($0 % 7 == 0 ? "oneven" : "x\($0)")\n" }.joined()
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(Array(file.utf8), to: folder + "/x.csv")
      let result = try CSVReader().read(path: folder + "/x.csv")
      #expect(try result.table == read(file).table)
      #expect(result.table["b"]?.type == .text)
    }
  }

  @Test func `a field of more than a window is read whole`() throws {
    let long = String(repeating: "woord ", count: 200_000)
    #expect(try texts("a,b\n1,\"\(long)\"\n2,\(long)") == [["1", "2"], [long, long]])
  }

  @Test func `a table may have thousands of columns`() throws {
    let names = (0..<5_000).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<5_000).map(String.init).joined(separator: ",")
    let table = try read("\(names)\n\(row)\n\(row)\n").table
    #expect(table.names.count == 5_000)
    #expect(table["c4999"] == .integer(FixedColumn([4_999, 4_999])))
  }
}
