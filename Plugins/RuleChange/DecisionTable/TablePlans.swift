// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Synchronization
import Tables

/// What evaluations of one table over blocks of one population have in common.
///
/// Its table, its parameters and the names of the columns are always the same; the types of columns may
/// differ from one population to the next.
final class TablePlans: Sendable {
  private let indexes = Mutex<[[ColumnType]: [RuleIndex]]>([:])
  private let results = Mutex<[[ColumnSchema]: TableResults]>([:])

  func indexes(
    _ table: DecisionTable, over types: [ColumnType], columns names: [String], _ scope: FEELScope
  ) -> [RuleIndex] {
    if let known = indexes.withLock({ $0[types] }) { return known }
    let made = RuleIndex.all(table, types: types, columns: Set(names), scope)
    indexes.withLock { $0[types] = made }
    return made
  }

  func results(
    _ table: DecisionTable, over schema: [ColumnSchema], _ scope: FEELScope
  ) -> TableResults {
    if let known = results.withLock({ $0[schema] }) { return known }
    let made = TableResults(table, over: schema, scope)
    results.withLock { $0[schema] = made }
    return made
  }
}
