// SPDX-License-Identifier: EUPL-1.2

/// Reads an expression or unary tests by recursive descent, one token ahead.
struct Parser {
  /// How deep brackets and operands may lie one in another.
  static let maximumNesting = 100
  static let maximumDepth = 250

  let lexer: Lexer
  var names: NameMatcher
  var token: Token
  var previousEnd = 0
  var nesting = 0
  /// Whether `?` stands for a value under test.
  var isTest = false
  /// Whether `[` may close an open range instead of opening a filter.
  var isRangeEnd = false
  /// Words that stand for themselves as texts.
  let words: Set<String>
  /// What becomes of calls and literals that cannot have a value.
  let mode: FEELScope.Mode
  /// The names in scope, any of which may be a function.
  var known: Set<String>
  /// The names of types that a model defines.
  let types: NameMatcher
  /// Names of functions beside those of the language.
  let functions: Set<String>
  private static let callNames = NameMatcher(BuiltIn.names)

  init(
    _ source: String, names: [String]?, words: [String] = [], types: [String] = [],
    functions: Set<String> = [],
    mode: FEELScope.Mode = .strict
  ) throws(FEELFault) {
    self.mode = mode
    self.functions = functions
    known = Set(names ?? [])
    lexer = try Lexer(source)
    self.words = Set(words).subtracting(names ?? [])
    self.types = NameMatcher(types, isLoose: true)
    self.names = NameMatcher((names ?? []) + words, isLoose: mode.isStandard)
    token = Token(kind: .end, range: 0..<0)
    try advance(from: 0)
  }

  /// The whole source as one expression.
  mutating func parseWhole() throws(FEELFault) -> Node {
    guard token.kind != .end else { throw .empty }
    let node = try parseExpression()
    try expectEnd()
    return node
  }

  /// The whole source as the cell of a decision table.
  mutating func parseWholeTests() throws(FEELFault) -> [Node.Test] {
    guard token.kind != .end else { throw .empty }
    isTest = true
    if token.isSymbol(.minus), try tokenAfter().kind == .end { return [.anything] }
    let tests = try parseTests(until: nil)
    try expectEnd()
    return tests
  }
}

extension Parser {
  mutating func advance(from position: Int) throws(FEELFault) {
    // A built-in name of several words counts only where a call follows.
    let start = try lexer.skippingSpace(from: position)
    if start < lexer.source.count, let known = Self.callNames.match(lexer.source, at: start),
      try opensCall(at: known.end)
    {
      token = Token(kind: .name(known.name, isQuoted: false), range: start..<known.end)
      return
    }
    token = try lexer.token(at: start, names: names)
  }

  private func opensCall(at position: Int) throws(FEELFault) -> Bool {
    let next = try lexer.skippingSpace(from: position)
    return next < lexer.source.count && lexer.source[next] == "("
  }

  @discardableResult
  mutating func take() throws(FEELFault) -> Token {
    let taken = token
    previousEnd = taken.range.upperBound
    if taken.kind != .end { try advance(from: previousEnd) }
    return taken
  }

  func tokenAfter() throws(FEELFault) -> Token {
    try lexer.token(at: token.range.upperBound, names: names)
  }

  mutating func take(_ symbol: Token.Symbol) throws(FEELFault) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    try take()
    return true
  }

  mutating func takeWord(_ word: String) throws(FEELFault) -> Bool {
    guard token.word == word else { return false }
    try take()
    return true
  }

  mutating func expect(_ symbol: Token.Symbol, closing opening: Token) throws(FEELFault) {
    guard try take(symbol) else { throw .unbalanced(opening, symbol, found: token) }
  }

  mutating func expectWord(_ word: String, after part: String) throws(FEELFault) {
    guard try takeWord(word) else { throw .missingWord(word, after: part, found: token) }
  }

  private func expectEnd() throws(FEELFault) {
    guard token.kind == .end else { throw .trailing(token) }
  }

  mutating func define(_ name: String) throws(FEELFault) {
    names.insert(name)
    known.insert(name)
    // The token ahead was read before the name was known.
    try advance(from: token.range.lowerBound)
  }

  func make(_ form: Node.Form, from start: Int) throws(FEELFault) -> Node {
    let node = Node(form, start..<max(start, previousEnd))
    guard node.depth <= Self.maximumDepth else { throw .tooDeep(node.range) }
    return node
  }
}
