// SPDX-License-Identifier: EUPL-1.2

/// The keys of one map while it is read: finds those that are there twice or cannot be keys.
///
/// Two keys that differ only in how their letters are composed look the same to everybody, so they
/// count as one key; comparing them as `String` does just that.
struct MappingKeys {
  private var lines: [String: Int] = [:]

  /// Adds a key; a fault where it cannot be one.
  mutating func add(_ key: Node, at span: SourceSpan, file: String) -> Diagnostic? {
    guard let scalar = key.scalar, !scalar.isOmitted else {
      return .keyNotText(key, at: span, file: file)
    }
    if scalar.style == .plain, scalar.text == "<<" { return .mergeKey(at: span, file: file) }
    if let first = lines[scalar.text] {
      return .duplicateKey(scalar.text, firstLine: first, at: span, file: file)
    }
    lines[scalar.text] = span.start.line
    return nil
  }
}

extension Diagnostic {
  fileprivate static func duplicateKey(
    _ key: String, firstLine: Int, at span: SourceSpan, file: String
  ) -> Diagnostic {
    Diagnostic(
      .duplicateKey, "the key '\(key)' is already there",
      help: "it stands in line \(firstLine) first; remove one of the two", file: file, span: span)
  }

  fileprivate static func keyNotText(_ key: Node, at span: SourceSpan, file: String) -> Diagnostic {
    Diagnostic(
      .keyNotText, "a key has to be text, and this is \(key.kindName)",
      help: key.isFlow ? "if it is text, put it in quotes" : "write a name before the colon",
      file: file, span: span)
  }

  fileprivate static func mergeKey(at span: SourceSpan, file: String) -> Diagnostic {
    Diagnostic(
      .mergeKey, "the merge key '<<' does not exist in YAML 1.2",
      help: "write the keys out; a whole value can be repeated with &name and *name",
      file: file, span: span)
  }
}
