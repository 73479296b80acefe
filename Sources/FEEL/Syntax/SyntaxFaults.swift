// SPDX-License-Identifier: EUPL-1.2

/// What the parser says about source that is not an expression.
extension FEELFault {
  static var empty: FEELFault { FEELFault(.syntax, "the expression is empty", range: 0..<0) }

  static func tooDeep(_ range: Range<Int>) -> FEELFault {
    FEELFault(
      .tooDeep, "the expression is nested too deeply",
      help: "split it into several columns or decisions", range: range)
  }

  static func missing(_ what: String, _ found: Token) -> FEELFault {
    FEELFault(.syntax, "\(what) is missing before \(found.display)", range: found.range)
  }

  static func missingWord(_ word: String, after part: String, found: Token) -> FEELFault {
    var help: String?
    if word == "else" { help = "write: if condition then value else other value" }
    if case .name = found.kind { help = help ?? Self.quoteAdvice }
    return FEELFault(
      .syntax, "'\(word)' is missing after \(part), before \(found.display)", help: help,
      range: found.range)
  }

  static func unbalanced(
    _ opening: Token, _ closing: Token.Symbol, found: Token
  ) -> FEELFault {
    if found.kind == .end {
      return FEELFault(
        .syntax, "\(opening.display) is not closed", help: "add '\(closing.rawValue)'",
        range: opening.range)
    }
    var help: String?
    if case .name = found.kind { help = Self.quoteAdvice }
    return FEELFault(
      .syntax, "'\(closing.rawValue)' is missing before \(found.display)", help: help,
      range: found.range)
  }

  static func trailing(_ token: Token) -> FEELFault {
    var help: String?
    switch token.kind {
    case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace):
      return FEELFault(.syntax, "\(token.display) closes nothing", range: token.range)
    case .symbol(.colon): help = "a value of a context stands in braces: {key: value}"
    case .symbol(.comma): help = "a list stands in brackets: [1, 2]"
    case .name, .text, .number: help = Self.quoteAdvice
    default: break
    }
    return FEELFault(
      .syntax, "\(token.display) stands where an operator or the end belongs", help: help,
      range: token.range)
  }

  static func repeatedKey(_ key: String, _ range: Range<Int>) -> FEELFault {
    FEELFault(.syntax, "the key '\(key)' stands twice in a context", range: range)
  }

  static func notTemporal(_ range: Range<Int>) -> FEELFault {
    FEELFault(
      .syntax, "the text after @ is no date, time or duration",
      help: "write @\"2025-01-31\", @\"2025-01-31T12:00:00\", @\"P30D\" or @\"P1Y6M\"",
      range: range)
  }

  static func questionOutsideTest(_ range: Range<Int>) -> FEELFault {
    FEELFault(
      .syntax, "'?' has a meaning only in the cell of a decision table",
      help: "name the value that you test", range: range)
  }

  static func functionLiteral(_ range: Range<Int>) -> FEELFault {
    FEELFault(.syntax, "functions cannot be defined here", range: range)
  }

  static func unknownFunction(_ name: String, _ range: Range<Int>) -> FEELFault {
    var help = "the functions of the DMN standard are known"
    if let foreign = BuiltIn.foreignNames[name.lowercased()] {
      help = foreign
    } else if let near = Spelling.nearest(to: name, among: BuiltIn.names) {
      help = "did you mean '\(near)'?"
    }
    return FEELFault(
      .unknownFunction, "there is no function '\(name)'", help: help, range: range)
  }

  private static var quoteAdvice: String {
    "texts stand in double quotes, and operators such as = or and between values"
  }
}
