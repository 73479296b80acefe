// SPDX-License-Identifier: EUPL-1.2

/// An expression as it was worked out once: what each name stood for, and which branches were taken.
public indirect enum WorkedFormula: Sendable, Hashable {
  case literal(FEELValue)
  /// A name or a path, and what it stood for.
  case name([String], FEELValue)
  case negation(WorkedFormula)
  /// Arithmetic and comparisons by their sign; `and`, `or`, `between`.
  ///
  /// Of `and` and `or` only the operands up to the one that settles it are there.
  case operation(String, [WorkedFormula])
  /// A function of the language.
  case call(String, [WorkedFormula])
  /// A function that is itself a value, such as a scale.
  case invocation([String], [WorkedFormula])
  /// The branch of a conditional that was taken, and why.
  case branch(WorkedFormula, condition: WorkedFormula, holds: Bool)
  /// Anything else as it is written, with its value and what it names.
  case source(String, FEELValue, [WorkedFormula])
}

extension WorkedFormula {
  /// A name that the value rests on, and what it stood for.
  public struct Use: Sendable, Hashable {
    public let path: [String]
    public let value: FEELValue?

    public init(path: [String], value: FEELValue?) {
      self.path = path
      self.value = value
    }
  }

  /// The names that the value rests on, each once, in the order in which they are met.
  public var uses: [Use] {
    var found: [Use] = []
    collect(into: &found)
    return found
  }

  private func collect(into found: inout [Use]) {
    switch self {
    case .literal: break
    case .name(let path, let value): add(path, value, to: &found)
    case .negation(let operand): operand.collect(into: &found)
    case .operation(_, let operands), .call(_, let operands), .source(_, _, let operands):
      for operand in operands { operand.collect(into: &found) }
    case .invocation(let path, let arguments):
      add(path, nil, to: &found)
      for argument in arguments { argument.collect(into: &found) }
    case .branch(let result, let condition, _):
      condition.collect(into: &found)
      result.collect(into: &found)
    }
  }

  private func add(_ path: [String], _ value: FEELValue?, to found: inout [Use]) {
    guard !found.contains(where: { $0.path == path }) else { return }
    found.append(Use(path: path, value: value))
  }
}

extension FEELExpression {
  /// The expression as it is worked out in a scope, branch by branch.
  ///
  /// It says how a value came about; what `evaluate(in:)` makes a fault is null here.
  public func worked(in scope: FEELScope) -> WorkedFormula {
    var worker = FormulaWorker(
      interpreter: Interpreter(scope), source: Array(source.unicodeScalars))
    return worker.formula(of: root)
  }
}

private struct FormulaWorker {
  var interpreter: Interpreter
  let source: [Unicode.Scalar]

  mutating func formula(of node: Node) -> WorkedFormula {
    if let path = node.path { return .name(path, value(of: node)) }
    switch node.form {
    case .literal(let value): return .literal(value)
    case .negation(let operand): return .negation(formula(of: operand))
    case .arithmetic(let operation, let left, let right):
      return .operation(operation.rawValue, [formula(of: left), formula(of: right)])
    case .comparison(let operation, let left, let right):
      return .operation(operation.rawValue, [formula(of: left), formula(of: right)])
    case .between(let value, let lower, let upper):
      return .operation(
        "between", [formula(of: value), formula(of: lower), formula(of: upper)])
    case .conjunction(let operands): return logical("and", operands, decisive: false)
    case .disjunction(let operands): return logical("or", operands, decisive: true)
    case .conditional(let condition, let first, let second):
      let holds = truth(of: condition) == true
      return .branch(
        formula(of: holds ? first : second), condition: formula(of: condition), holds: holds)
    case .call(let name, let arguments):
      return .call(name, arguments.map { formula(of: $0.value) })
    case .invocation(let function, let arguments) where function.path != nil:
      return .invocation(function.path ?? [], arguments.map { formula(of: $0.value) })
    default: return .source(text(of: node), value(of: node), names(in: node))
    }
  }

  private mutating func logical(
    _ operation: String, _ operands: [Node], decisive: Bool
  ) -> WorkedFormula {
    var seen: [WorkedFormula] = []
    for operand in operands {
      let formula = formula(of: operand)
      if truth(of: operand) == decisive { return .operation(operation, [formula]) }
      seen.append(formula)
    }
    return .operation(operation, seen)
  }

  private mutating func truth(of node: Node) -> Bool? { value(of: node).boolean }

  private mutating func value(of node: Node) -> FEELValue {
    (try? interpreter.evaluate(node)) ?? .null
  }

  private mutating func names(in node: Node) -> [WorkedFormula] {
    node.references.map { reference in
      let path = Node(path: reference.path, range: reference.range)
      return .name(reference.path, value(of: path))
    }
  }

  private func text(of node: Node) -> String {
    String(String.UnicodeScalarView(source[node.range]))
  }
}

extension Node {
  /// The names of a path one in another, as the parser makes them.
  fileprivate init(path: [String], range: Range<Int>) {
    var node = Node(.name(path[0]), range)
    for key in path.dropFirst() { node = Node(.property(node, key), range) }
    self = node
  }
}
