// SPDX-License-Identifier: EUPL-1.2

/// Operands: literals, names, calls and everything in brackets.
extension Parser {
  mutating func parsePrimary() throws(FEELFault) -> Node {
    let start = token.range.lowerBound
    switch token.kind {
    case .number(let value):
      try take()
      return try make(.literal(.number(value)), from: start)
    case .text(let value):
      try take()
      return try make(.literal(.text(value)), from: start)
    case .at(let text):
      let value = TemporalText.value(text) ?? (mode.isStandard ? .null : nil)
      guard let value else { throw .notTemporal(token.range) }
      try take()
      return try make(.literal(value), from: start)
    case .name: return try parseWord(start)
    case .symbol(.question):
      guard isTest else { throw .questionOutsideTest(token.range) }
      try take()
      return try make(.input, from: start)
    case .symbol(.openParenthesis): return try parseParenthesis(start)
    case .symbol(.openBracket): return try parseListOrRange(start)
    case .symbol(.closeBracket): return try parseRange(includesLower: false, start)
    case .symbol(.openBrace): return try parseContext(start)
    case .symbol(let symbol)
    where mode.isStandard && Node.Comparison(rawValue: symbol.rawValue) != nil:
      return try parseHalfRange(start)
    case .symbol(.equal): throw .missing("a value before '='", token)
    case .symbol, .end: throw .missing("a value", token)
    }
  }

  private mutating func parseWord(_ start: Int) throws(FEELFault) -> Node {
    switch token.word {
    case "null": return try parseLiteral(.null)
    case "true": return try parseLiteral(.boolean(true))
    case "false": return try parseLiteral(.boolean(false))
    case "if": return try parseConditional(start)
    case "for": return try parseLoop(start)
    case "some": return try parseQuantified(.some, start)
    case "every": return try parseQuantified(.every, start)
    case "function" where mode.isStandard: return try parseFunction(start)
    case "function", "external": throw .functionLiteral(token.range)
    case "then", "else", "return", "satisfies", "and", "or", "in", "between", "instance":
      throw .missing("a value", token)
    default: break
    }
    guard case .name(let name, let isQuoted) = token.kind else { throw .missing("a value", token) }
    let nameRange = token.range
    try take()
    if token.isSymbol(.openParenthesis) { return try parseCall(name, nameRange) }
    if words.contains(name), !isQuoted { return try make(.literal(.text(name)), from: start) }
    return try make(.name(name), from: start)
  }

  private mutating func parseLiteral(_ value: FEELValue) throws(FEELFault) -> Node {
    let start = token.range.lowerBound
    try take()
    return try make(.literal(value), from: start)
  }

  /// Inside brackets the end of an open range is no longer near.
  mutating func parseInside() throws(FEELFault) -> Node {
    let outer = isRangeEnd
    isRangeEnd = false
    defer { isRangeEnd = outer }
    return try parseExpression()
  }
}

// Words
extension Parser {
  private mutating func parseConditional(_ start: Int) throws(FEELFault) -> Node {
    try take()
    let condition = try parseInside()
    try expectWord("then", after: "'if' and its condition")
    let first = try parseInside()
    try expectWord("else", after: "'then' and its value")
    let second = try parseExpression()
    return try make(.conditional(condition, first, second), from: start)
  }

  private mutating func parseQuantified(
    _ quantifier: Node.Quantifier, _ start: Int
  ) throws(FEELFault) -> Node {
    let iterators = try parseIterators()
    try expectWord("satisfies", after: "the lists")
    let condition = try parseExpression()
    return try make(.quantified(quantifier, iterators, condition), from: start)
  }

  private mutating func parseLoop(_ start: Int) throws(FEELFault) -> Node {
    let iterators = try parseIterators()
    try define("partial")
    try expectWord("return", after: "the lists")
    let result = try parseExpression()
    return try make(.loop(iterators, result), from: start)
  }

  private mutating func parseIterators() throws(FEELFault) -> [Node.Iterator] {
    var iterators: [Node.Iterator] = []
    repeat {
      try take()
      let name = try parseNewName(until: "in")
      let source = try parseInside()
      let end = try take(.dots) ? try parseInside() : nil
      try define(name)
      iterators.append(Node.Iterator(name: name, source: source, end: end))
    } while token.isSymbol(.comma)
    return iterators
  }

  /// A name that is new here may be several words, up to a word that ends it.
  private mutating func parseNewName(until end: String) throws(FEELFault) -> String {
    var words: [String] = []
    while case .name(let name, _) = token.kind, name != end || words.isEmpty {
      words.append(name)
      try take()
    }
    guard !words.isEmpty else { throw .missing("a name", token) }
    try expectWord(end, after: "the name")
    return words.joined(separator: " ")
  }
}

// Calls and brackets
extension Parser {
  private mutating func parseCall(_ name: String, _ range: Range<Int>) throws(FEELFault) -> Node {
    if functions.contains(name)
      || mode.isStandard && (known.contains(name) || BuiltIn.named(name) == nil)
    {
      let function = try make(.name(name), from: range.lowerBound)
      return try make(.invocation(function, try parseArguments()), from: range.lowerBound)
    }
    guard BuiltIn.named(name) != nil else { throw .unknownFunction(name, range) }
    let arguments = try parseArguments()
    if mode == .strict, let fault = BuiltIn.mismatch(of: name, arguments, previous: range) {
      throw fault
    }
    return try make(.call(name, arguments), from: range.lowerBound)
  }

  mutating func parseArguments() throws(FEELFault) -> [Node.Argument] {
    let opening = try take()
    var arguments: [Node.Argument] = []
    while !token.isSymbol(.closeParenthesis) {
      var label: String?
      if let parsed = try parseLabel() { label = parsed }
      arguments.append(Node.Argument(name: label, value: try parseInside()))
      guard try take(.comma) else { break }
      if token.isSymbol(.closeParenthesis) { throw .missing("a value after ','", token) }
    }
    try expect(.closeParenthesis, closing: opening)
    return arguments
  }

  /// `function(a: number, b) a + b`; one that another language defines has no value here.
  private mutating func parseFunction(_ start: Int) throws(FEELFault) -> Node {
    try take()
    let opening = token
    guard try take(.openParenthesis) else { throw .missing("'(' after 'function'", token) }
    var parameters: [Node.Parameter] = []
    while !token.isSymbol(.closeParenthesis) {
      if let label = try parseLabel() {
        parameters.append(Node.Parameter(name: label, type: try parseType()))
      } else {
        parameters.append(Node.Parameter(name: try parsePlainName(), type: nil))
      }
      guard try take(.comma) else { break }
    }
    try expect(.closeParenthesis, closing: opening)
    for parameter in parameters { try define(parameter.name) }
    if try takeWord("external") {
      _ = try parseInside()
      return try make(.literal(.null), from: start)
    }
    return try make(.function(parameters, try parseExpression()), from: start)
  }

  /// A name of one or more words, up to a sign.
  private mutating func parsePlainName() throws(FEELFault) -> String {
    var words: [String] = []
    while case .name(let name, _) = token.kind {
      words.append(name)
      try take()
    }
    guard !words.isEmpty else { throw .missing("a name", token) }
    return words.joined(separator: " ")
  }

  /// The words before a colon, where a named argument stands.
  mutating func parseLabel() throws(FEELFault) -> String? {
    guard case .name = token.kind else { return nil }
    var position = token.range.lowerBound
    let start = position
    while position < lexer.source.count,
      lexer.source[position].isNamePart || lexer.source[position].isSpace
    {
      position += 1
    }
    guard position < lexer.source.count, lexer.source[position] == ":" else { return nil }
    let label = NameMatcher.normalised(lexer.text(start..<position))
    previousEnd = position + 1
    try advance(from: position + 1)
    return String(String.UnicodeScalarView(label))
  }

  /// A key of the standard's names, which may hold some operators: `{a+b: 1}`.
  private mutating func parseSignedLabel() throws(FEELFault) -> String? {
    guard mode.isStandard, case .name = token.kind else { return nil }
    let start = token.range.lowerBound
    guard let colon = lexer.source[start...].firstIndex(of: ":"),
      lexer.source[start..<colon].allSatisfy({
        $0.isNamePart || $0.isSpace || "./-'+*?".unicodeScalars.contains($0)
      })
    else { return nil }
    let label = NameMatcher.normalised(lexer.text(start..<colon))
    previousEnd = colon + 1
    try advance(from: colon + 1)
    return String(String.UnicodeScalarView(label))
  }

  /// `(a)`, the open range `(a..b)`, or the range without one end `(< a)`.
  private mutating func parseParenthesis(_ start: Int) throws(FEELFault) -> Node {
    let opening = try take()
    if case .symbol(let symbol) = token.kind,
      let comparison = Node.Comparison(rawValue: symbol.rawValue),
      comparison != .unequal || mode.isStandard
    {
      let range = try parseHalfRange(start)
      try expect(.closeParenthesis, closing: opening)
      return try make(range.form, from: start)
    }
    let inner = try parseInside()
    if token.isSymbol(.dots) {
      return try parseRangeRest(lower: inner, includesLower: false, opening)
    }
    try expect(.closeParenthesis, closing: opening)
    return inner
  }

  /// A range by a comparison with its one end: `< 10`.
  private mutating func parseHalfRange(_ start: Int) throws(FEELFault) -> Node {
    guard case .symbol(let symbol) = token.kind,
      let comparison = Node.Comparison(rawValue: symbol.rawValue)
    else { throw .missing("a comparison", token) }
    try take()
    var form = rangeForm(comparison, try parseEndpoint())
    if comparison == .equal { form.kind = .equal }
    if comparison == .unequal { form.kind = .unequal }
    return try make(.range(form), from: start)
  }

  private func rangeForm(_ comparison: Node.Comparison, _ end: Node) -> Node.RangeForm {
    let isLower = comparison == .greater || comparison == .greaterOrEqual
    let isUpper = comparison == .less || comparison == .lessOrEqual
    return Node.RangeForm(
      lower: isUpper ? nil : end, includesLower: comparison != .greater,
      upper: isLower ? nil : end, includesUpper: comparison != .less)
  }

  private mutating func parseListOrRange(_ start: Int) throws(FEELFault) -> Node {
    let opening = try take()
    if try take(.closeBracket) { return try make(.list([]), from: start) }
    var values = [try parseInside()]
    if token.isSymbol(.dots) {
      return try parseRangeRest(lower: values[0], includesLower: true, opening)
    }
    while try take(.comma) { values.append(try parseInside()) }
    try expect(.closeBracket, closing: opening)
    return try make(.list(values), from: start)
  }

  private mutating func parseRange(
    includesLower: Bool, _ start: Int
  ) throws(FEELFault) -> Node {
    let opening = try take()
    let lower = try parseInside()
    guard token.isSymbol(.dots) else { throw .missing("'..' after the start of a range", token) }
    return try parseRangeRest(lower: lower, includesLower: includesLower, opening)
  }

  private mutating func parseRangeRest(
    lower: Node, includesLower: Bool, _ opening: Token
  ) throws(FEELFault) -> Node {
    try take()
    let upper = try parseEndpoint()
    let includesUpper = token.isSymbol(.closeBracket)
    guard includesUpper || token.isSymbol(.closeParenthesis) || token.isSymbol(.openBracket) else {
      throw .unbalanced(opening, .closeBracket, found: token)
    }
    isRangeEnd = false
    try take()
    let form = Node.RangeForm(
      lower: lower, includesLower: includesLower, upper: upper, includesUpper: includesUpper)
    return try make(.range(form), from: opening.range.lowerBound)
  }

  private mutating func parseEndpoint() throws(FEELFault) -> Node {
    let outer = isRangeEnd
    isRangeEnd = true
    defer { isRangeEnd = outer }
    return try parseBinary(.sum)
  }

  private mutating func parseContext(_ start: Int) throws(FEELFault) -> Node {
    let opening = try take()
    var entries: [(key: String, value: Node)] = []
    while !token.isSymbol(.closeBrace) {
      var key: String
      let place = token.range
      if case .text(let text) = token.kind {
        try take()
        guard try take(.colon) else { throw .missing("':' after a key", token) }
        key = text
      } else if let label = try parseLabel() {
        key = label
      } else if let label = try parseSignedLabel() {
        key = label
      } else {
        throw .missing("a key and ':'", token)
      }
      guard !entries.contains(where: { $0.key == key }) else { throw .repeatedKey(key, place) }
      entries.append((key, try parseInside()))
      try define(key)
      guard try take(.comma) else { break }
    }
    try expect(.closeBrace, closing: opening)
    return try make(.context(entries), from: start)
  }
}

// Tests
extension Parser {
  /// What follows `in`: one test, or several in parentheses.
  mutating func parseMembershipTests() throws(FEELFault) -> [Node.Test] {
    guard token.isSymbol(.openParenthesis) else {
      // What follows a single test, such as 'and', goes on with the comparison around it.
      return [try parseTest { parser throws(FEELFault) in try parser.parseBinary(.sum) }]
    }
    let start = token.range.lowerBound
    let opening = try take()
    let first = try parseTest()
    if token.isSymbol(.dots), case .value(let lower) = first {
      let range = try parseRangeRest(lower: lower, includesLower: false, opening)
      return [.value(Node(range.form, start..<range.range.upperBound))]
    }
    var tests = [first]
    while try take(.comma) { tests.append(try parseTest()) }
    try expect(.closeParenthesis, closing: opening)
    return tests
  }

  mutating func parseTests(until closing: Token.Symbol?) throws(FEELFault) -> [Node.Test] {
    var tests: [Node.Test] = []
    repeat { tests.append(try parseTest()) } while try take(.comma)
    return tests
  }

  private mutating func parseTest() throws(FEELFault) -> Node.Test {
    try parseTest { parser throws(FEELFault) in
      parser.isTest ? try parser.parseExpression() : try parser.parseBinary(.sum)
    }
  }

  private mutating func parseTest(
    _ value: (inout Parser) throws(FEELFault) -> Node
  ) throws(FEELFault) -> Node.Test {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw .tooDeep(token.range) }
    if case .symbol(let symbol) = token.kind,
      let comparison = Node.Comparison(rawValue: symbol.rawValue)
    {
      try take()
      return .comparison(comparison, try parseBinary(.sum))
    }
    if isTest, token.isSymbol(.minus) {
      let next = try tokenAfter()
      if next.kind == .end || next.isSymbol(.comma) || next.isSymbol(.closeParenthesis) {
        try take()
        return .anything
      }
    }
    if isTest, token.word == "not" {
      try take()
      let opening = token
      guard try take(.openParenthesis) else { throw .missing("'(' after 'not'", token) }
      let tests = try parseTests(until: .closeParenthesis)
      try expect(.closeParenthesis, closing: opening)
      return .negation(tests)
    }
    return .value(try value(&self))
  }
}
