// SPDX-License-Identifier: EUPL-1.2

// Calls of built-in functions, and of functions that are values.
extension Interpreter {
  mutating func call(
    _ name: String, _ arguments: [Node.Argument]
  ) throws(FEELFault) -> FEELValue {
    if name == "is defined" { return .boolean(isDefined(arguments[0].value)) }
    guard let function = BuiltIn.named(name) else {
      throw FEELFault(.unknownFunction, "there is no function '\(name)'")
    }
    var values: [FEELValue] = []
    var callsBack = false
    for argument in arguments {
      let value = try evaluate(argument.value)
      if case .function = value { callsBack = true }
      values.append(value)
    }
    var scope = scope
    if callsBack { scope.callDepth = level }
    return try function.call(values, labels: arguments.map(\.name), scope)
  }

  mutating func invoke(
    _ node: Node, _ arguments: [Node.Argument]
  ) throws(FEELFault) -> FEELValue {
    guard case .function(let function) = try evaluate(node) else {
      // A name of a value does not hide a function of the language.
      if case .name(let name) = node.form, BuiltIn.named(name) != nil {
        return try call(name, arguments)
      }
      throw FEELFault(.typeMismatch, "only a function can be called", range: node.range)
    }
    var values: [FEELValue] = []
    for argument in arguments { values.append(try evaluate(argument.value)) }
    guard let ordered = function.order(values, labels: arguments.map(\.name)) else {
      throw FEELFault(
        .wrongArguments, "a function does not take these arguments",
        help: "it is a \(function)")
    }
    return try function.call(ordered, depth: level)
  }

  /// The function keeps the names around it as they are now.
  func function(_ parameters: [Node.Parameter], _ body: Node) -> FEELFunction {
    let outer = self
    return FEELFunction(parameters: parameters.map(\.name), types: parameters.map(\.type)) {
      (arguments, depth) throws(FEELFault) in
      var inner = outer
      inner.level = depth
      for (parameter, value) in zip(parameters, arguments) {
        guard let coerced = parameter.type.map({ $0.coerced(value, outer.scope.types) }) ?? value
        else {
          throw FEELFault(
            .typeMismatch, "'\(parameter.name)' has another type than a \(value.kind)")
        }
        inner.locals.append((parameter.name, coerced))
      }
      return try inner.evaluate(body)
    }
  }
}

extension FEELValue {
  /// Null for nil.
  static func optional(_ value: Bool?) -> FEELValue { value.map { .boolean($0) } ?? .null }
}

extension FEELFault {
  static func unknownName(_ name: String, known: [String]) -> FEELFault {
    var help = "a text stands in double quotes: \"\(name)\""
    if let near = Spelling.nearest(to: name, among: known) {
      help = "did you mean '\(near)'?"
    } else if !known.isEmpty {
      help += "; names here: \(known.prefix(20).joined(separator: ", "))"
      if known.count > 20 { help += " and \(known.count - 20) more" }
    }
    return FEELFault(.unknownName, "there is no '\(name)' here", help: help)
  }
}
