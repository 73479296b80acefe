// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with an Arrow file: facts, without the value of any cell.
public enum ArrowFault: Error, Hashable, Sendable {
  /// The file could not be opened or read.
  case unreadable(path: String, reason: String)
  /// The bytes are no Arrow file; `looksLike` names another format where it is recognised.
  case notArrow(looksLike: String?)
  /// Something that every sound file fulfils does not hold.
  case damaged(String)
  /// A sound file that uses what this reader leaves out.
  case unsupported(String, help: String)
  /// A column's type has no counterpart among the column types here.
  case unsupportedType(column: String, type: String)
  /// A value does not fit the column type that its Arrow type becomes.
  case outOfRange(column: String, wanted: String)
  /// A text that is not valid UTF-8.
  case invalidText(column: String)
  /// More text than one column can hold (2 GiB), or than the file can honestly contain.
  case tooMuchText(column: String)
  /// Sound in itself, but no table: two columns of one name.
  case table(TableFault)
}

extension ArrowFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .notArrow(let other?): "this is no Arrow file but looks like \(other)"
    case .notArrow(nil): "this is no Arrow file"
    case .damaged(let what): "the Arrow file is damaged: \(what)"
    case .unsupported(let what, _): "the Arrow file \(what), which is not supported"
    case .unsupportedType(let column, let type):
      "column '\(column)' has the Arrow type \(type), which is not supported"
    case .outOfRange(let column, let wanted):
      "column '\(column)' has a value that does not fit \(wanted)"
    case .invalidText(let column): "column '\(column)' has a text that is not valid UTF-8"
    case .tooMuchText(let column): "column '\(column)' has more text than one column can hold"
    case .table(let fault): fault.description
    }
  }

  /// What to do about it, where there is advice.
  public var help: String? {
    switch self {
    case .notArrow: "write it in Arrow's IPC format (Feather version 2 or a stream), or as CSV"
    case .damaged: "make or fetch the file again"
    case .unsupported(_, let help): help
    case .unsupportedType: "convert or drop the column before writing the file"
    case .outOfRange: "convert the column before writing the file"
    case .tooMuchText: "split the column or drop it"
    case .unreadable, .invalidText, .table: nil
    }
  }
}
