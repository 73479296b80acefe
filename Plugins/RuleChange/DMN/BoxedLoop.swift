// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// A value for each element of a list.
struct BoxedLoop: BoxedExpression {
  private let name: String
  private let source: (any BoxedExpression)?
  private let result: (any BoxedExpression)?

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    name = element["iteratorVariable"] ?? ""
    source = element.child("in").flatMap { reader.expression(in: $0) }
    let inner = reader.adding([name, "partial"])
    result = element.child("return").flatMap { inner.expression(in: $0) }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    guard let elements = try? source?.evaluate(in: scope).iterated() else { return .null }
    var results: [FEELValue] = []
    for element in elements { results.append(try value(for: element, after: results, in: scope)) }
    return .list(results)
  }

  private func value(
    for element: FEELValue, after results: [FEELValue], in scope: FEELScope
  ) throws(FEELFault) -> FEELValue {
    let inner = scope.adding([name: element, "partial": .list(results)])
    return try result?.evaluate(in: inner) ?? .null
  }
}
