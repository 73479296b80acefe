// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

/// Workbooks that are made to cost a machine its memory or its time.
struct XLSXBombTests {
  private typealias Sample = XLSXSample

  private static let sheetPart = "xl/worksheets/sheet1.xml"
  private static let oneRow = Sample.header("a") + Sample.row(2, ["<c><v>1</v></c>"])

  private func fault(
    _ sample: XLSXSample, _ limits: XLSXLimits = XLSXLimits()
  ) throws -> XLSXFault? {
    try sample.with { path in
      #expect(throws: XLSXFault.self) {
        try XLSXReader.read(path: path, options: XLSXOptions(), limits: limits)
      }
    }
  }

  @Test func `elements that lie in each other without end are refused`() throws {
    let sheet = "<worksheet>" + String(repeating: "<a>", count: 200_000)
    let found = try fault(Sample(parts: [(Self.sheetPart, sheet)]))
    #expect(found == .tooLarge(part: Self.sheetPart, what: "more than 256 levels of elements"))
    #expect(
      found?.description
        == "the workbook's 'xl/worksheets/sheet1.xml' unfolds to more than 256 levels of elements")
  }

  @Test(arguments: ["<!--", "<sheetData x=\"", "<?x "])
  func `a tag or comment without end is refused before all of it is held`(opening: String) throws {
    let sheet = "<worksheet>" + opening + String(repeating: "x", count: 3 << 20)
    #expect(
      try fault(Sample(parts: [(Self.sheetPart, sheet)]))
        == .tooLarge(part: Self.sheetPart, what: "a tag or comment that no program writes"))
  }

  @Test func `more texts than cells could refer to are refused`() throws {
    var limits = XLSXLimits()
    limits.texts = 1_000
    let sample = Sample(
      rows: Self.oneRow, sharedTexts: String(repeating: "<si/>", count: 1_001))
    #expect(
      try fault(sample, limits)
        == .tooLarge(part: "xl/sharedStrings.xml", what: "more than 1000 texts"))
  }

  @Test(arguments: [
    ("xl/styles.xml", "styleSheet", "<xf numFmtId=\"14\"/>"),
    ("xl/workbook.xml", "workbook", "<sheet name=\"a\" id=\"rId1\"/>"),
    ("_rels/.rels", "Relationships", "<Relationship Id=\"a\" Target=\"b\"/>"),
  ])
  func `a list without end is refused`(part: String, root: String, entry: String) throws {
    var limits = XLSXLimits()
    limits.listBytes = 1 << 20
    let list = "<\(root)>" + String(repeating: entry, count: (1 << 20) / entry.utf8.count + 1)
    #expect(
      try fault(Sample(rows: Self.oneRow, parts: [(part, list)]), limits)
        == .tooLarge(part: part, what: "more than 1 MiB"))
  }

  /// Sixteen thousand names and a million rows with one value each would become a table of 130 GB.
  @Test func `cells far apart are refused before they become a table`() throws {
    var limits = XLSXLimits()
    limits.sparseCells = 10_000
    let names = Sample.row(
      1, (0..<300).map { "<c t=\"inlineStr\"><is><t>n\($0)</t></is></c>" })
    let rows = (2...301).map { row in
      "<row r=\"\(row)\"><c r=\"\(Self.letters(row - 2))\(row)\"><v>1</v></c></row>"
    }
    let sample = Sample(rows: names + rows.joined())
    let found = try fault(sample, limits)
    #expect(found == .tooSparse(rows: 301, columns: 300))
    #expect(
      found?.description
        == "of 301 rows and 300 columns the sheet fills less than 1 cell in 100")
    #expect(try sample.with { try XLSXReader.read(path: $0).rowsRead } == 300)
  }

  /// The size that a part is packed into stands in the archive, and decides how far it may unfold.
  @Test func `a packed size that is a lie does not make a bomb honest`() throws {
    var limits = XLSXLimits()
    limits.ratioFloor = 1 << 20
    let sample = Sample(rows: Self.oneRow + String(repeating: " ", count: 4 << 20))
    try sample.with { path in
      var bytes = try TemporaryFolder.bytes(of: path)
      let changed = try #require(Self.claim(packed: 0x7FFF_FFFF, of: Self.sheetPart, in: &bytes))
      #expect(changed > 0)
      try TemporaryFolder.write(bytes, to: path)
      let found = #expect(throws: XLSXFault.self) {
        try XLSXReader.read(path: path, options: XLSXOptions(), limits: limits)
      }
      #expect(
        found
          == .tooLarge(part: Self.sheetPart, what: "more than 400 times its packed size"))
    }
  }

  @Test func `parts that refer to each other in a circle are read once`() throws {
    let circle = """
      <Relationships>
      <Relationship Id="rId1" Type="t/officeDocument" Target="_rels/.rels"/>
      <Relationship Id="rId2" Type="t/worksheet" Target="/_rels/.rels"/>
      </Relationships>
      """
    #expect(try fault(Sample(parts: [("_rels/.rels", circle)])) == .noSheets)
    let itself = """
      <Relationships>
      <Relationship Id="rId1" Type="t/worksheet" Target="workbook.xml"/>
      <Relationship Id="rIdT" Type="t/sharedStrings" Target="workbook.xml"/>
      </Relationships>
      """
    #expect(
      try fault(Sample(parts: [("xl/_rels/workbook.xml.rels", itself)])) == .noRows(sheet: "Cases"))
  }

  @Test func `an entity that grows is refused with its document type`() throws {
    let texts = """
      <!DOCTYPE sst [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
      <sst><si><t>&b;</t></si></sst>
      """
    #expect(
      try fault(Sample(rows: Self.oneRow, parts: [("xl/sharedStrings.xml", texts)]))
        == .doctype(part: "xl/sharedStrings.xml"))
  }

  /// What a spreadsheet calls a column, of which the first is 0.
  private static func letters(_ column: Int) -> String {
    let last = String(Character(Unicode.Scalar(UInt8(65 + column % 26))))
    return column < 26 ? last : letters(column / 26 - 1) + last
  }

  /// Changes the packed size in the archive's directory.
  ///
  /// - Returns: the place of the entry; nil where there is none.
  private static func claim(packed: UInt32, of part: String, in bytes: inout [UInt8]) -> Int? {
    let mark: [UInt8] = [0x50, 0x4B, 1, 2]
    let place = bytes.indices.dropLast(46 + part.utf8.count).first { start in
      bytes[start...].starts(with: mark)
        && bytes[(start + 46)...].starts(with: part.utf8)
    }
    guard let place else { return nil }
    withUnsafeBytes(of: packed.littleEndian) {
      bytes.replaceSubrange((place + 20)..<(place + 24), with: $0)
    }
    return place
  }
}
