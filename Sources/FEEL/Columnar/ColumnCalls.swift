// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Functions over whole columns.
extension ColumnEvaluator {
  func call(
    _ name: String, _ arguments: [Node.Argument], _ node: Node, _ active: Bitmap?
  ) throws(FEELFault) -> Lane {
    if name == "not" {
      return try (!truth(arguments[0].value, active, "the argument of 'not'")).lane
    }
    guard let function = BuiltIn.named(name) else { return .rows(sample: .null) }
    let nodes = Self.spread(arguments, function)
    var lanes: [Lane] = []
    for node in nodes { lanes.append(try lane(node, active)) }
    let isSpread = nodes.count != arguments.count
    guard try checkArguments(function, lanes, isSpread ? [] : arguments.map(\.name), node) else {
      return .scalar(.null)
    }
    if arguments.allSatisfy({ $0.name == nil }), let lane = try kernel(function, nodes, lanes) {
      return lane
    }
    switch function.result {
    case .boolean: return try rowByRow(node, active, .boolean)
    case .integer: return try rowByRow(node, active, .integer)
    case .number: return try rowByRow(node, active, .number)
    case .text: return try rowByRow(node, active, .text)
    case .date: return try rowByRow(node, active, .date)
    case .timestamp: return try rowByRow(node, active, .timestamp)
    case .rounded: return try rowByRow(node, active, roundedType(nodes, lanes))
    case .same:
      if lanes.contains(where: \.isRows) { return .rows(sample: .null) }
      var type: ColumnType?
      for lane in lanes { type = Selection.common(type, Selection.type(of: lane)) }
      guard let type else { return .rows(sample: lanes.first?.sample ?? .null) }
      return try rowByRow(node, active, type)
    case .other: return .rows(sample: .null)
    }
  }

  /// The values of a single list literal stand for the arguments of `max([a, b])`.
  private static func spread(_ arguments: [Node.Argument], _ function: BuiltIn) -> [Node] {
    if arguments.count == 1, function.signatures[0].isVariadic,
      case .list(let nodes) = arguments[0].value.form, !nodes.isEmpty
    {
      return nodes
    }
    return arguments.map(\.value)
  }

  /// Tries the function on samples; false where every row's result is an error, which is null.
  private func checkArguments(
    _ function: BuiltIn, _ lanes: [Lane], _ labels: [String?], _ node: Node
  ) throws(FEELFault) -> Bool {
    let samples = lanes.map(\.sample)
    let labels = labels.isEmpty ? [String?](repeating: nil, count: samples.count) : labels
    return try sample(node) { () throws(FEELFault) in
      try function.call(samples, labels: labels, scope)
    } != nil
  }

  /// The type of a rounded number: exact where what is rounded is exact.
  private func roundedType(_ nodes: [Node], _ lanes: [Lane]) -> ColumnType {
    var scale = 0
    if lanes.count > 1 {
      guard case .scalar(let value) = lanes[1], let wanted = value.int64 else { return .number }
      scale = Int(max(0, min(wanted, 19)))
    }
    if scale == 0 { return .integer }
    switch lanes[0] {
    case .column(.decimal(_, let own)): return .decimal(scale: min(scale, own))
    case .column(.integer): return .integer
    default: break
    }
    return losesExactness(nodes[0], lanes[0]) && scale <= 18 ? .decimal(scale: scale) : .number
  }
}

// Kernels
extension ColumnEvaluator {
  private func kernel(
    _ function: BuiltIn, _ nodes: [Node], _ lanes: [Lane]
  ) throws(FEELFault) -> Lane? {
    switch function.name {
    case "abs": return absolute(lanes[0])
    case "min": return try extreme(lanes, isMaximum: false)
    case "max": return try extreme(lanes, isMaximum: true)
    case "sum": return try sum(lanes)
    default:
      guard let rounding = BuiltIn.roundings[function.name] else { return nil }
      return rounded(lanes, rounding)
    }
  }

  private func absolute(_ lane: Lane) -> Lane? {
    switch lane {
    case .column(.number(let column)):
      return .column(
        .number(FixedColumn(column.values.map(\.magnitude), validity: column.validity)))
    case .column(.integer(let column)) where !column.values.contains(.min):
      return .column(
        .integer(FixedColumn(column.values.map { abs($0) }, validity: column.validity)))
    case .column(.decimal(let column, let scale)) where !column.values.contains(.min):
      let values = FixedColumn(column.values.map { abs($0) }, validity: column.validity)
      return .column(.decimal(values, scale: scale))
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

  private func rounded(_ lanes: [Lane], _ rounding: DecimalRounding) -> Lane? {
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
        NumericKernels.rounded(column.values.array, scale: scale, to: kept, rounding),
        validity: column.validity)
      return .column(wanted == 0 ? .integer(values) : .decimal(values, scale: kept))
    default: return nil
    }
  }
}
