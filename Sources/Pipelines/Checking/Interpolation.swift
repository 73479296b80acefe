// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Replaces `${…}` by values in what people wrote under `with`.
///
/// Expression parameters are left alone: they see the values by name, so that no value can break out
/// into code. `$${` stands for a plain `${`.
struct Interpolation {
  let file: SourceFile
  let values: PipelineValues
  let referenceDate: ReferenceDate
  private(set) var diagnostics: [Diagnostic] = []

  init(file: SourceFile, values: PipelineValues, referenceDate: ReferenceDate) {
    self.file = file
    self.values = values
    self.referenceDate = referenceDate
  }

  /// The node with every `${…}` in it replaced, as far as its schema computes values.
  mutating func resolve(_ node: Node, as schema: ParameterSchema?) -> Node {
    switch schema {
    case .expression, .secret: return node
    case .list(let element):
      guard let items = node.items else { return resolve(node, as: element) }
      return rebuilt(node, items: items.map { resolve($0, as: element) })
    case .map(let element):
      guard let entries = node.entries else { return resolve(node, as: nil) }
      return rebuilt(node, entries: entries.map { resolve($0, as: element) })
    case .either(let options) where options.contains(.expression): return node
    default: return resolveAll(node)
    }
  }

  private mutating func resolve(_ entry: Node.Entry, as schema: ParameterSchema?) -> Node.Entry {
    Node.Entry(key: entry.key, value: resolve(entry.value, as: schema))
  }

  private mutating func resolveAll(_ node: Node) -> Node {
    switch node.content {
    case .scalar(let scalar): return resolve(scalar, of: node)
    case .sequence(let items, _): return rebuilt(node, items: items.map { resolveAll($0) })
    case .mapping(let entries, _):
      return rebuilt(
        node, entries: entries.map { Node.Entry(key: $0.key, value: resolveAll($0.value)) })
    }
  }

  private mutating func resolve(_ scalar: Scalar, of node: Node) -> Node {
    guard scalar.text.utf8.contains(UInt8(ascii: "$")) else { return node }
    let pieces = InterpolationPiece.pieces(of: scalar.text)
    if case .some(.unclosed(let offset)) = pieces.last {
      report("this '${' is never closed", node, offset..<offset + 2, help: "close it with '}'")
      return node
    }
    if pieces.count == 1, case .value(let source, let range) = pieces[0] {
      return whole(source, range, of: node)
    }
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .value(let source, let range):
        guard let value = evaluate(source, range, of: node) else { return node }
        if value.list != nil || value.context != nil {
          report("a \(value.kind) cannot stand inside a text", node, range)
          return node
        }
        text += value.isNull ? "" : value.description
      case .unclosed: break
      }
    }
    return Node(content: .scalar(Scalar(text: text, style: .doubleQuoted)), span: node.span)
  }

  /// A scalar that is one `${…}` keeps its type, and a parameter's text its spelling.
  private mutating func whole(_ source: String, _ range: Range<Int>, of node: Node) -> Node {
    let path = source.trimmingBlanks
    if path.hasPrefix("parameters."),
      let parameter = values.parameters.first(where: { "parameters.\($0.name)" == path })
    {
      return parameter.node.moved(to: node.span)
    }
    guard let value = evaluate(source, range, of: node) else { return node }
    guard let resolved = value.node(at: node.span) else {
      report(
        "a \(value.kind) cannot stand here", node, range, help: "turn it into text with string(…)")
      return node
    }
    return resolved
  }

  private mutating func evaluate(
    _ source: String, _ range: Range<Int>, of node: Node
  ) -> FEELValue? {
    if source.trimmingBlanks.hasPrefix("secret.") {
      report(
        "a secret is allowed only in a parameter that is declared secret", node, range,
        code: .secretOutsideSecret)
      return nil
    }
    do {
      let expression = try FEELExpression(parsing: source)
      let scope = FEELScope(
        constants: values.interpolationConstants, referenceDate: referenceDate.day)
      return try expression.evaluate(in: scope)
    } catch {
      let start = range.lowerBound + 2
      let inner = error.range.map { start + $0.lowerBound..<start + $0.upperBound } ?? range
      report(error.message, node, inner, help: error.help ?? Self.hint(for: error, values))
      return nil
    }
  }

  private static func hint(for fault: FEELFault, _ values: PipelineValues) -> String? {
    guard fault.code == .unknownName else { return nil }
    let names =
      values.parameters.map { "parameters.\($0.name)" } + values.each.map { "each.\($0.key)" }
      + values.environment.map { "env.\($0.name)" }
    return names.isEmpty ? nil : "names here: " + names.joined(separator: ", ")
  }

  private mutating func report(
    _ message: String, _ node: Node, _ range: Range<Int>, help: String? = nil,
    code: DiagnosticCode = .badInterpolation
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: .error, message, help: help, notes: [], file: file.name,
        span: node.span(inScalar: range, of: file)))
  }

  private func rebuilt(_ node: Node, items: [Node]) -> Node {
    guard case .sequence(_, let style) = node.content else { return node }
    return Node(content: .sequence(items, style), span: node.span)
  }

  private func rebuilt(_ node: Node, entries: [Node.Entry]) -> Node {
    guard case .mapping(_, let style) = node.content else { return node }
    return Node(content: .mapping(entries, style), span: node.span)
  }
}

/// A text cut at its `${…}`; ranges count characters of the whole text.
enum InterpolationPiece {
  case text(String)
  case value(String, Range<Int>)
  case unclosed(Int)

  static func pieces(of text: String) -> [InterpolationPiece] {
    let scalars = Array(text.unicodeScalars)
    var pieces: [InterpolationPiece] = []
    var literal = String.UnicodeScalarView()
    var index = 0
    func flush() {
      if !literal.isEmpty { pieces.append(.text(String(literal))) }
      literal = String.UnicodeScalarView()
    }
    while index < scalars.count {
      let rest = scalars.count - index
      if rest >= 3, scalars[index] == "$", scalars[index + 1] == "$", scalars[index + 2] == "{" {
        literal.append(contentsOf: ["$", "{"])
        index += 3
      } else if rest >= 2, scalars[index] == "$", scalars[index + 1] == "{" {
        flush()
        guard let end = closing(scalars, from: index + 2) else {
          return pieces + [.unclosed(index)]
        }
        var source = String.UnicodeScalarView()
        source.append(contentsOf: scalars[index + 2..<end])
        pieces.append(.value(String(source), index..<end + 1))
        index = end + 1
      } else {
        literal.append(scalars[index])
        index += 1
      }
    }
    flush()
    return pieces
  }

  /// Where the brace closes, past nested braces and texts in quotes.
  private static func closing(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
    var depth = 0
    var quoted = false
    var index = start
    while index < scalars.count {
      switch scalars[index] {
      case "\\" where quoted: index += 1
      case "\"": quoted.toggle()
      case "{" where !quoted: depth += 1
      case "}" where !quoted:
        if depth == 0 { return index }
        depth -= 1
      default: break
      }
      index += 1
    }
    return nil
  }
}

extension Node {
  /// The same content, blamed on the place that refers to it.
  fileprivate func moved(to span: SourceSpan) -> Node {
    switch content {
    case .scalar: Node(content: content, span: span)
    case .sequence(let items, let style):
      Node(content: .sequence(items.map { $0.moved(to: span) }, style), span: span)
    case .mapping(let entries, let style):
      Node(
        content: .mapping(
          entries.map {
            Node.Entry(key: $0.key.moved(to: span), value: $0.value.moved(to: span))
          }, style), span: span)
    }
  }
}

extension String {
  var trimmingBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
