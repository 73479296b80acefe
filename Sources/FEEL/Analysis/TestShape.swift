// SPDX-License-Identifier: EUPL-1.2

/// One of the tests of a decision table's cell, as it can be told in words.
public indirect enum TestShape: Sendable, Hashable {
  /// A value that the input is compared with: as it is written, and what it stands for.
  public struct Operand: Sendable, Hashable {
    public let source: String
    public let value: FEELValue
    /// The name, where it is one.
    public let path: [String]?
  }

  /// `-`
  case anything
  /// `<= 120`, with the sign.
  case comparison(String, Operand)
  /// `[120..124)`; an end that is nil is open.
  case range(lower: Operand?, includesLower: Bool, upper: Operand?, includesUpper: Bool)
  case equal(Operand)
  case negation([TestShape])
  /// A condition on `?`, as it is written.
  case condition(String)
}

extension UnaryTests {
  /// The tests one by one, with their values in a scope; a value that cannot be had there is null.
  public func shapes(in scope: FEELScope) -> [TestShape] {
    var reading = ShapeReading(
      interpreter: Interpreter(scope), source: Array(source.unicodeScalars))
    return tests.map { reading.shape(of: $0) }
  }
}

private struct ShapeReading {
  var interpreter: Interpreter
  let source: [Unicode.Scalar]

  mutating func shape(of test: Node.Test) -> TestShape {
    switch test {
    case .anything: return .anything
    case .negation(let tests): return .negation(tests.map { shape(of: $0) })
    case .comparison(let comparison, let node):
      return .comparison(comparison.rawValue, operand(node))
    case .value(let node):
      guard !node.usesInput else { return .condition(text(of: node)) }
      guard case .range(let form) = node.form else { return .equal(operand(node)) }
      return .range(
        lower: form.lower.map { operand($0) }, includesLower: form.includesLower,
        upper: form.upper.map { operand($0) }, includesUpper: form.includesUpper)
    }
  }

  private mutating func operand(_ node: Node) -> TestShape.Operand {
    TestShape.Operand(
      source: text(of: node), value: (try? interpreter.evaluate(node)) ?? .null, path: node.path)
  }

  private func text(of node: Node) -> String {
    String(String.UnicodeScalarView(source[node.range]))
  }
}
