// SPDX-License-Identifier: EUPL-1.2

extension FEELExpression {
  /// All names with what follows them, those that the expression gives itself and keys among them: what
  /// is none of these has no influence on the value.
  package var mentions: [[String]] { root.mentions }

  /// Every word of these.
  package var words: Set<String> { Set(mentions.joined()) }
}

extension UnaryTests {
  /// All names with what follows them, whatever they stand for.
  package var mentions: [[String]] {
    var mentions: [[String]] = []
    for test in tests { test.forEachNode { mentions += $0.mentions } }
    return mentions
  }

  /// Every word of these.
  package var words: Set<String> { Set(mentions.joined()) }
}

extension Node {
  fileprivate var mentions: [[String]] {
    if let path { return [path] }
    var mentions: [[String]] = []
    switch form {
    case .call(let name, _), .property(_, let name): mentions.append([name])
    default: break
    }
    form.forEachChild { mentions += $0.mentions }
    return mentions
  }
}
