// SPDX-License-Identifier: EUPL-1.2

/// A function as a value: one written in an expression, or knowledge of a decision model.
public struct FEELFunction: Sendable {
  /// What a call computes from the arguments, in the order of the parameters.
  public typealias Body =
    @Sendable (_ arguments: [FEELValue], _ depth: Int) throws(FEELFault) -> FEELValue

  /// How deep parts of expressions and calls of functions may lie one in another.
  ///
  /// A function may call itself some hundred times; more would not fit the stack.
  public static let maximumDepth = 600

  public let parameters: [String]
  /// What a call computes, where it is written in the language over the parameters alone.
  ///
  /// Over whole columns it stands in the place of the call.
  public let definition: FEELExpression?
  /// What is known of the function's type; nil for a parameter or a result of any type.
  private let types: (parameters: [TypeName?], result: TypeName?)
  private let body: Body
  private let identity = Identity()

  /// The body gets the depth of its call, which it hands on in the scope of what it evaluates.
  ///
  /// Types are given by name, nil for any type.
  public init(
    parameters: [String], types: [String?] = [], result: String? = nil, body: @escaping Body
  ) {
    self.init(
      parameters: parameters, types: types.map { $0.map { .named($0) } },
      result: result.map { .named($0) }, body: body)
  }

  init(
    parameters: [String], types: [TypeName?], result: TypeName? = nil, body: @escaping Body
  ) {
    self.parameters = parameters
    self.types = (types, result)
    self.body = body
    definition = nil
  }

  /// A function that an expression defines, which names the parameters and nothing else.
  public init(parameters: [String], definition: FEELExpression) {
    self.parameters = parameters
    self.definition = definition
    types = ([], nil)
    body = { (arguments, depth) throws(FEELFault) in
      var scope = FEELScope()
      scope.callDepth = depth
      for (parameter, value) in zip(parameters, arguments) { scope.constants[parameter] = value }
      return try definition.evaluate(in: scope)
    }
  }

  /// The arguments in the order of the parameters; nil where they do not fit.
  ///
  /// Positions take all parameters; of named ones those that are left out are null.
  public func order(_ values: [FEELValue], labels: [String?]) -> [FEELValue]? {
    if labels.allSatisfy({ $0 == nil }) { return values.count == parameters.count ? values : nil }
    var ordered = [FEELValue?](repeating: nil, count: parameters.count)
    for (value, label) in zip(values, labels) {
      guard let place = parameters.firstIndex(where: { $0 == label }), ordered[place] == nil else {
        return nil
      }
      ordered[place] = value
    }
    return ordered.map { $0 ?? .null }
  }

  /// Whether the function may stand where one of such a type is wanted.
  ///
  /// It takes at least what that takes, and gives no more. A result that nobody declares may be
  /// anything.
  func conforms(to wanted: [TypeName], _ wantedResult: TypeName) -> Bool {
    guard wanted.count == parameters.count else { return false }
    for (place, type) in wanted.enumerated() where place < types.parameters.count {
      if let own = types.parameters[place], !type.conforms(to: own) { return false }
    }
    return types.result.map { $0.conforms(to: wantedResult) } ?? true
  }

  public func call(_ arguments: [FEELValue], depth: Int) throws(FEELFault) -> FEELValue {
    guard depth < Self.maximumDepth else { throw .tooDeepEvaluation }
    // A call takes more room than a part of an expression.
    return try body(arguments, depth + 2)
  }

  private final class Identity: Sendable {}
}

extension FEELFunction: Hashable {
  /// Functions are equal where they are the same one.
  public static func == (left: FEELFunction, right: FEELFunction) -> Bool {
    left.identity === right.identity
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}

extension FEELFunction: CustomStringConvertible {
  public var description: String { "function(\(parameters.joined(separator: ", ")))" }
}

extension FEELFault {
  static var tooDeepEvaluation: FEELFault {
    FEELFault(
      .tooDeep, "expressions and calls of functions lie too deep one in another",
      help: "a function may call itself about \(FEELFunction.maximumDepth / 6) times")
  }
}
