// SPDX-License-Identifier: EUPL-1.2

/// Filters, quantifiers and loops: what evaluates a node once per element.
extension Interpreter {
  /// A list's element by its place (from the end where negative), or the elements that pass.
  mutating func filter(_ base: Node, _ condition: Node) throws(FEELFault) -> FEELValue {
    let value = try evaluate(base)
    if value.isNull { return .null }
    let list = value.list ?? [value]
    if list.isEmpty { return try filterOfNothing(condition) }
    var kept: [FEELValue] = []
    for (position, element) in list.enumerated() {
      switch try evaluate(condition, for: element) {
      case .number(let number) where position == 0:
        guard let index = number.int64, index != 0, index.magnitude <= UInt64(list.count) else {
          return .null
        }
        return list[index > 0 ? Int(index) - 1 : list.count + Int(index)]
      case .boolean(true): kept.append(element)
      case .boolean, .null: break
      case let other:
        throw FEELFault(
          .typeMismatch, "a filter is a place or a condition, not a \(other.kind)",
          range: condition.range)
      }
    }
    return .list(kept)
  }

  /// A place of an empty list is null; of no elements none pass, whatever their keys would be.
  private mutating func filterOfNothing(_ condition: Node) throws(FEELFault) -> FEELValue {
    do throws(FEELFault) {
      if case .number = try evaluate(condition, for: .null) { return .null }
    } catch {
      guard error.code == .unknownName else { throw error }
    }
    return .list([])
  }

  private mutating func evaluate(
    _ condition: Node, for element: FEELValue
  ) throws(FEELFault) -> FEELValue {
    let count = locals.count
    defer { locals.removeLast(locals.count - count) }
    if case .context(let context) = element {
      for (key, value) in context.entries { locals.append((key, value)) }
      if context["item"] == nil { locals.append(("item", element)) }
    } else {
      locals.append(("item", element))
    }
    return try evaluate(condition)
  }

  mutating func quantified(
    _ quantifier: Node.Quantifier, _ iterators: [Node.Iterator], _ condition: Node
  ) throws(FEELFault) -> FEELValue {
    let decisive = quantifier == .some
    var isOpen = false
    let decided = try forEach(iterators[...]) { interpreter throws(FEELFault) in
      let value = try interpreter.truth(condition, "a condition")
      if value == nil { isOpen = true }
      return value != decisive
    }
    if !decided { return .boolean(decisive) }
    return isOpen ? .null : .boolean(!decisive)
  }

  mutating func loop(
    _ iterators: [Node.Iterator], _ result: Node
  ) throws(FEELFault) -> FEELValue {
    var results: [FEELValue] = []
    _ = try forEach(iterators[...]) { interpreter throws(FEELFault) in
      interpreter.locals.append(("partial", .list(results)))
      let value = try interpreter.evaluate(result)
      // Gone before the results grow, so that they need not be copied for it.
      interpreter.locals.removeLast()
      results.append(value)
      return true
    }
    return .list(results)
  }

  /// Runs the body for each combination until it says stop; true where it never did.
  private mutating func forEach(
    _ iterators: ArraySlice<Node.Iterator>,
    _ body: (inout Interpreter) throws(FEELFault) -> Bool
  ) throws(FEELFault) -> Bool {
    guard let iterator = iterators.first else {
      iterations += 1
      guard iterations <= Self.maximumIterations else { throw .tooManyIterations }
      return try body(&self)
    }
    for value in try values(of: iterator) {
      locals.append((iterator.name, value))
      defer { locals.removeLast() }
      guard try forEach(iterators.dropFirst(), body) else { return false }
    }
    return true
  }

  private mutating func values(of iterator: Node.Iterator) throws(FEELFault) -> [FEELValue] {
    let source = try evaluate(iterator.source)
    if source.isNull, iterator.end == nil, !scope.mode.isStandard { return [] }
    do throws(FEELFault) {
      guard let end = iterator.end else { return try source.iterated() }
      return try FEELValue.steps(from: source, to: evaluate(end))
    } catch {
      throw error.at(iterator.source.range)
    }
  }
}

extension FEELValue {
  /// The values that a loop runs over: those of a list or of a range, else the value alone.
  ///
  /// A range counts whole numbers or days; null has no values.
  public func iterated() throws(FEELFault) -> [FEELValue] {
    switch self {
    case .null: throw FEELFault(.typeMismatch, "a loop runs over a list, not over null")
    case .list(let values): return values
    case .range(let range):
      guard let lower = range.lower, let upper = range.upper else { throw .unbounded }
      var values = try Self.steps(from: lower.value, to: upper.value)[...]
      if !lower.isIncluded { values = values.dropFirst() }
      if !upper.isIncluded, values.last == upper.value { values = values.dropLast() }
      return Array(values)
    default: return [self]
    }
  }

  /// The whole numbers or the days from one to another, up or down.
  static func steps(from first: FEELValue, to last: FEELValue) throws(FEELFault) -> [FEELValue] {
    if case .date(let first) = first, case .date(let last) = last {
      return try steps(first.days, last.days).compactMap { day in
        FEELDate(days: day).map { .date($0) }
      }
    }
    guard let first = first.int64, let last = last.int64 else { throw .unbounded }
    return try steps(first, last).map { .integer($0) }
  }

  private static func steps(_ first: Int64, _ last: Int64) throws(FEELFault) -> [Int64] {
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    guard !overflow, distance.magnitude < Interpreter.maximumIterations else {
      throw .tooManyIterations
    }
    return Array(stride(from: first, through: last, by: first <= last ? 1 : -1))
  }
}

extension FEELFault {
  fileprivate static var unbounded: FEELFault {
    FEELFault(.typeMismatch, "a loop counts between whole numbers, or between dates")
  }

  fileprivate static var tooManyIterations: FEELFault {
    FEELFault(
      .overflow, "the loop has too many rounds",
      help: "at most \(Interpreter.maximumIterations) are run")
  }
}
