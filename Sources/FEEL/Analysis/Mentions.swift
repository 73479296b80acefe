// SPDX-License-Identifier: EUPL-1.2

extension FEELExpression {
  /// Every word that may name something: free names, keys after a dot, and names inside a filter, which
  /// may be keys of its items as well as names around it.
  public var mentions: Set<String> { root.mentions }
}

extension UnaryTests {
  /// Every word that may name something, as that of an expression.
  public var mentions: Set<String> {
    var found: Set<String> = []
    for test in tests { test.forEachNode { found.formUnion($0.mentions) } }
    return found
  }
}

extension Node {
  fileprivate var mentions: Set<String> {
    var found: Set<String> = []
    switch form {
    case .name(let name), .property(_, let name): found.insert(name)
    default: break
    }
    if let path, path.count > 1 { found.insert(path.joined(separator: ".")) }
    form.forEachChild { found.formUnion($0.mentions) }
    return found
  }
}
