// SPDX-License-Identifier: EUPL-1.2

/// Operators, loosest first, and what may follow an operand.
extension Parser {
  mutating func parseExpression() throws(FEELFault) -> Node { try parseBinary(.disjunction) }

  /// How tightly operators bind, loosest first.
  enum Level: Int {
    case disjunction
    case conjunction
    case comparison
    case sum
    case product
    case power

    var next: Level { Level(rawValue: rawValue + 1) ?? .power }
  }

  private enum Infix {
    case or
    case and
    case comparison(Node.Comparison)
    case arithmetic(Node.Arithmetic)
    case between
    case membership
  }

  private func infix() throws(FEELFault) -> (Infix, Level)? {
    switch token.kind {
    case .symbol(let symbol):
      if let comparison = Node.Comparison(rawValue: symbol.rawValue) {
        return (.comparison(comparison), .comparison)
      }
      guard let operation = Node.Arithmetic(rawValue: symbol.rawValue) else { return nil }
      switch operation {
      case .add, .subtract: return (.arithmetic(operation), .sum)
      case .multiply, .divide: return (.arithmetic(operation), .product)
      case .power: return (.arithmetic(operation), .power)
      }
    case .name("or", isQuoted: false): return (.or, .disjunction)
    case .name("and", isQuoted: false): return (.and, .conjunction)
    case .name("between", isQuoted: false): return (.between, .comparison)
    case .name("in", isQuoted: false): return (.membership, .comparison)
    default: return nil
    }
  }

  mutating func parseBinary(_ level: Level) throws(FEELFault) -> Node {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw .tooDeep(token.range) }
    let start = token.range.lowerBound
    var left = try parseUnary()
    while let (infix, binding) = try infix(), binding.rawValue >= level.rawValue {
      try take()
      left = try parseRight(of: infix, binding, left: left, start: start)
    }
    return left
  }

  private mutating func parseRight(
    of infix: Infix, _ binding: Level, left: Node, start: Int
  ) throws(FEELFault) -> Node {
    switch infix {
    case .or: return try parseLogical("or", binding, left: left, start: start)
    case .and: return try parseLogical("and", binding, left: left, start: start)
    case .comparison(let operation):
      let right = try parseBinary(.sum)
      return try make(.comparison(operation, left, right), from: start)
    case .arithmetic(let operation):
      // Powers group from the left, and a sign binds tighter: -5 ** 2 is 25.
      let right = operation == .power ? try parseUnary() : try parseBinary(binding.next)
      return try make(.arithmetic(operation, left, right), from: start)
    case .between:
      let lower = try parseBinary(.sum)
      try expectWord("and", after: "'between' and its first value")
      let upper = try parseBinary(.sum)
      return try make(.between(left, lower, upper), from: start)
    case .membership:
      let tests = try parseMembershipTests()
      return try make(.membership(left, tests), from: start)
    }
  }

  /// A run of the same operator is one node, so that long lists of conditions are not deep.
  private mutating func parseLogical(
    _ word: String, _ binding: Level, left: Node, start: Int
  ) throws(FEELFault) -> Node {
    var operands = [left, try parseBinary(binding.next)]
    while try takeWord(word) { operands.append(try parseBinary(binding.next)) }
    return try make(
      binding == .disjunction ? .disjunction(operands) : .conjunction(operands), from: start)
  }

  mutating func parseUnary() throws(FEELFault) -> Node {
    guard token.isSymbol(.minus) else { return try parsePostfix() }
    let start = token.range.lowerBound
    try take()
    // The sign is part of a number: what follows applies to both.
    if case .number(let value) = token.kind {
      try take()
      return try parsePostfix(of: make(.literal(.number(value.negated)), from: start), start)
    }
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw .tooDeep(token.range) }
    let operand = try parseUnary()
    return try make(.negation(operand), from: start)
  }

  private mutating func parsePostfix() throws(FEELFault) -> Node {
    let start = token.range.lowerBound
    return try parsePostfix(of: parsePrimary(), start)
  }

  /// What stands directly after an operand: properties, filters, arguments and types.
  private mutating func parsePostfix(
    of operand: Node, _ start: Int
  ) throws(FEELFault) -> Node {
    var node = operand
    while true {
      if token.isSymbol(.dot) {
        node = try parseProperty(of: node, start: start)
      } else if token.isSymbol(.openBracket), !isRangeEnd {
        let opening = try take()
        try define("item")
        let condition = try parseInside()
        try expect(.closeBracket, closing: opening)
        node = try make(.filter(node, condition), from: start)
      } else if token.isSymbol(.openParenthesis), mode.isStandard {
        node = try make(.invocation(node, try parseArguments()), from: start)
      } else if token.word == "instance" {
        try take()
        try expectWord("of", after: "'instance'")
        node = try make(.instance(node, try parseType()), from: start)
      } else {
        return node
      }
    }
  }

  private mutating func parseProperty(of node: Node, start: Int) throws(FEELFault) -> Node {
    try take()
    // Two properties of dates have names of two words.
    let place = token.range.lowerBound
    for name in ["time offset", "start included", "end included"] {
      guard place < lexer.source.count,
        let known = NameMatcher([name]).match(lexer.source, at: place)
      else { continue }
      previousEnd = known.end
      try advance(from: known.end)
      return try make(.property(node, name), from: start)
    }
    guard case .name(let name, _) = token.kind else { throw .missing("a name after '.'", token) }
    try take()
    return try make(.property(node, name), from: start)
  }
}
