// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// One of two values, by a condition; anything but true takes the second.
struct BoxedConditional: BoxedExpression {
  private let condition: (any BoxedExpression)?
  private let first: (any BoxedExpression)?
  private let second: (any BoxedExpression)?

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    func part(_ name: String) -> (any BoxedExpression)? {
      element.child(name).flatMap { reader.expression(in: $0) }
    }
    condition = part("if")
    first = part("then")
    second = part("else")
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    let holds = try condition?.evaluate(in: scope).boolean == true
    return try (holds ? first : second)?.evaluate(in: scope) ?? .null
  }
}
