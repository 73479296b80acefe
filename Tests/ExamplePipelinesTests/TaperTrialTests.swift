// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Foundation
import Tables
import Testing

/// A reform that is worked out on paper and then tried: one name from the by-law to the measured effect.
struct TaperTrialTests {
  private static let reform = "taper+edges"

  /// One run, which all tests look at.
  private static let finished = Task {
    try await Installed.run(Installed.root.appending(path: "pipelines/taper-trial.yaml"))
  }

  private func effect(_ outcome: String, _ run: Installed.Finished) throws -> Effect {
    let effects = try EffectsTable.effects(run.table("effect", "effects"))
    return try #require(effects.first { $0.outcome == outcome })
  }

  private func figure(_ column: String, _ table: Table) throws -> Double {
    try #require(try table.column(column).doubles()?.values.first)
  }

  /// What the trial should find on average, from what each household has a right to.
  ///
  /// The pipeline's truth: of those with a right to € 300 or more 70 % apply, to less 45 %.
  private func truePaid(_ cases: Table) throws -> Double {
    let (old, _) = try #require(try cases.column("supplement_baseline").doubles())
    let (new, _) = try #require(try cases.column("supplement_taper_edges").doubles())
    func paid(_ right: Double) -> Double { right * (right >= 300 ? 0.70 : 0.45) }
    return zip(old, new).reduce(0) { $0 + paid($1.1) - paid($1.0) } / Double(old.count)
  }

  @Test func `the reform keeps its name from the proposal to the measured contrast`() async throws {
    let run = try await Self.finished.value
    for stage in ["budget", "expected"] {
      #expect(try run.table(stage, "summary").column("reform").texts() == [Self.reform])
    }
    let card = try PilotCard(record: run.record("intake", "pilot"))
    #expect(card.arms.map(\.id) == ["baseline", Self.reform])
    for outcome in ["arrears", "paid", "minutes"] {
      let effect = try effect(outcome, run)
      #expect(effect.contrast == "\(Self.reform) - baseline")
      #expect(effect.experiment == card.id)
      #expect(effect.smsLevel == 5 && effect.flags == [])
    }
  }

  /// By hand, in cents: what the cliff ends at 120 % the taper pays to 75, 50 and 25 %.
  @Test func `on paper every household gains its band`() async throws {
    let expected = try await Self.finished.value.table("expected", "cases")
    let types = try expected.column("household_type").texts()
    let (incomes, _) = try #require(try expected.column("income_percent").doubles())
    let (changes, _) = try #require(
      try expected.column("supplement_taper_edges_change").doubles())
    for row in types.indices {
      let whole: Double =
        types[row] == "couple" ? 732 : types[row] == "single_parent" ? 651 : 513
      let income = incomes[row]
      let share = income <= 120 ? 0 : income <= 124 ? 0.75 : income <= 127 ? 0.5 : 0.25
      #expect(changes[row] == whole * share)
    }
  }

  /// By hand: the whole amount falls away at 120 %; in the bands no step is more than a quarter of it.
  @Test func `the taper takes the cliff away in four steps`() async throws {
    let cliffs = try await Self.finished.value.table("budget", "cliffs")
    #expect(try cliffs.column("cliffs").doubles()?.values == [1, 1, 1, 4, 4, 4])
    #expect(
      try cliffs.column("largest_drop").doubles()?.values
        == [513, 651, 732, 128.25, 162.75, 183])
    #expect(try cliffs.column("income").doubles()?.values == [120, 120, 120, 120, 120, 120])
  }

  /// Amounts of Noordenveld: 513, 384.75, 256.50, 128.25 for a single person, and so on.
  @Test func `the table of example households shows the published bands`() async throws {
    let minima = try await Self.finished.value.table("budget", "minima")
    // At 100, 120, 122, 125, 129 and 131 %.
    let old = [513, 651, 732].flatMap { [$0, $0, 0, 0, 0, 0] }
    let new: [Double] = [
      513, 513, 384.75, 256.50, 128.25, 0, 651, 651, 488.25, 325.50, 162.75, 0, 732, 732, 549, 366,
      183, 0,
    ]
    #expect(try minima.column("old").doubles()?.values == old.map { Double($0) })
    #expect(try minima.column("new").doubles()?.values == new)
  }

  @Test func `the trial finds what was really paid, which is less than was worked out`()
    async throws
  {
    let run = try await Self.finished.value
    let onPaper = try figure("mean_change", run.table("expected", "impact"))
    let truth = try truePaid(run.table("expected", "cases"))
    let paid = try effect("paid", run)
    let (low, high) = try (#require(paid.confidenceLow), #require(paid.confidenceHigh))
    #expect(low <= truth && truth <= high, "\(truth) is not in \(low) to \(high)")
    // Not everybody applies: the interval leaves out what the rules would give to all.
    #expect(high < onPaper)
    let arrears = try effect("arrears", run)
    let (least, most) = try (#require(arrears.confidenceLow), #require(arrears.confidenceHigh))
    #expect(least <= -0.0003 * truth && -0.0003 * truth <= most)
    let minutes = try effect("minutes", run)
    #expect(try #require(minutes.confidenceLow) <= 3 && 3 <= #require(minutes.confidenceHigh))
  }

  @Test func `the report shows what was expected beside what was measured`() async throws {
    let run = try await Self.finished.value
    #expect(try Verdict(record: run.record("verdict", "verdict")).decision == .scaleUp)
    let text = try run.text("report", "text")
    let whole = try run.table("expected", "summary")
    #expect(try figure("budget_change", whole) > 0)
    for part in [
      "Scale up", "Supplement that was paid (secondary outcome)",
      "In short (expected)",
      "| \(Self.reform) |", "\(Self.reform) - baseline",
    ] {
      #expect(text.contains(part), "the report lacks '\(part)'")
    }
  }
}
