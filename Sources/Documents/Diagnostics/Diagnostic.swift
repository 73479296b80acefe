// SPDX-License-Identifier: EUPL-1.2

/// One fault of a file: what is wrong, where, and what to do.
public struct Diagnostic: Sendable, Hashable {
  public var code: DiagnosticCode
  public var severity: Severity
  /// What is wrong, in one line without a full stop.
  public var message: String
  /// What to do, shown behind the underline; may have several lines.
  public var help: String?
  /// Facts that help to decide, each shown as a line `= …` of its own.
  public var notes: [String]
  /// The file's name as the user wrote it.
  public var file: String
  /// The place in the file; nil where the fault is the file itself.
  public var span: SourceSpan?

  public init(
    _ code: DiagnosticCode, severity: Severity = .error, _ message: String, help: String? = nil,
    notes: [String] = [], file: String, span: SourceSpan?
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.help = help
    self.notes = notes
    self.file = file
    self.span = span
  }

  public enum Severity: String, Sendable, Hashable {
    case error
    case warning
  }
}

extension Diagnostic: Comparable {
  /// By file, then by place (a fault of the whole file first), then errors first, then by code.
  public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
    if a.file != b.file { return a.file < b.file }
    let start = SourceSpan(at: SourcePosition(line: 0, column: 0))
    let (aSpan, bSpan) = (a.span ?? start, b.span ?? start)
    if aSpan != bSpan { return aSpan < bSpan }
    if a.severity != b.severity { return a.severity == .error }
    if a.code != b.code { return a.code.rawValue < b.code.rawValue }
    return a.message < b.message
  }
}

extension Diagnostic {
  /// The fault as other programs read it; places count from 1 and are null where there is none.
  public var json: JSONValue {
    [
      "code": .string(code.rawValue),
      "severity": .string(severity.rawValue),
      "message": .string(message),
      "help": help.map { .string($0) } ?? .null,
      "file": .string(file),
      "line": JSONValue(span?.start.line),
      "column": JSONValue(span?.start.column),
      "endLine": JSONValue(span?.end.line),
      "endColumn": JSONValue(span?.end.column),
    ]
  }
}
