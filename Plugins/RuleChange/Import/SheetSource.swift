// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Where a table of rules stands: a CSV file or a sheet of a workbook, and how it is to be read.
struct SheetSource: Sendable {
  /// The path from the working folder or the root.
  let location: String
  var sheet: XLSXOptions.Sheet?
  var range: XLSXRange?
  var delimiter: Character?
  var hasDecimalComma = false

  static let keys = ["file", "sheet", "range", "delimiter", "decimal"]

  /// - Throws: what is wrong with the file, or with the cells that it cannot be cut into.
  func read() throws(SheetFault) -> RuleSheet {
    if Self.isWorkbook(location) {
      return try WorkbookSheet.read(path: location, sheet: sheet, range: range)
    }
    // A file that is no YAML is read for its text alone.
    let document = Document.load(path: location)
    if let fault = document.diagnostics.first(where: { Self.isUnreadable($0.code) }) {
      throw SheetFault(
        "'\(location)' cannot be read: \(fault.message)", at: nil, help: fault.help)
    }
    return try CSVSheet.read(document.file, delimiter: delimiter)
  }

  private static func isUnreadable(_ code: DiagnosticCode) -> Bool {
    ["unreadable-file", "file-too-large", "invalid-utf8", "control-character"]
      .contains(code.rawValue)
  }

  static func isWorkbook(_ path: String) -> Bool {
    ["xlsx", "xlsm"].contains(InputFile(path).fileExtension)
  }
}

extension SheetSource {
  /// The files that the tables of a scheme or reform name, by path from where that file stands.
  static func files(in root: LocatedNode) -> [LocatedNode] {
    (root["decisions"]?.node.entries ?? []).compactMap { entry in
      root.with(entry.value)["table"]?["file"]
    }
    .filter { $0.node.text != nil }
  }

  /// A path that is relative to the folder of another.
  static func path(_ path: String, besides other: String) -> String {
    guard !path.hasPrefix("/"), let slash = other.lastIndex(of: "/") else { return path }
    return String(other[...slash]) + path
  }
}

// The keys in a scheme
extension SchemeReader {
  mutating func sheetSource(_ block: LocatedNode) -> SheetSource? {
    guard let path = requiredText("file", of: block, "the path of a .csv or .xlsx file") else {
      return nil
    }
    var source = SheetSource(location: SheetSource.path(path, besides: block.file.name))
    let isWorkbook = SheetSource.isWorkbook(path)
    for key in isWorkbook ? ["delimiter"] : ["sheet", "range"] {
      guard let place = block[key] else { continue }
      faults.report(
        .schemeKey, "a \(isWorkbook ? "workbook has no" : "CSV file has no") '\(key)'", at: place)
      return nil
    }
    if let sheet = block["sheet"] {
      source.sheet =
        sheet.node.scalar?.integer.map { .position(Int($0)) }
        ?? sheet.node.text.map { .name($0) }
    }
    if let place = block["range"] {
      guard let range = place.node.text.flatMap({ XLSXRange($0) }) else {
        faults.report(
          .schemeValue, "'range' takes two corners of a block of cells", at: place,
          help: "write it as B3:F20, or B3:F for all rows from there")
        return nil
      }
      source.range = range
    }
    if let place = block["delimiter"] {
      guard let text = place.node.text, text.count == 1, let sign = text.first, sign.isASCII,
        sign != "\""
      else {
        faults.report(
          .schemeValue, "'delimiter' takes one character", at: place, help: "such as \";\"")
        return nil
      }
      source.delimiter = sign
    }
    if let place = block["decimal"] {
      guard let text = place.node.text, ["comma", "point"].contains(text) else {
        faults.report(
          .unknownChoice, "'decimal' is comma or point", at: place,
          help: "comma where the file writes 1.234,56")
        return nil
      }
      source.hasDecimalComma = text == "comma"
    }
    return source
  }
}
