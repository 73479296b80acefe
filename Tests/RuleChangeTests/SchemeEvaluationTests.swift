// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

struct SchemeEvaluationTests {
  private let scheme: Scheme

  init() throws { scheme = try Samples.scheme() }

  private static func day(_ text: String) throws -> CalendarDate {
    try #require(CalendarDate(text))
  }

  @Test(arguments: [("2024-06-30", "0.00"), ("2025-01-01", "513.00"), ("2031-01-01", "513.00")])
  func `the parameter of the day holds`(date: String, amount: String) throws {
    let decided = try SchemeEvaluation(scheme, on: try Self.day(date))
      .decide(over: try Samples.households(["single"], [115]))
    #expect(decided["amount"]?.display(at: 0) == amount)
  }

  @Test func `before its first value a parameter is a fault`() throws {
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: try Self.day("2023-12-31"))
        .decide(over: try Samples.households(["single"], [115]))
    }
    #expect(fault?.message.contains("its first value is from 2024-01-01") == true)
    #expect(fault?.parameter == "date")
  }

  @Test func `amounts stay exact`() throws {
    let reformed = try Samples.scheme(reforms: [Samples.taper, Samples.edges])
    let decided = try SchemeEvaluation(reformed, on: nil).decide(
      over: try Samples.households(
        ["single", "single", "single", "single_parent", "couple"], [124, 127, 130, 130, 121]))
    // RULES, table of the individuele inkomenstoeslag: Noordenveld.
    #expect(
      decided["amount"]
        == .decimal(
          FixedColumn([38_475, 25_650, 12_825, 16_275, 54_900] as [Int64]), scale: 2))
  }

  @Test func `a missing input leaves a case undecided`() throws {
    let decided = try SchemeEvaluation(scheme, on: nil)
      .decide(over: try Samples.households(["single", nil], [nil, 100]))
    #expect(decided["amount"]?.missingCount == 2)
  }

  @Test func `a value that the scheme does not allow is counted and not named`() throws {
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: nil)
        .decide(over: try Samples.households(["single", "commune"], [100, 100]))
    }
    #expect(fault?.message.hasPrefix("1 case has a value of 'household_type'") == true)
    #expect(fault?.message.contains("commune") == false)
  }

  @Test func `a missing column is a fault that names it`() throws {
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: nil)
        .decide(over: try Table([("income_percent", .number(FixedColumn([1.0])))]))
    }
    #expect(fault?.message.contains("'household_type'") == true)
  }

  @Test func `a column of another type is a fault`() throws {
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: nil).decide(
        over: try Table([
          ("household_type", .integer(FixedColumn([1] as [Int64]))),
          ("income_percent", .number(FixedColumn([1.0]))),
        ]))
    }
    #expect(fault?.message.contains("needs a text column") == true)
  }

  @Test func `a fault of a rule names its decision and its place`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      inputs: {x: {type: integer}}
      decisions:
        d: {expression: 1 / x}

      """)
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: nil)
        .decide(over: try Table([("x", .integer(FixedColumn([1, 0, 0] as [Int64])))]))
    }
    #expect(fault?.message.contains("decision 'd' of scheme 's'") == true)
    #expect(fault?.message.contains("in 2 cases (scheme.yaml:4:19)") == true)
  }

  @Test func `a population without rows gives columns without rows`() throws {
    let decided = try SchemeEvaluation(scheme, on: nil)
      .decide(over: try Samples.households([], []))
    #expect(decided.rowCount == 0)
    #expect(decided.contains("amount"))
  }
}
