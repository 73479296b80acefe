// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Social assistance over a population, held against articles 21 to 22a in whole cents.
struct SocialAssistanceTests {
  /// The norms of 1 January 2025, Participatiewet articles 21 and 22.
  private static let single = (younger: 134_545, pensioner: 150_107)
  private static let couple = (younger: 192_207, pensioner: 205_348)

  private struct Household {
    let type: String
    let pensioner: Bool
    let sharers: Int
    let income: Int

    /// The norm of a month in cents; article 22a: (40 % + A × 30 %) ⁄ A × B for each person.
    var norm: Int {
      let isCouple = type == "couple"
      let (alone, shared) = (isCouple ? couple : single, couple)
      guard sharers > 0 else { return pensioner ? alone.pensioner : alone.younger }
      let persons = sharers + (isCouple ? 2 : 1)
      let whole = (40 + 30 * persons) * (pensioner ? shared.pensioner : shared.younger)
      let each = (2 * whole + 100 * persons) / (200 * persons)
      return isCouple ? 2 * each : each
    }

    /// What the household gets in the year, in cents.
    var assistance: Int { max(0, 12 * norm - 100 * income) }

    var alone: Household {
      Household(type: type, pensioner: pensioner, sharers: 0, income: income)
    }
  }

  private func households(_ cases: Table) throws -> [Household] {
    func whole(_ column: String) throws -> [Int] {
      try #require(try cases.column(column).doubles()).values.map { Int($0) }
    }
    let types = try cases.column("household_type").texts()
    let (pensioner, sharers, income) = try (whole("pensioner"), whole("sharers"), whole("income"))
    return types.indices.map {
      Household(
        type: types[$0] ?? "", pensioner: pensioner[$0] == 1, sharers: sharers[$0],
        income: income[$0])
    }
  }

  /// One run, which all tests look at.
  private static let finished = Task {
    try await Installed.run(Installed.root.appending(path: "pipelines/bijstandsnormen.yaml"))
  }

  @Test func `every household gets what the law gives, with and without cost sharing`() async throws
  {
    let cases = try await Self.finished.value.table("proposal", "cases")
    func cents(_ column: String) throws -> [Int] {
      try #require(try cases.column(column).doubles()).values.map { Int(($0 * 100).rounded()) }
    }
    let households = try households(cases)
    #expect(households.count == 4_000 && households.contains { $0.sharers > 2 })
    #expect(try cents("assistance_baseline") == households.map(\.assistance))
    #expect(try cents("assistance_no_cost_sharing") == households.map(\.alone.assistance))
  }

  /// By hand, a single person without income who shares with one other: 12 × (1,345.45 − 961.04) = 4,612.92,
  /// and a couple with a grown-up child: 12 × (1,922.07 − 2 × 832.90) = 3,075.24.
  @Test func `who shares a home gains what the norm took`() async throws {
    let cases = try await Self.finished.value.table("proposal", "cases")
    let (changes, _) = try #require(
      try cases.column("assistance_no_cost_sharing_change").doubles())
    var (singles, couples) = (0, 0)
    for (household, change) in zip(try households(cases), changes)
    where household.income == 0 && household.sharers == 1 && !household.pensioner {
      if household.type == "couple" {
        #expect(change == 3_075.24)
        couples += 1
      } else {
        #expect(change == 4_612.92)
        singles += 1
      }
    }
    #expect(singles > 100 && couples > 10)
  }

  /// Article 19a over the people of each home, counted one by one.
  @Test(arguments: [("sharers_from_27", 27), ("sharers_from_21", 21)])
  func `who shares the costs is counted in each home`(column: String, age: Double) async throws {
    let run = try await Self.finished.value
    let people = try run.table("people", "cases")
    func numbers(_ column: String) throws -> [Double] {
      try #require(try people.column(column).doubles()).values
    }
    let (homes, ages) = try (numbers("household"), numbers("age"))
    let (studies, pays) = try (numbers("studies"), numbers("pays_rent"))
    let roles = try people.column("role").texts()
    var counts = [Double](repeating: 0, count: 4_000)
    for row in homes.indices
    where roles[row] == "resident" && ages[row] >= age && studies[row] == 0 && pays[row] == 0 {
      counts[Int(homes[row]) - 1] += 1
    }
    let counted = try run.table("counted", "cases")
    #expect(try counted.column(column).doubles()?.values == counts)
    #expect(counts.contains(0) && counts.contains { $0 > 1 })
  }

  @Test func `from 21 on more homes share their costs than from 27 on`() async throws {
    let summary = try await Self.finished.value.table("counted", "summary")
    let (homes, _) = try #require(try summary.column("recipients").doubles())
    #expect(try summary.column("scheme").texts() == ["from-27", "from-21"])
    #expect(homes[0] > 100 && homes[1] > homes[0])
  }

  @Test func `who shares with nobody sees no change`() async throws {
    let impact = try await Self.finished.value.table("proposal", "impact")
    let homes = try impact.column("value").texts()
    let row = try #require(homes.firstIndex(of: "shares with nobody"))
    #expect(try impact.column("gainers").doubles()?.values[row] == 0)
    #expect(try impact.column("total_change").doubles()?.values[row] == 0)
  }

  @Test func `the table of norms leaves no household out and counts none twice`() async throws {
    #expect(try await Self.finished.value.table("tables", "findings").rowCount == 0)
  }
}
