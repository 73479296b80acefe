// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// A source of cases, and how people say that it is to be read.
struct CaseFile: Sendable {
  var source: InputFile
  var format: FileFormat?
  var sheet: SheetChoice?
  var range: CellRange?
  var table: String?
  var query: String?
  var delimiter: String?
  var encoding: TextEncoding?
  var decimalMark: DecimalMark?
  var malformed: MalformedRows?
  var header = true
  var missing = [""]
  var columns: [String: ColumnType] = [:]

  init(_ source: InputFile) { self.source = source }

  /// Finds settings that do not go together.
  func check() throws(StageFault) {
    let format = try resolvedFormat()
    guard source.isAddress == (format == .postgresql) else { throw .noAddress(format) }
    for setting in settings where setting.isGiven && !setting.isFor(format) {
      throw .onlyFor(setting.name, setting.kind)
    }
    if table != nil, query != nil { throw .tableAndQuery }
    if let delimiter, delimiterByte == nil { throw .badDelimiter(delimiter) }
  }

  func resolvedFormat() throws(StageFault) -> FileFormat {
    if let format { return format }
    if let refusal = SourceName(source.path)?.refusal { throw .unreadable(refusal) }
    guard let format = FileFormat(name: source.path) else {
      throw .unknownFormat(source.fileExtension)
    }
    return format
  }

  var delimiterByte: UInt8? {
    switch delimiter {
    case "tab"?, "\\t"?: UInt8(ascii: "\t")
    case let text?: text.utf8.count == 1 ? text.utf8.first : nil
    case nil: nil
    }
  }
}

extension CaseFile {
  /// A setting that some formats know and others do not.
  private struct Setting {
    let name: String
    let isGiven: Bool
    /// What it is for, in words.
    let kind: String
    let isFor: (FileFormat) -> Bool
  }

  private var settings: [Setting] {
    let isText = { (format: FileFormat) in format.isDelimited }
    let isBook = { (format: FileFormat) in format == .xlsx }
    let isDatabase = { (format: FileFormat) in format.isDatabase }
    return [
      Setting(name: "sheet", isGiven: sheet != nil, kind: "an Excel workbook", isFor: isBook),
      Setting(name: "range", isGiven: range != nil, kind: "an Excel workbook", isFor: isBook),
      Setting(name: "table", isGiven: table != nil, kind: "a database", isFor: isDatabase),
      Setting(name: "query", isGiven: query != nil, kind: "a database", isFor: isDatabase),
      Setting(name: "delimiter", isGiven: delimiter != nil, kind: "a text file", isFor: isText),
      Setting(
        name: "encoding", isGiven: encoding != nil,
        kind: "a text file, or one of SPSS, Stata or SAS",
        isFor: { $0.isDelimited || $0.statistical != nil }),
      Setting(
        name: "decimal_mark", isGiven: decimalMark != nil, kind: "a text file", isFor: isText),
      Setting(name: "malformed", isGiven: malformed != nil, kind: "a text file", isFor: isText),
      Setting(
        name: "header", isGiven: !header, kind: "a text file or an Excel workbook",
        isFor: { $0.isDelimited || $0 == .xlsx }),
      Setting(
        name: "missing", isGiven: missing != [""], kind: "a file whose values are written as text",
        isFor: { $0 != .arrow }),
      Setting(
        name: "columns", isGiven: !columns.isEmpty, kind: "a file that does not declare its types",
        isFor: { $0 != .arrow }),
    ]
  }
}

extension StageFault {
  fileprivate static func unknownFormat(_ fileExtension: String) -> StageFault {
    let old = ["xls", "ods", "xlsb"].contains(fileExtension)
    return StageFault(
      fileExtension.isEmpty
        ? "the file's name does not say which format it has"
        : "files that end in '.\(fileExtension)' cannot be read", at: "source",
      help: old
        ? "open it in Excel or LibreOffice and save it as .xlsx"
        : "say format: " + FileFormat.allCases.map(\.rawValue).joined(separator: ", "), kind: .user)
  }

  fileprivate static func unreadable(_ refusal: String) -> StageFault {
    StageFault(refusal, at: "source", kind: .user)
  }

  fileprivate static func noAddress(_ format: FileFormat) -> StageFault {
    StageFault(
      format == .postgresql
        ? "a PostgreSQL database is named by its address"
        : "an address names a PostgreSQL database",
      at: "source", help: "write source: postgresql://user@host/database", kind: .user)
  }

  fileprivate static var tableAndQuery: StageFault {
    StageFault(
      "'table' and 'query' both say what is read", at: "query", help: "take one of them away",
      kind: .user)
  }

  fileprivate static func onlyFor(_ parameter: String, _ kind: String) -> StageFault {
    StageFault(
      "'\(parameter)' is for \(kind), which this source is not", at: parameter,
      help: "take it away, or say which format the file has", kind: .user)
  }

  fileprivate static func badDelimiter(_ delimiter: String) -> StageFault {
    StageFault(
      "'delimiter' takes one sign", at: "delimiter", help: "such as ';', or tab", kind: .user)
  }
}
