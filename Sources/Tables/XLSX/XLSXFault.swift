// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with an Excel workbook: facts, without the value of any cell.
public enum XLSXFault: Error, Hashable, Sendable {
  case fileMissing(path: String)
  case fileUnreadable(path: String, reason: String)
  /// No zip archive, so no .xlsx.
  case notZip
  /// A zip archive that is something else.
  case notWorkbook(looksLike: String?)
  /// The format of Excel before 2007.
  case oldFormat
  case encrypted
  /// The archive or a part of it cannot be unpacked.
  case damagedArchive(part: String?)
  /// A part unfolds to more than any honest workbook holds.
  case tooLarge(part: String, what: String)
  /// Cells so far apart that the table would be nearly empty.
  case tooSparse(rows: Int, columns: Int)
  case brokenXML(part: String, line: Int, reason: String)
  /// A document type declaration, which could draw in other files.
  case doctype(part: String)
  case noSheets
  case noSuchSheet(XLSXOptions.Sheet, known: [String])
  /// Something in a sheet that Excel would not write.
  case damagedSheet(String, what: String)
  case noRows(sheet: String)
  case emptyHeader(cell: String)
  case duplicateHeader(String, first: String, second: String)
  case mergedHeader(range: String)
  case unknownColumns([String], known: [String])
  /// Formulas whose results the file does not hold.
  case uncomputedFormulas(count: Int, first: String)
  /// Cells that are not of their column's declared type: all columns at once.
  case wrongTypes([WrongCells])
  case table(TableFault)

  /// The cells of one column that are not of its declared type.
  public struct WrongCells: Sendable, Hashable {
    public let column: String
    public let type: ColumnType
    /// The addresses of the first of them.
    public let cells: [String]
    public let count: Int
  }
}

extension XLSXFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing(let path): "there is no file '\(path)'"
    case .fileUnreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .notZip: "this is no .xlsx workbook"
    case .notWorkbook(let other?): "this is no .xlsx workbook but \(other)"
    case .notWorkbook(nil): "this is a zip archive, but no .xlsx workbook"
    case .oldFormat: "this is a workbook of Excel before 2007 (.xls)"
    case .encrypted: "the workbook is encrypted with a password"
    case .damagedArchive(let part?): "the workbook is damaged: '\(part)' cannot be unpacked"
    case .damagedArchive(nil): "the workbook is damaged: it cannot be unpacked"
    case .tooLarge(let part, let what): "the workbook's '\(part)' unfolds to \(what)"
    case .tooSparse(let rows, let columns):
      "of \(rows) rows and \(columns) columns the sheet fills less than 1 cell in 100"
    case .brokenXML(let part, let line, let reason):
      "the workbook is damaged: '\(part)', line \(line): \(reason)"
    case .doctype(let part): "the workbook's '\(part)' declares a document type"
    case .noSheets: "the workbook has no sheet with cells"
    case .noSuchSheet(.name(let name), _): "the workbook has no sheet '\(name)'"
    case .noSuchSheet(.position(let position), let known):
      "the workbook has \(known.count == 1 ? "1 sheet" : "\(known.count) sheets"), no sheet \(position)"
    case .damagedSheet(let sheet, let what): "sheet '\(sheet)' is damaged: \(what)"
    case .noRows(let sheet): "sheet '\(sheet)' has no rows"
    case .emptyHeader(let cell): "the column of cell \(cell) has values but no name"
    case .duplicateHeader(let name, let first, let second):
      "cells \(first) and \(second) both name a column '\(name)'"
    case .mergedHeader(let range): "the header has merged cells: \(range)"
    case .unknownColumns(let names, _):
      "a type is declared for \(quoted(names)), which the sheet does not have"
    case .uncomputedFormulas(let count, let first):
      "\(count == 1 ? "1 formula has" : "\(count) formulas have") no result in the file (cell \(first))"
    case .wrongTypes(let columns): columns.map(\.description).joined(separator: "; ")
    case .table(let fault): fault.description
    }
  }
}

extension XLSXFault {
  /// What to do about it, where there is advice.
  public var help: String? {
    switch self {
    case .fileMissing: "check the path; it is relative to the pipeline file"
    case .fileUnreadable: "check that it is a file and that you may read it"
    case .notZip, .notWorkbook, .oldFormat: "open it in Excel or LibreOffice and save it as .xlsx"
    case .encrypted: "open it in Excel and save it without a password"
    case .damagedArchive, .brokenXML, .damagedSheet:
      "open it in Excel or LibreOffice and save it again"
    case .tooLarge: "if the file is honest, save the sheet as CSV"
    case .tooSparse: "keep the columns that are needed, or write one row per value"
    case .doctype: "no spreadsheet program writes that; do not trust the file"
    case .noSheets, .noRows: "check that this is the right workbook"
    case .noSuchSheet(_, let known): "its sheets are \(quoted(known))"
    case .emptyHeader:
      "give every column a name; where a title stands above the table, name its cells with range, as in A3:L"
    case .duplicateHeader: "give every column a name of its own"
    case .mergedHeader: "unmerge them, so that every column has its own name in one row"
    case .unknownColumns(_, let known): "the sheet has \(quoted(known))"
    case .uncomputedFormulas: "open the workbook in Excel or LibreOffice and save it"
    case .wrongTypes:
      "declare the type that the column has, or list texts that stand for a missing value"
    case .table: nil
    }
  }
}

extension XLSXFault.WrongCells: CustomStringConvertible {
  public var description: String {
    let places = cells.joined(separator: ", ") + (count > cells.count ? " …" : "")
    let found = count == 1 ? "1 value is" : "\(count) values are"
    return "column '\(column)': \(found) not \(type.name) (cell \(places))"
  }
}

private func quoted(_ names: [String]) -> String {
  let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
}
