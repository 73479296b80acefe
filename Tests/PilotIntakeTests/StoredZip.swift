// SPDX-License-Identifier: EUPL-1.2

/// A zip archive without compression (APPNOTE 6.3, method 0): all that a test's workbook needs.
enum StoredZip {
  static func bytes(of parts: [(name: String, content: String)]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in parts {
      let bytes = Array(content.utf8)
      let offset = UInt32(archive.count)
      let sizes = little(crc(bytes)) + little(UInt32(bytes.count)) + little(UInt32(bytes.count))
      let common = little(UInt16(20)) + [0, 0, 0, 0, 0, 0, 0x21, 0] + sizes
      let lengths = little(UInt16(name.utf8.count)) + [0, 0]
      archive += [0x50, 0x4B, 3, 4] + common + lengths + Array(name.utf8) + bytes
      directory += [0x50, 0x4B, 1, 2, 20, 0] + common + lengths
      directory += [UInt8](repeating: 0, count: 10) + little(offset) + Array(name.utf8)
    }
    let count = little(UInt16(parts.count))
    let end =
      count + count + little(UInt32(directory.count)) + little(UInt32(archive.count)) + [0, 0]
    return archive + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + end
  }

  /// A workbook of one sheet; a cell is a number, or a text in quotes.
  static func workbook(sheets: [(name: String, rows: [[String]])]) -> [UInt8] {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
    let places = sheets.indices.map { $0 + 1 }
    let list = zip(sheets, places).map {
      "<sheet name=\"\($0.name)\" sheetId=\"\($1)\" r:id=\"r\($1)\"/>"
    }
    let links = places.map {
      "<Relationship Id=\"r\($0)\" Type=\"\(relations)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>"
    }
    var parts = [
      (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"w\" Type=\"\(relations)/officeDocument\" "
          + "Target=\"xl/workbook.xml\"/></Relationships>"
      ),
      (
        "xl/workbook.xml",
        "<workbook \(space) xmlns:r=\"\(relations)\"><sheets>\(list.joined())</sheets></workbook>"
      ),
      ("xl/_rels/workbook.xml.rels", "<Relationships>\(links.joined())</Relationships>"),
    ]
    for (sheet, place) in zip(sheets, places) {
      let rows = sheet.rows.map { "<row>\($0.map(cell).joined())</row>" }
      parts.append(
        (
          "xl/worksheets/sheet\(place).xml",
          "<worksheet \(space)><sheetData>\(rows.joined())</sheetData></worksheet>"
        ))
    }
    return bytes(of: parts.map { (name: $0.0, content: $0.1) })
  }

  private static func cell(_ value: String) -> String {
    value.hasPrefix("#")
      ? "<c t=\"e\"><v>\(value)</v></c>"
      : Double(value) != nil
        ? "<c><v>\(value)</v></c>" : "<c t=\"inlineStr\"><is><t>\(value)</t></is></c>"
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// CRC-32 with the polynomial of ISO 3309, bit by bit.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
