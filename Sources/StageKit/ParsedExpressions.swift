// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Synchronization

/// Expressions that were parsed before: a stage that is repeated a thousand times has its expressions
/// parsed once.
package final class ParsedExpressions: Sendable {
  private let known = Mutex<[String: FEELExpression]>([:])

  package init() {}

  func expression(_ source: String) throws(FEELFault) -> FEELExpression {
    if let expression = known.withLock({ $0[source] }),
      expression.source.utf8.elementsEqual(source.utf8)
    {
      return expression
    }
    let expression = try FEELExpression(parsing: source)
    known.withLock { $0[source] = expression }
    return expression
  }
}
