// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// The derived columns and the conditions of an intake, evaluated together: what they share is computed
/// once for each batch.
struct CaseExpressions: Sendable {
  private let derive: NamedValues<Expression>
  private let conditions: [Eligibility.Condition]

  init(derive: NamedValues<Expression>, conditions: [Eligibility.Condition]) {
    self.derive = derive
    self.conditions = conditions
  }

  /// A batch with its derived columns, and what each condition gives.
  ///
  /// The conditions' results are nil where one of them fails on some row: earlier conditions may have taken
  /// that row away, so that they are tried one after the other.
  func evaluated(over batch: Table) throws -> (batch: Table, conditions: [Column]?) {
    if let name = derive.names.first(where: { batch.contains($0) }) {
      throw StageFault.takenName(name)
    }
    let derived = derive.entries.map { (name: $0.name as String?, expression: $0.value) }
    let tests = conditions.map { (name: nil as String?, expression: $0.expression) }
    let all: [Column]?
    do throws(ExpressionBatch.Failure) {
      all = try Expression.columns(of: derived + tests, over: batch)
    } catch {
      guard error.place >= derived.count else { throw fault(error) }
      all = nil
    }
    if let all {
      return try (
        adding(all.prefix(derived.count), to: batch), Array(all.dropFirst(derived.count))
      )
    }
    let columns: [Column]
    do throws(ExpressionBatch.Failure) {
      columns = try Expression.columns(of: derived, over: batch)
    } catch {
      throw fault(error)
    }
    return try (adding(columns[...], to: batch), nil)
  }

  private func adding(_ columns: ArraySlice<Column>, to batch: Table) throws(TableFault) -> Table {
    try batch.adding(zip(derive.names, columns).map { (name: $0, column: $1) })
  }

  private func fault(_ failure: ExpressionBatch.Failure) -> RowFault {
    let name = derive.names[failure.place]
    return RowFault(
      failure.fault, in: "the derived column '\(name)'", at: "derive", entry: name)
  }
}

extension StageFault {
  static func takenName(_ name: String) -> StageFault {
    StageFault(
      "the source has a column '\(name)' already", at: "derive",
      help: "give the derived column a name of its own, so that both can be looked at", kind: .user)
  }
}
