// SPDX-License-Identifier: EUPL-1.2

extension Node {
  /// The node with each direct part replaced.
  func mapChildren(_ body: (Node) -> Node) -> Node {
    var node = Node(form.mapChildren(body), range)
    node.plan = plan
    return node
  }

  /// The node with names replaced by what they stand for, all of it at one place of the source.
  func substituting(_ values: [String: Node], at range: Range<Int>) -> Node {
    if case .name(let name) = form, let value = values[name] { return value }
    return Node(form.mapChildren { $0.substituting(values, at: range) }, range)
  }

  /// The node with all plans in it replaced, where there are any.
  func mapPlans(_ body: (NodePlan) -> NodePlan) -> Node {
    guard let plan else { return self }
    var node = mapChildren { $0.mapPlans(body) }
    node.plan = body(plan)
    return node
  }
}

extension Node.Form {
  fileprivate func mapChildren(_ body: (Node) -> Node) -> Node.Form {
    switch self {
    case .literal, .name, .input: self
    case .property(let node, let name): .property(body(node), name)
    case .negation(let node): .negation(body(node))
    case .instance(let node, let type): .instance(body(node), type)
    case .filter(let first, let second): .filter(body(first), body(second))
    case .arithmetic(let operation, let first, let second):
      .arithmetic(operation, body(first), body(second))
    case .comparison(let operation, let first, let second):
      .comparison(operation, body(first), body(second))
    case .conjunction(let nodes): .conjunction(nodes.map(body))
    case .disjunction(let nodes): .disjunction(nodes.map(body))
    case .list(let nodes): .list(nodes.map(body))
    case .between(let first, let second, let third):
      .between(body(first), body(second), body(third))
    case .conditional(let first, let second, let third):
      .conditional(body(first), body(second), body(third))
    case .membership(let node, let tests):
      .membership(body(node), tests.map { $0.mapNodes(body) })
    case .call(let name, let arguments):
      .call(name, arguments.map { Node.Argument(name: $0.name, value: body($0.value)) })
    case .invocation(let function, let arguments):
      .invocation(
        body(function),
        arguments.map { Node.Argument(name: $0.name, value: body($0.value)) })
    case .function(let parameters, let node): .function(parameters, body(node))
    case .context(let entries):
      .context(entries.map { (key: $0.key, value: body($0.value)) })
    case .range(let range):
      .range(
        Node.RangeForm(
          lower: range.lower.map(body), includesLower: range.includesLower,
          upper: range.upper.map(body), includesUpper: range.includesUpper, kind: range.kind))
    case .quantified(let quantifier, let iterators, let result):
      .quantified(quantifier, iterators.map { $0.mapNodes(body) }, body(result))
    case .loop(let iterators, let result):
      .loop(iterators.map { $0.mapNodes(body) }, body(result))
    }
  }
}

extension Node.Test {
  func mapNodes(_ body: (Node) -> Node) -> Node.Test {
    switch self {
    case .comparison(let operation, let node): .comparison(operation, body(node))
    case .value(let node): .value(body(node))
    case .negation(let tests): .negation(tests.map { $0.mapNodes(body) })
    case .anything: .anything
    }
  }
}

extension Node.Iterator {
  fileprivate func mapNodes(_ body: (Node) -> Node) -> Node.Iterator {
    Node.Iterator(name: name, source: body(source), end: end.map(body))
  }
}
