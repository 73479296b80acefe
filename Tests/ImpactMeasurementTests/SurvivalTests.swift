// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

/// The sixty rows of StatisticsTests/SurvivalTests, whose figures are those of R survival 3.5-3.
struct SurvivalTests {
  private let rows = Array(0..<60)

  private func cases(
    event: (Int) -> Bool = { $0 * 13 % 5 != 0 }, start: Int32 = 20_000
  ) throws -> Table {
    let time = rows.map { 1 + $0 * 37 % 29 + ($0 % 2 == 1 ? $0 % 4 : 0) }
    let came = rows.map(event)
    return try Table([
      ("time", .number(FixedColumn(time.map { Double($0) }))),
      ("came", .boolean(BooleanColumn(came))),
      ("arm", .text(TextColumn(rows.map { $0 % 2 == 0 ? "a" : "b" }))),
      ("x", .number(FixedColumn(rows.map { Double($0 * 7 % 11) / 10 }))),
      ("site", .number(FixedColumn(rows.map { Double($0 / 6) }))),
      ("office", .text(TextColumn(rows.map { $0 / 3 % 2 == 0 ? "n" : "s" }))),
      ("began", .date(FixedColumn(rows.map { _ in start }))),
      ("ended", .date(FixedColumn(rows.map { came[$0] ? start + Int32(time[$0]) : nil }))),
      ("late", .number(FixedColumn(rows.map { Double(time[$0]) * Double($0 * 3 % 4) / 8 }))),
      ("other", .number(FixedColumn(rows.map { Double($0) }))),
    ])
  }

  private static let times = "time: time\nevent: came\n"
  private static let arms = "arm: arm\ncontrol: a\n"

  private func run(_ with: String, cases: Table? = nil) async throws -> ImpactRun {
    try await ImpactRun(
      "survival", Self.times + Self.arms + with, cases: try cases ?? self.cases())
  }

  private func ratio(_ run: ImpactRun) throws -> Effect {
    try #require(try EffectsTable.effects(try run.table("ratios")).first)
  }

  @Test func `the effect is the difference in restricted mean time`() async throws {
    let run = try await run("horizon: 20")
    let effect = try run.effect("b - a")
    expectClose(effect.estimate, 15.552531199677938 - 14.31727920227920, 1e-9)
    expectClose(
      effect.standardError,
      (1.18927876521442 * 1.18927876521442 + 1.049347342808831 * 1.049347342808831).squareRoot(),
      1e-9)
    #expect(effect.scale == .difference && effect.role == .primary)
    #expect(effect.time == "up to 20" && effect.variance == "greenwood, df normal")
    #expect(effect.treatedCount == 30 && effect.controlCount == 30 && effect.count == 60)
    #expect(
      run.notes.contains(
        "time: 12 of 60 cases are open and count as long as they were followed; means are taken up to "
          + "20"))
  }

  @Test(arguments: [
    ("covariates: x", -0.3191898190980986, 0.2976920483135261),
    ("covariates: x\nvariance: hc0", -0.3191898190980986, 0.2858674079104640),
    ("covariates: x\ncluster: site\nvariance: cr0", -0.3191898190980986, 0.2388151992242575),
    (
      "covariates: x\nblock: office\ncluster: site\nvariance: cr0", -0.5722655578393177,
      0.1769238697443516
    ),
    ("covariates: x\nentry: late", -0.2501571326496998, 0.2999591931054853),
  ])
  func `ratios are coxph's log hazard ratios`(
    with: String, estimate: Double, error: Double
  ) async throws {
    let run = try await run(with)
    let ratio = try ratio(run)
    expectClose(ratio.estimate, estimate, 1e-7)
    expectClose(ratio.standardError, error, 1e-7)
    #expect(ratio.scale == .logHazard && ratio.role == .secondary)
  }

  @Test func `tests are survdiff's, checks are cox.zph's`() async throws {
    let plain = try await run("covariates: x")
    func number(_ table: Table, _ column: String) throws -> Double? {
      guard case .number(let values) = table[column] else { return nil }
      return values[0]
    }
    expectClose(try number(plain.table("tests"), "statistic"), 1.279579678604421, 1e-9)
    let check = try plain.check("proportional-hazards", "b - a")
    expectClose(check.statistic, 0.1351420735060426, 1e-7)
    #expect(check.passed && check.flag == nil)
    let stratified = try await run("block: office")
    expectClose(try number(stratified.table("tests"), "statistic"), 3.234208440619846, 1e-9)
    #expect(try stratified.table("tests")["test"]?.texts() == ["log-rank within blocks"])
    #expect(
      try plain.table("curves").names == [
        "outcome", "arm", "time", "survival", "std_error", "conf_low", "conf_high", "at_risk",
        "events", "censored",
      ])
  }

  @Test func `the card's outcome is the time, and a hazard ratio never decides`() async throws {
    let card = try Sample.card { answers in
      answers["outcomes"] = [
        [
          "id": "duration", "column": "time", "direction": "decrease", "role": "guardrail",
          "unit": "weeks",
        ],
        [
          "id": "granted", "column": "other", "direction": "increase", "role": "primary",
          "minimum_difference": 1,
        ],
      ]
    }
    let run = try await ImpactRun(
      "survival", Self.times + "arm: arm", cases: try cases(), card: card)
    let effect = try run.effects[0]
    #expect(effect.outcome == "time" && effect.role == .guardrail && effect.unit == "weeks")
    #expect(!effect.flags.contains("deviates-from-plan"))
    // Opposite signs: a longer time is a lower hazard.
    let ratio = try ratio(run)
    #expect(ratio.outcome == "came" && ratio.role == .secondary && ratio.unit == nil)
    #expect(try #require(effect.estimate) > 0 && #require(ratio.estimate) < 0)
  }

  @Test func `arms taken together are compared as one`() async throws {
    let cases = try cases().adding(
      "third", .text(TextColumn(rows.map { $0 % 2 == 0 ? "a" : $0 % 4 == 1 ? "b" : "c" })))
    let run = try await ImpactRun(
      "survival",
      Self.times + "arm: third\ncontrol: a\nhorizon: 20\ncovariates: x\npool: {any: [b, c]}",
      cases: cases)
    let ratios = try EffectsTable.effects(try run.table("ratios"))
    #expect(ratios.map(\.contrast) == ["b - a", "c - a", "any - a"])
    expectClose(ratios[2].estimate, -0.3191898190980986, 1e-7)
    expectClose(
      try run.effect("any - a").estimate, 15.552531199677938 - 14.31727920227920, 1e-9)
    #expect(try run.table("tests")["contrast"]?.texts().last == "all arms")
    guard case .number(let statistics) = try run.table("tests")["statistic"] else { return }
    expectClose(statistics[2], 1.279579678604421, 1e-9)
    #expect(try run.checks.count == 3)
  }

  @Test func `a failed check flags the ratio and says what to read instead`() async throws {
    let run = try await run("covariates: x\nentry: late\nproportionality_threshold: 0.5")
    #expect(try run.check("proportional-hazards").passed == false)
    #expect(try ratio(run).flags.contains("non-proportional-hazards"))
    #expect(try !run.effects[0].flags.contains("non-proportional-hazards"))
    #expect(run.notes.contains { $0.contains("read the restricted mean and the curves") })
  }

  @Test func `clusters have the jackknife's variance, and fewer degrees of freedom`() async throws {
    let run = try await run("horizon: 20\ncluster: half", cases: try halves())
    let effect = try run.effects[0]
    #expect(effect.clusters == 20 && effect.degreesOfFreedom == 18)
    #expect(effect.flags.contains("few-clusters") && !effect.flags.contains("mixed-clusters"))
    // `residuals(survfit, type = "auc")` summed by cluster, times 10 ⁄ 9 in each arm.
    let squared = 0.5463195394268555 * 0.5463195394268555 + 0.7292225685623731 * 0.7292225685623731
    expectClose(effect.standardError, (squared * 10 / 9).squareRoot(), 1e-9)
    #expect(try run.table("tests")["test"]?.texts() == ["log-rank, robust by cluster"])
    #expect(try run.table("curves")["conf_low"]?.missingCount == run.table("curves").rowCount)
    #expect(try await self.run("cluster: site").effects[0].flags.contains("mixed-clusters"))
  }

  /// The clusters of sites, each split by arm so that it was assigned whole.
  private func halves() throws -> Table {
    try cases().adding("half", .text(TextColumn(rows.map { "\($0 / 6)\($0 % 2)" })))
  }

  @Test func `dates give the same as times, and open cases end on the closing date`() async throws {
    let dated = try await ImpactRun(
      "survival",
      Self.arms + "start: began\nend: ended\nclosing_date: 2024-11-04\nhorizon: 20",
      cases: try cases())
    let effect = try dated.effects[0]
    #expect(effect.outcome == "ended" && effect.unit == "days" && effect.time == "up to 20 days")
    // 20 000 days after 1970 is 2024-10-04: open cases were followed for 31 days.
    #expect(
      dated.notes.contains {
        $0.hasPrefix("ended: 13 of 60 cases are open and count as long as they were followed")
      })
    let timed = try cases().adding(
      "until",
      .number(
        FixedColumn(
          rows.map { row in
            row * 13 % 5 == 0 ? 31 : Double(1 + row * 37 % 29 + (row % 2 == 1 ? row % 4 : 0))
          })))
    let same = try await ImpactRun(
      "survival", Self.arms + "time: until\nevent: came\nhorizon: 20", cases: timed)
    expectClose(effect.estimate, try #require(try same.effects[0].estimate), 1e-12)
  }

  @Test func `an arm without events has a restricted mean, and no hazard ratio`() async throws {
    let run = try await run("", cases: try cases { $0 % 2 == 0 && $0 % 3 > 0 })
    #expect(try run.effects[0].estimate != nil)
    #expect(try run.effects[0].flags == ["no-events-in-arm"])
    let ratio = try ratio(run)
    #expect(ratio.estimate == nil && ratio.flags == ["no-events-in-arm"])
    #expect(run.notes.contains { $0.contains("the event came in no case of arm 'b'") })
  }

  @Test(arguments: [
    ("time: time\nevent: never\n", "event", "in none of the 60 cases"),
    ("time: time\nevent: x\n", "event", "other values than true and false"),
    ("time: minus\nevent: came\n", "time", "zero or more"),
    ("time: time\nevent: came\nentry: time\n", "entry", "before the end"),
    ("time: time\nevent: early\nhorizon: 100\n", "horizon", "lies after"),
    ("time: time\nevent: came\nhorizon: -1\n", "horizon", "not positive"),
    ("time: time\nevent: came\nhorizon: 0.5\n", "horizon", "no event happened up to 0.5"),
    ("time: time\nevent: arm\n", "event", "something else at once"),
    ("time: time\nevent: came\ncovariates: part\n", "covariates", "tells the outcome"),
    (
      "time: time\nevent: came\nentry: tardy\n", "entry",
      "in arm 'a' all who were under observation at time"
    ),
    ("time: time\n", "event", "does not say which cases are open"),
    ("event: came\n", "time", "neither 'time' nor 'start'"),
    ("time: time\nstart: began\nevent: came\n", "start", "twice"),
    ("start: began\nend: ended\n", "closing_date", "until when"),
    ("start: began\nend: ended\nclosing_date: soon\n", "closing_date", "is no date"),
    ("start: time\nend: ended\nclosing_date: 2024-11-04\n", "start", "holds no dates"),
    ("start: ended\nend: began\nclosing_date: 2024-11-04\n", "end", "lies before"),
    ("time: time\nevent: came\nvariance: cr1\n", "variance", "no 'cluster' is named"),
    (
      "time: time\nevent: came\ncluster: site\nvariance: hc0\n", "variance",
      "inference follows assignment"
    ),
    ("time: time\nevent: came\ncovariates: same\n", "covariates", "follows from the other"),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let cases = try cases()
      .adding("never", .boolean(BooleanColumn(rows.map { _ in false })))
      .adding("minus", .number(FixedColumn(rows.map { Double($0) - 1 })))
      .adding("tardy", .number(FixedColumn(rows.map { $0 % 2 == 0 && $0 * 37 % 29 > 2 ? 3.0 : 0 })))
      .adding("part", .number(FixedColumn(rows.map { $0 * 13 % 5 == 0 ? 1.0 : 0 })))
      .adding("early", .boolean(BooleanColumn(rows.map { $0 * 37 % 29 < 20 })))
      .adding("same", .number(FixedColumn(rows.map { _ in 2.0 })))
    let found = try await fault("survival", with + Self.arms, cases: cases)
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(message), "\(found.message)")
  }
}
