// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Whether some or every element of a list meets a condition.
struct BoxedQuantifier: BoxedExpression {
  private let name: String
  private let decisive: Bool
  private let source: (any BoxedExpression)?
  private let condition: (any BoxedExpression)?

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    name = element["iteratorVariable"] ?? ""
    decisive = element.name == "some"
    source = element.child("in").flatMap { reader.expression(in: $0) }
    let inner = reader.adding([name])
    condition = element.child("satisfies").flatMap { inner.expression(in: $0) }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    guard let elements = try? source?.evaluate(in: scope).iterated() else { return .null }
    var isOpen = false
    for element in elements {
      switch try condition?.evaluate(in: scope.adding([name: element])) {
      case .boolean(decisive): return .boolean(decisive)
      case .boolean: break
      default: isOpen = true
      }
    }
    return isOpen ? .null : .boolean(!decisive)
  }
}
