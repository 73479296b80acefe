// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ReformTests {
  private func amounts(
    _ reforms: [String], _ types: [String], _ incomes: [Double], on date: String? = nil
  ) throws -> [String?] {
    let scheme = try Samples.scheme(reforms: reforms)
    let day = date.flatMap { CalendarDate($0) }
    return try SchemeEvaluation(scheme, on: day)
      .decide(over: try Samples.households(types, incomes)).column("amount").texts()
  }

  @Test(arguments: [("2025-12-31", "0.00"), ("2026-01-01", "513.00")])
  func `a parameter is set from a day on`(date: String, amount: String) throws {
    let reform = "reform: {id: r}\nparameters: {limit: {2026-01-01: 130}}\n"
    #expect(try amounts([reform], ["single"], [125], on: date) == [amount])
  }

  @Test(arguments: [("2026-01-01", "0.00"), ("2026-06-30", "0.00"), ("2026-07-01", "513.00")])
  func `a date is moved`(date: String, amount: String) throws {
    let set = "reform: {id: r}\nparameters: {limit: {2026-01-01: 130}}\n"
    let move = "reform: {id: later}\nmove: {limit: {2026-01-01: 2026-07-01}}\n"
    #expect(try amounts([set, move], ["single"], [125], on: date) == [amount])
  }

  @Test(arguments: [
    ("{limit: {2026-01-01: 2026-07-01}}", "no value of parameter 'limit' begins on 2026-01-01"),
    ("{limits: {2026-01-01: 2026-07-01}}", "has no parameter 'limits'"),
    ("{limit: 2026-07-01}", "'move' of parameter 'limit' takes {2025-01-01: 2025-07-01}"),
  ])
  func `a date that cannot be moved is a fault`(move: String, message: String) throws {
    let reform = try Samples.reform("reform: {id: later}\nmove: \(move)\n")
    let found = ReformApplication.apply(reform, to: try Samples.scheme()).faults.diagnostics
    #expect(found.count == 1 && found[0].message.contains(message), "\(found)")
  }

  @Test func `reforms lie on top of each other`() throws {
    #expect(
      try amounts([Samples.taper, Samples.edges], ["single", "couple"], [124, 127])
        == ["384.75", "366.00"])
  }

  @Test func `the scheme that a reform changes stays as it is`() throws {
    let scheme = try Samples.scheme()
    let before = scheme.decisions.compactMap(\.table).map(\.rows.count)
    _ = SchemeVariants.applied([try Samples.reform(Samples.taper)], to: scheme)
    #expect(scheme.decisions.compactMap(\.table).map(\.rows.count) == before)
  }

  @Test func `rows are added, removed and replaced by their old numbers`() throws {
    let reform = """
      reform: {id: r}
      rows:
        full_amount:
          - {remove: 1}
          - {replace: 3, with: [couple, 800]}
          - {add: [single, 600], at: 1}

      """
    #expect(
      try amounts([reform], ["single", "single_parent", "couple"], [100, 100, 100])
        == ["600.00", "651.00", "800.00"])
  }

  @Test func `a neutralised input counts alike for all and is not read`() throws {
    let reform = "reform: {id: r}\nneutralise: {household_type: couple}\n"
    let scheme = try Samples.scheme(reforms: [reform])
    let population = try Table([("income_percent", .number(FixedColumn([100.0, 121])))])
    let decided = try SchemeEvaluation(scheme, on: nil).decide(over: population)
    #expect(try decided.column("amount").texts() == ["732.00", "0.00"])
  }

  @Test func `a new decision stands before the one that needs it`() throws {
    let reform = """
      reform: {id: r, title: Bonus}
      inputs: {children: {type: integer}}
      decisions:
        bonus: {expression: children * 10}
        amount: {expression: full_amount * share + bonus}

      """
    let scheme = try Samples.scheme(reforms: [reform])
    #expect(scheme.decisions.map(\.name) == ["full_amount", "share", "bonus", "amount"])
  }

  @Test func `the title can change`() throws {
    let reform = "reform: {id: r}\ntitle: Another title\n"
    #expect(try Samples.scheme(reforms: [reform]).title == "Another title")
  }

  @Test(
    arguments: [
      ("reform: {id: r, scheme: 1️⃣other}", "changes scheme 'other'"),
      ("reform: {id: r}\nparameters: {1️⃣limt: 5}", "no parameter 'limt'"),
      ("reform: {id: r}\nparameters: {limit: 1️⃣5}", "this value has none"),
      ("reform: {id: r}\nneutralise: {1️⃣wealth: 0}", "no input 'wealth'"),
      ("reform: {id: r}\nneutralise: {income_percent: 1️⃣much}", "values of type number"),
      ("reform: {id: r}\nrows: {1️⃣shares: [{remove: 1}]}", "no decision 'shares'"),
      ("reform: {id: r}\nrows: {1️⃣amount: [{remove: 1}]}", "is no table"),
      ("reform: {id: r}\nrows: {share: [{remove: 1️⃣3}]}", "the table has 2"),
      ("reform: {id: r}\nrows: {share: [1️⃣{replace: 1}]}", "is not whole"),
      ("reform: {id: r}\nrows: {share: [{add: 1️⃣[1]}]}", "has 1 cells"),
      ("reform: {id: r}\ndecisions: {share: {expression: 1️⃣wealth}}", "has no 'wealth'"),
      (
        "reform: {id: r}\ndecisions: {1️⃣share: {expression: amount / 2}}",
        "decisions need each other: share → amount → share"
      ),
    ] as [(String, String)])
  func `what does not fit the scheme is a fault in the reform`(
    marked: String, message: String
  ) throws {
    let text = MarkedText(marked)
    let (scheme, faults) = ReformApplication.apply(
      try Samples.reform(text.text), to: try Samples.scheme())
    #expect(scheme == nil)
    let fault = faults.diagnostics.first { $0.message.contains(message) }
    #expect(fault?.span.map { text.name(of: $0.start) } == "1️⃣", "\(faults.diagnostics)")
    #expect(fault?.file == "reform.yaml")
  }
}
