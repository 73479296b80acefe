// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The elements of a list that meet a condition on `item` and its keys, or the one at a place.
struct BoxedFilter: BoxedExpression {
  private let source: (any BoxedExpression)?
  private let condition: (any BoxedExpression)?

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    source = element.child("in").flatMap { reader.expression(in: $0) }
    let inner = reader.adding(["item"])
    condition = element.child("match").flatMap { inner.expression(in: $0) }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    guard let value = try source?.evaluate(in: scope), !value.isNull else { return .null }
    let list = value.list ?? [value]
    var kept: [FEELValue] = []
    for (position, element) in list.enumerated() {
      var inner = scope.adding(["item": element])
      for (key, value) in element.context?.entries ?? [] { inner.constants[key] = value }
      switch try condition?.evaluate(in: inner) {
      case .boolean(true): kept.append(element)
      case .boolean, .null: break
      case .number(let number) where position == 0:
        guard let place = number.int64, place != 0, place.magnitude <= UInt64(list.count) else {
          return .null
        }
        return list[place > 0 ? Int(place) - 1 : list.count + Int(place)]
      default: return .null
      }
    }
    return .list(kept)
  }
}
