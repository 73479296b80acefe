// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// An expression written in FEEL.
struct BoxedLiteral: BoxedExpression {
  /// Nil where the text is no expression, which makes the value null.
  private let expression: FEELExpression?
  private let mode: FEELScope.Mode

  init(_ source: String, _ reader: BoxedReader) {
    mode = reader.mode
    expression = try? FEELExpression(
      parsing: source, names: reader.names, types: reader.types.names, mode: mode)
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var scope = scope
    scope.mode = mode
    return try expression?.evaluate(in: scope) ?? .null
  }
}
