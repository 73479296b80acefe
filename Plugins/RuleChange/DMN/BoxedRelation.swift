// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Rows under named columns: a list of contexts.
struct BoxedRelation: BoxedExpression {
  private let columns: [String]
  private let rows: [BoxedList]

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    columns = element.children("column").map { $0["name"] ?? "" }
    rows = element.children("row").map { BoxedList($0, reader) }
  }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var contexts: [FEELValue] = []
    for row in rows {
      let values = try row.evaluate(in: scope).list ?? []
      contexts.append(
        .context(FEELContext(zip(columns, values).map { (key: $0, value: $1) })))
    }
    return .list(contexts)
  }
}
