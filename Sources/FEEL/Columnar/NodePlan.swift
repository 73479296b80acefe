// SPDX-License-Identifier: EUPL-1.2

/// What is known of a node before any row is looked at.
struct NodePlan: Sendable {
  /// Stands for the node's value wherever the same part occurs; nil where there is nothing to keep.
  let share: Int?
  /// The columns that the node may read.
  let columnNames: Set<String>
  let usesInput: Bool
}

/// Gives the parts of expressions over one table their plans, and equal parts the same number.
///
/// Two parts are equal where their forms and their parts are: names mean the same in all expressions,
/// since those that an expression gives itself (`for`, `some`, contexts) stay within parts that are
/// never shared.
struct NodePlanner {
  /// The columns there are; those of earlier expressions are added as they come.
  var columns: Set<String>
  let hasDottedNames: Bool
  private var numbers: [Shape: Int] = [:]
  private var uses: [Int: Int] = [:]
  private var count = 0

  init(columns: [String]) {
    self.columns = Set(columns)
    hasDottedNames = columns.contains { $0.contains(".") }
  }

  /// A node's form without its place: what it does, and the numbers of its parts.
  private struct Shape: Hashable {
    let form: String
    let value: FEELValue
    let parts: [Int]
  }

  /// Plans an expression after those before it.
  mutating func plan(_ root: Node) -> Node {
    var root = root
    _ = number(&root)
    return root
  }

  /// Leaves the number only to parts that are wanted more than once.
  func settled(_ root: Node) -> Node {
    root.mapPlans { plan in
      guard let share = plan.share, uses[share, default: 0] > 1 else {
        return NodePlan(share: nil, columnNames: plan.columnNames, usesInput: plan.usesInput)
      }
      return plan
    }
  }
}

extension NodePlanner {
  /// Numbers a node and its parts.
  private mutating func number(_ node: inout Node) -> Int {
    var parts: [Int] = []
    var isShared = true
    switch node.form {
    case .quantified, .loop, .context, .filter, .list, .range, .instance, .input, .invocation,
      .function:
      isShared = false
    default: break
    }
    if isShared {
      node = node.mapChildren { child in
        var child = child
        parts.append(number(&child))
        return child
      }
    }
    let names = columnNames(in: node)
    let shape = isShared ? shape(of: node, parts) : nil
    let known = shape.flatMap { numbers[$0] }
    let own = known ?? count
    if known == nil {
      count += 1
      if let shape { numbers[shape] = own }
    }
    uses[own, default: 0] += 1
    // The operands of a quotient are wanted again by whatever compares or rounds it.
    if case .arithmetic(.divide, _, _) = node.form { for part in parts { uses[part]? += 1 } }
    let isWorthKeeping =
      shape != nil && !parts.isEmpty && !names.isEmpty && !node.usesInput
    node.plan = NodePlan(
      share: isWorthKeeping ? own : nil, columnNames: names, usesInput: node.usesInput)
    return own
  }

  /// What two equal nodes have in common; nil for a node that is never shared.
  private func shape(of node: Node, _ parts: [Int]) -> Shape? {
    func shape(_ form: String, _ value: FEELValue = .null) -> Shape {
      Shape(form: form, value: value, parts: parts)
    }
    switch node.form {
    case .literal(let value): return shape("literal", value)
    case .name(let name):
      return shape(columns.contains(name) ? "column \(name)" : "name \(name)")
    case .property(_, let name): return shape("property \(name)")
    case .negation: return shape("negation")
    case .arithmetic(let operation, _, _): return shape("arithmetic \(operation.rawValue)")
    case .comparison(let operation, _, _): return shape("comparison \(operation.rawValue)")
    case .conjunction: return shape("and")
    case .disjunction: return shape("or")
    case .between: return shape("between")
    case .conditional: return shape("if")
    case .call(let name, let arguments):
      return shape("call \(name) \(arguments.map { $0.name ?? "" })")
    case .membership(_, let tests): return shape("in \(Self.form(of: tests))")
    case .input, .filter, .instance, .list, .context, .range, .quantified, .loop, .invocation,
      .function:
      return nil
    }
  }

  private static func form(of tests: [Node.Test]) -> String {
    var forms: [String] = []
    for test in tests {
      switch test {
      case .anything: forms.append("-")
      case .comparison(let operation, _): forms.append(operation.rawValue)
      case .value: forms.append("value")
      case .negation(let inner):
        forms.append("not (\(form(of: inner)))")
      }
    }
    return forms.joined(separator: ", ")
  }

  private func columnNames(in node: Node) -> Set<String> {
    if case .name(let name) = node.form { return columns.contains(name) ? [name] : [] }
    var names: Set<String> = []
    if hasDottedNames, let path = node.path {
      for count in 1...path.count {
        let name = path.prefix(count).joined(separator: ".")
        if columns.contains(name) { names.insert(name) }
      }
      return names
    }
    if case .call("is defined", _) = node.form { return [] }
    node.form.forEachChild { names.formUnion($0.plan?.columnNames ?? columnNames(in: $0)) }
    return names
  }
}
