// SPDX-License-Identifier: EUPL-1.2

import CZip

/// A workbook for a test, made of the XML that its parts hold.
struct XLSXSample {
  /// Rows of the first sheet, as `<row>` elements.
  var rows = ""
  /// What follows the rows of the first sheet.
  var afterRows = ""
  var sharedTexts: String?
  /// Number formats of the styles 0, 1, 2 …: built-in ids.
  var builtInFormats = [0]
  /// Number formats of the styles after those: codes.
  var formats: [String] = []
  var workbookProperties = ""
  /// Attributes of each sheet beside id and relationship.
  var sheets = [#"name="Cases""#]
  /// Parts that are added, or take the place of others.
  var parts: [(String, String)] = []

  /// Writes the workbook and gives its path to `check`.
  func with<Result>(_ check: (String) throws -> Result) throws -> Result {
    try TemporaryFolder.with { folder in
      let path = folder + "/sample.xlsx"
      try Self.zip(allParts, to: path)
      return try check(path)
    }
  }

  private var allParts: [(String, String)] {
    var all = [
      ("_rels/.rels", Self.relationships([("rId1", "officeDocument", "xl/workbook.xml")])),
      ("xl/workbook.xml", workbook),
      (
        "xl/_rels/workbook.xml.rels",
        Self.relationships(
          sheets.indices.map { ("rId\($0 + 1)", "worksheet", "worksheets/sheet\($0 + 1).xml") }
            + [
              ("rIdS", "styles", "styles.xml"), ("rIdT", "sharedStrings", "/xl/sharedStrings.xml"),
            ])
      ),
      ("xl/styles.xml", styles),
    ]
    for index in sheets.indices {
      let rows =
        index == 0
        ? rows
        : Self.row(1, ["<c t=\"inlineStr\"><is><t>other</t></is></c>"])
          + Self.row(2, ["<c><v>\(index)</v></c>"])
      all.append(
        (
          "xl/worksheets/sheet\(index + 1).xml",
          Self.main("worksheet", "<sheetData>\(rows)</sheetData>\(index == 0 ? afterRows : "")")
        ))
    }
    if let sharedTexts { all.append(("xl/sharedStrings.xml", Self.main("sst", sharedTexts))) }
    let replaced = Set(parts.map(\.0))
    return all.filter { !replaced.contains($0.0) } + parts
  }

  static func row(_ number: Int, _ cells: [String]) -> String {
    "<row r=\"\(number)\">\(cells.joined())</row>"
  }

  /// A row of texts and numbers from column A on.
  static func header(_ names: String...) -> String {
    row(1, names.map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" })
  }

  private var workbook: String {
    let list = sheets.enumerated().map { index, attributes in
      "<sheet \(attributes) sheetId=\"\(index + 1)\" r:id=\"rId\(index + 1)\"/>"
    }
    return Self.main("workbook", "\(workbookProperties)<sheets>\(list.joined())</sheets>")
  }

  private var styles: String {
    let codes = formats.enumerated().map {
      "<numFmt numFmtId=\"\(164 + $0)\" formatCode=\"\($1)\"/>"
    }
    let ids = builtInFormats + formats.indices.map { 164 + $0 }
    let cells = ids.map { "<xf numFmtId=\"\($0)\"/>" }
    return Self.main(
      "styleSheet",
      "<numFmts>\(codes.joined())</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        + "<cellXfs>\(cells.joined())</cellXfs>")
  }

  private static func main(_ root: String, _ content: String) -> String {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      + "<\(root) xmlns=\"\(space)\" xmlns:r=\"\(relations)\">\(content)</\(root)>"
  }

  private static func relationships(_ list: [(String, String, String)]) -> String {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let items = list.map { id, type, target in
      "<Relationship Id=\"\(id)\" Type=\"\(kind)/\(type)\" Target=\"\(target)\"/>"
    }
    return "<Relationships>\(items.joined())</Relationships>"
  }

  struct Unwritable: Error {}

  /// Writes a zip archive of texts.
  static func zip(_ parts: [(String, String)], to path: String) throws {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code) else { throw Unwritable() }
    var buffers: [UnsafeMutableRawBufferPointer] = []
    defer { for buffer in buffers { buffer.deallocate() } }
    for (name, content) in parts {
      let bytes = Array(content.utf8)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      buffer.copyBytes(from: bytes)
      buffers.append(buffer)
      guard
        let source = zip_source_buffer(archive, buffer.baseAddress, zip_uint64_t(bytes.count), 0),
        zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8) >= 0
      else { throw Unwritable() }
    }
    guard zip_close(archive) == 0 else { throw Unwritable() }
  }
}
