// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Named values, each of which sees the ones before; a last one without a name is the result.
struct BoxedContext: BoxedExpression {
  private struct Entry {
    let name: String?
    let type: String?
    let expression: (any BoxedExpression)?
  }

  private let entries: [Entry]
  private let types: ItemTypes

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    var reader = reader
    let outer = reader.resultType
    var entries: [Entry] = []
    for entry in element.children("contextEntry") {
      let variable = entry.child("variable")
      reader.resultType = variable == nil ? outer : variable?["typeRef"]
      entries.append(
        Entry(
          name: variable?["name"], type: variable?["typeRef"],
          expression: reader.expression(in: entry)))
      if let name = variable?["name"] { reader.names.append(name) }
    }
    self.entries = entries
    types = reader.types
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var scope = scope
    var context = FEELContext()
    for entry in entries {
      let value = types.coerced(
        try entry.expression?.evaluate(in: scope) ?? .null, to: entry.type, telling: scope.onError)
      guard let name = entry.name else { return value }
      context[name] = value
      scope.constants[name] = value
    }
    return .context(context)
  }
}
