// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a file of SPSS, Stata or SAS: facts, without the value of any cell.
///
/// Rows count from 1.
public enum StatisticalFileFault: Error, Hashable, Sendable {
  case fileMissing(path: String)
  case fileUnreadable(path: String, reason: String)
  case empty
  /// Neither the name nor the first bytes tell the format.
  case unknownFormat
  /// The file is not of the format that its name or the option says.
  case otherFormat(StatisticalFileFormat, found: StatisticalFileFormat?)
  case damaged(StatisticalFileFormat, what: String)
  /// The file ends before the rows that it promises.
  case truncated(StatisticalFileFormat)
  /// A version or compression that cannot be read.
  case unsupported(StatisticalFileFormat, what: String)
  /// The encoding of the texts is not known: the file names none, or names one that nobody knows.
  case unknownEncoding(String?)
  /// Texts are not in the encoding that the file, or the option, names.
  case wrongEncoding(String, declared: Bool)
  /// The file unfolds to more than any honest one holds.
  case tooLarge(bytes: Int)
  case noColumns
  case noRows
  case unknownColumns([String], known: [String])
  /// The name of a column of labels or reasons is taken.
  case nameTaken(String, by: AddedColumn)
  /// Cells that are not of their column's declared type: all columns at once.
  case wrongTypes([WrongCells])
  case table(TableFault)

  /// What a column is added for.
  public enum AddedColumn: Sendable, Hashable {
    case labels(of: String)
    case reasons(of: String)
  }

  /// The cells of one column that are not of its declared type.
  public struct WrongCells: Sendable, Hashable {
    public let column: String
    public let type: ColumnType
    /// The first of their rows.
    public let rows: [Int]
    public let count: Int

    public init(column: String, type: ColumnType, rows: [Int], count: Int) {
      self.column = column
      self.type = type
      self.rows = rows
      self.count = count
    }
  }
}

extension StatisticalFileFault {
  /// What to do about it, where there is advice.
  public var help: String? {
    switch self {
    case .fileMissing: "check the path; it is relative to the pipeline file"
    case .fileUnreadable: "check that it is a file and that you may read it"
    case .empty, .truncated, .noColumns, .noRows:
      "check that this is the right file, and that it was copied or written completely"
    case .unknownFormat:
      "say format: " + StatisticalFileFormat.allCases.map(\.rawValue).joined(separator: ", ")
    case .otherFormat(_, let found?): "say format \(found.rawValue), or give it its own ending"
    case .otherFormat(_, nil), .damaged:
      "open it in the program that wrote it and save it again"
    case .unsupported: "save it again in a current version, or as CSV"
    case .unknownEncoding, .wrongEncoding:
      "say encoding, most often windows-1252, iso-8859-15 or utf-8"
    case .tooLarge: "if the file is honest, save the columns that you need, or save it as CSV"
    case .unknownColumns(_, let known): "the file has \(quoted(known))"
    case .nameTaken(_, .labels(let column)):
      "rename one of them in the file, or declare '\(column)' as category, which keeps labels in it"
    case .nameTaken(_, .reasons): "rename one of them in the file"
    case .wrongTypes:
      "declare the type that the column has, or list texts that stand for a missing value"
    case .table: nil
    }
  }
}

extension StatisticalFileFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing(let path): "there is no file '\(path)'"
    case .fileUnreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .empty: "the file is empty"
    case .unknownFormat: "this is no file of SPSS, Stata or SAS, or its name does not say so"
    case .otherFormat(let wanted, let found?): "this is no \(wanted.noun) but a \(found.noun)"
    case .otherFormat(let wanted, nil): "this is no \(wanted.noun)"
    case .damaged(let format, let what): "the \(format.noun) is damaged: \(what)"
    case .truncated(let format): "the \(format.noun) ends too early"
    case .unsupported(let format, let what): "the \(format.noun) has \(what) that cannot be read"
    case .unknownEncoding(let name?): "the encoding '\(name)' of the file's texts is not known"
    case .unknownEncoding(nil):
      "the file names no known encoding for its texts, and they are not UTF-8"
    case .wrongEncoding(let name, let declared):
      declared
        ? "the file has texts that are not in the encoding '\(name)'"
        : "the file says that its texts are in '\(name)', and some are not"
    case .tooLarge(let bytes): "the file unfolds to more than \(bytes >> 20) MiB"
    case .noColumns: "the file has no columns"
    case .noRows: "the file has no rows"
    case .unknownColumns(let names, _):
      "a type is declared for \(quoted(names)), which the file does not have"
    case .nameTaken(let name, .labels(let column)):
      "the labels of '\(column)' would form a column '\(name)', which the file has already"
    case .nameTaken(let name, .reasons(let column)):
      "the reasons why '\(column)' is missing would form a column '\(name)',"
        + " which the file has already"
    case .wrongTypes(let columns): columns.map(\.description).joined(separator: "; ")
    case .table(let fault): fault.description
    }
  }
}

extension StatisticalFileFault.WrongCells: CustomStringConvertible {
  public var description: String {
    let places = rows.map(String.init).joined(separator: ", ") + (count > rows.count ? " …" : "")
    let found = count == 1 ? "1 value is" : "\(count) values are"
    return "column '\(column)': \(found) not \(type.name) (row \(places))"
  }
}

private func quoted(_ names: [String]) -> String {
  let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
}
