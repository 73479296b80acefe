// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables
import Testing

@testable import RuleChange

/// What is explained is what a run gives: the scalar trace against the columns, on random cases.
struct ExplainAgreementTests {
  private static let sums = """
    scheme: {id: sums}
    parameters:
      bonus: {unit: euro, value: 12.5}
      tax: {brackets: [{threshold: 0, rate: 0.0932}, {threshold: 38441, rate: 0.3697}]}
    inputs:
      partners: {type: boolean}
      income: {type: decimal, minimum: 0}
      children: {type: integer, minimum: 0}
      kind: {type: text, values: [single, couple]}
    decisions:
      parts:
        round: {to: 0.05, mode: half-even}
        table:
          hit: C+
          inputs: [children, income]
          default: 0
          rows:
            - [">= 1", "-", bonus * children]
            - ["-", "< 20000", 100 - income / 1000]
            - ["[2..3]", ">= 10000", 33.337]
      several:
        table:
          hit: FIRST
          inputs: [kind, partners]
          outputs: [amount, label]
          rows:
            - [single, "-", income * 0.1, '"alone"']
            - ["-", "true", income * 0.2 + parts, '"both"']
      total:
        round: {to: 0.01, mode: half-up}
        expression: (if several.label = "alone" then several.amount else 0) + parts * 0.3
      best:
        table: {hit: C>, inputs: [children], rows: [[">= 1", income * 0.5], ["-", 100.25], [">= 3", 7]]}
      least:
        table: {hit: C<, inputs: [children], rows: [[">= 1", income * 0.5], [">= 2", 100.25]]}
      number:
        table: {hit: C#, inputs: [children], rows: [[">= 1", 1], ["[2..3]", 2]]}
      alike:
        table: {hit: ANY, inputs: [children], rows: [[">= 1", bonus * 2], [">= 2", 25], ["0", 3]]}
      rank:
        table:
          hit: PRIORITY
          inputs: [children, kind]
          outputs: [{name: rank, values: [high, low]}]
          rows: [[">= 1", "-", '"low"'], ["-", couple, '"high"']]
      taxed: {expression: "tax(income) + 1"}
      large: {expression: "total > 1000 and children > 0 or income between 5 and 500"}

    """

  private static func given(_ scheme: Scheme, _ random: inout RandomStream) -> [String: FEELValue] {
    var given: [String: FEELValue] = [:]
    for input in scheme.inputs {
      if Int.random(in: 0..<12, using: &random) == 0 { continue }
      switch input.kind {
      case .boolean: given[input.name] = .boolean(Bool.random(using: &random))
      case .integer: given[input.name] = .integer(Int64.random(in: 0...4, using: &random))
      case .number: given[input.name] = .integer(Int64.random(in: 100...140, using: &random))
      case .decimal:
        given[input.name] = .number(
          Decimal128(scaled: Int64.random(in: 0...6_000_000, using: &random), scale: 2))
      case .text: given[input.name] = input.allowed.randomElement(using: &random)
      case .date: break
      }
    }
    return given
  }

  private static func population(
    _ scheme: Scheme, _ cases: [[String: FEELValue]]
  ) throws -> Table {
    try Table(
      scheme.inputs.map { (input: SchemeInput) -> (name: String, column: Column) in
        let values = cases.map { $0[input.name] ?? .null }
        let column: Column =
          switch input.kind {
          case .boolean: .boolean(BooleanColumn(values.map(\.boolean)))
          case .integer: .integer(FixedColumn(values.map(\.int64)))
          case .number: .number(FixedColumn(values.map(\.double)))
          case .text, .date: .category(CategoryColumn(values.map(\.string)))
          case .decimal:
            .decimal(FixedColumn(values.map { $0.number?.scaledInt64(scale: 2) }), scale: 2)
          }
        return (name: input.name, column: column)
      })
  }

  static func agrees(_ value: FEELValue, _ column: Column, _ row: Int) -> Bool {
    guard let text = column.display(at: row) else { return value.isNull }
    switch value {
    case .boolean(let flag): return text == (flag ? "true" : "false")
    case .text(let expected): return text == expected
    case .number(let expected):
      guard let found = Decimal128(text) else { return false }
      guard case .number = column else { return found == expected }
      // A column of numbers holds doubles.
      return (found.double - expected.double).magnitude <= 1e-9 * max(1, expected.double.magnitude)
    default: return false
    }
  }

  @Test(arguments: ["healthcare", "taper", "sums"], 0..<3 as Range<UInt64>)
  func `explained and computed results are equal`(name: String, seed: UInt64) throws {
    let scheme: Scheme =
      switch name {
      case "healthcare": try Samples.scheme(Samples.healthcareAllowance)
      case "taper": try Samples.scheme(reforms: [Samples.taper, Samples.edges])
      default: try Samples.scheme(Self.sums)
      }
    var random = RandomStream(seed: seed, name: name)
    let cases = (0..<150).map { _ in Self.given(scheme, &random) }
    let date = CalendarDate("2025-03-01")
    let decided = try SchemeEvaluation(scheme, on: date)
      .decide(over: try Self.population(scheme, cases))
    for (row, given) in cases.enumerated() {
      let trace = try CaseEvaluation.trace(scheme, on: date, given: given)
      for result in trace.decisions.flatMap(\.results) {
        let column = try decided.column(result.name)
        #expect(
          Self.agrees(result.value, column, row),
          "\(result.name): \(result.value) and \(column.display(at: row) ?? "null") of \(given)")
      }
    }
  }
}
