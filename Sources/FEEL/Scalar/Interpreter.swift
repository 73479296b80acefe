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
  private var level: Int

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
  private func isAnswer(_ error: FEELFault) -> Bool {
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

// Logic
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
  private mutating func logical(
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

  private func between(
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

  private mutating func passes(_ test: Node.Test, _ value: FEELValue) throws(FEELFault) -> Bool? {
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
  private mutating func located(
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

// Contexts and ranges
extension Interpreter {
  private mutating func context(
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
  private mutating func range(_ form: Node.RangeForm) throws(FEELFault) -> FEELValue {
    let range = try bounds(form)
    if let lower = range.lower?.value, let upper = range.upper?.value, !lower.isNull, !upper.isNull
    {
      guard let order = try Ordering.order(lower, upper) else { return .null }
      if order > 0, scope.mode.isStandard { return .null }
    }
    return .range(range)
  }

  private mutating func bounds(_ form: Node.RangeForm) throws(FEELFault) -> FEELRange {
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

// Calls
extension Interpreter {
  private mutating func call(
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

  private mutating func invoke(
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
  private func function(_ parameters: [Node.Parameter], _ body: Node) -> FEELFunction {
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
