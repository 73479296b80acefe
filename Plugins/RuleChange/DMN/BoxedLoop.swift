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
    guard let elements = try source?.evaluate(in: scope).iterated else { return .null }
    var results: [FEELValue] = []
    for element in elements {
      let inner = scope.adding([name: element, "partial": .list(results)])
      results.append(try result?.evaluate(in: inner) ?? .null)
    }
    return .list(results)
  }
}

extension FEELValue {
  /// The elements that a loop runs over: those of a list, else the value alone; nil for null.
  var iterated: [FEELValue]? { isNull ? nil : list ?? [self] }
}
