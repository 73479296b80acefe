// SPDX-License-Identifier: EUPL-1.2

/// Where the outcome of a cell's tests can change: what the analysis of decision tables builds on.
public struct TestBoundaries: Sendable, Hashable {
  /// The constants that the input is compared with, as written and perhaps repeated.
  public internal(set) var values: [FEELValue] = []
  /// Whether the tests do nothing but compare the input with constants for equality and order, so that
  /// nothing changes between two neighbouring values.
  public internal(set) var isExact = true
}

extension UnaryTests {
  /// Finds the constants that decide over an input.
  ///
  /// - Throws: where a constant cannot be computed in the scope, as when a test names a column.
  public func boundaries(in scope: FEELScope) throws(FEELFault) -> TestBoundaries {
    var search = BoundarySearch(interpreter: Interpreter(scope))
    try search.visit(tests)
    return search.found
  }
}

/// Walks over tests and the conditions on `?` in them.
private struct BoundarySearch {
  var interpreter: Interpreter
  var found = TestBoundaries()

  mutating func visit(_ tests: [Node.Test]) throws(FEELFault) {
    for test in tests {
      switch test {
      case .anything: break
      case .comparison(_, let node): try take(node)
      case .value(let node):
        if node.usesInput { try visitCondition(node) } else { try take(node) }
      case .negation(let inner): try visit(inner)
      }
    }
  }

  private mutating func visitCondition(_ node: Node) throws(FEELFault) {
    switch node.form {
    case .conjunction(let operands), .disjunction(let operands):
      for operand in operands where operand.usesInput { try visitCondition(operand) }
    case .comparison(_, let left, let right):
      try visit(left, against: [right])
    case .between(let value, let lower, let upper):
      try visit(value, against: [lower, upper])
    case .membership(let value, let tests):
      guard case .input = value.form else {
        found.isExact = false
        return
      }
      try visit(tests)
    case .call("not", let arguments) where arguments.count == 1:
      try visitCondition(arguments[0].value)
    case .input: break
    default: found.isExact = found.isExact && !node.usesInput
    }
  }

  /// One side is the input itself and the others are constants, in either order; all else is no plain
  /// comparison.
  private mutating func visit(_ node: Node, against others: [Node]) throws(FEELFault) {
    if case .input = node.form {
      for other in others { try take(other) }
    } else if others.count == 1, case .input = others[0].form {
      try take(node)
    } else {
      found.isExact = false
    }
  }

  private mutating func take(_ node: Node) throws(FEELFault) {
    guard !node.usesInput else {
      found.isExact = false
      return
    }
    add(try interpreter.evaluate(node))
  }

  private mutating func add(_ value: FEELValue) {
    switch value {
    case .list(let elements): for element in elements { add(element) }
    case .range(let range):
      if let lower = range.lower { add(lower.value) }
      if let upper = range.upper { add(upper.value) }
    case .null: break
    default: found.values.append(value)
    }
  }
}
