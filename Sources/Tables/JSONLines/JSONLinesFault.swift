// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a file of JSON lines: facts, without any value.
///
/// Lines and the places in them count from 1, places in characters.
public enum JSONLinesFault: Error, Hashable, Sendable {
  case source(ByteFault)
  case empty
  case noKeys
  case utf16
  case invalidUTF8(line: Int)
  case nulCharacter(line: Int)
  case lineTooLong(line: Int)
  /// The line is no JSON object by RFC 8259.
  case invalid(line: Int, place: Int, JSONProblem)
  /// The first line begins a list, as a whole JSON document does.
  case list
  case nested(line: Int, key: String)
  case emptyKey(line: Int)
  case duplicateKey(String, line: Int)
  case tooManyKeys(limit: Int)
  /// So few cells have a value that the table would be many times the file.
  case tooSparse(rows: Int, keys: Int)
  case unknownColumns([String], known: [String])
  /// Values that are not of their column's declared type: all columns at once.
  case wrongTypes([WrongLines])
  case tooMuchText(column: String)
  case changedWhileRead
  /// A table to be written has a number without end.
  case infinite(column: String)
}

extension JSONLinesFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .source(let fault): fault.help
    case .empty, .noKeys: "check that this is the right file, and that it was written completely"
    case .utf16: "save the file again as UTF-8"
    case .invalidUTF8: "write the file as UTF-8, as JSON must be"
    case .nulCharacter: "the file is damaged, or is no text; write it again"
    case .lineTooLong: "write each object on a line of its own"
    case .invalid(_, _, let problem): problem.help
    case .list:
      "write each object of the list on a line of its own, without brackets and commas around"
    case .nested: "flatten it first: give each value inside a key of its own"
    case .emptyKey: "give every key a name"
    case .duplicateKey: "write each key once in an object"
    case .tooManyKeys: "a table this wide is better written long: one object per value"
    case .tooSparse:
      "write the table long: one object per value, with the key as a value of its own"
    case .unknownColumns(_, let known): "the file has \(quoted(known))"
    case .wrongTypes:
      "declare the type that the column has, or list texts that stand for a missing value"
    case .tooMuchText: "leave the column out, or split the file"
    case .changedWhileRead: "read it again when nobody writes to it"
    case .infinite: "leave such numbers out, or write another format"
    }
  }
}

extension JSONLinesFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .source(let fault): fault.description
    case .empty: "the file is empty"
    case .noKeys: "no line of the file has a key"
    case .utf16: "the file is UTF-16, and UTF-8 is needed"
    case .invalidUTF8(let line): "line \(line) is not UTF-8"
    case .nulCharacter(let line): "line \(line) has a NUL character"
    case .lineTooLong(let line): "line \(line) is longer than 16 MiB"
    case .invalid(let line, let place, let problem):
      "line \(line), character \(place): \(problem.description)"
    case .list: "the file is one JSON list, and one object per line is needed"
    case .nested(let line, let key): "line \(line): key '\(key)' holds a list or an object"
    case .emptyKey(let line): "line \(line) has a key without a name"
    case .duplicateKey(let key, let line): "line \(line) has the key '\(key)' twice"
    case .tooManyKeys(let limit): "the file has more than \(limit) keys"
    case .tooSparse(let rows, let keys):
      "the file has \(keys) keys in \(rows) lines, and nearly all values are absent"
    case .unknownColumns(let names, _):
      "a type is declared for \(quoted(names)), which the file does not have"
    case .wrongTypes(let columns): columns.map(\.description).joined(separator: "; ")
    case .tooMuchText(let column): "column '\(column)' holds more than 2 GiB of text"
    case .changedWhileRead: "the file changed while it was read"
    case .infinite(let column): "column '\(column)' has an infinite number, which JSON lacks"
    }
  }
}

private func quoted(_ names: [String]) -> String {
  let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
}
