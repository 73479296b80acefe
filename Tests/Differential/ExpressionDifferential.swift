// SPDX-License-Identifier: EUPL-1.2

import Dispatch
package import FEEL
import Synchronization
package import Tables

/// The columnar evaluation against the interpreter, its oracle.
package enum ExpressionDifferential {
  /// Where the column that an expression gives is not what the interpreter gives row by row, in words.
  package static func differences(
    of expression: FEELExpression, over table: Table, in scope: FEELScope
  ) -> [String] {
    let column: Column
    do throws(FEELFault) {
      column = try expression.evaluate(over: table, in: scope)
    } catch {
      // Exact results beyond 64 bits have no column, and a row may fault at several places.
      if error.code == .overflow || error.code == .notAColumn { return [] }
      return RowWise.hasFault(expression, table, scope)
        ? [] : ["\(expression): \(error), and no row has a fault"]
    }
    return RowWise.differences(column, count: table.rowCount) { row in
      try expression.evaluate(row: row, of: table, in: scope)
    }.map { "\(expression) \($0)" }
  }
}

/// Rows one by one, on all processors.
package enum RowWise {
  private static let chunk = 8_192
  /// How many differences are told.
  private static let limit = 3

  /// Where the values of a column differ from those that are expected, in words.
  ///
  /// Doubles may be 10⁻⁹ apart from decimal numbers, as a part of them.
  package static func differences(
    _ column: Column, count: Int, _ expected: @Sendable (Int) throws -> FEELValue
  ) -> [String] {
    guard column.count == count else { return ["has \(column.count) rows for \(count)"] }
    let found = Mutex<[(row: Int, text: String)]>([])
    each(count) { row in
      let own = column.feelValue(at: row)
      let text: String
      do {
        let wanted = try expected(row)
        if isSame(own, wanted, column.type) { return true }
        text = "row \(row): \(own.literal) for \(wanted.literal)"
      } catch {
        text = "row \(row): \(own.literal) for a fault: \(error)"
      }
      return found.withLock { found in
        found.append((row, text))
        return found.count < limit
      }
    }
    return found.withLock { $0.sorted { $0.row < $1.row }.map(\.text) }
  }

  fileprivate static func hasFault(
    _ expression: FEELExpression, _ table: Table, _ scope: FEELScope
  ) -> Bool {
    let found = Atomic(false)
    each(table.rowCount) { row in
      if (try? expression.evaluate(row: row, of: table, in: scope)) != nil { return true }
      found.store(true, ordering: .relaxed)
      return false
    }
    return found.load(ordering: .relaxed)
  }

  /// Calls for each row until one call says that it is enough.
  private static func each(_ count: Int, _ body: @Sendable (Int) -> Bool) {
    let isEnough = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { part in
      for row in part * chunk..<min(count, (part + 1) * chunk) {
        if isEnough.load(ordering: .relaxed) { return }
        if !body(row) { isEnough.store(true, ordering: .relaxed) }
      }
    }
  }

  private static func isSame(_ found: FEELValue, _ expected: FEELValue, _ type: ColumnType) -> Bool
  {
    if type == .number, let found = found.double, let expected = expected.double {
      return abs(found - expected) <= 1e-9 * max(1, abs(expected))
    }
    return found == expected
  }
}
