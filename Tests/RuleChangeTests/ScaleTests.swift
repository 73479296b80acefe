// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ScaleTests {
  private static let scheme = """
    scheme: {id: tax}
    parameters:
      income_tax:
        unit: euro
        legal: {law: Wet inkomstenbelasting 2001, article: "2.10"}
        brackets:
          - {threshold: 0, rate: {value: 0.0932, source: made up}}
          - {threshold: 10000, rate: 0.3693}
          - {threshold: {values: {2024-01-01: 38441}}, rate: {2024-01-01: 0.3748}}
          - {threshold: 76817, rate: {2024-01-01: {value: 0.495, source: made up}}}
      premiums:
        brackets: [{threshold: 0, amount: 10}, {threshold: 10000, amount: 25.5}, {threshold: 38441, amount: 100}]
      fee:
        type: single-amount
        brackets: [{threshold: 0, amount: 10}, {threshold: 10000, amount: 25.5}, {threshold: 38441, amount: 100}]
      contribution:
        brackets:
          - {threshold: 0, average_rate: 0}
          - {threshold: 10000, average_rate: 0.10}
          - {threshold: 38441, average_rate: 0.25}
          - {threshold: 76817, average_rate: 0.25}
    inputs: {income: {type: decimal}}
    decisions:
      tax: {expression: income_tax(income)}
      premium: {expression: premiums(income)}
      charge: {expression: fee(income)}
      own: {expression: contribution(income)}
      twice: {expression: "if income > 10000 then income_tax(income - fee(income)) else 0"}

    """

  private static let bases: [Int64] = [
    -10_000, 0, 1, 999_999, 1_000_000, 1_000_001, 2_500_000, 3_844_100, 3_844_150, 7_681_700,
    7_681_701, 12_000_055,
  ]

  private static func population(_ bases: [Int64?] = bases) throws -> Table {
    try Table([("income", .decimal(FixedColumn(bases), scale: 2))])
  }

  private static func doubles(_ table: Table, _ name: String) throws -> [Double] {
    try #require(try table.column(name).doubles()).values
  }

  /// OpenFisca-Core 46.0.1, `Fixtures/scales.py`.
  ///
  /// Above the last threshold that code gives an average rate of zero; here the last rate stays:
  /// 0.25 × 76,817, 76,817.01 and 120,000.55.
  @Test(
    arguments: [
      (
        "tax",
        [
          0, 0, 0.0009, 931.9991, 932, 932.0037, 6471.5, 11435.2613, 11435.4487, 25818.5861,
          25818.591, 47194.4434,
        ]
      ), ("premium", [0, 0, 10, 10, 10, 35.5, 35.5, 35.5, 135.5, 135.5, 135.5, 135.5]),
      ("charge", [0, 10, 10, 10, 25.5, 25.5, 25.5, 100, 100, 100, 100, 100]),
      (
        "own",
        [
          0, 0, 0, 999.998, 1000, 1000.0015, 4477.7786, 9610.25, 9610.375, 19204.25, 19204.2525,
          30000.1375,
        ]
      ),
    ] as [(String, [Double])])
  func `scales give what OpenFisca gives`(decision: String, expected: [Double]) throws {
    let decided = try SchemeEvaluation(try Samples.scheme(Self.scheme), on: nil)
      .decide(over: try Self.population())
    for (found, wanted) in zip(try Self.doubles(decided, decision), expected) {
      #expect(abs(found - wanted) <= 0.000_05)
    }
  }

  /// By hand: 10,000 × 0.0932 + 28,441 × 0.3693 + 38,376 × 0.3748 + 43,183.55 × 0.495 = 47,194.44335.
  @Test func `a marginal rate is exact`() throws {
    let decided = try SchemeEvaluation(try Samples.scheme(Self.scheme), on: nil)
      .decide(over: try Self.population([12_000_055, nil]))
    let column = try decided.column("tax")
    #expect(column.display(at: 0) == "47194.443350")
    #expect(
      ["tax", "premium", "charge", "own"].allSatisfy { decided[$0]?.isMissing(at: 1) == true })
  }

  @Test func `both executors give the same`() throws {
    let scheme = try Samples.scheme(Self.scheme)
    let scope = scheme.scope(on: nil)
    var random = RandomStream(seed: 20_260_101, name: "scales")
    let bases = (0..<2_000).map { _ in Int64.random(in: -100_000...15_000_000, using: &random) }
    let table = try Self.population(bases + Self.bases)
    for decision in scheme.decisions {
      guard case .expression(let expression) = decision.body else { continue }
      let column = try expression.feel.evaluate(over: table, in: scope)
      for row in 0..<table.rowCount {
        let one = try expression.feel.evaluate(row: row, of: table, in: scope)
        guard column.type != .number else {
          let (found, wanted) = (column.doubles()?.values[row], one.double)
          #expect(abs((found ?? .nan) - (wanted ?? .nan)) < 1e-9)
          continue
        }
        let found = column.display(at: row).flatMap { Decimal128($0) }
        #expect(found == one.number)
      }
    }
  }

  @Test(arguments: [("2023-12-31", 15_704), ("2024-01-01", 15_767.5745)])
  func `a bracket is in force from its day on`(date: String, expected: Double) throws {
    let scheme = try Samples.scheme(Self.scheme)
    let day = try #require(CalendarDate(date))
    // 10,000 × 0.0932 + 10,000 × 0.3693 = 4,625 in both; above 38,441 the rate changes on the day.
    let decided = try SchemeEvaluation(scheme, on: day)
      .decide(over: try Self.population([2_000_000, 5_000_000]))
    let tax = try Self.doubles(decided, "tax")
    #expect(tax[0] == 4625)
    // 932 + 40,000 × 0.3693 = 15,704, or 932 + 28,441 × 0.3693 + 11,559 × 0.3748 = 15,767.5745.
    #expect(abs(tax[1] - expected) < 1e-6)
  }

  @Test func `a reform sets a bracket's value at a date`() throws {
    let reform = """
      reform: {id: higher, scheme: tax}
      parameters:
        income_tax:
          brackets:
            2: {rate: {2026-01-01: 0.4}, threshold: {2026-01-01: 20000}}
            5: {threshold: 200000, rate: 0.6}

      """
    let scheme = try Samples.scheme(Self.scheme, reforms: [reform])
    func tax(_ date: String) throws -> [Double] {
      let decided = try SchemeEvaluation(scheme, on: CalendarDate(date))
        .decide(over: try Self.population([3_000_000, 30_000_000]))
      return try Self.doubles(decided, "tax")
    }
    // 932 + 20,000 × 0.3693 = 8,318; then 20,000 × 0.0932 + 10,000 × 0.4 = 5,864.
    #expect(abs(try tax("2025-12-31")[0] - 8318) < 1e-6)
    #expect(abs(try tax("2026-01-01")[0] - 5864) < 1e-6)
    // 25,818.5861 + 123,183 × 0.495 + 100,000 × 0.6, the first part as OpenFisca has it.
    #expect(abs(try tax("2025-12-31")[1] - (25_818.5861 + 60_975.585 + 60_000)) < 1e-4)
  }

  @Test func `before its first bracket a scale is a fault`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      parameters: {t: {brackets: [{threshold: {2024-01-01: 0}, rate: {2024-01-01: 0.1}}]}}
      inputs: {income: {type: decimal}}
      decisions: {d: {expression: t(income)}}

      """)
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: CalendarDate("2023-12-31"))
        .decide(over: try Self.population())
    }
    #expect(fault?.message.contains("'t'") == true)
    #expect(fault?.message.contains("its first value is from 2024-01-01") == true)
  }

  @Test(
    arguments: [
      ("[{threshold: 10, rate: 0.1}, 1️⃣{threshold: 10, rate: 0.2}]", "scheme-value", "do not rise"),
      (
        "[{threshold: 0, rate: 0.1}, 1️⃣{threshold: {2024-01-01: 9}, rate: {2025-01-01: 0.2}}]",
        "scheme-missing", "bracket 2 of parameter 't' has no rate on 2024-01-01"
      ),
      ("[1️⃣{threshold: 0, rate: 0.1}, {threshold: 9, amount: 5}]", "scheme-value", "mixed values"),
      ("[1️⃣{threshold: 0}]", "scheme-value", "no value"),
      ("[{threshold: 0, rate: 1️⃣ten}]", "scheme-value", "takes numbers"),
      ("[{threshold: 0, rate: 0.1, 1️⃣base: 1}]", "scheme-key", "no key 'base'"),
      ("[{1️⃣rate: 0.1}]", "scheme-missing", "'threshold' is missing"),
      ("1️⃣{threshold: 0, rate: 0.1}", "wrong-type", "takes a list"),
      ("[{threshold: 0, rate: 0.1}], type: 1️⃣single-amount", "unknown-choice", "make no scale"),
    ] as [(String, String, String)])
  func `a scale that makes no sense is a fault`(
    brackets: String, code: String, message: String
  ) throws {
    let text = MarkedText(
      "scheme: {id: s}\nparameters: {t: {brackets: \(brackets)}}\n"
        + "inputs: {x: {type: number}}\ndecisions: {d: {expression: x}}\n")
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    let found = faults.contains { fault in
      fault.code.rawValue == code && fault.message.contains(message)
        && fault.span.map { text.name(of: $0.start) } == "1️⃣"
    }
    #expect(found, "\(faults.map { "\($0.code) \($0.message) \($0.span?.start as Any)" })")
  }

  @Test(
    arguments: [
      ("t(x, x)", "does not take these arguments"), ("t + x", "function"),
      ("u(x)", "no function 'u'"),
    ])
  func `a scale is called with its base`(expression: String, message: String) throws {
    let yaml = """
      scheme: {id: s}
      parameters: {t: {brackets: [{threshold: 0, rate: 0.1}]}}
      inputs: {x: {type: number}}
      decisions: {d: {expression: "\(expression)"}}

      """
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(faults.contains { $0.message.contains(message) }, "\(faults.map(\.message))")
  }

  @Test func `a scale cannot be named like a function of the language`() throws {
    let yaml = """
      scheme: {id: s}
      parameters: {sum: {brackets: [{threshold: 0, rate: 0.1}]}}
      inputs: {x: {type: number}}
      decisions: {d: {expression: x}}

      """
    let faults = SchemeReader.scheme(try Samples.root(yaml)).faults.diagnostics
    #expect(faults.map(\.code.rawValue) == ["scheme-name"])
  }

  @Test func `a reform of a bracket that is not there is a fault`() throws {
    let reform = "reform: {id: r}\nparameters: {income_tax: {brackets: {9: {rate: 0.1}}}}\n"
    let (_, faults) = ReformApplication.apply(
      try Samples.reform(reform), to: try Samples.scheme(Self.scheme))
    #expect(faults.diagnostics.map(\.code.rawValue) == ["reform-mismatch"])
  }
}
