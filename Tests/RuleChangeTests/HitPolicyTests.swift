// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables
import Testing

@testable import RuleChange

struct HitPolicyTests {
  private func decide(
    _ table: String, _ values: [Int64?], _ ambiguity: SchemeEvaluation.Ambiguity = .fault
  ) throws -> Column {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: integer}}
      decisions:
        d:
          table: \(table)

      """)
    let population = try Table([("x", .integer(FixedColumn(values)))])
    return try SchemeEvaluation(scheme, on: nil, ambiguity: ambiguity)
      .decide(over: population).column("d")
  }

  private static let bands = "inputs: [x], rows: [['<= 10', 1], ['>= 10', 2], ['> 20', 4.5]]"

  @Test func `UNIQUE faults where two rules apply, and names them`() throws {
    let fault = #expect(throws: StageFault.self) {
      try decide("{hit: UNIQUE, \(Self.bands)}", [10, 5, 10])
    }
    #expect(fault?.message.contains("rules 1 and 2 apply at once in 2 cases") == true)
  }

  @Test func `UNIQUE can leave ambiguous cases undecided`() throws {
    #expect(
      try decide("{hit: U, \(Self.bands)}", [10, 5, 15], .undecided)
        == .decimal(FixedColumn([nil, 10, 20] as [Int64?]), scale: 1))
  }

  @Test func `FIRST takes the first rule`() throws {
    #expect(
      try decide("{hit: FIRST, \(Self.bands)}", [5, 10, 15, 25, nil])
        == .decimal(FixedColumn([10, 10, 20, 20, nil] as [Int64?]), scale: 1))
  }

  @Test(arguments: [
    ("COLLECT MIN", [1, 1, 2] as [Int64?]), ("C>", [1, 2, 4]), ("COLLECT COUNT", [1, 2, 2]),
  ])
  func `COLLECT takes the least, the most or the number of what applies`(
    hit: String, expected: [Int64?]
  ) throws {
    let bands = "inputs: [x], rows: [['<= 10', 1], ['>= 10', 2], ['> 20', 4]]"
    #expect(
      try decide("{hit: \(hit), \(bands)}", [5, 10, 25, nil])
        == .integer(FixedColumn(expected + [nil])))
  }

  @Test func `a count of none is undecided, or the default`() throws {
    let table = "inputs: [x], rows: [['> 1', 5], ['> 2', 5]]"
    #expect(
      try decide("{hit: C#, \(table)}", [0, 2, 3])
        == .integer(FixedColumn([nil, 1, 2] as [Int64?])))
    #expect(
      try decide("{hit: C#, default: [0], \(table)}", [0, 2, 3])
        == .integer(FixedColumn([0, 1, 2] as [Int64?])))
  }

  @Test func `ANY lets rules that agree apply at once`() throws {
    let table = "inputs: [x], rows: [['<= 10', 1], ['>= 10', 1], ['>= 20', x], ['> 30', x]]"
    #expect(
      try decide("{hit: ANY, \(table)}", [5, 10, nil])
        == .integer(FixedColumn([1, 1, nil] as [Int64?])))
    let fault = #expect(throws: StageFault.self) {
      try decide("{hit: A, \(table)}", [5, 10, 25, 35])
    }
    #expect(fault?.message.contains("rules 2 and 3 apply at once and differ in 2 cases") == true)
    #expect(
      try decide("{hit: A, \(table)}", [25, 10], .undecided)
        == .integer(FixedColumn([nil, 1] as [Int64?])))
  }

  @Test func `PRIORITY takes the rule whose output stands first among its values`() throws {
    let table = """
      {hit: PRIORITY, inputs: [x], outputs: [{name: d, values: [high, middle, low]}],
       rows: [['> 0', '"low"'], ['> 10', '"high"'], ['> 5', '"middle"'], ['> 7', '"middle"']]}
      """
    #expect(
      try decide(table, [1, 6, 8, 11, 0]).texts() == ["low", "middle", "middle", "high", nil])
  }

  @Test func `under PRIORITY an output needs its values`() throws {
    let root = try Samples.root(
      """
      scheme: {id: s}
      inputs: {x: {type: integer}}
      decisions:
        d: {table: {hit: P, inputs: [x], outputs: [d], rows: [['> 0', 1]]}}

      """)
    let faults = SchemeReader.scheme(root).1.diagnostics
    #expect(
      faults.map(\.message) == [
        "under PRIORITY an output needs its values, the first before the others"
      ])
    #expect(faults.first?.help == "write {name: d, values: […]}")
  }

  @Test(arguments: [
    ("UNIQUE", "[['< 3', 1], ['> 4', 2]]", [1, nil, 2] as [Int64?]),
    ("FIRST", "[['> 3', 1], ['-', 2]]", [2, 1, 1]),
    ("ANY", "[['> 3', 1], ['> 4', 1]]", [nil, 1, 1]),
    ("PRIORITY", "[['> 3', 1], ['> 4', 2]]", [nil, 1, 2]),
  ])
  func `the rule that decided is told for each case`(
    hit: String, rows: String, fired: [Int64?]
  ) throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: integer}}
      decisions:
        d: {table: {hit: \(hit), inputs: [x], outputs: [{name: d, values: [2, 1]}], rows: \(rows)}}

      """)
    let population = try Table([("x", .integer(FixedColumn([1, 4, 9] as [Int64])))])
    let decided = try SchemeEvaluation(scheme, on: nil).decided(over: population)
    #expect(decided.firedRows["d"] == .integer(FixedColumn(fired)))
  }

  @Test(arguments: ["COLLECT SUM", "C+"])
  func `COLLECT SUM adds what applies, exactly`(hit: String) throws {
    #expect(
      try decide("{hit: \(hit), \(Self.bands)}", [5, 10, 25, nil])
        == .decimal(FixedColumn([10, 30, 65, nil] as [Int64?]), scale: 1))
  }

  @Test func `a default holds where no rule applies`() throws {
    #expect(
      try decide("{hit: C+, inputs: [x], default: [0], rows: [['> 1', 2], ['> 2', 3]]}", [0, 2, 3])
        == .integer(FixedColumn([0, 2, 5] as [Int64])))
  }

  @Test func `without a default such a case is undecided`() throws {
    #expect(
      try decide("{hit: UNIQUE, inputs: [x], rows: [['> 1', 2]]}", [0, 2])
        == .integer(FixedColumn([nil, 2] as [Int64?])))
  }

  @Test func `a result is computed only where its rule decides`() throws {
    #expect(
      try decide("{hit: FIRST, inputs: [x], rows: [[0, 0], ['-', 10 / x]]}", [0, 5])
        == .number(FixedColumn([0, 2] as [Double])))
  }

  @Test func `inputs may be expressions`() throws {
    #expect(
      try decide(
        "{hit: UNIQUE, inputs: [x * 2], rows: [['< 10', true], ['>= 10', false]]}", [4, 5])
        == .boolean(BooleanColumn([true, false])))
  }

  @Test func `a table may have several outputs`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: integer}}
      decisions:
        d: {table: {hit: FIRST, inputs: [x], outputs: [a, b], rows: [[1, 10, 20], ["-", 0, 5]]}}
        e: {expression: d.a + d.b}

      """)
    let decided = try SchemeEvaluation(scheme, on: nil)
      .decide(over: try Table([("x", .integer(FixedColumn([1, 2] as [Int64])))]))
    #expect(decided["e"] == .integer(FixedColumn([30, 5] as [Int64])))
  }
}
