// SPDX-License-Identifier: EUPL-1.2

/// A function of the language: its signatures, the type of its result, and what it does.
struct BuiltIn: Sendable {
  /// What a column of results holds.
  enum Result: Sendable {
    case boolean
    case integer
    case number
    case text
    case date
    case timestamp
    /// The first argument's type.
    case same
    /// The first argument's type with as many places as the second argument says.
    case rounded
    /// A list, a context, a duration, or what only the values tell.
    case other
  }

  let name: String
  let signatures: [Signature]
  let result: Result
  /// Whether a null argument is passed on; else it makes the result null.
  private let seesNull: Bool
  private let apply: @Sendable (Arguments) throws -> FEELValue

  init(
    _ signatures: String..., result: Result, seesNull: Bool = false,
    apply: @escaping @Sendable (Arguments) throws -> FEELValue
  ) {
    self.init(signatures, result: result, seesNull: seesNull, apply: apply)
  }

  init(
    _ signatures: [String], result: Result, seesNull: Bool = false,
    apply: @escaping @Sendable (Arguments) throws -> FEELValue
  ) {
    self.signatures = signatures.map { Signature($0) }
    name = self.signatures[0].name
    self.result = result
    self.seesNull = seesNull
    self.apply = apply
  }

  func call(
    _ values: [FEELValue], labels: [String?], _ scope: FEELScope
  ) throws(FEELFault) -> FEELValue {
    for (signature, ordered) in orders(of: values, labels, scope) {
      if !seesNull, signature.lacks(ordered) { return .null }
      let arguments = Arguments(function: name, signature: signature, values: ordered, scope: scope)
      do {
        return try apply(arguments)
      } catch let fault as FEELFault {
        throw fault
      } catch {
        throw FEELFault(.invalidValue, "'\(name)' has no result here")
      }
    }
    throw wrongArguments(nil)
  }

  /// The arguments by each form of the function that takes them, the fullest first.
  private func orders(
    of values: [FEELValue], _ labels: [String?], _ scope: FEELScope
  ) -> [(Signature, [FEELValue?])] {
    let full = signatures.compactMap { signature in
      signature.order(values, labels: labels).map { (signature, $0) }
    }
    guard full.isEmpty, scope.mode.isStandard, labels.contains(where: { $0 != nil }) else {
      return full
    }
    // Named parameters that are left out are null.
    return signatures.compactMap { signature in
      let missing = signature.parameters.map(\.name).filter { !labels.contains($0) }
      return signature.order(
        values + missing.map { _ in .null }, labels: labels + missing.map { $0 }
      ).map { (signature, $0) }
    }
  }

  /// The function as a value, which takes the parameters of its first form.
  func function(in scope: FEELScope) -> FEELFunction {
    FEELFunction(parameters: signatures[0].parameters.map(\.name)) {
      (arguments, _) throws(FEELFault) in
      try call(arguments, labels: arguments.map { _ in nil }, scope)
    }
  }

  private func wrongArguments(_ range: Range<Int>?) -> FEELFault {
    FEELFault(
      .wrongArguments, "'\(name)' does not take these arguments",
      help: "write \(signatures.map(\.text).joined(separator: " or "))", range: range)
  }
}

extension BuiltIn {
  private static let table: [String: BuiltIn] = Dictionary(
    uniqueKeysWithValues: (texts + numbers + dates + lists + orders + ranges + contexts
      + conversions).map { ($0.name, $0) })

  static let names: [String] = table.keys.sorted()

  static func named(_ name: String) -> BuiltIn? { table[name] }

  /// A fault where no signature takes so many arguments or such names.
  static func mismatch(
    of name: String, _ arguments: [Node.Argument], previous range: Range<Int>
  ) -> FEELFault? {
    guard let function = named(name) else { return nil }
    let values = [FEELValue](repeating: .null, count: arguments.count)
    let labels = arguments.map(\.name)
    let fits = function.signatures.contains { $0.order(values, labels: labels) != nil }
    return fits ? nil : function.wrongArguments(range)
  }

  /// Names that other languages give to functions, with what to write here.
  static let foreignNames: [String: String] = [
    "len": "use string length() or count()", "length": "use string length() or count()",
    "lower": "use lower case()", "upper": "use upper case()", "isnull": "write x = null",
    "is_null": "write x = null", "isna": "write x = null", "is.na": "write x = null",
    "coalesce": "write if x = null then other else x", "avg": "use mean()",
    "average": "use mean()", "pow": "write x ** y", "ceil": "use ceiling()",
    "int": "use floor() or round half up()", "str": "use string()",
    "concat": "write a + b, or concatenate() for lists", "iif": "write if … then … else …",
    "ifelse": "write if … then … else …", "startswith": "use starts with()",
    "endswith": "use ends with()", "strip": "use trim()", "round": "use round half up()",
    "datetime": "use date and time()", "regex": "use matches()",
  ]
}

/// The name and the parameters of a function, as `substring(string, start position, length?)`.
struct Signature: Sendable {
  struct Parameter: Sendable {
    let name: String
    let isOptional: Bool
  }

  let text: String
  let name: String
  let parameters: [Parameter]
  /// Whether the last parameter takes all arguments from its place on as a list.
  let isVariadic: Bool
  /// Whether each of those arguments is a list, written as `[list]...`; else one list stands for them.
  private let takesLists: Bool

  init(_ text: String) {
    self.text = text
    let parts = text.split(separator: "(", maxSplits: 1)
    name = String(parts[0])
    let inner = parts.count > 1 ? parts[1].dropLast() : ""
    isVariadic = inner.hasSuffix("...")
    takesLists = inner.hasSuffix("]...")
    parameters = inner.split(separator: ",").map { part in
      var label = String(part.drop { $0 == " " })
      let isOptional = label.hasSuffix("?")
      label.removeAll { "?.[]".contains($0) }
      return Parameter(name: label, isOptional: isOptional)
    }
  }

  /// Whether an argument that is needed is null.
  ///
  /// A null for a parameter that may be left out counts as left out.
  func lacks(_ ordered: [FEELValue?]) -> Bool {
    for place in parameters.indices where !parameters[place].isOptional {
      if ordered[place]?.isNull ?? true { return true }
    }
    return false
  }

  /// The arguments in the order of the parameters, nil where one is left out; nil if they do not fit.
  func order(_ values: [FEELValue], labels: [String?]) -> [FEELValue?]? {
    if labels.allSatisfy({ $0 == nil }) {
      if isVariadic {
        guard values.count >= parameters.count else { return nil }
        if parameters.count > 1 {
          let fixed = parameters.count - 1
          return values.prefix(fixed).map { $0 } + [.list(Array(values.dropFirst(fixed)))]
        }
        if values.count == 1, case .list = values[0], !takesLists { return [values[0]] }
        return [.list(values)]
      }
      guard values.count <= parameters.count,
        parameters.dropFirst(values.count).allSatisfy(\.isOptional)
      else { return nil }
      var result: [FEELValue?] = []
      result.reserveCapacity(parameters.count)
      for value in values { result.append(value) }
      while result.count < parameters.count { result.append(nil) }
      return result
    }
    var result = [FEELValue?](repeating: nil, count: parameters.count)
    for (value, label) in zip(values, labels) {
      guard let place = parameters.firstIndex(where: { $0.name == label }), result[place] == nil
      else { return nil }
      result[place] = value
    }
    let isComplete = zip(parameters, result).allSatisfy { $0.isOptional || $1 != nil }
    guard isComplete else { return nil }
    if isVariadic, let last = result.last ?? nil,
      parameters.count > 1 || takesLists || last.list == nil
    {
      result[result.count - 1] = .list([last])
    }
    return result
  }
}
