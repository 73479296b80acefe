// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import PilotIntake

/// Rules held against a plain reading of the same rows, on random tables that come in random batches.
struct ContractCheckTests {
  private static func table(_ random: inout RandomStream) throws -> Table {
    let rows = random.integer(below: 60)
    func some<Value>(_ value: (inout RandomStream) -> Value) -> [Value?] {
      (0..<rows).map { _ in random.integer(below: 6) == 0 ? nil : value(&random) }
    }
    let words = ["", "a", "ab", "abb", "é", "e\u{301}"]
    return try Table([
      ("integer", .integer(FixedColumn(some { Int64($0.integer(below: 20)) - 10 }))),
      ("number", .number(FixedColumn(some { Double($0.integer(below: 40)) / 4 - 5 }))),
      ("decimal", .decimal(FixedColumn(some { Int64($0.integer(below: 30)) - 15 }), scale: 2)),
      ("text", .text(TextColumn(some { words[$0.integer(below: 6)] }))),
      ("category", .category(CategoryColumn(some { words[$0.integer(below: 6)] }))),
      ("date", .date(FixedColumn(some { Int32($0.integer(below: 20)) }))),
      ("flag", .boolean(BooleanColumn(some { $0.integer(below: 2) == 0 }))),
    ])
  }

  /// The outcomes after the table came in batches of random sizes.
  private static func outcomes(
    _ contract: DataContract, _ table: Table, _ random: inout RandomStream
  ) throws -> [RuleOutcome] {
    var check = try ContractCheck(contract, over: table.schema, folder: "")
    var first = 0
    while first < table.rowCount {
      let size = min(1 + random.integer(below: 20), table.rowCount - first)
      try check.check(table.taking(rows: Array(first..<first + size)), firstRow: first)
      first += size
    }
    return try check.outcomes()
  }

  private static func rows(of table: Table, where breaks: (Int) -> Bool) -> [Int] {
    (0..<table.rowCount).filter(breaks)
  }

  private static func expect(_ outcome: RuleOutcome, breaks rows: [Int], open: Int, of table: Table)
  {
    #expect(outcome.breaches == rows.count, "\(outcome.sentence)")
    #expect(outcome.firstRows == Array(rows.prefix(RuleOutcome.shown)), "\(outcome.sentence)")
    #expect(outcome.open == open, "\(outcome.sentence)")
    #expect(outcome.rows == table.rowCount, "\(outcome.sentence)")
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `no gaps, and every value in its range`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "ranges")
    let table = try Self.table(&random)
    let limits: [(String, String, Double, (Column, Int) -> Double?)] = [
      ("integer", "-3.5", -3.5, { column, row in column.display(at: row).flatMap { Double($0) } }),
      ("number", "0.25", 0.25, { column, row in column.display(at: row).flatMap { Double($0) } }),
      (
        "decimal", "0.015", 0.015, { column, row in column.display(at: row).flatMap { Double($0) } }
      ),
    ]
    for (name, text, limit, value) in limits {
      let column = try table.column(name)
      var terms = ColumnTerms(name)
      terms.required = true
      terms.minimum = RangeEnd(text)
      terms.maximum = RangeEnd(text)
      var contract = DataContract()
      contract.columns = [terms]
      let outcomes = try Self.outcomes(contract, table, &random)
      try #require(outcomes.count == 3)
      let missing = column.missingCount
      Self.expect(
        outcomes[0], breaks: Self.rows(of: table) { column.isMissing(at: $0) }, open: 0, of: table)
      Self.expect(
        outcomes[1], breaks: Self.rows(of: table) { value(column, $0).map { $0 < limit } ?? false },
        open: missing, of: table)
      Self.expect(
        outcomes[2], breaks: Self.rows(of: table) { value(column, $0).map { $0 > limit } ?? false },
        open: missing, of: table)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `every value out of a list, and every text of a form`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "values")
    let table = try Self.table(&random)
    let allowed: [String: [String]] = [
      "integer": ["3", "+4", "-007"], "number": ["0.5", "1.50", "2e0"],
      "decimal": ["0.1", "0.05"], "text": ["a", "é"], "category": ["ab", "e\u{301}"],
      "date": ["1970-01-03"], "flag": ["true"],
    ]
    for (name, values) in allowed {
      let column = try table.column(name)
      let shown = values.compactMap { column.type.shown($0) }
      var terms = ColumnTerms(name)
      terms.allowed = values
      if column.type.isTextual { terms.pattern = try TextPattern("ab*") }
      var contract = DataContract()
      contract.columns = [terms]
      let outcomes = try Self.outcomes(contract, table, &random)
      Self.expect(
        outcomes[0],
        breaks: Self.rows(of: table) { row in
          column.display(at: row).map { text in !shown.contains { $0.isExactly(text) } } ?? false
        }, open: column.missingCount, of: table)
      guard column.type.isTextual else { continue }
      Self.expect(
        outcomes[1],
        breaks: Self.rows(of: table) { row in
          column.display(at: row).map { !["a", "ab", "abb"].contains($0) } ?? false
        }, open: column.missingCount, of: table)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `keys of one or more columns occur once`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "keys")
    let table = try Self.table(&random)
    for names in [["text"], ["category", "flag"], ["integer", "text", "date"], ["number"]] {
      var contract = DataContract()
      contract.unique = [UniqueTerms(columns: names)]
      let outcome = try #require(try Self.outcomes(contract, table, &random).first)
      var seen: Set<[ExactText]> = []
      var open = 0
      var repeats: [Int] = []
      for row in 0..<table.rowCount {
        let values = try names.compactMap { try table.column($0).display(at: row) }
        guard values.count == names.count else {
          open += 1
          continue
        }
        if !seen.insert(values.map { ExactText($0) }).inserted { repeats.append(row) }
      }
      Self.expect(outcome, breaks: repeats, open: open, of: table)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `a rule that is false breaks, and one that is null is open`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "rules")
    let table = try Self.table(&random)
    guard case .integer(let integers) = try table.column("integer"),
      case .boolean(let flags) = try table.column("flag")
    else {
      Issue.record("the table has other columns")
      return
    }
    var contract = DataContract()
    contract.rules = [
      RowRule(name: "positive or flagged", expression: try Expression("integer > 0 or flag"))
    ]
    let outcome = try #require(try Self.outcomes(contract, table, &random).first)
    let truth = (0..<table.rowCount).map { row -> Bool? in
      let positive = integers[row].map { $0 > 0 }
      if positive == true || flags[row] == true { return true }
      return positive == false && flags[row] == false ? false : nil
    }
    Self.expect(
      outcome, breaks: Self.rows(of: table) { truth[$0] == false },
      open: truth.count { $0 == nil }, of: table)
  }

  @Test(
    arguments: [
      ("0.5", 0, true, 1), ("0.5", 0, false, 0), ("-0.5", 0, true, 0), ("-0.5", 0, false, -1),
      ("12.345", 2, true, 1_235), ("12.345", 2, false, 1_234), ("12.30", 1, true, 123),
      ("7", 2, false, 700), ("99999999999999999999", 0, false, .max),
      ("-99999999999999999999", 2, true, .min),
    ] as [(String, Int, Bool, Int64)])
  func `the end of a range is rounded into the range`(
    text: String, scale: Int, upwards: Bool, expected: Int64
  ) throws {
    #expect(try #require(RangeEnd(text)).scaled(by: scale, upwards: upwards) == expected)
  }

  @Test func `the last day of a range counts whole where the column has times`() throws {
    let times = ["2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"].map {
      Timestamp($0)?.microseconds
    }
    let table = try Table([("at", .timestamp(FixedColumn(times)))])
    var terms = ColumnTerms("at")
    terms.maximum = RangeEnd("2026-03-31")
    var contract = DataContract()
    contract.columns = [terms]
    var check = try ContractCheck(contract, over: table.schema, folder: "")
    try check.check(table, firstRow: 0)
    #expect(try check.outcomes().map(\.firstRows) == [[1]])
  }
}
