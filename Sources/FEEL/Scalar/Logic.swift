// SPDX-License-Identifier: EUPL-1.2

// Conditions, and tests of a value.
extension Interpreter {
  /// A condition's truth; nil where it is null.
  mutating func truth(_ node: Node, _ part: String) throws(FEELFault) -> Bool? {
    switch try evaluate(node) {
    case .boolean(let value): return value
    case .null: return nil
    case let other:
      guard scope.mode == .strict else { return nil }
      throw FEELFault(
        .typeMismatch, "\(part) is true or false, not a \(other.kind)", range: node.range)
    }
  }

  /// Kleene's three values: one decisive operand decides, else one that is null leaves it open.
  mutating func logical(
    _ operands: [Node], decisive: Bool
  ) throws(FEELFault) -> FEELValue {
    var isOpen = false
    for operand in operands {
      let value = try truth(operand, decisive ? "an operand of 'or'" : "an operand of 'and'")
      if value == decisive { return .boolean(decisive) }
      if value == nil { isOpen = true }
    }
    return isOpen ? .null : .boolean(!decisive)
  }

  func between(
    _ value: FEELValue, _ lower: FEELValue, _ upper: FEELValue
  ) throws(FEELFault) -> FEELValue {
    let above = try Ordering.compare(.greaterOrEqual, value, lower).boolean
    let below = try Ordering.compare(.lessOrEqual, value, upper).boolean
    if above == false || below == false { return .boolean(false) }
    return above == nil || below == nil ? .null : .boolean(true)
  }

  /// Whether a value passes one of the tests; nil where that is open.
  mutating func passes(_ tests: [Node.Test], _ value: FEELValue) throws(FEELFault) -> Bool? {
    var isOpen = false
    for test in tests {
      var result = try passes(test, value)
      if scope.mode == .bFeel { result = result ?? false }
      if result == true { return true }
      if result == nil { isOpen = true }
    }
    return isOpen ? nil : false
  }

  mutating func passes(_ test: Node.Test, _ value: FEELValue) throws(FEELFault) -> Bool? {
    switch test {
    case .anything: return true
    case .negation(let tests): return try passes(tests, value).map { !$0 }
    case .comparison(let operation, let node):
      return try located(node) { (interpreter: inout Interpreter) throws(FEELFault) in
        try Ordering.compare(operation, value, interpreter.evaluate(node))
      }.boolean
    case .value(let node):
      let outer = input
      input = value
      defer { input = outer }
      if node.usesInput { return try truth(node, "a test") }
      if case .range(let form) = node.form {
        return try located(node) { (interpreter: inout Interpreter) throws(FEELFault) in
          .optional(try Ordering.isIn(value, .range(interpreter.bounds(form))))
        }.boolean
      }
      return try located(node) { (interpreter: inout Interpreter) throws(FEELFault) in
        let operand = try interpreter.evaluate(node)
        // A condition on other values than the one under test.
        if interpreter.scope.mode.isStandard, value.boolean == nil, case .boolean = operand {
          return operand
        }
        return .optional(try Ordering.isIn(value, operand))
      }.boolean
    }
  }

  /// Does something with a node's value and names the node in a fault.
  mutating func located(
    _ node: Node, _ operation: (inout Interpreter) throws(FEELFault) -> FEELValue
  ) throws(FEELFault) -> FEELValue {
    do throws(FEELFault) {
      return try operation(&self)
    } catch {
      guard isAnswer(error) else { throw error.at(node.range) }
      scope.onError?(error.at(node.range))
      return .null
    }
  }
}
