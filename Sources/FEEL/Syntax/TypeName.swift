// SPDX-License-Identifier: EUPL-1.2

/// A type as expressions name it.
indirect enum TypeName: Sendable, Hashable {
  /// One of the language's own types, or one that a model defines.
  case named(String)
  case list(TypeName)
  case range(TypeName)
  case context([String: TypeName])
  case function([TypeName], TypeName)
  /// `list`, `range`, `context` or `function` without what it holds, which the standard does not know.
  case incomplete(String)

  /// Whether a value is of the type; nil for a type that nobody defines.
  ///
  /// Null is of the type of null only.
  func holds(_ value: FEELValue, _ types: (any FEELTypes)?) -> Bool? {
    switch self {
    case .named("Any"): return !value.isNull
    case .named("Null"), .named("null"): return value.isNull
    case .named("string"): return value.kind == "text"
    case .named(let name) where Self.ownNames.contains(name): return value.kind == name
    case .named(let name):
      guard let types else { return nil }
      let fits = types.fits(value, name)
      return fits.map { $0 && !value.isNull }
    case .incomplete: return nil
    case .list(let element):
      return Self.all(value.list?.map { ($0, element) }, types, isUnknown: element.isUnknown(types))
    case .range(let end):
      guard case .range(let range) = value else { return end.isUnknown(types) ? nil : false }
      let ends = [range.lower, range.upper].compactMap { $0 }
      return Self.all(ends.map { ($0.value, end) }, types, isUnknown: end.isUnknown(types))
    case .context(let members):
      let isUnknown = members.values.contains { $0.isUnknown(types) }
      guard let context = value.context, members.keys.allSatisfy({ context[$0] != nil }) else {
        return isUnknown ? nil : false
      }
      return Self.all(
        members.map { (context[$0] ?? .null, $1) }, types, isUnknown: isUnknown)
    case .function(let parameters, let result):
      guard !(parameters + [result]).contains(where: { $0.isUnknown(types) }) else { return nil }
      guard case .function(let function) = value else { return false }
      return function.conforms(to: parameters, result)
    }
  }

  /// Whether all parts are of their types, where null stands for a missing value of any.
  private static func all(
    _ parts: [(FEELValue, TypeName)]?, _ types: (any FEELTypes)?, isUnknown: Bool
  ) -> Bool? {
    guard !isUnknown else { return nil }
    return parts?.allSatisfy { $0.isNull || $1.holds($0, types) == true } ?? false
  }

  /// Whether nobody defines the type.
  private func isUnknown(_ types: (any FEELTypes)?) -> Bool {
    switch self {
    case .named(let name):
      !Self.ownNames.contains(name) && types?.fits(.boolean(true), name) == nil
    case .incomplete: true
    case .list(let part), .range(let part): part.isUnknown(types)
    case .context(let members): members.values.contains { $0.isUnknown(types) }
    case .function(let parameters, let result):
      (parameters + [result]).contains { $0.isUnknown(types) }
    }
  }

  /// The types that stand alone.
  private static let ownNames: Set<String> = [
    "Any", "Null", "null", "boolean", "number", "string", "date", "time", "date and time",
    "days and time duration", "years and months duration", "list", "context", "range", "function",
  ]

  /// Whether every value of the type is one of another type too.
  func conforms(to other: TypeName) -> Bool {
    switch (self, other) {
    case (_, .named("Any")), (.named("Null"), _), (.named("null"), _): return true
    case (.list(let part), .list(let otherPart)), (.range(let part), .range(let otherPart)):
      return part.conforms(to: otherPart)
    case (.context(let members), .context(let others)):
      return others.allSatisfy { members[$0]?.conforms(to: $1) ?? false }
    case (.function(let parameters, let result), .function(let others, let otherResult)):
      return parameters.count == others.count
        && zip(parameters, others).allSatisfy { $1.conforms(to: $0) }
        && result.conforms(to: otherResult)
    default: return self == other
    }
  }
}

extension TypeName {
  /// The value as a parameter of the type takes it; nil where it cannot be had.
  ///
  /// A list of one stands for its element, an element for a list of one, and a date for its midnight.
  func coerced(_ value: FEELValue, _ types: (any FEELTypes)?) -> FEELValue? {
    guard !value.isNull else { return value }
    if holds(value, types) == true { return value }
    if let list = value.list, list.count == 1, holds(list[0], types) == true { return list[0] }
    if value.list == nil, holds(.list([value]), types) == true { return .list([value]) }
    if self == .named("date and time"), case .date(let date) = value {
      return FEELDateTime(midnightOf: date).map { .dateTime($0) }
    }
    return nil
  }
}

extension FEELDateTime {
  /// The midnight in UTC with which a day begins.
  public init?(midnightOf date: FEELDate) {
    guard let midnight = FEELTime(nanosecond: 0, offset: 0) else { return nil }
    self.init(date: date, time: midnight)
  }
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
    if mode.isStandard, token.range.lowerBound < lexer.source.count,
      let found = types.match(lexer.source, at: token.range.lowerBound)
    {
      previousEnd = found.end
      try advance(from: found.end)
      return .named(found.name)
    }
    guard let word = token.word else { throw .missing("a type such as number or string", token) }
    guard mode.isStandard else {
      guard Self.strictTypes.contains(word) else {
        throw .missing("a type such as number or string", token)
      }
      try take()
      return .named(word)
    }
    try take()
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw .tooDeep(token.range) }
    switch word {
    case "list" where token.isSymbol(.less): return .list(try parseTypeArgument())
    case "range" where token.isSymbol(.less): return .range(try parseTypeArgument())
    case "context" where token.isSymbol(.less): return .context(try parseMembers())
    case "function" where token.isSymbol(.less): return try parseFunctionType()
    case "list", "range", "context", "function": return .incomplete(word)
    default: return .named(try parseQualifiedRest(of: word))
    }
  }

  /// The words after the dots of a type's name.
  private mutating func parseQualifiedRest(of word: String) throws(FEELFault) -> String {
    var name = word
    while try take(.dot) {
      guard let part = token.word else { throw .missing("a name after '.'", token) }
      name += ".\(part)"
      try take()
    }
    return name
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
