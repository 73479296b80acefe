// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// A condition on each row: false breaks it, and null leaves it open.
struct ExpressionRule: ContractRule {
  private(set) var tally: RuleOutcome
  private let rule: RowRule

  init(_ rule: RowRule) {
    self.rule = rule
    tally = RuleOutcome(rule.name, of: nil, rule.severity)
  }

  mutating func check(_ batch: Table, firstRow: Int) throws(StageFault) {
    let column: Column
    do {
      column = try rule.expression.column(over: batch)
    } catch {
      throw .failed(rule.name, error, firstRow: firstRow)
    }
    let isOpen = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: column.count)
    guard case .boolean(let values) = column else {
      guard column.missingCount == column.count else { throw .noCondition(rule.name, column.type) }
      tally.add(
        breaking: Bitmap(repeating: false, count: column.count), open: column.count,
        firstRow: firstRow)
      return
    }
    tally.add(
      breaking: ~(values.values | isOpen), open: isOpen.setCount, firstRow: firstRow)
  }
}

extension StageFault {
  fileprivate static func failed(
    _ name: String, _ fault: FEELFault, firstRow: Int
  ) -> StageFault {
    var fault = fault
    fault.row = fault.row.map { $0 + firstRow }
    return StageFault("the rule '\(name)': \(fault)", at: "contract")
  }

  fileprivate static func noCondition(_ name: String, _ type: ColumnType) -> StageFault {
    StageFault(
      "the rule '\(name)' gives \(type.name), not true or false", at: "contract",
      help: "compare it with something, as in income < 30000")
  }
}
