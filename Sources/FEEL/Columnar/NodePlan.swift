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
/// Two parts are equal where their forms and their parts are, and their names stand for the same column
/// or constant. Names that an expression gives itself (`for`, `some`, contexts) stay within parts that
/// are never shared.
struct NodePlanner {
  /// What the names in an expression stand for.
  struct Names {
    /// The columns there are, and which column each name means.
    var columns: [String: String]
    let constants: [String: FEELValue]
    /// Lists of members, which stand for the column that tells whose they are.
    let lists: Set<String>

    var hasDots: Bool { columns.keys.contains { $0.contains(".") } }

    func groupColumn(of name: String) -> Set<String> {
      lists.contains(name) ? [GroupedRows.rowColumn] : []
    }
  }

  private var numbers: [Shape: Int] = [:]
  private var uses: [Int: Int] = [:]
  private var count = 0

  /// A node's form without its place: what it does, and the numbers of its parts.
  private struct Shape: Hashable {
    let form: String
    let value: FEELValue
    let parts: [Int]
  }

  /// Plans an expression after those before it.
  mutating func plan(_ root: Node, where names: Names) -> Node {
    var root = root
    _ = number(&root, names, hasDots: names.hasDots)
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
  private mutating func number(_ node: inout Node, _ known: Names, hasDots: Bool) -> Int {
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
        parts.append(number(&child, known, hasDots: hasDots))
        return child
      }
    }
    let names = Self.columnNames(in: node, known, hasDots: hasDots)
    let shape = isShared ? shape(of: node, parts, known, hasDots: hasDots) : nil
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
  private func shape(
    of node: Node, _ parts: [Int], _ known: Names, hasDots: Bool
  ) -> Shape? {
    func shape(_ form: String, _ value: FEELValue = .null) -> Shape {
      Shape(form: form, value: value, parts: parts)
    }
    if hasDots, let path = node.path, let column = known.columns[path.joined(separator: ".")] {
      return Shape(form: column, value: .null, parts: [])
    }
    switch node.form {
    case .literal(let value): return shape("literal", value)
    case .name(let name):
      return known.columns[name].map { shape($0) }
        ?? shape("name \(name)", known.constants[name] ?? .null)
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

  private static func columnNames(
    in node: Node, _ known: Names, hasDots: Bool
  ) -> Set<String> {
    if case .name(let name) = node.form {
      return known.columns[name] == nil ? known.groupColumn(of: name) : [name]
    }
    var names: Set<String> = []
    if hasDots, let path = node.path {
      for count in 1...path.count {
        let name = path.prefix(count).joined(separator: ".")
        if known.columns[name] != nil { names.insert(name) }
      }
      return names.union(known.groupColumn(of: path[0]))
    }
    if case .call("is defined", _) = node.form { return [] }
    node.form.forEachChild {
      names.formUnion($0.plan?.columnNames ?? columnNames(in: $0, known, hasDots: hasDots))
    }
    return names
  }
}
