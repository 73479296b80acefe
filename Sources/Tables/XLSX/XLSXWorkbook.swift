// SPDX-License-Identifier: EUPL-1.2

/// The sheets of a workbook, and from which day it counts.
final class XLSXWorkbook: XLSXReceiver {
  struct Sheet {
    let info: XLSXSheetInfo
    let part: String
  }

  private(set) var sheets: [Sheet] = []
  private(set) var countsFrom1904 = false
  let stylesPart: String?
  let textsPart: String?
  let fault: XLSXFault? = nil
  private var parts: [String: String] = [:]

  init(in archive: XLSXArchive) throws(XLSXFault) {
    let package = try XLSXRelationships(of: "", in: archive)
    let part = package.target(kind: "officeDocument") ?? "xl/workbook.xml"
    if part.hasSuffix(".bin") { throw .notWorkbook(looksLike: "a binary workbook (.xlsb)") }
    guard archive.has(part), !part.hasPrefix("word/"), !part.hasPrefix("ppt/") else {
      throw .notWorkbook(looksLike: Self.otherFormat(part, archive))
    }
    let relationships = try XLSXRelationships(of: part, in: archive)
    for other in relationships.all where other.kind == "worksheet" {
      parts[other.id] = other.target
    }
    stylesPart = relationships.target(kind: "styles").flatMap { archive.has($0) ? $0 : nil }
    textsPart = relationships.target(kind: "sharedStrings").flatMap { archive.has($0) ? $0 : nil }
    try XLSXMarkup.read(part, of: archive, into: self, upTo: archive.limits.listBytes)
    guard !sheets.isEmpty else { throw .noSheets }
  }

  /// The sheet that the options ask for.
  func sheet(_ wanted: XLSXOptions.Sheet?) throws(XLSXFault) -> Sheet {
    let found: Sheet? =
      switch wanted {
      case nil: sheets.first
      case .name(let name): sheets.first { $0.info.name.isExactly(name) }
      case .position(let position):
        sheets.indices.contains(position - 1) ? sheets[position - 1] : nil
      }
    if let found { return found }
    guard let wanted else { throw .noSheets }
    throw .noSuchSheet(wanted, known: sheets.map(\.info.name))
  }

  func begin(_ element: XLSXName, _ attributes: XLSXAttributes) {
    if element == "workbookPr" {
      countsFrom1904 = ["1", "true", "on"].contains(attributes["date1904"] ?? "")
    } else if element == "sheet", let name = attributes["name"],
      let part = attributes["id"].flatMap({ parts[$0] })
    {
      let visibility = XLSXSheetInfo.Visibility(rawValue: attributes["state"] ?? "visible")
      sheets.append(
        Sheet(info: XLSXSheetInfo(name: name, visibility: visibility ?? .visible), part: part))
    }
  }

  func end(_ element: XLSXName) {}
  func text(_ bytes: UnsafeRawBufferPointer) {}

  private static func otherFormat(_ part: String, _ archive: XLSXArchive) -> String? {
    if part.hasPrefix("word/") { return "a Word document" }
    if part.hasPrefix("ppt/") { return "a PowerPoint presentation" }
    return archive.has("content.xml") ? "an OpenDocument file (.ods)" : nil
  }
}
