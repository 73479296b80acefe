// SPDX-License-Identifier: EUPL-1.2

/// A type as expressions name it.
indirect enum TypeName: Sendable, Hashable {
  /// One of the language's own types, or one that nothing in the expression defines.
  case named(String)
  case list(TypeName)
  case range(TypeName)
  case context([String: TypeName])
  case function([TypeName], TypeName)

  /// Whether a value is of the type; null is of the type of null only.
  func holds(_ value: FEELValue) -> Bool {
    switch self {
    case .named("Any"): return !value.isNull
    case .named("Null"), .named("null"): return value.isNull
    case .named("string"): return value.kind == "text"
    case .named(let name): return value.kind == name
    case .list(let element):
      guard let list = value.list else { return false }
      return list.allSatisfy { element.accepts($0) }
    case .range(let end):
      guard case .range(let range) = value else { return false }
      return [range.lower, range.upper].allSatisfy { $0.map { end.accepts($0.value) } ?? true }
    case .context(let members):
      guard let context = value.context else { return false }
      return members.allSatisfy { key, type in context[key].map(type.accepts) ?? false }
    case .function(let parameters, _):
      guard case .function(let function) = value else { return false }
      return function.parameters.count == parameters.count
    }
  }

  /// Null stands for a missing value of any type.
  private func accepts(_ value: FEELValue) -> Bool { value.isNull || holds(value) }
}

extension Parser {
  private static let typeNames: [String] = [
    "date and time", "years and months duration", "days and time duration",
  ]

  mutating func parseType() throws(FEELFault) -> TypeName {
    for name in Self.typeNames {
      guard token.range.lowerBound < lexer.source.count,
        let found = NameMatcher([name]).match(lexer.source, at: token.range.lowerBound)
      else { continue }
      previousEnd = found.end
      try advance(from: found.end)
      return .named(name)
    }
    guard let word = token.word else { throw .missing("a type such as number or string", token) }
    guard mode == .feel else {
      guard Self.strictTypes.contains(word) else {
        throw .missing("a type such as number or string", token)
      }
      try take()
      return .named(word)
    }
    try take()
    switch word {
    case "list" where token.isSymbol(.less): return .list(try parseTypeArgument())
    case "range" where token.isSymbol(.less): return .range(try parseTypeArgument())
    case "context" where token.isSymbol(.less): return .context(try parseMembers())
    case "function" where token.isSymbol(.less): return try parseFunctionType()
    default: return .named(word)
    }
  }

  private static let strictTypes: Set<String> = [
    "Any", "null", "boolean", "number", "string", "date", "time", "list", "context", "range",
    "function",
  ]

  private mutating func parseTypeArgument() throws(FEELFault) -> TypeName {
    let opening = try take()
    let type = try parseType()
    try expect(.greater, closing: opening)
    return type
  }

  private mutating func parseMembers() throws(FEELFault) -> [String: TypeName] {
    let opening = try take()
    var members: [String: TypeName] = [:]
    while !token.isSymbol(.greater) {
      guard let label = try parseLabel() else { throw .missing("a key and ':'", token) }
      members[label] = try parseType()
      guard try take(.comma) else { break }
    }
    try expect(.greater, closing: opening)
    return members
  }

  /// The rest of a type such as `function<number, string> -> boolean`.
  private mutating func parseFunctionType() throws(FEELFault) -> TypeName {
    let opening = try take()
    var parameters: [TypeName] = []
    while !token.isSymbol(.greater) {
      parameters.append(try parseType())
      guard try take(.comma) else { break }
    }
    try expect(.greater, closing: opening)
    guard try take(.minus), try take(.greater) else { throw .missing("'->'", token) }
    return .function(parameters, try parseType())
  }
}
