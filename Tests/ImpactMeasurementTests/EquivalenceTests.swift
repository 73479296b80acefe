// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct EquivalenceTests {
  private func run(
    _ with: String, cases: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun("equivalence", with, cases: try cases ?? shares(), card: card)
  }

  /// 18 of 60 succeed with the change, 25 of 50 without; `days` are the Welch case of StatisticsTests.
  private func shares() throws -> Table {
    let arm = (0..<110).map { $0 < 60 ? "new" : "old" }
    let done = (0..<110).map { (row: Int) -> Bool in row < 60 ? row < 18 : row < 85 }
    let measured = [12.1, 9.8, 11.4, 10.2, 13.5, 9.1, 10.9]
    let control = [10.0, 12.2, 9.7, 11.1, 10.4, 8.8]
    var days = [Double?](repeating: nil, count: 110)
    for (row, value) in measured.enumerated() { days[row] = value }
    for (row, value) in control.enumerated() { days[60 + row] = value }
    return try Table([
      ("arm", .text(TextColumn(arm))), ("done", .boolean(BooleanColumn(done))),
      ("days", .number(FixedColumn(days))),
      ("office", .text(TextColumn((0..<110).map { $0 % 2 == 0 ? "n" : "s" }))),
      ("site", .number(FixedColumn((0..<110).map { Double($0 / 5) }))),
    ])
  }

  private static let arms = "arm: arm\ncontrol: old\n"

  private func number(_ run: ImpactRun, _ column: String) throws -> Double? {
    guard case .number(let values) = try run.table("decisions")[column] else { return nil }
    return values[0]
  }

  private func text(_ run: ImpactRun, _ column: String) throws -> String? {
    try run.table("decisions")[column]?.texts()[0]
  }

  /// R `t.test(a, b, mu = 2, alternative = "less")`: see StatisticsTests/EquivalenceTests.
  @Test func `means are tested by Welch on either side`() async throws {
    let run = try await run(
      Self.arms + "outcome: days\naim: equivalence\nmargin: 2\nlevel: 0.9")
    expectClose(try number(run, "p_low"), 0.002265519543319168, 1e-9)
    expectClose(try number(run, "p_high"), 0.04605612046254095, 1e-9)
    #expect(try text(run, "decision") == "shown")
    let sentence =
      "days, new - old: it is shown that the change differs by less than 2 either way (-0.6969 to "
      + "1.964, p = 0.046)"
    #expect(try text(run, "sentence") == sentence)
    #expect(run.notes.contains(sentence))
    let effect = try run.effects[0]
    #expect(effect.level == 0.9 && effect.variance == "welch, df Satterthwaite")
    #expect(effect.flags == ["outcome-missing"])
    expectClose(effect.confidenceHigh, 1.9636162548264529, 1e-9)
  }

  /// R rpact 3.3.4: see StatisticsTests/EquivalenceTests.
  @Test func `shares are tested by the score test, and its interval decides`() async throws {
    let run = try await run(
      Self.arms + "outcome: done\naim: non-inferiority\nmargin: 0.05\ndirection: increase")
    expectClose(try number(run, "p_value"), 0.9457966289742291, 1e-9)
    #expect(try number(run, "margin_low") == -0.05 && number(run, "margin_high") == nil)
    #expect(try text(run, "decision") == "inconclusive")
    let effect = try run.effects[0]
    expectClose(effect.estimate, -0.2, 1e-12)
    #expect(
      effect.standardError == nil && effect.variance == "score (Farrington–Manning), df normal")
    expectClose(try number(run, "conf_low"), try #require(effect.confidenceLow), 1e-12)
  }

  @Test func `an interval wholly beyond the margin speaks against the claim`() async throws {
    let run = try await run(
      Self.arms
        + "outcome: done\naim: non-inferiority\nmargin: 0.01\ndirection: increase\nlevel: 0.9\n"
        + "variance: newcombe")
    #expect(try text(run, "decision") == "refuted")
    #expect(
      try #require(try text(run, "sentence")).hasPrefix(
        "done, new - old: the data speak against that the change is worse by less than 0.01"))
  }

  @Test func `the other direction asks the other side`() async throws {
    let run = try await run(
      Self.arms + "outcome: done\naim: non-inferiority\nmargin: 0.05\ndirection: decrease")
    #expect(try number(run, "margin_low") == nil && number(run, "margin_high") == 0.05)
    #expect(try text(run, "decision") == "shown")
  }

  @Test func `margin and direction come from the card`() async throws {
    let run = try await run(
      "{outcome: paid, aim: non-inferiority, arm: arm}", cases: try Sample.trial(),
      card: try Sample.card())
    #expect(try number(run, "margin_low") == -1 && number(run, "margin_high") == nil)
    #expect(try run.table("decisions").rowCount == 2)
    #expect(try run.effects[0].unit == "euro")
  }

  @Test func `decisions over several contrasts may be adjusted`() async throws {
    let run = try await run(
      "{outcome: paid, aim: equivalence, margin: 8, arm: arm, control: a, adjust: holm}",
      cases: try Sample.trial())
    let adjusted = try number(run, "p_adjusted") ?? 0
    #expect(try adjusted >= (number(run, "p_value") ?? 1))
  }

  @Test func `blocks and clusters are compared as means`() async throws {
    let blocked = try await run(
      Self.arms + "outcome: done\naim: equivalence\nmargin: 0.3\nblock: office")
    #expect(try blocked.effects[0].variance?.hasPrefix("neyman") == true)
    let clustered = try await run(
      Self.arms + "outcome: done\naim: equivalence\nmargin: 0.3\ncluster: site")
    #expect(try clustered.effects[0].variance == "cr2, df Satterthwaite")
    #expect(try clustered.effects[0].clusters == 22)
    let same = try await ImpactRun(
      "difference-in-means", Self.arms + "outcome: done\ncluster: site", cases: try shares())
    expectClose(
      try clustered.effects[0].confidenceLow, try #require(try same.effects[0].confidenceLow),
      1e-12)
  }

  @Test(arguments: [
    ("outcome: done\naim: equivalence", "margin", "no margin is declared"),
    ("outcome: done\naim: equivalence\nmargin: -1", "margin", "not positive"),
    ("outcome: done\naim: equivalence\nmargin: 1.5", "margin", "between −1 and 1"),
    ("outcome: done\naim: non-inferiority\nmargin: 0.1", "direction", "which way is worse"),
    (
      "outcome: days\naim: equivalence\nmargin: 1\nvariance: score", "variance",
      "for yes/no outcomes"
    ),
    (
      "outcome: done\naim: equivalence\nmargin: 0.1\ncluster: site\nvariance: score", "variance",
      "inference follows assignment"
    ),
    ("outcome: done\naim: equivalence\nmargin: 0.1\nvariance: cr2", "variance", "needs 'cluster'"),
    ("outcome: flat\naim: equivalence\nmargin: 1", "outcome", "does not vary"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let cases = try shares().adding("flat", .number(FixedColumn((0..<110).map { _ in 3.0 })))
    let found = try await fault("equivalence", Self.arms + with, cases: cases)
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test func `a direction that the card denies is a fault`() async throws {
    let found = try await fault(
      "equivalence", "{outcome: paid, aim: non-inferiority, arm: arm, direction: decrease}",
      cases: try Sample.trial(), card: try Sample.card())
    #expect(found.parameter == "direction")
  }
}
