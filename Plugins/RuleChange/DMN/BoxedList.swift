// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Values one after the other.
struct BoxedList: BoxedExpression {
  private let elements: [any BoxedExpression]

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    elements = element.children.compactMap { child in
      var holder = MarkupElement(name: "item")
      holder.children = [child]
      return reader.expression(in: holder)
    }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var values: [FEELValue] = []
    for element in elements { values.append(try element.evaluate(in: scope)) }
    return .list(values)
  }
}
