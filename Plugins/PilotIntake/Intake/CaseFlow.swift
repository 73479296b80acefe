// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// How many cases came in, and how many each reason took away: the CONSORT flow of an intake.
struct CaseFlow: Sendable {
  private struct Step: Sendable {
    let name: String
    let reason: String?
    let count: Int
    let remaining: Int
  }

  private var steps: [Step] = []
  /// The rows of the source that are still in.
  private(set) var remaining: Bitmap
  /// Per condition the cases for which it is open, since a value is missing.
  private(set) var open: [(reason: String, count: Int)] = []

  init(_ content: CaseFileContent) {
    let rows = content.table.rowCount
    remaining = Bitmap(repeating: true, count: rows)
    let all = rows + content.malformedCount
    steps.append(Step(name: "read", reason: nil, count: all, remaining: all))
    if content.malformedCount > 0 {
      steps.append(
        Step(
          name: "left out", reason: "another number of fields than the header",
          count: content.malformedCount, remaining: rows))
    }
  }

  /// Takes away the cases that do not meet a condition; null does not meet it.
  mutating func keep(
    where condition: Eligibility.Condition, of table: Table
  ) throws(StageFault) {
    let (met, isOpen) = try Self.evaluate(condition, table, remaining)
    let excluded = remaining & ~met
    let openCount = (excluded & isOpen).setCount
    if openCount > 0 { open.append((condition.reason, openCount)) }
    remaining = remaining & met
    steps.append(
      Step(
        name: "excluded", reason: condition.reason, count: excluded.setCount,
        remaining: remaining.setCount))
  }

  mutating func finish() {
    let count = remaining.setCount
    steps.append(Step(name: "eligible", reason: nil, count: count, remaining: count))
  }

  /// step, reason, count, remaining.
  func table() throws(TableFault) -> Table {
    try Table([
      ("step", .category(CategoryColumn(steps.map { $0.name }))),
      ("reason", .text(TextColumn(steps.map(\.reason)))),
      ("count", .integer(FixedColumn(steps.map { Int64($0.count) }))),
      ("remaining", .integer(FixedColumn(steps.map { Int64($0.remaining) }))),
    ])
  }

  static let columns = [
    ColumnPromise("step", .category), ColumnPromise("reason", .text),
    ColumnPromise("count", .integer), ColumnPromise("remaining", .integer),
  ]
}

extension CaseFlow {
  /// The rows that meet a condition, and those for which it is open.
  ///
  /// Where the condition fails on a row that an earlier one took away, only the rest is looked at: people
  /// write `income > 0` first so that dividing by it is safe afterwards.
  private static func evaluate(
    _ condition: Eligibility.Condition, _ table: Table, _ remaining: Bitmap
  ) throws(StageFault) -> (met: Bitmap, isOpen: Bitmap) {
    if let result = try? truth(condition, table) { return result }
    let rows = remaining.setIndices
    let (met, isOpen) = try truth(condition, table.taking(rows: rows))
    var all = (
      met: Bitmap(repeating: false, count: table.rowCount),
      isOpen: Bitmap(repeating: false, count: table.rowCount)
    )
    for (place, row) in rows.enumerated() {
      if met[place] { all.met.set(row, to: true) }
      if isOpen[place] { all.isOpen.set(row, to: true) }
    }
    return all
  }

  private static func truth(
    _ condition: Eligibility.Condition, _ table: Table
  ) throws(StageFault) -> (met: Bitmap, isOpen: Bitmap) {
    let named = condition.reason == Eligibility.unnamed ? "" : " '\(condition.reason)'"
    let column: Column
    do {
      column = try condition.expression.column(over: table)
    } catch {
      throw StageFault("the condition\(named): \(error)", at: "eligible")
    }
    let isOpen = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: column.count)
    if case .boolean(let values) = column { return (values.values, isOpen) }
    guard column.missingCount == column.count else {
      throw StageFault(
        "the condition\(named) gives \(column.type.name), not true or false", at: "eligible",
        help: "compare it with something, as in income < 30000")
    }
    return (Bitmap(repeating: false, count: column.count), isOpen)
  }
}
