// SPDX-License-Identifier: EUPL-1.2

/// What the check of units needs to know about the world of an expression.
public struct UnitKnowledge: Sendable {
  /// The unit of a name or a path.
  public let name: @Sendable ([String]) -> Quantity
  /// What a number may be meant as beside a plain number: 12 as the months of a year.
  public let number: @Sendable (Decimal128) -> [UnitOfMeasure]

  public init(
    name: @escaping @Sendable ([String]) -> Quantity,
    number: @escaping @Sendable (Decimal128) -> [UnitOfMeasure] = { _ in [] }
  ) {
    self.name = name
    self.number = number
  }
}

extension FEELExpression {
  /// The unit of the value, and every place where units are mixed.
  ///
  /// Sums, comparisons, branches and the arguments of `max` and its like must agree; products and
  /// quotients combine units; a number that is written in the expression fits any sum.
  public func unit(
    knowing knowledge: UnitKnowledge
  ) -> (quantity: Quantity, faults: [FEELFault]) {
    var check = UnitCheck(knowledge, source)
    let quantity = check.quantity(of: root)
    return (quantity, check.faults)
  }
}

extension UnaryTests {
  /// Every place where a test has another unit than the value that it looks at.
  public func unitFaults(
    input: Quantity, knowing knowledge: UnitKnowledge
  ) -> [FEELFault] {
    var check = UnitCheck(knowledge, source)
    check.visit(tests, against: input)
    return check.faults
  }
}

/// Walks over an expression and works out the unit of each part.
struct UnitCheck {
  private enum Local {
    case value(Quantity)
    /// One item of the list that a path names.
    case item([String])
  }

  private let knowledge: UnitKnowledge
  private let source: [Unicode.Scalar]
  private var locals: [(name: String, meaning: Local)] = []
  private var input = Quantity.unknown
  private(set) var faults: [FEELFault] = []

  init(_ knowledge: UnitKnowledge, _ source: String) {
    self.knowledge = knowledge
    self.source = Array(source.unicodeScalars)
  }

  mutating func quantity(of node: Node) -> Quantity {
    if let path = node.itemPath { return quantity(of: path, in: node) }
    switch node.form {
    case .literal(.number(let number)):
      return number.isZero ? .unknown : .number([.one] + knowledge.number(number))
    case .input: return input
    case .negation(let operand): return quantity(of: operand)
    case .arithmetic(let operation, let left, let right):
      return arithmetic(operation, left, right)
    case .comparison(let comparison, let left, let right):
      _ = joined(left, comparison.rawValue, right)
      return .unknown
    case .between(let value, let lower, let upper):
      let tested = quantity(of: value)
      for limit in [lower, upper] { agree(quantity(of: limit), with: tested, at: limit) }
      return .unknown
    case .membership(let value, let tests):
      let tested = quantity(of: value)
      visit(tests, against: tested)
      return .unknown
    case .conditional(let condition, let first, let second):
      _ = quantity(of: condition)
      return branches(first, second)
    case .call(let name, let arguments): return call(name, arguments)
    case .invocation(let function, let arguments):
      for argument in arguments { _ = quantity(of: argument.value) }
      return function.path.map { knowledge.name($0) } ?? .unknown
    case .list(let nodes): return items(nodes)
    case .range(let range):
      let ends = [range.lower, range.upper].compactMap { $0 }.map { quantity(of: $0) }
      return ends.dropFirst().reduce(ends.first ?? .unknown) { $0.joined(with: $1) ?? .unknown }
    case .quantified(_, let iterators, let condition):
      _ = loop(iterators, condition)
      return .unknown
    case .loop(let iterators, let result): return loop(iterators, result)
    case .conjunction(let operands), .disjunction(let operands):
      for operand in operands { _ = quantity(of: operand) }
      return .unknown
    case .context(let entries):
      let count = locals.count
      for (key, value) in entries { locals.append((key, .value(quantity(of: value)))) }
      locals.removeLast(locals.count - count)
      return .unknown
    case .literal, .name, .property, .filter, .instance, .function: return .unknown
    }
  }

  /// The unit of a path; its first name may be one that the expression itself gives.
  private mutating func quantity(of path: [String], in node: Node) -> Quantity {
    guard let local = locals.last(where: { $0.name == path[0] }) else {
      return knowledge.name(path)
    }
    switch local.meaning {
    case .value(let quantity): return path.count == 1 ? quantity : .unknown
    case .item(let list): return knowledge.name(list + path.dropFirst())
    }
  }

  private mutating func items(_ nodes: [Node]) -> Quantity {
    let quantities = nodes.map { quantity(of: $0) }
    return quantities.dropFirst().reduce(quantities.first ?? .unknown) { common, next in
      common.joined(with: next) ?? .unknown
    }
  }

  private mutating func loop(_ iterators: [Node.Iterator], _ result: Node) -> Quantity {
    let count = locals.count
    for iterator in iterators {
      let source = quantity(of: iterator.source)
      if let end = iterator.end { _ = quantity(of: end) }
      let local = iterator.source.itemPath.map { Local.item($0) } ?? .value(source)
      locals.append((iterator.name, local))
    }
    defer { locals.removeLast(locals.count - count) }
    return quantity(of: result)
  }
}

// Sums, products and branches
extension UnitCheck {
  private mutating func arithmetic(
    _ operation: Node.Arithmetic, _ left: Node, _ right: Node
  ) -> Quantity {
    switch operation {
    case .add, .subtract: return joined(left, operation.rawValue, right)
    case .multiply: return quantity(of: left).times(quantity(of: right))
    case .divide: return quantity(of: left).per(quantity(of: right))
    case .power:
      let base = quantity(of: left)
      if case .literal(.number(let number)) = right.form, let power = number.int64, abs(power) <= 9
      {
        return base.mapped { $0.raised(to: Int(power)) }
      }
      _ = quantity(of: right)
      return base == .measured(.one) ? base : .unknown
    }
  }

  private mutating func joined(_ left: Node, _ sign: String, _ right: Node) -> Quantity {
    let (first, second) = (quantity(of: left), quantity(of: right))
    if let common = first.joined(with: second) { return common }
    report(
      "'\(sign)' mixes units: \(first.name) on the left, \(second.name) on the right",
      at: place(of: sign, between: left, and: right))
    return .unknown
  }

  private mutating func branches(_ first: Node, _ second: Node) -> Quantity {
    let (one, other) = (quantity(of: first), quantity(of: second))
    if let common = one.joined(with: other) { return common }
    report(
      "the branches of 'if' are in different units: \(one.name) and \(other.name)",
      at: second.range)
    return .unknown
  }

  mutating func visit(_ tests: [Node.Test], against tested: Quantity) {
    let outer = input
    input = tested
    defer { input = outer }
    for test in tests {
      switch test {
      case .anything: break
      case .negation(let inner): visit(inner, against: tested)
      case .comparison(_, let node): agree(quantity(of: node), with: tested, at: node)
      case .value(let node):
        let found = quantity(of: node)
        if !node.usesInput { agree(found, with: tested, at: node) }
      }
    }
  }

  private mutating func agree(_ found: Quantity, with tested: Quantity, at node: Node) {
    guard found.joined(with: tested) == nil else { return }
    report(
      "the value is in \(tested.name), and is compared with \(found.name)", at: node.range)
  }

  private mutating func report(_ message: String, at range: Range<Int>) {
    faults.append(
      FEELFault(
        .mixedUnits, message,
        help: "bring both to one unit: multiply or divide by a parameter that has the unit, or by "
          + "12 for the months of a year",
        range: range))
  }

  /// Where the sign of an operation stands.
  private func place(of sign: String, between left: Node, and right: Node) -> Range<Int> {
    let sign = Array(sign.unicodeScalars)
    let last = right.range.lowerBound - sign.count
    guard left.range.upperBound <= last else {
      return left.range.lowerBound..<right.range.upperBound
    }
    for start in left.range.upperBound...last
    where source[start..<(start + sign.count)].elementsEqual(sign) {
      return start..<(start + sign.count)
    }
    return left.range.lowerBound..<right.range.upperBound
  }
}

// Functions
extension UnitCheck {
  private static let agreeing: Set = ["max", "min", "sum", "mean", "median", "stddev", "modulo"]
  private static let keeping: Set = [
    "abs", "floor", "ceiling", "decimal", "round up", "round down", "round half up",
    "round half down",
  ]

  private mutating func call(_ name: String, _ arguments: [Node.Argument]) -> Quantity {
    let nodes = arguments.map(\.value)
    if Self.agreeing.contains(name) { return agreed(name, nodes) }
    let quantities = nodes.map { quantity(of: $0) }
    if Self.keeping.contains(name) { return quantities.first ?? .unknown }
    switch name {
    case "sqrt": return quantities.first?.mapped(\.squareRoot) ?? .unknown
    case "count", "exp", "log": return .measured(.one)
    default: return .unknown
    }
  }

  /// The one unit of all arguments; the items of a list that is written out are arguments too.
  private mutating func agreed(_ name: String, _ arguments: [Node]) -> Quantity {
    var nodes = arguments
    if arguments.count == 1, case .list(let items) = arguments[0].form { nodes = items }
    var common = Quantity.unknown
    for node in nodes {
      let next = quantity(of: node)
      guard let joined = common.joined(with: next) else {
        report("\(name)() mixes units: \(common.name) and \(next.name)", at: node.range)
        return .unknown
      }
      common = joined
    }
    return common
  }
}

extension Node {
  /// The path to the items of a list, whatever filters stand on it: `members[age > 27].income`.
  fileprivate var itemPath: [String]? {
    switch form {
    case .name(let name): [name]
    case .property(let base, let name): base.itemPath.map { $0 + [name] }
    case .filter(let base, _): base.itemPath
    default: nil
    }
  }
}
