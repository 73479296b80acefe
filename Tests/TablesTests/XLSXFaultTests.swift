// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct XLSXFaultTests {
  private typealias Sample = XLSXSample

  private func fault(
    _ sample: XLSXSample, _ options: XLSXOptions = XLSXOptions(),
    _ limits: XLSXLimits = XLSXLimits()
  ) throws -> XLSXFault? {
    try sample.with { path in
      #expect(throws: XLSXFault.self) {
        try XLSXReader.read(path: path, options: options, limits: limits)
      }
    }
  }

  private func fault(bytes: [UInt8]) throws -> XLSXFault? {
    try TemporaryFolder.with { folder in
      try TemporaryFolder.write(bytes, to: folder + "/x.xlsx")
      return #expect(throws: XLSXFault.self) { try XLSXReader.read(path: folder + "/x.xlsx") }
    }
  }

  private static let oneRow = Sample.header("a") + Sample.row(2, ["<c><v>1</v></c>"])

  @Test func `a file that is not there is named`() {
    #expect(throws: XLSXFault.fileMissing(path: "/nowhere.xlsx")) {
      try XLSXReader.read(path: "/nowhere.xlsx")
    }
  }

  @Test(arguments: ["", "a;b\n1;2\n", "P"])
  func `a text file is no workbook`(content: String) throws {
    #expect(try fault(bytes: Array(content.utf8)) == .notZip)
  }

  @Test func `an old workbook is told from an encrypted one`() throws {
    var file = [UInt8](repeating: 0, count: 4096)
    file.replaceSubrange(0..<8, with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
    file[30] = 9
    file[48] = 1
    #expect(try fault(bytes: file) == .oldFormat)
    for (index, letter) in "EncryptedPackage".utf8.enumerated() { file[1152 + 2 * index] = letter }
    #expect(try fault(bytes: file) == .encrypted)
  }

  @Test func `another kind of document is recognised`() throws {
    try TemporaryFolder.with { folder in
      try Sample.zip([("content.xml", "<x/>"), ("mimetype", "x")], to: folder + "/a.ods")
      #expect(throws: XLSXFault.notWorkbook(looksLike: "an OpenDocument file (.ods)")) {
        try XLSXReader.read(path: folder + "/a.ods")
      }
    }
  }

  @Test func `a sheet that is not there is answered with those that are`() throws {
    let sample = Sample(rows: Self.oneRow, sheets: [#"name="A""#, #"name="B""#])
    let byName = try fault(sample, XLSXOptions(sheet: .name("C")))
    #expect(byName == .noSuchSheet(.name("C"), known: ["A", "B"]))
    #expect(byName?.help == "its sheets are 'A', 'B'")
    let byPlace = try fault(sample, XLSXOptions(sheet: .position(0)))
    #expect(byPlace == .noSuchSheet(.position(0), known: ["A", "B"]))
  }

  @Test func `a document type is refused before anything it could draw in`() throws {
    let sheet = """
      <!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>
      <worksheet><sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>
      """
    let found = try fault(Sample(parts: [("xl/worksheets/sheet1.xml", sheet)]))
    #expect(found == .doctype(part: "xl/worksheets/sheet1.xml"))
  }

  @Test func `broken XML is named by part and line`() throws {
    let found = try fault(Sample(parts: [("xl/worksheets/sheet1.xml", "<worksheet>\n<sheetData>")]))
    #expect(
      found
        == .brokenXML(part: "xl/worksheets/sheet1.xml", line: 2, reason: "no element found"))
  }

  @Test func `a part that unfolds without measure is refused`() throws {
    var limits = XLSXLimits()
    limits.ratioFloor = 1 << 20
    let sample = Sample(rows: Self.oneRow + String(repeating: " ", count: 4 << 20))
    #expect(
      try fault(sample, XLSXOptions(), limits)
        == .tooLarge(part: "xl/worksheets/sheet1.xml", what: "more than 400 times its packed size"))
  }

  @Test func `a workbook that unfolds to too much in all is refused`() throws {
    var limits = XLSXLimits()
    limits.expandedBytes = 1 << 20
    let sample = Sample(rows: Self.oneRow + String(repeating: " ", count: 2 << 20))
    #expect(
      try fault(sample, XLSXOptions(), limits)
        == .tooLarge(part: "xl/worksheets/sheet1.xml", what: "more than 1 MiB"))
  }

  @Test func `more cells than anybody reads are refused`() throws {
    var limits = XLSXLimits()
    limits.cells = 1
    #expect(
      try fault(Sample(rows: Self.oneRow), XLSXOptions(), limits)
        == .tooLarge(part: "xl/worksheets/sheet1.xml", what: "more than 1 cells"))
  }

  @Test func `a header is complete, unmerged and without doubles`() throws {
    let two = Sample.row(2, ["<c><v>1</v></c>", "<c><v>1</v></c>"])
    #expect(
      try fault(Sample(rows: Sample.header("a", "a") + two))
        == .duplicateHeader("a", first: "A1", second: "B1"))
    #expect(try fault(Sample(rows: Sample.header("a") + two)) == .emptyHeader(cell: "B1"))
    #expect(try fault(Sample(rows: Sample.header("a", " ") + two)) == .emptyHeader(cell: "B1"))
    let merged = #"<mergeCells><mergeCell ref="A1:B1"/></mergeCells>"#
    #expect(
      try fault(Sample(rows: Sample.header("a", "b") + two, afterRows: merged))
        == .mergedHeader(range: "A1:B1"))
  }

  @Test(arguments: ["", XLSXSample.header("a")])
  func `a sheet without rows is a fault`(rows: String) throws {
    #expect(try fault(Sample(rows: rows)) == .noRows(sheet: "Cases"))
  }

  @Test func `formulas that were never computed are a fault`() throws {
    let sample = Sample(
      rows: Sample.header("a") + #"<row r="2"><c r="A2"><f>1+1</f></c></row>"#)
    #expect(try fault(sample) == .uncomputedFormulas(count: 1, first: "A2"))
  }

  @Test(arguments: [
    #"<row r="2"><c t="s"><v>7</v></c></row>"#, #"<row r="2"><c t="s"><v>x</v></c></row>"#,
    #"<row r="2"><c t="b"><v>yes</v></c></row>"#, #"<row r="2"><c><v>nan</v></c></row>"#,
    #"<row r="2"><c><v>1e999</v></c></row>"#, #"<row r="2"><c t="d"><v>1 april</v></c></row>"#,
    #"<row r="2"><c t="zzz"><v>1</v></c></row>"#, #"<row r="2"><c r="A3"><v>1</v></c></row>"#,
    #"<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>"#, #"<row r="1"></row>"#,
    #"<row r="0"></row>"#, #"<row r="1048577"></row>"#,
    #"<row r="2"><c r="XFE2"><v>1</v></c></row>"#,
    #"<row r="2"><c r="2A"><v>1</v></c></row>"#, #"<row r="99999999999999999999"></row>"#,
  ])
  func `what no program writes is a fault of the sheet`(row: String) throws {
    let found = try fault(Sample(rows: Sample.header("a") + row))
    guard case .damagedSheet("Cases", _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func `a missing part is named`() throws {
    let workbook =
      #"<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>"#
    let relationships =
      #"<Relationships><Relationship Id="rId1" Type="t/worksheet" Target="lost.xml"/></Relationships>"#
    let found = try fault(
      Sample(parts: [
        ("xl/workbook.xml", workbook), ("xl/_rels/workbook.xml.rels", relationships),
      ]))
    #expect(found == .damagedArchive(part: "xl/lost.xml"))
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `changed bytes of the archive never trap`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let file = try Self.harmless.with { try TemporaryFolder.bytes(of: $0) }
    var faults = 0
    for _ in 0..<50 {
      var changed = file
      for _ in 0...random.below(4) { changed[random.below(changed.count)] = random.byte() }
      try TemporaryFolder.with { folder in
        try TemporaryFolder.write(changed, to: folder + "/x.xlsx")
        if Self.isRefused(folder + "/x.xlsx") { faults += 1 }
      }
    }
    #expect(faults > 5)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `changed markup never traps`(seed: UInt64) throws {
    var random = Xorshift(seed)
    let signs = Array("<>/\"=&;0123456789-ABZ rstvec".utf8)
    var faults = 0
    for _ in 0..<100 {
      var sample = Self.harmless
      var rows = Array(sample.rows.utf8)
      var texts = Array((sample.sharedTexts ?? "").utf8)
      for _ in 0...random.below(3) {
        rows[random.below(rows.count)] = signs[random.below(signs.count)]
      }
      texts[random.below(texts.count)] = signs[random.below(signs.count)]
      sample.rows = String(decoding: rows, as: UTF8.self)
      sample.sharedTexts = String(decoding: texts, as: UTF8.self)
      if try sample.with(Self.isRefused) { faults += 1 }
    }
    #expect(faults > 20)
  }

  private static let harmless = Sample(
    rows: Sample.header("a", "b", "c")
      + #"<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" s="1"><v>61.5</v></c></row>"#
      + #"<row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>x</v></c><c r="C3" s="2"><v>1</v></c></row>"#,
    sharedTexts: "<si><t>x_x000D_</t></si><si><r><t>y</t></r></si>",
    builtInFormats: [0, 22, 46])

  private static func isRefused(_ path: String) -> Bool {
    (try? XLSXReader.read(path: path)) == nil
  }
}
