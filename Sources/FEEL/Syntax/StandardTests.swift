// SPDX-License-Identifier: EUPL-1.2

extension UnaryTests {
  /// The tests as another engine of the standard reads them alike.
  ///
  /// A bare word that stands for a text gets its quotes. A truth value becomes `? = true`: by itself the
  /// standard takes `true` for a condition that holds, even where the input is missing.
  public var standardSource: String {
    var changes: [(range: Range<Int>, text: String)] = []
    let scalars = Array(source.unicodeScalars)
    func collect(_ node: Node) {
      if case .literal(.text(let text)) = node.form, node.range.lowerBound < scalars.count,
        scalars[node.range.lowerBound] != "\""
      {
        changes.append((node.range, FEELValue.text(text).literal))
      }
      node.form.forEachChild(collect)
    }
    for test in tests {
      if case .value(let node) = test, case .literal(.boolean(let flag)) = node.form {
        changes.append((node.range, "? = \(flag)"))
      }
      test.forEachNode(collect)
    }
    var result = scalars
    for (range, text) in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      result.replaceSubrange(range, with: text.unicodeScalars)
    }
    return result.reduce(into: "") { $0.unicodeScalars.append($1) }
  }
}
