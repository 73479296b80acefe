// SPDX-License-Identifier: EUPL-1.2

/// The smallest parts of the source, with their place.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    case number(Decimal128)
    case text(String)
    /// The text of an at-literal, as `@"2025-01-01"`.
    case at(String)
    /// A name or a keyword; a name in backticks is never a keyword.
    case name(String, isQuoted: Bool)
    case symbol(Symbol)
    case end
  }

  enum Symbol: String, Sendable, CaseIterable {
    case power = "**"
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case dots = ".."
    case plus = "+"
    case minus = "-"
    case times = "*"
    case slash = "/"
    case equal = "="
    case less = "<"
    case greater = ">"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"
    case comma = ","
    case dot = "."
    case colon = ":"
    case question = "?"
  }

  let kind: Kind
  let range: Range<Int>

  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }

  /// The word where the token is one that may be a keyword.
  var word: String? {
    if case .name(let name, isQuoted: false) = kind { name } else { nil }
  }

  /// How messages name the token.
  var display: String {
    switch kind {
    case .number(let value): "the number \(value)"
    case .text: "a text"
    case .at: "a literal with @"
    case .name(let name, _): "'\(name)'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the end"
    }
  }
}
