// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

extension CaseFile {
  /// A workbook up to this size is opened when a pipeline is checked; its names stand deep inside it.
  private static let workbookBytesAtCheck = 256 << 10

  /// Files up to this size are held in memory; larger ones are read batch by batch where the format
  /// allows it.
  private static let largestInMemory = 64 << 20

  /// A compressed text unfolds to some times its size.
  private static let largestCompressed = 8 << 20

  /// Reads the source, or looks through a file that is too large to be held in memory.
  func read() throws(StageFault) -> CaseFileContent {
    switch try resolvedFormat() {
    case .csv, .tsv: try readText()
    case .xlsx: try readWorkbook()
    case .jsonLines:
      try content { () throws(JSONLinesFault) in
        try JSONLinesReader(JSONLinesOptions(missing: missing, columns: columns))
          .read(path: source.location)
      }
    case .arrow: try readArrow()
    case .sqlite:
      try content { () throws(SQLiteFault) in
        try SQLiteReader(databaseOptions).read(path: source.location)
      }
    case .postgresql:
      try content { () throws(PostgreSQLFault) in
        try PostgreSQLReader(databaseOptions).read(address: source.location)
      }
    case .sav, .por, .dta, .sas7bdat, .xpt: try readStatistical()
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
    case .arrow: return (try? ArrowFile.describe(path: source.location))?.schema.map(\.name)
    case .jsonLines, .sqlite, .postgresql, .sav, .por, .dta, .sas7bdat, .xpt: return nil
    }
  }
}

extension CaseFile {
  private func readText() throws(StageFault) -> CaseFileContent {
    do throws(CSVFault) {
      let reader = CSVReader(textOptions)
      let size = FileStatus.size(path: source.location) ?? 0
      let isCompressed = SourceName(source.path)?.compression != nil
      return size > (isCompressed ? Self.largestCompressed : Self.largestInMemory)
        ? CaseFileContent(try reader.scan(path: source.location))
        : CaseFileContent(try reader.read(path: source.location))
    } catch {
      throw StageFault(error)
    }
  }

  private func readWorkbook() throws(StageFault) -> CaseFileContent {
    do throws(XLSXFault) {
      return CaseFileContent(
        try XLSXReader.read(path: source.location, options: workbookOptions), chosen: sheet)
    } catch {
      throw StageFault(error)
    }
  }

  /// A large file is mapped: somebody who shortens it meanwhile stops the run.
  private func readArrow() throws(StageFault) -> CaseFileContent {
    let size = FileStatus.size(path: source.location) ?? 0
    if size > Self.largestInMemory, let batches = try? TableBatches(arrowFile: source.location) {
      return CaseFileContent(batches, why: "the file declares it")
    }
    return try content { () throws(ArrowFault) in try ArrowSource.read(path: source.location) }
  }

  private func readStatistical() throws(StageFault) -> CaseFileContent {
    let options = StatisticalFileOptions(
      format: format?.statistical, encoding: encoding?.rawValue, missing: missing,
      columns: columns)
    return try content { () throws(StatisticalFileFault) in
      try StatisticalFileReader(options).read(path: source.location)
    }
  }

  private func content<Fault: SourceFault>(
    _ read: () throws(Fault) -> SourceContent
  ) throws(StageFault) -> CaseFileContent {
    do throws(Fault) {
      return CaseFileContent(try read())
    } catch {
      throw StageFault(source: error)
    }
  }

  private var databaseOptions: DatabaseOptions {
    DatabaseOptions(
      query.map { .query($0) } ?? table.map { .table($0) }, missing: missing, columns: columns)
  }

  private var textOptions: CSVOptions {
    let isTabbed = (try? resolvedFormat()) == .tsv
    return CSVOptions(
      delimiter: delimiterByte ?? (isTabbed ? UInt8(ascii: "\t") : nil),
      encoding: encoding == nil || encoding == .utf8 ? .utf8 : .latin1, header: header,
      missing: missing, columns: columns,
      decimalMark: UInt8(ascii: decimalMark == .comma ? "," : "."),
      ragged: malformed == .leaveOut ? .refuseRow : .fault)
  }

  private var workbookOptions: XLSXOptions {
    XLSXOptions(
      sheet: sheet?.sheet, range: range?.range, header: header, missing: missing,
      columns: columns)
  }
}
