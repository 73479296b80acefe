// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ExampleHouseholdTests {
  /// The healthcare allowance of 2025 (Wet op de zorgtoeslag, article 2), whole euros, nothing below 24; the
  /// official income limits are 39,719 for a person alone and 50,206 for partners.
  private static let healthcare = """
    scheme:
      scheme: {id: zorgtoeslag}
      parameters:
        premium: {values: {2025-01-01: 2112}}
        threshold: {values: {2025-01-01: 28406}}
        rate: {values: {2025-01-01: 0.137}}
        smallest: {values: {2025-01-01: 24}}
      inputs:
        partners: {type: boolean}
        income: {type: integer, minimum: 0}
      decisions:
        share: {expression: if partners then 0.04273 else 0.01896}
        norm: {expression: "share * threshold + rate * max(0, income - threshold)"}
        formula:
          round: {to: 1, mode: half-up}
          expression: (if partners then 2 else 1) * premium - norm
        allowance: {expression: if formula < smallest then 0 else formula}
    reforms:
      - reform: {id: softer}
        parameters: {rate: {2025-01-01: 0.10}, smallest: {2025-01-01: 0}}
    date: 2025-06-01
    household_types:
      - {name: alone, set: {partners: false}}
      - {name: partners, set: {partners: true}}
    income_input: income

    """

  private static func run(_ with: String, _ population: Table) async throws -> [String: Artifact] {
    let stage = StageRun(Propose.self, with: with)
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    #expect(stage.validation == nil, "\(String(describing: stage.validation))")
    return try await stage(["population": .table(population)])
  }

  private static func people() throws -> Table {
    try Table([
      ("partners", .boolean(BooleanColumn([Bool](repeating: false, count: 12)))),
      ("income", .integer(FixedColumn([Int64](repeating: 20_000, count: 12)))),
    ])
  }

  @Test func `the cliff of the healthcare allowance is at its official limits`() async throws {
    let output = try await Self.run(
      Self.healthcare + "grid: {from: 0, to: 60000, step: 700}\n", Self.people())
    let cliffs = try output.table("cliffs")
    #expect(try cliffs.column("reform").texts() == ["baseline", "baseline", "softer", "softer"])
    #expect(
      try cliffs.column("household_type").texts() == ["alone", "partners", "alone", "partners"])
    // One more euro and the last 24 euros are gone, though the steps shown pass over that income.
    #expect(try cliffs.column("largest_drop").texts() == ["24", "24", "1", "1"])
    #expect(try cliffs.column("income").texts().prefix(2) == ["39719", "50206"])
    #expect(try cliffs.column("amount_at_income").texts().prefix(2) == ["24", "24"])
    #expect(try cliffs.column("amount_one_more").texts().prefix(2) == ["0", "0"])
    #expect(try cliffs.column("cliffs").texts() == ["1", "1", "0", "0"])
  }

  @Test func `pressure is the share of a rise that the allowance takes`() async throws {
    let output = try await Self.run(
      Self.healthcare + "grid: {from: 28000, to: 42000, step: 1000}\n", Self.people())
    let pressure = try output.table("pressure")
    #expect(pressure.rowCount == 2 * 15)
    let rows = try pressure.column("income").texts().prefix(15)
    #expect(rows.first == "28000" && rows.last == "42000")
    func numbers(_ name: String) throws -> [String?] {
      try Array(pressure.column(name).texts().prefix(15))
    }
    // By hand: 2112 − 538.58 = 1,573 (the official maximum); at 29,000 it is 2112 − 538.58 − 81.38 =
    // 1,492, and 137 less for each thousand.
    #expect(try numbers("amount_before").prefix(3) == ["1573", "1492", "1355"])
    #expect(try numbers("pressure_before").prefix(3) == ["0.081", "0.137", "0.137"])
    #expect(try numbers("pressure_after").prefix(3) == ["0.059", "0.1", "0.1"])
    // From 39,000 to 40,000 the remaining 122 go, the last 24 of them in one step.
    #expect(try numbers("amount_before")[11] == "122")
    #expect(try numbers("pressure_before")[11] == "0.122")
    #expect(try numbers("cliff_before")[11] == "true")
    #expect(try numbers("drop_before")[11] == "24")
    #expect(try numbers("cliff_after").dropLast().allSatisfy { $0 == "false" })
    #expect(try numbers("cliff_before").count { $0 == "true" } == 1)
    #expect(try numbers("pressure_before").last == .some(nil))
  }

  /// The amounts of the municipality of Noordenveld by band, for a person alone and a couple.
  @Test func `example households stand by incomes, old against new`() async throws {
    let with = """
      scheme:
      \(Samples.indented(Samples.supplement, by: 2))
      reforms:
        - - \(Samples.indented(Samples.taper, by: 6).drop { $0 == " " })
          - \(Samples.indented(Samples.edges, by: 6).drop { $0 == " " })
      date: 2025-06-01
      income_input: income_percent
      incomes: [120, 122.5, 125, 129, 131]
      household_types:
        - {name: alone, set: {household_type: single}}
        - {name: couple, set: {household_type: couple}}

      """
    let population = try Samples.households(
      [String?](repeating: "single", count: 12), [Double?](repeating: 100, count: 12))
    let minima = try await Self.run(with, population).table("minima")
    #expect(
      minima.names == ["reform", "household_type", "income", "old", "new", "change"])
    #expect(
      try minima.column("household_type").texts()
        == [String?](repeating: "alone", count: 5) + [String?](repeating: "couple", count: 5))
    #expect(
      try minima.column("income").texts().prefix(5) == ["120", "122.5", "125", "129", "131"])
    #expect(
      try minima.column("old").texts() == [
        "513", "0", "0", "0", "0", "732", "0", "0", "0", "0",
      ])
    #expect(
      try minima.column("new").texts() == [
        "513", "384.75", "256.5", "128.25", "0", "732", "549", "366", "183", "0",
      ])
    #expect(try minima.column("change").texts()[6] == "549")
  }

  @Test(
    arguments: [
      ("household_types: [{name: a, set: {}}]", "says nothing of 'partners'", "household_types"),
      (
        "household_types: [{name: a, set: {partners: maybe}}]", "'partners' is no boolean",
        "household_types"
      ),
      (
        "household_types: [{name: a, set: {partners: true, prtners: true}}]", "no rule asks for",
        "household_types"
      ),
      (
        "household_types: [{name: a, set: {partners: true}}, {name: a, set: {partners: null}}]",
        "two household types", "household_types"
      ),
      ("income_input: partners", "no input of scheme 'zorgtoeslag' that takes", "income_input"),
      ("income_input: null", "which input takes the income", "income_input"),
      ("grid: null", "need incomes", "household_types"),
      ("household_types: []", "no example household", "household_types"),
      ("equivalence: income", "needs to know the income", "equivalence"),
      ("poverty_line: 9000", "needs to know the income", "poverty_line"),
    ])
  func `what does not fit is a fault before anything runs`(
    line: String, message: String, parameter: String
  ) throws {
    let key = line.prefix { $0 != ":" }
    var lines = (Self.healthcare + "grid: {from: 0, to: 10, step: 5}").split(separator: "\n")
    lines.removeAll { $0.hasPrefix(key) || (key == "household_types" && $0.hasPrefix("  - {name")) }
    let stage = StageRun(Propose.self, with: (lines + [line[...]]).joined(separator: "\n"))
    #expect(stage.diagnostics.isEmpty, "\(stage.diagnostics)")
    #expect(stage.validation?.message.contains(message) == true, "\(stage.validation as Any)")
    #expect(stage.validation?.parameter == parameter)
  }

  @Test(
    arguments: [
      "grid: {from: 0, to: 10}", "grid: {from: 10, to: 0, step: 1}",
      "grid: {from: 0, to: 10, step: 20}", "grid: {from: 0, to: 9000000, step: 1}", "grid: 5",
      "household_types: [{name: a}]", "household_types: [{name: a, set: {partners: [1]}}]",
      "incomes: [much]",
    ])
  func `what cannot be read is a fault at its place`(line: String) {
    #expect(StageRun(Propose.self, with: line).diagnostics.contains { $0.severity == .error })
  }
}
