// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables
import Testing

@testable import RuleChange

/// A scheme and its reforms together give what each gives by itself.
struct SchemeVariantsEvaluationTests {
  private static let scheme = """
    scheme: {id: s}
    parameters:
      premium: {values: {2024-01-01: 1987, 2025-01-01: 2112}}
      share: {values: {2024-01-01: 0.1367}}
    inputs:
      kind: {type: text, values: [single, couple, parent]}
      income: {type: decimal}
      wealth: {type: number}
      children: {type: integer, minimum: 0}
    decisions:
      factor:
        table:
          hit: UNIQUE
          inputs: [kind]
          rows: [[single, 1], [couple, 2], [parent, 1.5]]
      band:
        table:
          hit: FIRST
          inputs: [income, children]
          outputs: [rate, extra]
          default: [0, 0]
          rows:
            - ["< 15000", "-", 1, "children * 12.5"]
            - ["[15000..20000)", ">= 2", 0.75, 40]
            - ["< 30000", "< 4", 0.5, 0]
      norm: {expression: income * share, round: {to: 0.01, mode: half-up}}
      wealthy: {expression: wealth > 30000}
      allowance:
        expression: "if wealthy then 0 else max(0, premium * factor - norm) * band.rate + band.extra"
        round: {to: 1, mode: half-up}
      points:
        table: {hit: C+, inputs: [children, kind], rows: [["> 0", "-", 1], ["> 2", single, 2.5]]}

    """

  private static let reforms = [
    """
    reform: {id: rate}
    parameters: {share: {2024-06-01: 0.14}}

    """,
    """
    reform: {id: bands}
    rows: {band: [{replace: 2, with: ["[15000..21000)", ">= 1", 0.8, 45]}]}
    neutralise: {wealth: 0}

    """,
    """
    reform: {id: nothing}
    parameters: {premium: {2025-01-01: 2112}}

    """,
  ]

  /// Some values in seven are missing; texts repeat.
  private static func population(_ rows: Int) throws -> Table {
    var random = RandomStream(seed: 5, name: "variants")
    func cells<Cell>(_ make: (Int) -> Cell) -> [Cell?] {
      (0..<rows).map { _ in random.integer(below: 7) == 0 ? nil : make(random.integer(below: 9_000))
      }
    }
    let kinds = ["single", "couple", "parent"]
    return try Table([
      ("kind", .category(CategoryColumn(cells { kinds[$0 % 3] }))),
      ("income", .decimal(FixedColumn(cells { Int64($0) * 451 }), scale: 2)),
      ("wealth", .number(FixedColumn(cells { Double($0) * 7.25 }))),
      ("children", .integer(FixedColumn(cells { Int64($0 % 6) }))),
    ])
  }

  /// Fewer rows than a block has, and more than two blocks, the last of which is torn.
  @Test(arguments: [1_000, 70_001])
  func `all variants together give what each gives`(rows: Int) throws {
    let day = try #require(CalendarDate("2025-01-01"))
    let schemes =
      try [Samples.scheme(Self.scheme)]
      + Self.reforms.map { try Samples.scheme(Self.scheme, reforms: [$0]) }
    let population = try Self.population(rows)
    let together = try SchemeVariantsEvaluation(schemes, on: day).decided(over: population)
    for (scheme, decided) in zip(schemes, together) {
      let alone = try SchemeEvaluation(scheme, on: day).decided(over: population)
      #expect(decided.table.names == alone.table.names)
      for name in alone.table.names {
        #expect(decided.table[name] == alone.table[name], "\(name)")
      }
      #expect(decided.firedRows == alone.firedRows)
      #expect(decided.firedRows.keys.sorted() == ["band", "factor"])
    }
    // Without this the test would compare each evaluation with itself.
    let program = try VariantProgram(
      schemes.map { SchemeEvaluation($0, on: day) }, population, nil)
    #expect(try (program.decided() != nil) == (rows > 32_768))
    #expect(program.stepCount == 11)
    #expect(together[3].table == together[0].table)
    #expect(together[1].table["norm"] != together[0].table["norm"])
  }

  @Test(arguments: [1_000, 70_001])
  func `only what is wanted is kept`(rows: Int) throws {
    let scheme = try Samples.scheme(Self.scheme)
    let population = try Self.population(rows)
    let kept = try SchemeVariantsEvaluation([scheme], on: nil)
      .decided(over: population, keeping: ["allowance"])[0]
    let all = try SchemeEvaluation(scheme, on: nil).decided(over: population)
    #expect(kept.table["allowance"] == all.table["allowance"])
  }

  @Test(arguments: [1_000, 70_001])
  func `a fault of a reform is told as it is for the reform alone`(rows: Int) throws {
    let scheme =
      """
      scheme: {id: s}
      parameters: {parts: {values: {2024-01-01: 2}}}
      inputs: {children: {type: integer}}
      decisions: {part: {expression: children / (children - parts)}}

      """
    let reform = "reform: {id: r}\nparameters: {parts: {2024-01-01: 9}}\n"
    let population = try Table([
      ("children", .integer(FixedColumn((0..<rows).map { $0 == rows - 1 ? 9 : 1 })))
    ])
    let schemes = [try Samples.scheme(scheme), try Samples.scheme(scheme, reforms: [reform])]
    let fault = #expect(throws: StageFault.self) {
      try SchemeVariantsEvaluation(schemes, on: nil).decided(over: population)
    }
    #expect(
      fault?.message.contains("in 1 case (scheme.yaml:4:") == true, "\(fault?.message ?? "")")
  }
}
