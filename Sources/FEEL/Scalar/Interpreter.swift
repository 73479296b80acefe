// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Evaluates a node for one row, or for no row, as the DMN standard says.
struct Interpreter {
  /// The most values that a loop may make.
  static let maximumIterations = 1_000_000

  private(set) var scope: FEELScope
  private let table: Table?
  private let columns: [String: Column]
  private let hasDottedNames: Bool
  /// The row whose values the names of columns stand for.
  private var row = 0
  /// The value that `?` stands for.
  var input: FEELValue?
  /// Names that the expression itself gives, innermost last.
  var locals: [(name: String, value: FEELValue)] = []
  var iterations = 0
  /// How many nodes are being evaluated one in another, in calls around this one too.
  var level: Int

  init(_ scope: FEELScope, table: Table? = nil) {
    self.scope = scope
    level = scope.callDepth
    self.table = table
    var columns: [String: Column] = [:]
    if let table {
      for (name, column) in zip(table.names, table.columns) { columns[name] = column }
    }
    self.columns = columns
    hasDottedNames =
      columns.keys.contains { $0.contains(".") }
      || scope.constants.keys.contains { $0.contains(".") }
  }

  /// Turns to another row.
  mutating func start(row: Int, input: FEELValue?) {
    self.row = row
    self.input = input
    iterations = 0
  }

  mutating func evaluate(_ node: Node) throws(FEELFault) -> FEELValue {
    level += 1
    defer { level -= 1 }
    let value: FEELValue
    do throws(FEELFault) {
      guard level <= FEELFunction.maximumDepth else { throw .tooDeepEvaluation }
      value = try compute(node)
    } catch {
      guard isAnswer(error) else { throw error.at(node.range) }
      scope.onError?(error.at(node.range))
      value = .null
    }
    return value.isNull && scope.mode == .bFeel ? node.businessDefault : value
  }

  /// Whether an error is null, as the standard says.
  ///
  /// One of depth is not: what comes of it would be an answer to another question, as `null = null` to
  /// `n = 0`.
  func isAnswer(_ error: FEELFault) -> Bool {
    scope.mode.isStandard && error.code != .tooDeep
  }

  /// Each kind of form has a function of its own, so that what is not used takes no room on the stack.
  private mutating func compute(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .literal, .name, .input, .property, .filter: try computeOperand(node)
    case .negation, .arithmetic, .comparison, .between: try computeOperation(node)
    case .conjunction, .disjunction, .membership, .instance, .conditional:
      try computeDecision(node)
    case .call, .invocation, .function: try computeCall(node)
    case .list, .context, .range: try computeContainer(node)
    case .quantified, .loop: try computeIteration(node)
    }
  }

  private mutating func computeOperand(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .literal(let value): value
    case .name(let name): try value(named: name)
    case .property(let base, let name): try property(name, of: base, in: node)
    case .filter(let base, let condition): try filter(base, condition)
    default: input ?? .null
    }
  }

  private mutating func computeOperation(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .arithmetic(let operation, let left, let right):
      return try arithmetic(operation, evaluate(left), evaluate(right))
    case .comparison(let operation, let left, let right):
      return try comparison(operation, evaluate(left), evaluate(right))
    case .between(let value, let lower, let upper):
      return try between(evaluate(value), evaluate(lower), evaluate(upper))
    case .negation(let operand):
      let value = try evaluate(operand)
      guard scope.mode == .bFeel else { return try Arithmetic.negate(value) }
      return BusinessArithmetic.apply(.multiply, value, .integer(-1))
    default: return .null
    }
  }

  private mutating func computeDecision(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .conjunction(let operands): try logical(operands, decisive: false)
    case .disjunction(let operands): try logical(operands, decisive: true)
    case .membership(let value, let tests): .optional(try passes(tests, evaluate(value)))
    case .instance(let value, let type): .optional(type.holds(try evaluate(value), scope.types))
    case .conditional(let condition, let first, let second):
      try evaluate(truth(condition, "a condition") == true ? first : second)
    default: .null
    }
  }

  private mutating func computeCall(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .call(let name, let arguments): try call(name, arguments)
    case .invocation(let function, let arguments): try invoke(function, arguments)
    case .function(let parameters, let body): .function(function(parameters, body))
    default: .null
    }
  }

  private mutating func computeContainer(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .list(let nodes): .list(try evaluateAll(nodes))
    case .context(let entries): try context(entries)
    case .range(let form): try range(form)
    default: .null
    }
  }

  private mutating func computeIteration(_ node: Node) throws(FEELFault) -> FEELValue {
    switch node.form {
    case .quantified(let quantifier, let iterators, let condition):
      try quantified(quantifier, iterators, condition)
    case .loop(let iterators, let result): try loop(iterators, result)
    default: .null
    }
  }

  private func comparison(
    _ operation: Node.Comparison, _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue {
    guard scope.mode.isStandard, operation == .equal || operation == .unequal else {
      return try Ordering.compare(operation, left, right)
    }
    return try Ordering.compare(operation, left.inWholeSeconds, right.inWholeSeconds)
  }

  private func arithmetic(
    _ operation: Node.Arithmetic, _ left: FEELValue, _ right: FEELValue
  ) throws(FEELFault) -> FEELValue {
    if scope.mode == .bFeel { return BusinessArithmetic.apply(operation, left, right) }
    if scope.mode == .feel, operation == .subtract, Arithmetic.mixesLocal(left, right) {
      return .null
    }
    return try Arithmetic.apply(operation, left, right)
  }

  private mutating func evaluateAll(_ nodes: [Node]) throws(FEELFault) -> [FEELValue] {
    var values: [FEELValue] = []
    for node in nodes { values.append(try evaluate(node)) }
    return values
  }
}

// Names
extension Interpreter {
  /// The value of a name, the nearest meaning first; nil where it has none.
  func lookup(_ name: String) -> FEELValue? {
    if let local = locals.last(where: { $0.name == name }) { return local.value }
    if let column = columns[name] { return row < column.count ? column.feelValue(at: row) : .null }
    if let list = scope.groups?.lists[name] { return members(list) }
    return scope.constants[name]
  }

  /// The members of the row in a list; nil without a row.
  private func members(_ list: GroupedRows.List) -> FEELValue? {
    guard case .integer(let numbers) = columns[GroupedRows.rowColumn], row < numbers.count,
      let group = numbers[row]
    else { return nil }
    return scope.groups?.value(of: list, group: Int(group))
  }

  func hasColumn(_ name: String) -> Bool { columns[name] != nil }

  var knownNames: [String] {
    locals.map(\.name) + (table?.names ?? []) + scope.constants.keys.sorted()
  }

  private func value(named name: String) throws(FEELFault) -> FEELValue {
    if let value = lookup(name) { return value }
    // A function of the language is a value too, if no other thing has its name.
    if scope.mode.isStandard, let function = BuiltIn.named(name) {
      return .function(function.function(in: scope))
    }
    throw .unknownName(name, known: knownNames)
  }

  private mutating func property(
    _ name: String, of base: Node, in node: Node
  ) throws(FEELFault) -> FEELValue {
    if hasDottedNames, let path = node.path, let value = lookup(path.joined(separator: ".")) {
      return value
    }
    return try Properties.value(
      name, of: evaluate(base), isStrict: scope.mode == .strict && base.path != nil)
  }

  /// Whether a name or a path means something.
  func isDefined(_ node: Node) -> Bool {
    guard let path = node.path else { return true }
    for count in stride(from: path.count, through: 1, by: -1) {
      let name = path.prefix(count).joined(separator: ".")
      if count == path.count, hasColumn(name) { return true }
      guard var value = lookup(name) else { continue }
      for key in path.dropFirst(count) {
        guard case .context(let context) = value else { return true }
        guard let next = context[key] else { return false }
        value = next
      }
      return true
    }
    return false
  }
}

// Contexts and ranges
extension Interpreter {
  mutating func context(
    _ entries: [(key: String, value: Node)]
  ) throws(FEELFault) -> FEELValue {
    let count = locals.count
    defer { locals.removeLast(locals.count - count) }
    var context = FEELContext()
    for (key, node) in entries {
      let value = try evaluate(node)
      context[key] = value
      locals.append((key, value))
    }
    return .context(context)
  }

  /// A range whose ends have an order; null for one that ends before it starts, as the standard says.
  mutating func range(_ form: Node.RangeForm) throws(FEELFault) -> FEELValue {
    let range = try bounds(form)
    if let lower = range.lower?.value, let upper = range.upper?.value, !lower.isNull, !upper.isNull
    {
      guard let order = try Ordering.order(lower, upper) else { return .null }
      if order > 0, scope.mode.isStandard { return .null }
    }
    return .range(range)
  }

  mutating func bounds(_ form: Node.RangeForm) throws(FEELFault) -> FEELRange {
    var ends: [FEELRange.End?] = []
    for (node, isIncluded) in [(form.lower, form.includesLower), (form.upper, form.includesUpper)] {
      guard let node else {
        ends.append(nil)
        continue
      }
      ends.append(FEELRange.End(try evaluate(node), isIncluded: isIncluded))
    }
    return FEELRange(lower: ends[0], upper: ends[1], kind: form.kind)
  }
}
