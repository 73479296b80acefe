// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Comparisons, membership, logic and choice over whole columns.
extension ColumnEvaluator {
  /// A condition per row.
  func truth(_ node: Node, _ active: Bitmap?, _ part: String) throws(FEELFault) -> Ternary {
    let lane = try lane(node, active)
    if let truth = Ternary(lane, count: count) { return truth }
    if case .rows(.null) = lane {
      let values = try rowByRow(node, active, .boolean)
      if let truth = Ternary(values, count: count) { return truth }
    }
    guard scope.mode == .strict else { return Ternary(nil, count: count) }
    throw FEELFault(
      .typeMismatch, "\(part) is true or false, not a \(lane.sample.kind)", range: node.range)
  }

  func logical(
    _ operands: [Node], isAnd: Bool, _ active: Bitmap?
  ) throws(FEELFault) -> Ternary {
    var result = Ternary(isAnd, count: count)
    var active = active
    for operand in operands {
      let part = isAnd ? "an operand of 'and'" : "an operand of 'or'"
      let truth = try truth(operand, active, part)
      result = isAnd ? result & truth : result | truth
      // A row that is decided does not come to the operands that follow.
      active = Bitmap.both(active, ~(isAnd ? result.isFalse : result.isTrue))
    }
    return result
  }

  func comparison(
    _ operation: Node.Comparison, _ left: Node, _ right: Node, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    let (first, second) = (try lane(left, active), try lane(right, active))
    guard try checkOrder(operation, first, second, node) else { return .scalar(.null) }
    switch (losesExactness(left, first), losesExactness(right, second)) {
    case (false, false):
      if let truth = ComparisonKernels.compare(operation, first, second, count: count) {
        return truth.lane
      }
    case (true, false):
      if let numbers = ExactNumbers(second),
        let truth = try quotient(left, first, active)?
          .compared(operation, with: numbers, count: count)
      {
        return truth.lane
      }
    case (false, true):
      if let numbers = ExactNumbers(first),
        let truth = try quotient(right, second, active)?
          .compared(operation.mirrored, with: numbers, count: count)
      {
        return truth.lane
      }
    case (true, true): break
    }
    return try rowByRow(node, active, .boolean)
  }

  /// Whether the kinds can be compared; a fault where they cannot in the mode `strict`.
  private func checkOrder(
    _ operation: Node.Comparison, _ left: Lane, _ right: Lane, _ node: Node
  ) throws(FEELFault) -> Bool {
    try sample(node) { () throws(FEELFault) in
      try Ordering.compare(operation, left.sample, right.sample)
    } != nil
  }

  func between(
    _ value: Node, _ lower: Node, _ upper: Node, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    let lane0 = try lane(value, active)
    let (first, second) = (try lane(lower, active), try lane(upper, active))
    guard try checkOrder(.greaterOrEqual, lane0, first, node),
      try checkOrder(.lessOrEqual, lane0, second, node)
    else { return try rowByRow(node, active, .boolean) }
    if !losesExactness(value, lane0), !losesExactness(lower, first), !losesExactness(upper, second),
      let above = ComparisonKernels.compare(.greaterOrEqual, lane0, first, count: count),
      let below = ComparisonKernels.compare(.lessOrEqual, lane0, second, count: count)
    {
      return (above & below).lane
    }
    return try rowByRow(node, active, .boolean)
  }
}

// Membership
extension ColumnEvaluator {
  func membership(
    _ value: Node, _ tests: [Node.Test], _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    let lane = try lane(value, active)
    if !losesExactness(value, lane), let truth = try passes(tests, lane, node, active) {
      return truth.lane
    }
    return try rowByRow(node, active, .boolean)
  }

  /// Which rows pass one of the tests; nil where there is no kernel for one of them.
  func passes(
    _ tests: [Node.Test], _ value: Lane, _ node: Node?, _ active: Bitmap?
  ) throws(FEELFault) -> Ternary? {
    var result = Ternary(false, count: count)
    for test in tests {
      let open = Bitmap.both(active, ~result.isTrue)
      guard let truth = try passes(test, value, open) else { return nil }
      result = result | truth
    }
    return result
  }

  private func passes(
    _ test: Node.Test, _ value: Lane, _ active: Bitmap?
  ) throws(FEELFault) -> Ternary? {
    switch test {
    case .anything: return Ternary(true, count: count)
    case .negation(let tests): return try passes(tests, value, nil, active).map { !$0 }
    case .comparison(let operation, let node): return try compare(operation, value, node, active)
    case .value(let node):
      if node.usesInput {
        guard case .column(let column) = value else { return nil }
        var inner = self
        inner.input = column
        return try inner.truth(node, active, "a test")
      }
      if case .range(let form) = node.form { return try isIn(value, form, active) }
      guard case .scalar(let target) = try lane(node, active) else {
        return try compare(.equal, value, node, active)
      }
      return try isIn(value, target, node)
    }
  }

  private func compare(
    _ operation: Node.Comparison, _ value: Lane, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Ternary? {
    let other = try lane(node, active)
    if other.isRows || losesExactness(node, other) { return nil }
    guard try checkOrder(operation, value, other, node) else { return Ternary(nil, count: count) }
    return ComparisonKernels.compare(operation, value, other, count: count)
  }

  private func isIn(
    _ value: Lane, _ form: Node.RangeForm, _ active: Bitmap?
  ) throws(FEELFault) -> Ternary? {
    var result = Ternary(true, count: count)
    if let lower = form.lower {
      let operation: Node.Comparison = form.includesLower ? .greaterOrEqual : .greater
      guard let above = try compare(operation, value, lower, active) else { return nil }
      result = result & above
    }
    if let upper = form.upper {
      let operation: Node.Comparison = form.includesUpper ? .lessOrEqual : .less
      guard let below = try compare(operation, value, upper, active) else { return nil }
      result = result & below
    }
    return result
  }

  private func isIn(_ value: Lane, _ target: FEELValue, _ node: Node) throws(FEELFault) -> Ternary?
  {
    switch target {
    case .range: return nil
    case .list(let elements):
      let kind = value.sample.kind
      if let truth = isIn(value, texts: elements) { return truth }
      var result = Ternary(false, count: count)
      for element in elements {
        if case .range = element { return nil }
        guard element.kind == kind || element.isNull else { continue }
        let other = Lane.scalar(element)
        guard let equal = ComparisonKernels.compare(.equal, value, other, count: count) else {
          return nil
        }
        result = result | equal
      }
      return result
    default:
      let other = Lane.scalar(target)
      guard try checkOrder(.equal, value, other, node) else { return Ternary(nil, count: count) }
      return ComparisonKernels.compare(.equal, value, other, count: count)
    }
  }
}

extension ColumnEvaluator {
  /// The texts of a category are looked for in the list once each.
  private func isIn(_ value: Lane, texts elements: [FEELValue]) -> Ternary? {
    guard case .column(.category(let column)) = value else { return nil }
    var wanted: Set<ExactText> = []
    var includesNull = false
    for element in elements {
      switch element {
      case .text(let text): wanted.insert(ExactText(text))
      case .null: includesNull = true
      case .range: return nil
      default: break
      }
    }
    let found = Bitmap((column.dictionary + [""]).map { wanted.contains(ExactText($0)) })
    let bits = found.looked(up: column.codes)
    guard let validity = column.validity else { return Ternary(bits, validity: nil) }
    return Ternary(includesNull ? (bits & validity) | ~validity : bits & validity, validity: nil)
  }
}

// Choice
extension ColumnEvaluator {
  func conditional(
    _ condition: Node, _ first: Node, _ second: Node, _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    let truth = try truth(condition, active, "a condition")
    if !dependsOnRows(condition), count > 0 {
      return try lane(truth.isTrue.allSet ? first : second, active)
    }
    let left = try lane(first, Bitmap.both(active, truth.isTrue))
    let right = try lane(second, Bitmap.both(active, ~truth.isTrue))
    let (kind, other) = (left.sample.kind, right.sample.kind)
    guard kind == other || left.sample.isNull || right.sample.isNull else {
      throw FEELFault(
        .typeMismatch, "'if' gives a \(kind) or a \(other), and a column holds one kind",
        help: "let both branches give the same kind", range: node.range)
    }
    if left.isRows || right.isRows {
      return .rows(sample: left.sample.isNull ? right.sample : left.sample)
    }
    return try Selection.choose(truth.isTrue, left, right, count: count)
  }
}
