// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// The income supplement of five municipalities, by the amounts and conditions that each published.
struct MunicipalSupplementTests {
  /// A by-law in cents: the amounts of the full supplement, and which part of it a household gets.
  private struct ByLaw: Sendable {
    let single: Int
    let parent: Int
    let couple: Int
    let years: Int
    /// Quarters of the full amount by income, a percentage of the norm.
    let quarters: @Sendable (Int) -> Int

    func cents(_ type: String, _ income: Int, _ years: Int) -> Int {
      guard years >= self.years else { return 0 }
      let whole = type == "couple" ? couple : type == "single_parent" ? parent : single
      return whole * quarters(income) / 4
    }
  }

  /// In the order of the columns; Noordenveld with its edges decided in favour of the household.
  private static let byLaws: [(name: String, law: ByLaw)] = [
    (
      "noordenveld",
      ByLaw(single: 51_300, parent: 65_100, couple: 73_200, years: 3) {
        $0 <= 120 ? 4 : $0 <= 124 ? 3 : $0 <= 127 ? 2 : $0 <= 130 ? 1 : 0
      }
    ),
    (
      "midden_drenthe",
      ByLaw(single: 52_197, parent: 66_882, couple: 74_589, years: 3) { $0 <= 110 ? 4 : 0 }
    ),
    (
      "zevenaar",
      ByLaw(single: 44_400, parent: 63_500, couple: 63_500, years: 1) { $0 < 110 ? 4 : 0 }
    ),
    (
      "waalre",
      ByLaw(single: 52_500, parent: 63_500, couple: 69_400, years: 5) { $0 <= 100 ? 4 : 0 }
    ),
    (
      "kerkrade",
      ByLaw(single: 44_500, parent: 51_300, couple: 62_700, years: 3) { $0 <= 100 ? 4 : 0 }
    ),
  ]

  /// One run, which all tests look at.
  private static let finished = Task {
    try await Installed.run(
      Installed.root.appending(path: "pipelines/supplement-by-municipality.yaml"))
  }

  private func whole(_ column: String, _ cases: Table, times factor: Double = 1) throws -> [Int] {
    try #require(try cases.column(column).doubles()).values.map { Int(($0 * factor).rounded()) }
  }

  /// By hand from the published amounts, in euros: Noordenveld, Midden-Drenthe, Zevenaar, Waalre, Kerkrade.
  @Test func `the same household gets another amount in each place`() async throws {
    let cases = try await Self.finished.value.table("households", "cases")
    let expected: [[Double]] = [
      // Singles at 100 %: after one year only Zevenaar's twelve months have passed, after three years not
      // yet the five of Waalre.
      [0, 0, 444, 0, 0], [513, 521.97, 444, 0, 445], [513, 521.97, 444, 525, 445],
      // 110 % for five years, which is up to 110 % and not below it; 109 % for two years.
      [513, 521.97, 0, 0, 0], [0, 0, 444, 0, 0],
      // 124 and 128 %.
      [384.75, 0, 0, 0, 0], [128.25, 0, 0, 0, 0],
      // Single parents at 100 % for three years, 105 % for six and 126 % for three.
      [651, 668.82, 635, 0, 513], [651, 668.82, 635, 0, 0], [325.50, 0, 0, 0, 0],
      // Couples at 100 % for five years and 121 % for three.
      [732, 745.89, 635, 694, 627], [549, 0, 0, 0, 0],
    ]
    for (place, (name, _)) in Self.byLaws.enumerated() {
      let (found, _) = try #require(try cases.column("supplement_\(name)").doubles())
      #expect(found == expected.map { $0[place] }, "\(name)")
    }
  }

  @Test func `everybody in the population gets what each by-law says`() async throws {
    let run = try await Self.finished.value
    let cases = try run.table("places", "cases")
    let types = try cases.column("household_type").texts().map { $0 ?? "" }
    let (incomes, years) = try (whole("income_percent", cases), whole("years_low", cases))
    let summary = try run.table("places", "summary")
    let (totals, _) = try #require(try summary.column("total").doubles())
    let (recipients, _) = try #require(try summary.column("recipients").doubles())
    for (place, (name, law)) in Self.byLaws.enumerated() {
      let wanted = types.indices.map { law.cents(types[$0], incomes[$0], years[$0]) }
      #expect(try whole("supplement_\(name)", cases, times: 100) == wanted, "\(name)")
      #expect(totals[place] == Double(wanted.reduce(0, +)) / 100)
      #expect(recipients[place] == Double(wanted.count { $0 > 0 }))
    }
  }

  @Test func `only Noordenveld leaves band edges open, and they meet real households`() async throws
  {
    let run = try await Self.finished.value
    let findings = try run.table("noordenveld", "findings")
    #expect(try findings.column("kind").texts() == ["edge", "edge"])
    #expect(
      try findings.column("witness").texts() == ["income_percent = 124", "income_percent = 127"])
    let incomes = try whole("income_percent", try run.table("population", "cases"))
    let shares = [124, 127].map { edge in
      Double(incomes.count { $0 == edge }) / Double(incomes.count)
    }
    #expect(try findings.column("share").doubles()?.values == shares)
    #expect(shares.allSatisfy { $0 > 0 })
    for place in ["midden-drenthe", "zevenaar", "waalre", "kerkrade"] {
      #expect(try run.table("others[municipality=\(place)]", "findings").rowCount == 0)
    }
  }
}
