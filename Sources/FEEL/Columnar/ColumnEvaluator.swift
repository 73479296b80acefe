// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Evaluates a node over all rows of a table, on whole buffers where there is a kernel for it.
///
/// `active` names the rows whose values count (nil for all): a branch that a row does not take must
/// not fault for it. What has no kernel goes row by row through the interpreter, the oracle.
struct ColumnEvaluator {
  private(set) var table: Table
  let scope: FEELScope
  let count: Int
  /// The values that `?` stands for.
  var input: Column?
  private(set) var columns: [String: Column]
  private(set) var hasDottedNames: Bool
  /// Lanes of parts that occur more than once.
  private let cache: LaneCache?

  /// The count is given apart, since a table without columns does not tell it.
  init(
    _ table: Table, _ scope: FEELScope, count: Int, input: Column? = nil, cache: LaneCache? = nil
  ) {
    self.table = table
    self.cache = cache
    self.scope = scope
    self.count = count
    self.input = input
    var columns: [String: Column] = [:]
    for (name, column) in zip(table.names, table.columns) { columns[name] = column }
    self.columns = columns
    hasDottedNames = table.names.contains { $0.contains(".") }
  }

  /// Adds a result that later expressions name.
  mutating func add(_ name: String, _ column: Column) throws(FEELFault) {
    do {
      table = try Table(Array(zip(table.names, table.columns)) + [(name: name, column: column)])
    } catch {
      throw FEELFault(.wrongArguments, "two columns have one name")
    }
    columns[name] = column
    hasDottedNames = hasDottedNames || name.contains(".")
  }

  func lane(_ node: Node, _ active: Bitmap?) throws(FEELFault) -> Lane {
    guard let cache, let share = node.plan?.share else { return try compute(node, active) }
    if let known = cache.lane(share, active) { return known }
    let lane = try compute(node, active)
    cache.keep(lane, for: share, active)
    return lane
  }

  private func compute(_ node: Node, _ active: Bitmap?) throws(FEELFault) -> Lane {
    guard dependsOnRows(node) else { return try scalar(node, active) }
    // No kernel repairs errors.
    guard scope.mode != .bFeel else { return .rows(sample: .null) }
    if let lane = try memberLane(node, active) { return lane }
    switch node.form {
    case .literal(let value): return .scalar(value)
    case .name(let name):
      if let column = columns[name] { return .column(column) }
      guard let groups = scope.groups, let list = groups.lists[name] else { return .scalar(.null) }
      return .rows(sample: groups.sample(of: list))
    case .input: return input.map { .column($0) } ?? .scalar(.null)
    case .property(let base, let name): return try property(name, of: base, in: node, active)
    case .negation(let operand):
      return try arithmetic(.subtract, .scalar(.number(.zero)), lane(operand, active), node, active)
    case .arithmetic(let operation, let left, let right):
      return try arithmetic(operation, lane(left, active), lane(right, active), node, active)
    case .comparison(let operation, let left, let right):
      return try comparison(operation, left, right, node, active)
    case .conjunction(let operands): return try logical(operands, isAnd: true, active).lane
    case .disjunction(let operands): return try logical(operands, isAnd: false, active).lane
    case .between(let value, let lower, let upper):
      return try between(value, lower, upper, node, active)
    case .membership(let value, let tests): return try membership(value, tests, node, active)
    case .conditional(let condition, let first, let second):
      return try conditional(condition, first, second, node, active)
    case .call(let name, let arguments): return try call(name, arguments, node, active)
    case .quantified, .instance: return try rowByRow(node, active, .boolean)
    case .list: return .rows(sample: .list([]))
    case .context: return .rows(sample: .context(FEELContext()))
    case .range: return .rows(sample: .range(FEELRange(lower: nil, upper: nil)))
    case .loop: return .rows(sample: .list([]))
    case .filter, .invocation, .function: return .rows(sample: .null)
    }
  }

  /// A part that no row changes, evaluated once; its faults count only if some row comes to it.
  private func scalar(_ node: Node, _ active: Bitmap?) throws(FEELFault) -> Lane {
    var interpreter = Interpreter(scope, table: table)
    do throws(FEELFault) {
      return .scalar(try interpreter.evaluate(node))
    } catch {
      let isReached = count > 0 && !(active?.noneSet ?? false)
      guard error.code.dependsOnValues, !isReached else { throw error }
      return .scalar(.null)
    }
  }
}

// What a node depends on
extension ColumnEvaluator {
  func dependsOnRows(_ node: Node) -> Bool {
    if let plan = node.plan {
      return input != nil && plan.usesInput || !plan.columnNames.isEmpty
    }
    return input != nil && node.usesInput || !columnNames(in: node).isEmpty
  }

  /// The columns that a node may read.
  func columnNames(in node: Node) -> Set<String> {
    if let plan = node.plan { return plan.columnNames }
    if case .name(let name) = node.form {
      return columns[name] == nil ? groupColumn(of: name) : [name]
    }
    var names: Set<String> = []
    if hasDottedNames, let path = node.path {
      for count in 1...path.count {
        let name = path.prefix(count).joined(separator: ".")
        if columns[name] != nil { names.insert(name) }
      }
      return names.union(groupColumn(of: path[0]))
    }
    if case .call("is defined", _) = node.form { return [] }
    node.form.forEachChild { names.formUnion(columnNames(in: $0)) }
    return names
  }

  /// The column that tells whose members a list holds.
  private func groupColumn(of name: String) -> Set<String> {
    scope.groups?.lists[name] == nil ? [] : [GroupedRows.rowColumn]
  }

  /// Whether doubles stand in for exact values, as in a quotient of integers: what then is compared
  /// or rounded has to be computed in decimal arithmetic, row by row.
  func losesExactness(_ node: Node, _ lane: Lane) -> Bool {
    guard lane.isDouble else { return false }
    if node.usesInput, case .number = input { return false }
    if readsDoubles(ofMembersIn: node) { return false }
    return !columnNames(in: node).contains { name in
      if case .number = columns[name] { true } else { false }
    }
  }

  /// Applies an operation to samples, to find a clash of types that no row can be free of.
  ///
  /// - Returns: a sample of the result; nil where every row's result is an error, which is null.
  func sample(
    _ node: Node, _ operation: () throws(FEELFault) -> FEELValue
  ) throws(FEELFault) -> FEELValue? {
    do throws(FEELFault) {
      return try operation()
    } catch {
      if error.code.dependsOnValues { return .null }
      guard scope.mode == .strict else { return nil }
      throw error.at(node.range)
    }
  }
}

// Arithmetic
extension ColumnEvaluator {
  private func property(
    _ name: String, of base: Node, in node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    if hasDottedNames, let path = node.path, let column = columns[path.joined(separator: ".")] {
      return .column(column)
    }
    let lane = try lane(base, active)
    let result = try sample(node) { () throws(FEELFault) in
      try Properties.value(name, of: lane.sample, isStrict: false)
    }
    guard let result else { return .scalar(.null) }
    guard case .number = result else { return .rows(sample: result) }
    switch lane {
    case .days(let spans) where name == "days": return .column(spans.column)
    case .column(.date(let column)):
      if let part = DayKernels.part(name, of: column) { return .column(part) }
    default: break
    }
    return try rowByRow(node, active, .integer)
  }

  private func arithmetic(
    _ operation: Node.Arithmetic, _ left: Lane, _ right: Lane, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    if left.isNullScalar || right.isNullScalar { return .scalar(.null) }
    let isNegation = if case .negation = node.form { true } else { false }
    let result = try sample(node) { () throws(FEELFault) in
      try isNegation
        ? Arithmetic.negate(right.sample)
        : Arithmetic.apply(operation, left.sample, right.sample)
    }
    guard let result else { return .scalar(.null) }
    if let lane = try dated(operation, left, right, node, active) { return lane }
    if operation == .add, let first = texts(left, right, node),
      let second = texts(right, left, node),
      let column = TextKernels.joined(first, second, count: count)
    {
      return .column(column)
    }
    if operation != .power {
      if let first = ExactNumbers(left), let second = ExactNumbers(right) {
        if operation == .divide {
          return try settle(NumericKernels.quotient(first, second, count: count), node, active)
        }
        if operation != .multiply || first.scale + second.scale <= 18 {
          guard let column = NumericKernels.exact(operation, first, second, count: count) else {
            throw .exactOverflow
          }
          return .column(column)
        }
      }
      if let first = DoubleNumbers(left), let second = DoubleNumbers(right) {
        let outcome = NumericKernels.doubles(operation, first, second, count: count)
        return try settle(outcome, node, active)
      }
    }
    return try rowByRow(node, active, sample: result)
  }

  /// Dates less dates, dates moved by durations, and durations between dates in other durations.
  private func dated(
    _ operation: Node.Arithmetic, _ left: Lane, _ right: Lane, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane? {
    switch (operation, left, right) {
    case (.subtract, .column(.date), _), (.subtract, _, .column(.date)):
      if let first = Days(left), let second = Days(right) {
        return .days(DayKernels.difference(first, second, count: count))
      }
      guard case .scalar(let duration) = right else { return nil }
      return DayKernels.sum(left, duration, isNegative: true).map { .column($0) }
    case (.add, .column(.date), .scalar(let duration)):
      return DayKernels.sum(left, duration, isNegative: false).map { .column($0) }
    case (.add, .scalar(let duration), .column(.date)):
      return DayKernels.sum(right, duration, isNegative: false).map { .column($0) }
    case (.divide, .days(let spans), .scalar(.daysTimeDuration(let duration))):
      guard let days = DayKernels.wholeDays(duration), let first = spans.numbers,
        let second = ExactNumbers(.scalar(.integer(days)))
      else { return nil }
      return try settle(NumericKernels.quotient(first, second, count: count), node, active)
    default: return nil
    }
  }

  /// The bytes of one operand of a sum of texts, not both of which are the same for all rows.
  private func texts(_ lane: Lane, _ other: Lane, _ node: Node) -> TextSource? {
    if case .scalar(.text) = lane, case .column = other, onlyCategory(in: node) == nil {
      return TextSource(lane)
    }
    return texts(lane, node)
  }

  /// Reports the rows without a result; in the mode `feel` they are null.
  private func settle(
    _ outcome: NumericKernels.Outcome, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    guard scope.mode == .strict else { return .column(outcome.column) }
    for (rows, fault) in [
      (outcome.divisionsByZero, FEELFault.divisionByZero),
      (outcome.overflows, FEELFault.numberOverflow),
    ] {
      guard let rows, let reached = Bitmap.both(rows, active),
        let first = reached.setIndices.first
      else { continue }
      var fault = fault.at(node.range)
      (fault.row, fault.rowCount) = (first, reached.setCount)
      throw fault
    }
    return .column(outcome.column)
  }
}

extension FEELFault {
  /// Exact integers that outgrow 64 bits; the whole expression is then done in decimal arithmetic.
  static let exactOverflow = FEELFault(.overflow, "a number outgrows 64 bits")
}
