// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// A file of cases, and how people say that it is to be read.
struct CaseFile: Sendable {
  let source: InputFile
  var format: FileFormat?
  var sheet: SheetChoice?
  var delimiter: String?
  var encoding: TextEncoding?
  var decimalMark: DecimalMark?
  var malformed: MalformedRows?
  var header = true
  var missing = [""]
  var columns: [String: ColumnType] = [:]

  /// A workbook up to this size is opened when a pipeline is checked; its names stand deep inside it.
  private static let workbookBytesAtCheck = 256 << 10

  /// Text files up to this size are held in memory; larger ones are read twice, batch by batch.
  private static let largestInMemory = 64 << 20

  init(_ source: InputFile) { self.source = source }

  /// Finds settings that do not go together.
  func check() throws(StageFault) {
    _ = try resolvedFormat()
    if let problem = sheetOrTextProblem() { throw problem }
    if let delimiter, delimiterByte == nil {
      throw .badDelimiter(delimiter)
    }
  }

  /// Reads the file, or looks through one that is too large to be held in memory.
  func read() throws(StageFault) -> CaseFileContent {
    switch try resolvedFormat() {
    case .xlsx:
      do throws(XLSXFault) {
        return CaseFileContent(
          try XLSXReader.read(path: source.location, options: workbookOptions), chosen: sheet)
      } catch {
        throw StageFault(error)
      }
    case .csv, .tsv:
      do throws(CSVFault) {
        let reader = CSVReader(textOptions)
        let size = FileStatus.size(path: source.location) ?? 0
        return size > Self.largestInMemory
          ? CaseFileContent(try reader.scan(path: source.location))
          : CaseFileContent(try reader.read(path: source.location))
      } catch {
        throw StageFault(error)
      }
    }
  }

  /// The columns' names where they are cheap to find; faults are left to the run.
  func columnNames() -> [String]? {
    guard (try? check()) != nil, let format = try? resolvedFormat() else { return nil }
    switch format {
    case .csv, .tsv:
      var options = textOptions
      options.columns = [:]
      return try? CSVReader(options).columnNames(path: source.location)
    case .xlsx:
      guard let size = FileStatus.size(path: source.location), size <= Self.workbookBytesAtCheck
      else { return nil }
      var options = workbookOptions
      options.columns = [:]
      return (try? XLSXReader.read(path: source.location, options: options))?.table.names
    }
  }
}

extension CaseFile {
  private func resolvedFormat() throws(StageFault) -> FileFormat {
    if let format { return format }
    guard let format = FileFormat(fileExtension: source.fileExtension) else {
      throw .unknownFormat(source.fileExtension)
    }
    return format
  }

  private func sheetOrTextProblem() -> StageFault? {
    guard let format = try? resolvedFormat() else { return nil }
    if format != .xlsx { return sheet == nil ? nil : .onlyFor("sheet", "an Excel workbook") }
    if delimiter != nil { return .onlyFor("delimiter", "a text file") }
    if encoding != nil { return .onlyFor("encoding", "a text file") }
    if decimalMark != nil { return .onlyFor("decimal_mark", "a text file") }
    if malformed != nil { return .onlyFor("malformed", "a text file") }
    return nil
  }

  private var delimiterByte: UInt8? {
    switch delimiter {
    case "tab"?, "\\t"?: UInt8(ascii: "\t")
    case let text?: text.utf8.count == 1 ? text.utf8.first : nil
    case nil: nil
    }
  }

  private var textOptions: CSVOptions {
    let isTabbed = (try? resolvedFormat()) == .tsv
    return CSVOptions(
      delimiter: delimiterByte ?? (isTabbed ? UInt8(ascii: "\t") : nil),
      encoding: encoding == .latin1 ? .latin1 : .utf8, header: header, missing: missing,
      columns: columns, decimalMark: UInt8(ascii: decimalMark == .comma ? "," : "."),
      ragged: malformed == .leaveOut ? .refuseRow : .fault)
  }

  private var workbookOptions: XLSXOptions {
    XLSXOptions(sheet: sheet?.sheet, header: header, missing: missing, columns: columns)
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
        : "say format: csv, tsv or xlsx", kind: .user)
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
