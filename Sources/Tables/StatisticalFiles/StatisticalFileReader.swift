// SPDX-License-Identifier: EUPL-1.2

import CReadStat

/// Reads files of SPSS (`.sav`, `.zsav`, `.por`), Stata (`.dta`) and SAS (`.sas7bdat`, `.xpt`).
///
/// What such files know beyond a CSV file is kept. A column of which every value has a label becomes a
/// category of labels; where only some have one, the column keeps its values and `NAME_label` is added.
/// A value that the file declares missing is missing, and `NAME_missing`, added where there are such
/// values, says why. Formats of the program decide what is a date, a timestamp or a whole number; times
/// have no time zone in these files and are taken as UTC.
public struct StatisticalFileReader: Sendable {
  public let options: StatisticalFileOptions
  /// The most bytes that values may take; nil goes by the size of the file.
  private let byteLimit: Int?

  public init(_ options: StatisticalFileOptions = StatisticalFileOptions()) {
    self.init(options, byteLimit: nil)
  }

  package init(_ options: StatisticalFileOptions, byteLimit: Int?) {
    self.options = options
    self.byteLimit = byteLimit
  }

  /// Reads a file.
  ///
  /// - Throws: `StatisticalFileFault`, with column names and row numbers and never a value.
  /// - Complexity: one pass; 8 bytes a number and 4 a text that repeats, beside the table.
  public func read(path: String) throws(StatisticalFileFault) -> SourceContent {
    let file = try StatisticalFile(path: path)
    let format = try file.format(wanted: options.format)
    let receiver = StatisticalFileReceiver(
      program: format.program,
      byteLimit: byteLimit ?? max(Self.byteFloor, file.size * Self.ratio))
    let outcome = StatisticalParsing.run(format, path, encoding: options.encoding, into: receiver)
    try check(outcome, receiver, format)
    return try StatisticalAssembly(receiver, options).content(
      notes: notes(receiver, format))
  }

  /// How many times its size a file may unfold to: compressed SPSS files take 1 byte for a value of 8,
  /// and deflating them makes that about ten times smaller still.
  private static let ratio = 200
  private static let byteFloor = 1 << 30

  private func check(
    _ outcome: readstat_error_t, _ receiver: StatisticalFileReceiver,
    _ format: StatisticalFileFormat
  ) throws(StatisticalFileFault) {
    if let halt = receiver.halt { throw fault(halt, receiver, format) }
    if outcome != READSTAT_OK { throw fault(outcome, receiver, format) }
    guard !receiver.variables.isEmpty else { throw .noColumns }
    if let promised = receiver.promisedRows, promised > receiver.rowCount {
      throw .truncated(format)
    }
    guard receiver.rowCount > 0 else { throw .noRows }
    guard receiver.variables.allSatisfy({ $0.count == receiver.rowCount }) else {
      throw .damaged(format, what: "a row is not complete")
    }
  }

  private func notes(
    _ receiver: StatisticalFileReceiver, _ format: StatisticalFileFormat
  ) -> [String] {
    var notes: [String] = []
    if let weight = receiver.weight {
      notes.append("the file weights its cases by '\(weight)'; the table has each case once")
    }
    let unknown = receiver.variables.filter { variable in
      variable.labelSet.map { !$0.isEmpty && receiver.labels[$0] == nil } ?? false
    }
    if !unknown.isEmpty {
      let names = unknown.prefix(10).map { "'\($0.name)'" }.joined(separator: ", ")
      notes.append(
        "labels are named for \(names)\(unknown.count > 10 ? " and others" : ""),"
          + " and the file does not have them")
    }
    if format == .dta, receiver.version < 118, options.encoding == nil, receiver.hasForeignSigns {
      notes.append(
        "the file does not say in which encoding its texts are; windows-1252 was taken,"
          + " and option encoding names another")
    }
    return notes
  }
}

extension StatisticalFileReader {
  private func fault(
    _ halt: StatisticalFileReceiver.Halt, _ receiver: StatisticalFileReceiver,
    _ format: StatisticalFileFormat
  ) -> StatisticalFileFault {
    switch halt {
    case .notUTF8: wrongEncoding(receiver)
    case .tooLarge: .tooLarge(bytes: receiver.byteLimit)
    case .tooMuchText(let column): .table(.tooMuchText(column: column))
    case .outOfStep: .damaged(format, what: "a row is not complete")
    }
  }

  private func fault(
    _ outcome: readstat_error_t, _ receiver: StatisticalFileReceiver,
    _ format: StatisticalFileFormat
  ) -> StatisticalFileFault {
    switch outcome {
    case READSTAT_ERROR_UNSUPPORTED_CHARSET:
      .unknownEncoding(options.encoding ?? receiver.encoding)
    case READSTAT_ERROR_CONVERT, READSTAT_ERROR_CONVERT_BAD_STRING: wrongEncoding(receiver)
    case READSTAT_ERROR_READ, READSTAT_ERROR_SEEK, READSTAT_ERROR_ROW_COUNT_MISMATCH:
      .truncated(format)
    case READSTAT_ERROR_UNSUPPORTED_FILE_FORMAT_VERSION:
      .unsupported(format, what: "a version")
    case READSTAT_ERROR_UNSUPPORTED_COMPRESSION: .unsupported(format, what: "a compression")
    default:
      .damaged(format, what: "it is not built as such files are")
    }
  }

  private func wrongEncoding(_ receiver: StatisticalFileReceiver) -> StatisticalFileFault {
    if let encoding = options.encoding { return .wrongEncoding(encoding, declared: true) }
    return receiver.encoding.map { .wrongEncoding($0, declared: false) } ?? .unknownEncoding(nil)
  }
}
