// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// The functions that work on whole buffers; for all others the interpreter goes row by row.
extension ColumnEvaluator {
  func kernel(
    _ function: BuiltIn, _ nodes: [Node], _ lanes: [Lane], _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane? {
    switch function.name {
    case "abs": return absolute(lanes[0])
    case "min": return try extreme(lanes, isMaximum: false)
    case "max": return try extreme(lanes, isMaximum: true)
    case "sum": return try sum(lanes)
    case "contains", "starts with", "ends with":
      guard case .scalar(.text(let match)) = lanes[1] else { return nil }
      return texts(lanes[0], node).flatMap {
        TextKernels.condition(function.name, $0, match, count: count)
      }
    case "string length":
      return texts(lanes[0], node).map { .column(TextKernels.lengths($0, count: count)) }
    case "upper case", "lower case":
      return texts(lanes[0], node)
        .flatMap {
          TextKernels.cased($0, isUpper: function.name == "upper case", count: count)
        }
        .map { .column($0) }
    case "substring": return substring(lanes, node)
    default:
      guard let rounding = BuiltIn.roundings[function.name] else { return nil }
      return try rounded(nodes, lanes, rounding, node, active)
    }
  }

  /// The bytes of a lane of texts, unless the texts of a single category are dealt with one by one.
  func texts(_ lane: Lane, _ node: Node) -> TextSource? {
    guard case .column = lane, onlyCategory(in: node) == nil else { return nil }
    return TextSource(lane)
  }

  private func substring(_ lanes: [Lane], _ node: Node) -> Lane? {
    guard let text = texts(lanes[0], node), case .scalar(let first) = lanes[1],
      let start = first.int64
    else { return nil }
    var length: Int64?
    if lanes.count > 2 {
      guard case .scalar(let third) = lanes[2], let wanted = third.int64 else { return nil }
      length = wanted
    }
    return TextKernels.substring(text, from: start, length: length, count: count)
      .map { .column($0) }
  }

  private func absolute(_ lane: Lane) -> Lane? {
    switch lane {
    case .column(.number(let column)):
      let values = column.values.converted { $0.magnitude }
      return .column(.number(FixedColumn(canonical: values, validity: column.validity)))
    case .column(.integer(let column)):
      return NumericKernels.magnitudes(column.values).map {
        .column(.integer(FixedColumn(canonical: $0, validity: column.validity)))
      }
    case .column(.decimal(let column, let scale)):
      return NumericKernels.magnitudes(column.values).map {
        .column(.decimal(FixedColumn(canonical: $0, validity: column.validity), scale: scale))
      }
    default: return nil
    }
  }

  private func extreme(_ lanes: [Lane], isMaximum: Bool) throws(FEELFault) -> Lane? {
    guard lanes.count > 1, !lanes.contains(where: \.isNullScalar) else { return nil }
    var result = lanes[0]
    for lane in lanes.dropFirst() {
      if let left = ExactNumbers(result), let right = ExactNumbers(lane) {
        guard let column = NumericKernels.extreme(isMaximum, left, right, count: count) else {
          throw .exactOverflow
        }
        result = .column(column)
      } else if let left = DoubleNumbers(result), let right = DoubleNumbers(lane) {
        result = .column(NumericKernels.extreme(isMaximum, left, right, count: count))
      } else {
        return nil
      }
    }
    return result
  }

  private func sum(_ lanes: [Lane]) throws(FEELFault) -> Lane? {
    guard lanes.count > 1 else { return nil }
    var result = lanes[0]
    for lane in lanes.dropFirst() {
      guard let left = ExactNumbers(result), let right = ExactNumbers(lane) else { return nil }
      guard let column = NumericKernels.exact(.add, left, right, count: count) else {
        throw .exactOverflow
      }
      result = .column(column)
    }
    return result
  }
}

// Rounding
extension ColumnEvaluator {
  private func rounded(
    _ nodes: [Node], _ lanes: [Lane], _ rounding: DecimalRounding, _ node: Node,
    _ active: Bitmap?
  ) throws(FEELFault) -> Lane? {
    var wanted = 0
    if lanes.count > 1 {
      guard case .scalar(let value) = lanes[1], let scale = value.int64, (0...18).contains(scale)
      else { return nil }
      wanted = Int(scale)
    }
    switch lanes[0] {
    case .column(.integer): return lanes[0]
    case .column(.decimal(let column, let scale)):
      let kept = min(wanted, scale)
      let values = FixedColumn(
        canonical: RoundingKernels.rounded(column.values, scale: scale, to: kept, rounding),
        validity: column.validity)
      return .column(wanted == 0 ? .integer(values) : .decimal(values, scale: kept))
    case .column(.number(let column)):
      if losesExactness(nodes[0], lanes[0]) {
        return try quotient(nodes[0], lanes[0], active)
          .flatMap { ratio in
            ratio.rounded(scale: wanted, rounding, count: count).map { values in
              let values = FixedColumn(canonical: values, validity: ratio.validity)
              return .column(wanted == 0 ? .integer(values) : .decimal(values, scale: wanted))
            }
          }
      }
      return try rounded(column, nodes[0], to: wanted, rounding, node, active)
    default: return nil
    }
  }

  /// Doubles rounded as the decimal numbers that they stand for; the rows that are too close to call
  /// go through the interpreter.
  private func rounded(
    _ column: FixedColumn<Double>, _ node: Node, to scale: Int, _ rounding: DecimalRounding,
    _ whole: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane? {
    guard scale <= 15, let relativeError = relativeError(of: node) else { return nil }
    let isPlain = if case .name = node.form { true } else { false }
    let decision = DoubleRounding(
      scale: scale, rounding: rounding, relativeError: relativeError, isPlain: isPlain)
    var (values, open) = decision.rounded(column.values)
    if let validity = column.validity { open = open & validity }
    let validity = column.validity
    let factor = Double(Decimal128.power(of: scale))
    if let rows = Bitmap.both(open, active), !rows.noneSet {
      // Where many rows are close, nothing is won.
      let places = rows.setIndices
      guard places.count * 4 < count, let results = try? self.values(of: whole, at: places) else {
        return nil
      }
      for (row, result) in zip(places, results) {
        guard let number = result.double, (number * factor).magnitude < 0x1p50 else { return nil }
        values[row] = (number * factor).rounded()
      }
    }
    if scale == 0 {
      // Only rows that are missing or not reached hold anything beyond.
      let integers = values.withUnsafeBufferPointer {
        $0.converted { $0.magnitude < 0x1p50 ? Int64($0) : 0 }
      }
      return .column(.integer(FixedColumn(canonical: integers, validity: validity)))
    }
    return .column(
      .number(
        FixedColumn(
          canonical: values.withUnsafeBufferPointer { $0.converted { $0 / factor } },
          validity: validity)))
  }

  /// How far doubles may lie from the decimal numbers that the interpreter computes, as a part of
  /// them; nil where nothing can be said, as of sums, in which what is left may be small.
  private func relativeError(of node: Node) -> Double? {
    switch node.form {
    case .name, .literal: return 0x1p-52
    case .negation(let operand): return relativeError(of: operand)
    case .arithmetic(.multiply, let left, let right), .arithmetic(.divide, let left, let right):
      guard let first = relativeError(of: left), let second = relativeError(of: right) else {
        return nil
      }
      return first + second + 0x1p-52
    default: return dependsOnRows(node) ? nil : 0x1p-52
    }
  }

  /// The division of exact numbers that a node is, before anything is rounded.
  func quotient(
    _ node: Node, _ quotient: Lane, _ active: Bitmap?
  ) throws(FEELFault) -> Ratio? {
    guard case .arithmetic(.divide, let left, let right) = node.form,
      case .column(let column) = quotient,
      let numerator = ExactNumbers(try lane(left, active)),
      let denominator = ExactNumbers(try lane(right, active))
    else { return nil }
    return Ratio(numerator: numerator, denominator: denominator, validity: column.validity)
  }
}
