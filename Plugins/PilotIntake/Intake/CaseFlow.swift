// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// How many cases came in, and how many each reason took away: the CONSORT flow of an intake.
struct CaseFlow: Sendable {
  private struct Tally: Sendable {
    let condition: Eligibility.Condition
    var excluded = 0
    /// Cases that are excluded since a value is missing.
    var open = 0
  }

  private var tallies: [Tally]
  private let malformedCount: Int
  private var rows = 0

  init(_ conditions: [Eligibility.Condition], malformedCount: Int) {
    tallies = conditions.map { Tally(condition: $0) }
    self.malformedCount = malformedCount
  }

  /// The cases of a batch that meet every condition; null meets none.
  ///
  /// - Parameters:
  ///   - batch: with all columns that the conditions name.
  ///   - results: what each condition gives, where that is known already.
  /// - Returns: a bit for each row.
  /// - Throws: `RowFault` where a condition fails on a row that is still in, `StageFault` where it is none.
  mutating func keep(from batch: Table, _ results: [Column]?) throws -> Bitmap {
    var remaining = Bitmap(repeating: true, count: batch.rowCount)
    rows += batch.rowCount
    for place in tallies.indices {
      let condition = tallies[place].condition
      let (met, isOpen) =
        try results.map { try Self.truth(condition, $0[place]) }
        ?? Self.evaluate(condition, batch, remaining)
      let excluded = remaining & ~met
      tallies[place].excluded += excluded.setCount
      tallies[place].open += (excluded & isOpen).setCount
      remaining = remaining & met
    }
    return remaining
  }

  /// Per condition the cases for which it is open, where there are any.
  var open: [(reason: String, count: Int)] {
    tallies.filter { $0.open > 0 }.map { ($0.condition.reason, $0.open) }
  }

  /// step, reason, count, remaining.
  func table() throws(TableFault) -> Table {
    var steps: [(name: String, reason: String?, count: Int, remaining: Int)] = []
    let all = rows + malformedCount
    steps.append(("read", nil, all, all))
    if malformedCount > 0 {
      steps.append(("left out", "another number of fields than the header", malformedCount, rows))
    }
    var remaining = rows
    for tally in tallies {
      remaining -= tally.excluded
      steps.append(("excluded", tally.condition.reason, tally.excluded, remaining))
    }
    steps.append(("eligible", nil, remaining, remaining))
    return try Table([
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
  ) throws -> (met: Bitmap, isOpen: Bitmap) {
    if let result = try? truth(condition, table) { return result }
    let rows = remaining.setIndices
    let met: Bitmap
    let isOpen: Bitmap
    do {
      (met, isOpen) = try truth(condition, table.taking(rows: rows))
    } catch var fault as RowFault {
      fault.move { rows[$0] }
      throw fault
    }
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
  ) throws -> (met: Bitmap, isOpen: Bitmap) {
    let named = condition.reason == Eligibility.unnamed ? "" : " '\(condition.reason)'"
    let column: Column
    do throws(FEELFault) {
      column = try condition.expression.column(over: table)
    } catch {
      throw RowFault(
        error, in: "the condition\(named)", at: "eligible",
        entry: named.isEmpty ? nil : condition.reason)
    }
    return try truth(condition, column)
  }

  private static func truth(
    _ condition: Eligibility.Condition, _ column: Column
  ) throws(StageFault) -> (met: Bitmap, isOpen: Bitmap) {
    let named = condition.reason == Eligibility.unnamed ? "" : " '\(condition.reason)'"
    let isOpen = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: column.count)
    if case .boolean(let values) = column { return (values.values, isOpen) }
    guard column.missingCount == column.count else {
      throw StageFault(
        "the condition\(named) gives \(column.type.name), not true or false", at: "eligible",
        entry: named.isEmpty ? nil : condition.reason,
        help: "compare it with something, as in income < 30000")
    }
    return (Bitmap(repeating: false, count: column.count), isOpen)
  }
}
