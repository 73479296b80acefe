// SPDX-License-Identifier: EUPL-1.2

/// The tests in a cell of a decision table, as `<= 120, [130..140], not("a")` or `-`.
public struct UnaryTests: Sendable {
  public let source: String
  let tests: [Node.Test]
  /// The free names that the tests use, as those of an expression.
  public let references: [Reference]

  /// Reads a cell.
  ///
  /// The words are the values that the input allows: one of them without quotes means the text, unless
  /// it is also one of the names in scope.
  public init(
    parsing source: String, names: [String]? = nil, words: [String] = [], types: [String] = [],
    functions: Set<String> = [], mode: FEELScope.Mode = .strict
  ) throws(FEELFault) {
    var parser = try Parser(
      source, names: names, words: words, types: types, functions: functions, mode: mode)
    tests = try parser.parseWholeTests()
    var references: [Reference] = []
    for test in tests { test.forEachNode { references += $0.references } }
    self.references = references
    self.source = source
  }

  /// Whether any input passes (`-`).
  public var isAny: Bool { if case .anything = tests.first { tests.count == 1 } else { false } }

  /// Whether an input passes one of the tests; nil where that is open, as for a null input.
  public func evaluate(
    input: FEELValue, in scope: FEELScope
  ) throws(FEELFault) -> Bool? {
    var interpreter = Interpreter(scope)
    if scope.mode == .strict { try interpreter.checkNames(references) }
    interpreter.input = input
    do throws(FEELFault) {
      return try interpreter.passes(tests, input)
    } catch {
      guard scope.endsErrors else { throw error }
      return nil
    }
  }
}

extension UnaryTests: Hashable, CustomStringConvertible {
  public static func == (left: UnaryTests, right: UnaryTests) -> Bool {
    left.source.utf8.elementsEqual(right.source.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in source.utf8 { hasher.combine(byte) }
  }

  public var description: String { source }
}
