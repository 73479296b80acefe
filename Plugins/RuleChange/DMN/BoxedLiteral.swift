// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// An expression written in FEEL.
struct BoxedLiteral: BoxedExpression {
  /// Nil where the text is no expression, which makes the value null.
  private let expression: FEELExpression?

  init(_ source: String, _ reader: BoxedReader) {
    expression = try? FEELExpression(
      parsing: source, names: reader.names, types: reader.types.names, mode: .feel)
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    try expression?.evaluate(in: scope) ?? .null
  }
}
