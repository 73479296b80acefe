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
    if arguments.allSatisfy({ $0.name == nil }) {
      if let lane = try kernel(function, nodes, lanes, node, active) { return lane }
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
  func roundedType(_ nodes: [Node], _ lanes: [Lane]) -> ColumnType {
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
