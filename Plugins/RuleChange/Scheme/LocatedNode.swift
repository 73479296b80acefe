// SPDX-License-Identifier: EUPL-1.2

import Documents

/// A value of a scheme or reform file, with the file that it stands in.
struct LocatedNode: Sendable {
  let node: Node
  let file: SourceFile
  /// The cell of a spreadsheet that the value stands in, as `C14`.
  var cell: String?

  /// `schemes/allowance.yaml:14:7`, for messages that a pipeline shows elsewhere.
  var place: String { cell.map { "\(file.name), cell \($0)" } ?? "\(file.name):\(node.span.start)" }

  /// The text as it stands in the file, with quotes and with what `${…}` was before it was replaced.
  var sourceText: String {
    let span = node.span
    return (span.start.line...max(span.start.line, span.end.line))
      .map { line in
        var scalars = Array(file.line(line).unicodeScalars)
        if line == span.end.line { scalars = Array(scalars.prefix(max(0, span.end.column - 1))) }
        if line == span.start.line { scalars = Array(scalars.dropFirst(span.start.column - 1)) }
        return String(String.UnicodeScalarView(scalars))
      }
      .joined(separator: "\n")
  }

  func with(_ node: Node) -> LocatedNode { LocatedNode(node: node, file: file) }

  subscript(key: String) -> LocatedNode? { node[key].map(with) }

  /// The items of a list; one value stands for a list of one.
  var items: [LocatedNode] { (node.items ?? [node]).map(with) }
}
