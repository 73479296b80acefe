// SPDX-License-Identifier: EUPL-1.2

/// A part of an expression with its place in the source.
struct Node: Sendable {
  let form: Form
  let range: Range<Int>
  /// How many nodes lie one in another below and including this one.
  let depth: Int
  /// What the evaluation over a table found out about the node beforehand.
  var plan: NodePlan?

  init(_ form: Form, _ range: Range<Int>) {
    self.form = form
    self.range = range
    var deepest = 0
    form.forEachChild { deepest = max(deepest, $0.depth) }
    depth = deepest + 1
  }

  indirect enum Form: Sendable {
    case literal(FEELValue)
    case name(String)
    /// The value under test in unary tests, `?`.
    case input
    case property(Node, String)
    case filter(Node, Node)
    case negation(Node)
    case arithmetic(Arithmetic, Node, Node)
    case comparison(Comparison, Node, Node)
    case conjunction([Node])
    case disjunction([Node])
    case between(Node, Node, Node)
    case membership(Node, [Test])
    case instance(Node, TypeName)
    case conditional(Node, Node, Node)
    case call(String, [Argument])
    /// A call of a function that is itself a value.
    case invocation(Node, [Argument])
    case function([Parameter], Node)
    case list([Node])
    case context([(key: String, value: Node)])
    case range(RangeForm)
    case quantified(Quantifier, [Iterator], Node)
    case loop([Iterator], Node)
  }

  enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "**"
  }

  enum Comparison: String, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  enum Quantifier: Sendable {
    case some
    case every
  }

  struct Argument: Sendable {
    let name: String?
    let value: Node
  }

  struct Parameter: Sendable {
    let name: String
    let type: TypeName?
  }

  struct Iterator: Sendable {
    let name: String
    let source: Node
    /// The last number of `for i in 1..n`.
    let end: Node?
  }

  struct RangeForm: Sendable {
    let lower: Node?
    let includesLower: Bool
    let upper: Node?
    let includesUpper: Bool
    var kind: FEELRange.Kind = .interval
  }

  /// One of the tests of `in` and of a decision table's cell.
  enum Test: Sendable {
    case comparison(Comparison, Node)
    /// A value to equal, a list or range to be in, or a condition that reads `?`.
    case value(Node)
    case negation([Test])
    case anything
  }
}

extension Node.Form {
  func forEachChild(_ body: (Node) -> Void) {
    switch self {
    case .literal, .name, .input: break
    case .property(let node, _), .negation(let node), .instance(let node, _),
      .function(_, let node):
      body(node)
    case .filter(let first, let second), .arithmetic(_, let first, let second),
      .comparison(_, let first, let second):
      body(first)
      body(second)
    case .conjunction(let nodes), .disjunction(let nodes), .list(let nodes):
      nodes.forEach(body)
    case .between(let first, let second, let third), .conditional(let first, let second, let third):
      body(first)
      body(second)
      body(third)
    case .membership(let node, let tests):
      body(node)
      for test in tests { test.forEachNode(body) }
    case .invocation(let function, let arguments):
      body(function)
      for argument in arguments { body(argument.value) }
    case .call(_, let arguments): for argument in arguments { body(argument.value) }
    case .context(let entries): for entry in entries { body(entry.value) }
    case .range(let range):
      if let lower = range.lower { body(lower) }
      if let upper = range.upper { body(upper) }
    case .quantified(_, let iterators, let result), .loop(let iterators, let result):
      for iterator in iterators {
        body(iterator.source)
        if let end = iterator.end { body(end) }
      }
      body(result)
    }
  }
}

extension Node.Test {
  func forEachNode(_ body: (Node) -> Void) {
    switch self {
    case .comparison(_, let node), .value(let node): body(node)
    case .negation(let tests): for test in tests { test.forEachNode(body) }
    case .anything: break
    }
  }
}
