// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// The healthcare allowance over a population, held against the formula of the law in whole numbers.
struct HealthcareAllowanceTests {
  /// The formula of the Wet op de zorgtoeslag, article 2, in units of a thousandth of a cent.
  ///
  /// Figures: Stb. 2022 no. 472 and 2024 no. 351, Stcrt. 2023 nos. 29706 and 32413, 2024 nos. 37672 and
  /// 38887, Dienst Toeslagen, Berekening zorgtoeslag.
  struct Law {
    let premium: Int
    let threshold: Int
    /// Thousandths of a percent.
    let single: Int
    let partners: Int
    let above: Int
    let assets: (single: Int, partners: Int)

    static let of2024 = Law(
      premium: 1987, threshold: 26819, single: 1879, partners: 4256, above: 13670,
      assets: (140_213, 177_301))
    static let of2025 = Law(
      premium: 2112, threshold: 28406, single: 1896, partners: 4273, above: 13700,
      assets: (141_896, 179_429))

    func allowance(partner: Bool, income: Int, assets own: Int) -> Int {
      guard own <= (partner ? assets.partners : assets.single) else { return 0 }
      let premiums = (partner ? 2 : 1) * premium * 100_000
      let norm = (partner ? partners : single) * threshold + above * max(0, income - threshold)
      let whole = (max(0, premiums - norm) + 50_000) / 100_000
      return whole < 24 ? 0 : whole
    }
  }

  /// Official limits of income: € 37,496 and 47,368 in 2024, € 39,719 and 50,206 in 2025.
  @Test func `the formula in whole numbers gives the official limits and maxima`() {
    for (law, partner, limit, most) in [
      (Law.of2024, false, 37_496, 1_483), (.of2024, true, 47_368, 2_833),
      (.of2025, false, 39_719, 1_573), (.of2025, true, 50_206, 3_010),
    ] {
      #expect(law.allowance(partner: partner, income: limit, assets: 0) == 24)
      #expect(law.allowance(partner: partner, income: limit + 1, assets: 0) == 0)
      #expect(law.allowance(partner: partner, income: 0, assets: 0) == most)
    }
  }

  /// One run, which all tests look at.
  private static let finished = Task {
    try await Installed.run(Installed.root.appending(path: "pipelines/zorgtoeslag.yaml"))
  }

  /// A household of the made-up population.
  private struct Household {
    let partner: Bool
    let income: Int
    let assets: Int

    static func all(in table: Table) throws -> [Household] {
      let (income, _) = try #require(try table.column("income").doubles())
      let (assets, _) = try #require(try table.column("assets").doubles())
      let types = try table.column("household_type").texts()
      return types.indices.map {
        Household(
          partner: types[$0] == "couple", income: Int(income[$0]), assets: Int(assets[$0]))
      }
    }

    func allowance(_ law: Law) -> Int {
      law.allowance(partner: partner, income: income, assets: assets)
    }
  }

  @Test func `every household gets what the law gives, in both years and without the asset test`()
    async throws
  {
    let run = try await Self.finished.value
    for (stage, column, amount) in [
      ("to-2025", "allowance_baseline", { $0.allowance(.of2024) }),
      ("to-2025", "allowance_figures_of_2025", { $0.allowance(.of2025) }),
      ("proposal", "allowance_baseline", { $0.allowance(.of2025) }),
      (
        "proposal", "allowance_no_asset_test",
        { Law.of2025.allowance(partner: $0.partner, income: $0.income, assets: 0) }
      ),
    ] as [(String, String, (Household) -> Int)] {
      let cases = try run.table(stage, "cases")
      let (found, _) = try #require(try cases.column(column).doubles())
      let wanted = try Household.all(in: cases).map(amount)
      #expect(found == wanted.map { Double($0) }, "\(stage).\(column)")
      #expect(wanted.count == 5_000 && wanted.contains(0) && wanted.contains { $0 > 1_000 })
    }
  }

  @Test func `the budgets are the sums over the households`() async throws {
    let run = try await Self.finished.value
    let households = try Household.all(in: run.table("population", "cases"))
    let (of2024, of2025) = (
      households.reduce(0) { $0 + $1.allowance(.of2024) },
      households.reduce(0) { $0 + $1.allowance(.of2025) }
    )
    let summary = try run.table("to-2025", "summary")
    func figure(_ column: String) throws -> Double? {
      try summary.column(column).doubles()?.values.first
    }
    #expect(try figure("budget_baseline") == Double(of2024))
    #expect(try figure("budget_reform") == Double(of2025))
    #expect(try figure("budget_change") == Double(of2025 - of2024))
    // All figures rose but the parts of the norm premium, which rose by less: nobody loses.
    #expect(try figure("losers") == 0)
  }

  /// Assistance ends where the allowance has not begun to fall, so that no household feels both.
  ///
  /// It ends at 12 × 2,053.48 = € 24,641.76 at most; the allowance falls from € 28,406 on.
  @Test func `assistance and allowance never press on the same euro`() async throws {
    let cases = try await Self.finished.value.table("together", "cases")
    let (assistance, _) = try #require(try cases.column("pressure_assistance").doubles())
    let (allowance, _) = try #require(try cases.column("pressure_allowance").doubles())
    for (row, household) in try Household.all(in: cases).enumerated() {
      let risen = Household(
        partner: household.partner, income: household.income + 100, assets: household.assets)
      let taken = household.allowance(.of2025) - risen.allowance(.of2025)
      #expect(abs(allowance[row] - Double(taken) / 100) < 1e-9)
      #expect(assistance[row] == 0 || allowance[row] == 0)
      if household.income > 24_641 { #expect(assistance[row] == 0) }
    }
    #expect(assistance.contains { $0 > 0.99 } && allowance.contains { $0 > 0.13 })
  }

  @Test func `without the asset test one question less is asked`() async throws {
    let measures = try await Self.finished.value.table("complexity", "measures")
    let schemes = try measures.column("scheme").texts()
    let names = try measures.column("measure").texts()
    let row = try #require(
      schemes.indices.first { schemes[$0] == "no-asset-test" && names[$0] == "inputs_asked" })
    #expect(try measures.column("change").doubles()?.values[row] == -1)
  }

  @Test func `the page for parliament names the sums of the run, and is no formal test`()
    async throws
  {
    let run = try await Self.finished.value
    let households = try Household.all(in: run.table("population", "cases"))
    let changes = households.map { household in
      Law.of2025.allowance(partner: household.partner, income: household.income, assets: 0)
        - household.allowance(.of2025)
    }
    let page = try run.text("scan", "page")
    #expect(page.contains("No formal test"))
    #expect(page.contains("\(changes.count { $0 > 0 }) gain and 0 lose"))
    #expect(page.contains("the budget changes by \(changes.reduce(0, +)) euro"))
  }

  /// One euro of income more costs € 24 at the official limits, and nowhere else more than a euro.
  @Test func `the cliffs that are found are the official limits of income`() async throws {
    let cliffs = try await Self.finished.value.table("to-2025", "cliffs")
    #expect(
      try cliffs.column("reform").texts() == [
        "baseline", "baseline", "figures-of-2025", "figures-of-2025",
      ])
    #expect(
      try cliffs.column("household_type").texts() == ["single", "partners", "single", "partners"])
    #expect(
      try cliffs.column("income").doubles()?.values == [37_496, 47_368, 39_719, 50_206])
    #expect(try cliffs.column("cliffs").doubles()?.values == [1, 1, 1, 1])
    #expect(try cliffs.column("largest_drop").doubles()?.values == [24, 24, 24, 24])
  }

  @Test func `the example households get the law's amounts of both years`() async throws {
    let minima = try await Self.finished.value.table("to-2025", "minima")
    let types = try minima.column("household_type").texts()
    let (incomes, _) = try #require(try minima.column("income").doubles())
    func amounts(_ law: Law) -> [Double] {
      types.indices.map {
        Double(law.allowance(partner: types[$0] == "partners", income: Int(incomes[$0]), assets: 0))
      }
    }
    #expect(types.count == 10)
    #expect(try minima.column("old").doubles()?.values == amounts(.of2024))
    #expect(try minima.column("new").doubles()?.values == amounts(.of2025))
  }

  @Test func `the deciles share out the households and the budget`() async throws {
    let run = try await Self.finished.value
    let deciles = try run.table("proposal", "deciles")
    let groups = try deciles.column("group").texts()
    let (sizes, _) = try #require(try deciles.column("n").doubles())
    let (totals, _) = try #require(try deciles.column("baseline_total").doubles())
    let parts = groups.indices.filter { groups[$0] == "decile" }
    let whole = try #require(groups.firstIndex(of: "all"))
    #expect(parts.count == 10)
    #expect(parts.reduce(0) { $0 + sizes[$1] } == sizes[whole])
    #expect(parts.reduce(0) { $0 + totals[$1] } == totals[whole])
  }
}
