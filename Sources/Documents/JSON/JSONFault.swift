// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with JSON: text that is none, or a value that cannot be written.
public enum JSONFault: Error, Sendable, Hashable {
  /// The text breaks a rule at this place.
  case syntax(SyntaxRule, at: SourcePosition)
  /// A number that is NaN or infinite; `path` leads to it, as in `effects[2].estimate`.
  case notFinite(path: String)

  public enum SyntaxRule: Sendable, Hashable {
    case badEscape
    case badNumber
    case controlCharacter
    case duplicateKey(String)
    case emptyText
    case expected(String)
    case invalidUTF8
    case loneSurrogate
    case numberTooLarge
    case tooDeep(limit: Int)
    case trailingText
    case unexpectedEnd
  }

  /// The place of the fault in the text, where it lies in a text.
  public var position: SourcePosition? {
    if case .syntax(_, let position) = self { position } else { nil }
  }

  /// What is wrong, without the place.
  public var message: String {
    switch self {
    case .syntax(let rule, _): rule.message
    case .notFinite(let path):
      "the number at '\(path.isEmpty ? "." : path)' is not finite, and JSON has only finite numbers"
    }
  }
}

extension JSONFault: CustomStringConvertible {
  public var description: String {
    position.map { "line \($0.line), column \($0.column): \(message)" } ?? message
  }
}

extension JSONFault.SyntaxRule {
  fileprivate var message: String {
    switch self {
    case .badEscape:
      "a backslash in text is followed by one of \" \\ / b f n r t, or u and four digits"
    case .badNumber: "this is no JSON number"
    case .controlCharacter: "a control character in text must be written as \\u and four digits"
    case .duplicateKey(let key): "the key '\(key)' is there twice"
    case .emptyText: "there is no JSON here"
    case .expected(let what): "\(what) is expected here"
    case .invalidUTF8: "the text is not valid UTF-8"
    case .loneSurrogate: "half of a surrogate pair stands alone"
    case .numberTooLarge: "the number is too large"
    case .tooDeep(let limit): "values are nested deeper than \(limit) levels"
    case .trailingText: "something follows after the end of the value"
    case .unexpectedEnd: "the text ends too early"
    }
  }
}
