// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// A scheme, or a scheme with reforms on top of it in their order: the rules as they came to be.
struct SchemeStack: ParameterValue {
  let source: SchemeSource
  let reforms: ReformSource?

  static var schema: ParameterSchema {
    .either([SchemeSource.schema, .list(SchemeSource.schema)])
  }

  /// A path or block, or a list of which the first is the scheme and each next one a reform.
  static func read(_ node: Node, in reading: inout ParameterReading) -> SchemeStack? {
    guard let items = node.items else {
      return SchemeSource.read(node, in: &reading).map { SchemeStack(source: $0, reforms: nil) }
    }
    guard let first = items.first else {
      reading.reportWrongType(node, wanted: "a scheme, or a list of a scheme and its reforms")
      return nil
    }
    guard let source = SchemeSource.read(first, in: &reading) else { return nil }
    guard items.count > 1 else { return SchemeStack(source: source, reforms: nil) }
    let rest = Node(content: .sequence(Array(items.dropFirst()), .flow), span: node.span)
    guard let reforms = ReformSource.read(rest, in: &reading) else { return nil }
    let stack = SchemeStack(source: source, reforms: reforms)
    stack.readAddedColumns(at: node, in: &reading)
    return stack
  }

  var json: JSONValue { ["scheme": source.json, "reforms": reforms?.json ?? .null] }

  /// The scheme after its reforms.
  func scheme() throws(StageFault) -> Scheme {
    guard let reforms else { return source.scheme }
    do {
      return try SchemeVariants.all(source, [reforms])[1].scheme
    } catch {
      throw StageFault(error.message, at: "schemes", help: error.help, kind: .user)
    }
  }

  /// The population must also have the columns that only a reform asks for.
  private func readAddedColumns(at node: Node, in reading: inout ParameterReading) {
    let known = source.scheme.inputs.map(\.name)
    for input in (try? scheme())?.inputs(of: .unit) ?? [] where !known.contains(input.name) {
      let name = Node(
        content: .scalar(Scalar(text: input.name, style: .doubleQuoted)), span: node.span)
      _ = ColumnName.read(name, in: &reading)
    }
  }
}
