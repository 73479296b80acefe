// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

/// Cases with members: a household and the persons in it.
struct ExplainMembersTests {
  static let household = """
    scheme: {id: h, title: Toeslag}
    entities:
      household: {members: person, roles: {applicant: {max: 1}, partner: {max: 1}, child: {}}}
    parameters: {share: {value: 0.5}}
    inputs:
      rent: {type: decimal, unit: euro}
      age: {entity: person, type: integer, unit: years}
      income: {entity: person, type: decimal, unit: euro, title: {nl: Het inkomen, en: The income}}
    decisions:
      tax:
        entity: person
        unit: euro
        expression: if age < 18 then 0 else share * income + household.rent * 0.01
      total: {unit: euro, expression: sum(members.income) - sum(members.tax)}
      adults: {expression: "count(members[age >= 18])"}
      of_partner: {expression: if partner = null then 0 else partner.income}
      youngest: {expression: min(child.age)}

    """

  private static let family = """
    in:
      rent: 600
      members:
        - {role: applicant, age: 40, income: 20000}
        - {role: child, age: 8, income: 100}
        - {role: child, age: 19, income: 5000}

    """

  private func trace(_ text: String) throws -> CaseTrace {
    let scheme = try Samples.scheme(Self.household)
    let (known, faults) = CaseFile.read(try Samples.root(text, name: "case.yaml"), for: [scheme])
    let file = try #require(known, "\(faults.diagnostics.map(\.message))")
    return try CaseEvaluation.trace(scheme, on: nil, given: file.values, members: file.members)
  }

  /// By hand: taxes 0.5 × 20,000 + 6 = 10,006; 0; 0.5 × 5,000 + 6 = 2,506; in all 25,100 − 12,512.
  @Test func `a decision on persons is told for each`() throws {
    let trace = try trace(Self.family)
    #expect(
      trace.decisions.filter { $0.name == "tax" }.map(\.results.first?.value)
        == [.integer(10_006), .integer(0), .integer(2506)])
    #expect(trace.decision("total")?.results.first?.value == .integer(12_588))
    #expect(trace.decision("adults")?.results.first?.value == .integer(2))
    #expect(trace.decision("of_partner")?.results.first?.value == .integer(0))
    #expect(trace.decision("youngest")?.results.first?.value == .integer(8))
    let text = TraceText(trace: trace, language: .nl).text
    #expect(
      text.contains("- Persoon 1 (applicant): age: 40 jaar; het inkomen: € 20.000\n"), "\(text)")
    #expect(
      text.contains(
        "1. Persoon 1 (applicant): tax is € 10.006. Dat volgt uit: share (0,5) maal het inkomen "
          + "(€ 20.000) plus rent, household (€ 600) maal 0,01, want age (40 jaar) is ten minste 18.\n"
      ), "\(text)")
    #expect(
      text.contains(
        "Total is € 12.588. Dat volgt uit: de som van het inkomen, alle leden (€ 20.000, € 100, "
          + "€ 5.000) min de som van tax, alle leden (€ 10.006, € 0, € 2.506).\n"), "\(text)")
    #expect(
      text.contains("Adults is 2. Dat volgt uit: het aantal van `members[age >= 18]` (2 leden).\n"),
      "\(text)")
  }

  @Test(
    arguments: [
      ("in: {1️⃣rent: 5}", "'members' is missing"),
      ("in: {rent: 5, members: [{role: 1️⃣aunt, age: 1, income: 1}]}", "there is no role 'aunt'"),
      (
        "in: {rent: 5, members: [{1️⃣role: child, income: 1}]}", "input 'age' is missing"
      ),
      (
        "in: {rent: 5, 1️⃣age: 5, members: []}", "the scheme asks for no 'age'"
      ),
    ])
  func `a fault of a member stands where it is`(marked: String, message: String) throws {
    let text = MarkedText(marked + "\n")
    let scheme = try Samples.scheme(Self.household)
    let faults = CaseFile.read(try Samples.root(text.text), for: [scheme]).faults.diagnostics
    #expect(faults.map(\.message) == [message])
    #expect(faults.first?.span.map { text.name(of: $0.start) } == "1️⃣")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `explained and computed results are equal`(seed: UInt64) throws {
    let scheme = try Samples.scheme(Self.household)
    var random = RandomStream(seed: seed, name: "households")
    var given: [String: FEELValue] = [:]
    given["rent"] = .number(
      Decimal128(scaled: Int64.random(in: 0...90_000, using: &random), scale: 2))
    var free = ["applicant", "partner"]
    let members = (0..<Int.random(in: 0...5, using: &random)).map { _ in
      let role = free.isEmpty || Bool.random(using: &random) ? "child" : free.removeFirst()
      return [
        "role": FEELValue.text(role),
        "age": .integer(Int64.random(in: 0...80, using: &random)),
        "income": .number(
          Decimal128(scaled: Int64.random(in: 0...3_000_000, using: &random), scale: 2)),
      ]
    }
    let trace = try CaseEvaluation.trace(scheme, on: nil, given: given, members: members)
    func facts(_ values: [String: FEELValue]) -> [SchemeTest.Fact] {
      values.map { SchemeTest.Fact(name: $0.key, value: $0.value) }
    }
    let test = SchemeTest(
      name: "random", date: nil, given: facts(given), members: members.map(facts), expected: [],
      tolerance: .zero, source: .null)
    let decided = try SchemeEvaluation(scheme, on: nil).decide(over: Population(of: test, scheme))
    for step in trace.decisions {
      let table = step.member == nil ? decided.units : try #require(decided.members).table
      let row = (step.member?.number ?? 1) - 1
      for result in step.results {
        let column = try table.column(result.name)
        #expect(
          ExplainAgreementTests.agrees(result.value, column, row),
          "\(result.name): \(result.value) and \(column.display(at: row) ?? "null")")
      }
    }
  }
}
