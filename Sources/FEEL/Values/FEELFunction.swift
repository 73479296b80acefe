// SPDX-License-Identifier: EUPL-1.2

/// A function as a value: one written in an expression, or knowledge of a decision model.
public struct FEELFunction: Sendable {
  /// What a call computes from the arguments, in the order of the parameters.
  public typealias Body =
    @Sendable (_ arguments: [FEELValue], _ depth: Int) throws(FEELFault) -> FEELValue

  /// How many calls may wait for each other: a function may call itself.
  public static let maximumDepth = 60

  public let parameters: [String]
  /// What a call computes, where it is written in the language over the parameters alone.
  ///
  /// Over whole columns it stands in the place of the call.
  let definition: FEELExpression?
  private let body: Body
  private let identity = Identity()

  /// The body gets the depth of its call, which it hands on in the scope of what it evaluates.
  public init(parameters: [String], body: @escaping Body) {
    self.parameters = parameters
    self.body = body
    definition = nil
  }

  /// A function that an expression defines, which names the parameters and nothing else.
  public init(parameters: [String], definition: FEELExpression) {
    self.parameters = parameters
    self.definition = definition
    body = { (arguments, depth) throws(FEELFault) in
      var scope = FEELScope()
      scope.callDepth = depth
      for (parameter, value) in zip(parameters, arguments) { scope.constants[parameter] = value }
      return try definition.evaluate(in: scope)
    }
  }

  /// The arguments in the order of the parameters; nil where they do not fit.
  public func order(_ values: [FEELValue], labels: [String?]) -> [FEELValue]? {
    guard values.count == parameters.count else { return nil }
    if labels.allSatisfy({ $0 == nil }) { return values }
    var ordered: [FEELValue] = []
    for parameter in parameters {
      guard let place = labels.firstIndex(of: parameter) else { return nil }
      ordered.append(values[place])
    }
    return ordered
  }

  public func call(_ arguments: [FEELValue], depth: Int) throws(FEELFault) -> FEELValue {
    guard depth < Self.maximumDepth else {
      throw FEELFault(
        .tooDeep, "functions call each other too deeply",
        help: "at most \(Self.maximumDepth) calls wait for each other")
    }
    return try body(arguments, depth + 1)
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
