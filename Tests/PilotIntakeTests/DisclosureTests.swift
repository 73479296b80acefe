// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

struct DisclosureTests {
  /// So many cases of each combination of a and b.
  static func cases(_ counts: [(String, String, Int)]) throws -> Table {
    let rows = counts.flatMap { a, b, count in repeatElement((a, b), count: count) }
    return try Table([
      ("a", .category(CategoryColumn(rows.map(\.0)))),
      ("b", .category(CategoryColumn(rows.map(\.1)))),
    ])
  }

  static func run(_ table: Table, _ yaml: String) async throws -> PilotRun.Result {
    try await PilotRun("disclosure", with: yaml)(["cases": table])
  }

  /// What is published: "table a b measure" → value, the suppressed ones as "x".
  static func cells(_ result: PilotRun.Result, measure: String = "count") throws
    -> [String: String]
  {
    let table = try result.table("tables")
    let keys = table.names.prefix { $0 != "measure" }
    let columns = try keys.map { try result.texts("tables", $0) }
    let measures = try result.texts("tables", "measure")
    let values = try result.texts("tables", "value")
    let suppressed = try result.texts("tables", "suppressed")
    var cells: [String: String] = [:]
    for row in 0..<table.rowCount where measures[row] == measure {
      let key = columns.compactMap { $0[row] }.joined(separator: " ")
      cells[key] = suppressed[row] == "true" ? "x" : values[row] ?? "-"
    }
    return cells
  }

  /// "table a b" → rule, of the suppressed cells of one measure.
  static func rules(_ result: PilotRun.Result, measure: String = "count") throws
    -> [String: String]
  {
    let table = try result.table("log")
    let columns = try table.names.prefix { $0 != "measure" }.map { try result.texts("log", $0) }
    let measures = try result.texts("log", "measure")
    let rules = try result.texts("log", "rule")
    var cells: [String: String] = [:]
    for row in 0..<table.rowCount where measures[row] == measure {
      cells[columns.compactMap { $0[row] }.joined(separator: " ")] = rules[row]
    }
    return cells
  }

  private static let large = [
    ("n", "p", 30), ("n", "q", 20), ("s", "p", 25), ("s", "q", 40),
  ]

  @Test func `it is fit to publish`() {
    #expect(checkStage(Disclosure.self, plugin: "pilot") == [])
  }

  @Test func `a table that keeps to the rules is published whole`() async throws {
    let result = try await Self.run(try Self.cases(Self.large), "tables: {t: {by: [a, b]}}")
    #expect(
      try Self.cells(result) == [
        "t n p": "30", "t n q": "20", "t n all": "50", "t s p": "25", "t s q": "40",
        "t s all": "65", "t all p": "55", "t all q": "60", "t all all": "115",
      ])
    #expect(try result.table("log").rowCount == 0)
  }

  /// The rule of ten, and the other three corners of a rectangle that hide the nine.
  ///
  /// Bond, Brandt and de Wolf (2015), rule-of-thumb model; ABS DataLab, output clearance.
  @Test func `a cell of nine is suppressed with three others that would tell it`() async throws {
    let table = try Self.cases([
      ("n", "p", 9), ("n", "q", 20), ("n", "r", 31), ("s", "p", 25), ("s", "q", 21),
      ("s", "r", 30), ("w", "p", 40), ("w", "q", 41), ("w", "r", 42),
    ])
    let result = try await Self.run(table, "tables: {t: {by: [a, b]}}")
    #expect(
      try Self.rules(result) == [
        "t n p": "threshold", "t n q": "secondary", "t s p": "secondary", "t s q": "secondary",
      ])
    #expect(try Self.cells(result)["t n all"] == "60")
  }

  @Test func `ten units are enough`() async throws {
    let table = try Self.cases([("n", "p", 10), ("n", "q", 20), ("s", "p", 25), ("s", "q", 21)])
    let result = try await Self.run(table, "tables: {t: {by: [a, b]}}")
    #expect(try Self.rules(result).isEmpty)
  }

  /// 46 of 50 is 92 %, above the 90 % of the group rule; 45 of 50 is not.
  ///
  /// Bond, Brandt and de Wolf (2015), rule-of-thumb model.
  @Test(arguments: [(46, 14, true), (45, 15, false)])
  func `nearly all of a row in one category is suppressed`(
    most: Int, rest: Int, isTold: Bool
  ) async throws {
    let table = try Self.cases([
      ("n", "p", most), ("n", "q", 50 - most), ("s", "p", 40), ("s", "q", 30),
    ])
    let result = try await Self.run(table, "tables: {t: {by: [a, b]}}\nunits: 2")
    #expect((try Self.rules(result)["t n p"] == "group") == isTold)
    let neutral = try await Self.run(
      table, "tables: {t: {by: [a, b]}}\nunits: 2\nneutral: [a, b]")
    #expect(try Self.rules(neutral).isEmpty)
  }

  /// Everybody of n has p: to say that nobody of n has q would tell it as well.
  @Test func `a whole row in one category hides its empty cells too`() async throws {
    let table = try Self.cases([("n", "p", 30), ("s", "p", 40), ("s", "q", 30)])
    let rules = try Self.rules(try await Self.run(table, "tables: {t: {by: [a, b]}}"))
    #expect(rules["t n p"] == "group")
    #expect(rules["t n q"] == "group")
  }

  /// ABS DataLab, output clearance: combining tables must not give differences below ten.
  @Test func `two tables that differ by a few people do not both tell`() async throws {
    let ages = (0..<60).map { row -> Int64 in row % 30 < 4 ? 70 : 40 }
    let table = try Table([
      ("a", .category(CategoryColumn((0..<60).map { $0 < 30 ? "n" : "s" }))),
      ("age", .integer(FixedColumn(ages))),
    ])
    let result = try await Self.run(
      table,
      """
      tables:
        everybody: {by: a}
        younger: {by: a, where: age < 65}
      """)
    let rules = try Self.rules(result)
    #expect(!rules.isEmpty)
    #expect(rules.values.allSatisfy { $0 == "differencing" })
    let cells = try Self.cells(result)
    for place in ["n", "s", "all"] {
      #expect(cells["everybody \(place)"] == "x" || cells["younger \(place)"] == "x")
    }
  }

  /// Bands that begin at 20 and at 24: the cell from 20 and the cells up to 24 give those of 20 to 23,
  /// though no cell of one lies in one cell of the other.
  @Test func `shifted bands do not tell the people between`() async throws {
    let counts = [(5, 30), (15, 30), (21, 3), (28, 30), (35, 40)]
    let ages = counts.flatMap { repeatElement($0.0, count: $0.1) }
    let table = try Table([
      ("tens", .category(CategoryColumn(ages.map { "\($0 / 10 * 10)" }))),
      ("split", .category(CategoryColumn(ages.map { $0 < 24 ? "young" : "old" }))),
    ])
    let result = try await Self.run(
      table, "tables: {tens: {by: tens}, split: {by: split}}\nneutral: [tens, split]")
    #expect(try Self.rules(result).values.contains("differencing"))
  }

  /// Of 30 values that add up to 100 one is 51: the (1, 50) rule.
  @Test(arguments: [(51.0, true), (49.0, false)])
  func `a sum that one unit dominates is suppressed with its mean`(
    largest: Double, isTold: Bool
  ) async throws {
    let rest = (100 - largest) / 29
    let incomes = (0..<90).map { row -> Double in row == 0 ? largest : row < 30 ? rest : 5 }
    let table = try Table([
      ("a", .category(CategoryColumn((0..<90).map { ["n", "s", "w"][$0 / 30] }))),
      ("income", .number(FixedColumn(incomes))),
    ])
    let result = try await Self.run(
      table, "tables: {t: {by: a, sum: income, mean: income}}")
    #expect(try Self.rules(result).isEmpty)
    for measure in ["sum", "mean"] {
      let rules = try Self.rules(result, measure: measure)
      #expect((rules["t n"] == "dominance") == isTold)
      // With the total published, one sum alone could be worked out.
      #expect(rules.count == (isTold ? 2 : 0))
    }
    let means = try Self.cells(result, measure: "mean")
    #expect(means["t all"].flatMap(Double.init).map { ($0 - 400.0 / 90).magnitude < 1e-12 } == true)
  }

  /// A household with many small values is one contributor.
  @Test func `units are counted and added up where a column names them`() async throws {
    let table = try Table([
      ("a", .category(CategoryColumn((0..<60).map { $0 < 30 ? "n" : "s" }))),
      ("firm", .integer(FixedColumn((0..<60).map { Int64($0 < 30 ? $0 / 5 : $0) }))),
    ])
    let rules = try Self.rules(try await Self.run(table, "tables: {t: {by: a}}\nunit: firm"))
    #expect(rules["t n"] == "threshold")
    #expect(try Self.rules(try await Self.run(table, "tables: {t: {by: a}}")).isEmpty)
  }

  /// A share of 10 % of 30 gives 3: the rule of ten holds for the numerator of a percentage too.
  ///
  /// ABS DataLab, output clearance, rule of 10.
  @Test func `a share whose numerator is small is suppressed`() async throws {
    let rows = [("n", 3, 30), ("s", 12, 30), ("w", 15, 31)].flatMap { place, ones, count in
      (0..<count).map { row -> (String, Bool) in (place, row < ones) }
    }
    let table = try Table([
      ("a", .category(CategoryColumn(rows.map(\.0)))),
      ("applied", .boolean(BooleanColumn(rows.map(\.1)))),
    ])
    let result = try await Self.run(table, "tables: {t: {by: a, mean: applied}}")
    let means = try Self.cells(result, measure: "mean")
    #expect(means["t n"] == "x")
    #expect(means["t s"] == "x" || means["t w"] == "x")
    #expect(means["t all"].flatMap(Double.init).map { ($0 - 30.0 / 91).magnitude < 1e-12 } == true)
    #expect(try Self.cells(result)["t n"] == "30")
  }

  /// Three of thirty have no income: the count and the count of values together would tell of them.
  @Test func `a few cases without a value do not show by difference`() async throws {
    let incomes = (0..<90).map { row -> Double? in row < 3 ? nil : Double(row) }
    let table = try Table([
      ("a", .category(CategoryColumn((0..<90).map { $0 < 30 ? "n" : "s" }))),
      ("income", .number(FixedColumn(incomes))),
    ])
    let result = try await Self.run(table, "tables: {t: {by: a, mean: income}}")
    let (counts, values) = (
      try Self.cells(result), try Self.cells(result, measure: "values")
    )
    for key in ["t n", "t all"] { #expect(counts[key] == "x" || values[key] == "x") }
  }

  @Test func `sums of nothing but zeros are suppressed`() async throws {
    let debts = (0..<90).map { row -> Int64 in row % 3 == 0 ? 0 : Int64(10 + row) }
    let table = try Table([
      ("a", .integer(FixedColumn((0..<90).map { Int64($0 % 3) }))),
      ("debt", .integer(FixedColumn(debts))),
    ])
    let rules = try Self.rules(
      try await Self.run(table, "tables: {t: {by: a, sum: debt}}"), measure: "sum")
    #expect(rules["t 0"] == "dominance")
  }

  @Test func `sums below zero are protected from being worked out`() async throws {
    let changes = (0..<90).map { row -> Double in row == 0 ? -700 : Double(row % 30 - 10) }
    let table = try Table([
      ("a", .category(CategoryColumn((0..<90).map { ["n", "s", "w"][$0 / 30] }))),
      ("change", .number(FixedColumn(changes))),
    ])
    let rules = try Self.rules(
      try await Self.run(table, "tables: {t: {by: a, sum: change}}"), measure: "sum")
    #expect(rules["t n"] == "dominance")
    #expect(rules.values.sorted() == ["dominance", "secondary"])
  }

  @Test func `effects on too few units or degrees of freedom lose their figures`() async throws {
    func effect(_ count: Int, _ treated: Int, df: Double?) -> Effect {
      var effect = Effect(experiment: "e", outcome: "y", contrast: "a - b")
      effect.estimate = 1
      effect.count = count
      effect.treatedCount = treated
      effect.controlCount = count - treated
      effect.degreesOfFreedom = df
      return effect
    }
    let effects = EffectsTable.table([
      effect(100, 50, df: 97.5), effect(100, 9, df: 98), effect(60, 30, df: 9.9),
      effect(20, 10, df: nil), effect(30, 15, df: 10),
    ])
    let result = try await PilotRun("disclosure", with: "units: 10")(
      ["cases": try Self.cases(Self.large), "effects": effects])
    #expect(
      try result.texts("effects", "estimate") == ["1", nil, nil, "1", "1"])
    #expect(
      try result.texts("effects", "flags")
        == [nil, "suppressed:units", "suppressed:degrees-of-freedom", nil, nil]
        || result.texts("effects", "flags")
          == ["", "suppressed:units", "suppressed:degrees-of-freedom", "", ""]
    )
    #expect(try result.texts("effects", "n_treated")[1] == nil)
  }

  @Test(arguments: [
    ("units: 10", "there is nothing to publish: neither tables nor effects"),
    ("tables: {t: {by: c}}", "there is no column 'c'"),
    ("tables: {t: {by: a, sum: b}}", "'b' is category, and only numbers, true and false add up"),
    ("tables: {t: {by: a}}\nneutral: [b]", "'b' is neutral, and no table has it"),
    (
      "tables: {t: {by: value}}",
      "a table cannot go by a column named 'value', as the output has one"
    ),
    ("tables: {t: {by: a}}\nunit: c", "there is no column 'c'"),
  ])
  func `what cannot be is one fault`(yaml: String, message: String) async throws {
    let run = try PilotRun("disclosure", with: yaml)
    #expect(try await run.fault(["cases": try Self.cases(Self.large)]).message == message)
  }

  @Test(arguments: [
    ("tables: {t: {by: [a, a]}}", "'tables.t.by' is out of range"),
    ("tables: {t: {by: a, mean: a}}", "'tables.t' both groups by 'a' and adds it up"),
    ("tables: {t: {bye: a}}", "'tables.t' has no 'bye'"),
  ])
  func `a table that cannot be is reported`(yaml: String, message: String) throws {
    #expect(
      try PilotRun("disclosure", with: yaml).reading.diagnostics.map(\.message) == [message])
  }

  @Test func `a category named as the totals is refused`() async throws {
    let table = try Self.cases([("all", "p", 30), ("s", "q", 30)])
    let fault = try await PilotRun("disclosure", with: "tables: {t: {by: a}}")
      .fault(["cases": table])
    #expect(
      fault.message
        == "column 'a' has the category 'all', which stands for something else in tables")
  }
}
