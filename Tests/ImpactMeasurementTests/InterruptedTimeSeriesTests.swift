// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct InterruptedTimeSeriesTests {
  private func run(
    _ with: String, card: PilotCard? = nil, cases: Table? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "interrupted-time-series", with, cases: try cases ?? MonthSample.table(), card: card)
  }

  private func estimate(_ run: ImpactRun, _ quantity: String) throws -> (Double, Double) {
    let details = try run.table("details")
    let row = try #require(details["quantity"]?.texts().firstIndex(of: quantity))
    let value = try #require(details["estimate"]?.doubles()?.values[row])
    return (value, try #require(details["std_error"]?.doubles()?.values[row]))
  }

  /// R 4.2.2, sandwich 3.0.2: reference case its-newey-west, change from t = 37 on; errors with n⁄(n − k).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the effect at a time is R's`() async throws {
    let reference = try Reference("its-newey-west")
    let run = try await run(
      "{outcome: y, time: t, interruption: 37, after: 23}", cases: reference.cases)
    let effect = try #require(try run.effects.first)
    let factor = (60.0 / 56).squareRoot()
    expectClose(effect.estimate, try reference.number("effect_t60/estimate"), 1e-8)
    expectClose(effect.standardError, try reference.number("effect_t60/se_nw3") * factor, 1e-8)
    #expect(effect.degreesOfFreedom == 56 && effect.time == "60")
    #expect(effect.variance == "newey-west, lag 3, × N/(N − K), df rows − coefficients")
    #expect(effect.contrast == "after - before" && effect.estimand == "ATT")
    #expect(effect.count == 60 && effect.treatedCount == 24 && effect.controlCount == 36)
    #expect(effect.smsLevel == 2 && effect.scale == .difference)
    let slope = try estimate(run, "slope")
    expectClose(slope.0, try reference.number("coef/since"), 1e-8)
    expectClose(slope.1, try reference.number("nw_lag3_adjust/since"), 1e-8)
    let last = try estimate(run, "last")
    expectClose(last.0, try reference.number("effect_t60/estimate"), 1e-8)
  }

  /// R 4.2.2, nlme 3.1.162 `gls(correlation = corAR1(), method = "REML")`, to its optimiser's 1e-5.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `autoregressive errors are R's`() async throws {
    let reference = try Reference("its-newey-west")
    let run = try await run(
      "{outcome: y, time: t, interruption: 37, variance: ar}", cases: reference.cases)
    let slope = try estimate(run, "slope")
    expectClose(slope.0, try reference.number("gls_ar1_REML/coef/since"), 1e-5)
    expectClose(slope.1, try reference.number("gls_ar1_REML/se/since"), 1e-5)
    // The level of the reference stands one period earlier.
    let level = try estimate(run, "level")
    let before = try reference.number("gls_ar1_REML/coef/post")
    expectClose(level.0, before + slope.0, 1e-5)
    #expect(try run.effects[0].variance?.hasPrefix("ar(1)") == true)
    #expect(try run.check("autocorrelation").passed)
  }

  @Test func `dates, months, weeks and the periods of Statistics Netherlands are the same`()
    async throws
  {
    let expected = try await run("{outcome: calls, time: index, interruption: 30}").effects[0]
    for (column, interruption) in [
      ("date", "2022-07-01"), ("date", "2022-07-15"), ("month", "2022-07"), ("cbs", "2022MM07"),
      ("compact", "202207"), ("moment", "2022-07"), ("cbs", "2022-07"),
    ] {
      let effect = try await run(
        "{outcome: calls, time: \(column), interruption: \(interruption)}"
      ).effects[0]
      expectClose(effect.estimate, try #require(expected.estimate), 1e-9, column)
      #expect(effect.time == "2022-07 to 2023-12", "\(column)")
    }
    let weeks = try await run("{outcome: calls, time: week, interruption: 2020-W31}").effects[0]
    expectClose(weeks.estimate, try #require(expected.estimate), 1e-9)
    #expect(weeks.time == "2020-W31 to 2020-W48")
    let days = try await run("{outcome: calls, time: monday, interruption: 2020-07-27}").effects[0]
    #expect(days.time == "2020-W31 to 2020-W48")
    let quarters = try await run("{outcome: calls, time: quarter, interruption: 2007-Q3}").effects[
      0]
    #expect(quarters.time == "2007-Q3 to 2011-Q4")
  }

  @Test func `the average effect lies between the first and the last`() async throws {
    let run = try await run("{outcome: calls, time: month, interruption: 2022-07}")
    let level = try estimate(run, "level").0
    let last = try estimate(run, "last").0
    expectClose(try run.effects[0].estimate, (level + last) / 2, 1e-9)
    // The change was planted as −12, with noise of ±3.
    #expect((try #require(try run.effects[0].estimate) + 12).magnitude < 4)
    let lines = try run.table("series")
    let fitted = try #require(lines["fitted"]?.doubles()?.values)
    let without = try #require(lines["counterfactual"]?.doubles()?.values)
    #expect(fitted[29] == without[29])
    expectClose(fitted[47] - without[47], last, 1e-9)
  }

  @Test func `a season is taken out by months or by waves`() async throws {
    let plain = try await run("{outcome: seasonal, time: month, interruption: 2022-07}").effects[0]
    for season in ["indicators", "harmonics"] {
      let effect = try await run(
        "{outcome: seasonal, time: month, interruption: 2022-07, season: \(season)}"
      ).effects[0]
      #expect(try #require(effect.standardError) < #require(plain.standardError), "\(season)")
    }
    let given = try await run(
      "{outcome: seasonal, time: index, interruption: 30, season: indicators, cycle: 12}"
    ).effects[0]
    let known = try await run(
      "{outcome: seasonal, time: month, interruption: 2022-07, season: indicators}"
    ).effects[0]
    expectClose(given.estimate, try #require(known.estimate), 1e-9)
  }

  @Test func `a control series takes away what came for both`() async throws {
    let cases = try MonthSample.twoSeries()
    let run = try await run(
      "{outcome: calls, time: month, interruption: 2022-07, arm: office, control: other}",
      cases: cases)
    let effect = try #require(try run.effects.first)
    #expect(effect.contrast == "here - other" && effect.smsLevel == 3 && effect.count == 96)
    // Both fell by 5 for another reason; the change itself was −12.
    #expect((try #require(effect.estimate) + 12).magnitude < 4)
    let alone = try await self.run(
      "{outcome: calls, time: month, interruption: 2022-07, where: office = \"here\"}", cases: cases
    ).effects[0]
    #expect((try #require(alone.estimate) + 17).magnitude < 4)
    let process = try await self.run(
      "{outcome: calls, time: month, interruption: 2022-07, arm: office, control: other, variance: ar}",
      cases: cases
    ).effects[0]
    #expect((try #require(process.estimate) + 12).magnitude < 4)
    let turned = cases.taking(rows: Array((0..<cases.rowCount).reversed()))
    let again = try await self.run(
      "{outcome: calls, time: month, interruption: 2022-07, arm: office, control: other}",
      cases: turned
    ).effects[0]
    expectClose(again.estimate, try #require(effect.estimate), 1e-10)
    expectClose(again.standardError, try #require(effect.standardError), 1e-10)
  }

  @Test func `counts in a population give the logarithm of a rate ratio`() async throws {
    let run = try await run(
      "{outcome: count, time: month, interruption: 2022-07, family: poisson, exposure: people}")
    let effect = try #require(try run.effects.first)
    #expect(effect.scale == .logRate)
    // The rate was planted to fall by the factor 0.7, whose logarithm is −0.357.
    #expect((try #require(effect.estimate) + 0.357).magnitude < 0.1)
    let lines = try run.table("series")
    let observed = try #require(lines["observed"]?.doubles()?.values).reduce(0, +)
    let fitted = try #require(lines["fitted"]?.doubles()?.values).reduce(0, +)
    expectClose(fitted, observed, 1e-9)
    let quasi = try await self.run(
      "{outcome: count, time: month, interruption: 2022-07, family: poisson, exposure: people, "
        + "variance: classical}"
    ).effects[0]
    #expect(quasi.variance == "quasi-poisson, df rows − coefficients")
    let spread = try await self.run(
      "{outcome: count, time: month, interruption: 2022-07, family: negative-binomial, "
        + "exposure: people}"
    ).effects[0]
    #expect((try #require(spread.estimate) + 0.357).magnitude < 0.1 && spread.scale == .logRate)
    // These counts spread no more than Poisson's.
    #expect(spread.estimate == effect.estimate)
    let rate = try await self.run(
      "{outcome: count, time: month, interruption: 2022-07, exposure: people}"
    ).effects[0]
    #expect(try #require(rate.estimate) < 0 && #require(rate.estimate) > -1)
  }

  @Test func `several interruptions are several effects`() async throws {
    let run = try await run(
      "{outcome: calls, time: month, interruption: [2022-07, 2023-03], adjust: holm}")
    let effects = try run.effects
    #expect(
      effects.map(\.contrast) == ["after - before, from 2022-07", "after - before, from 2023-03"])
    #expect(effects.map(\.time) == ["2022-07 to 2023-02", "2023-03 to 2023-12"])
    #expect(effects.allSatisfy { $0.adjustedPValue != nil })
  }

  @Test func `a card that assigned municipalities asks for no cluster`() async throws {
    let card = try Sample.card {
      $0["unit_of_assignment"] = "municipality"
      $0["design"] = "interrupted-time-series"
      $0["outcomes"] = [
        [
          "id": "calls", "column": "calls", "direction": "decrease", "role": "primary",
          "minimum_difference": 5,
        ]
      ]
    }
    let run = try await run("{outcome: calls, time: month, interruption: 2022-07}", card: card)
    let effect = try #require(try run.effects.first)
    #expect(effect.experiment == "letters-2026" && effect.role == .primary)
    #expect(effect.design == "interrupted-time-series" && effect.smsLevel == 2)
  }

  @Test func `few periods before the change lower the grade`() async throws {
    let run = try await run(
      "{outcome: calls, time: index, interruption: 30, where: index > 23}")
    let check = try run.check("periods")
    #expect(!check.passed && check.message.contains("6 periods before"))
    #expect(try run.effects[0].flags.contains("short-series"))
    #expect(try run.effects[0].smsLevel == 1)
    #expect(run.notes.contains { $0.contains("fewer than 8") })
  }

  @Test func `a break before the change lowers the grade`() async throws {
    let run = try await run("{outcome: broken, time: month, interruption: 2022-07}")
    let check = try run.check("placebo-interruption")
    #expect(!check.passed && check.message.contains("before the change"))
    #expect(try run.effects[0].smsLevel == 1)
    let sound = try await self.run("{outcome: calls, time: month, interruption: 2022-07}")
    #expect(try sound.check("placebo-interruption").passed)
    #expect(try sound.effects[0].flags.isEmpty)
  }

  @Test func `errors that hang together are found`() async throws {
    let run = try await run(
      "{outcome: seasonal, time: month, interruption: 2022-07, variance: classical}")
    let check = try run.check("autocorrelation")
    #expect(!check.passed && check.flag == "autocorrelation")
    #expect(check.message.contains("Durbin–Watson"))
  }

  @Test func `periods that are absent are said`() async throws {
    let run = try await run(
      "{outcome: calls, time: month, interruption: 2022-07, where: index != 10 and index != 11}")
    let check = try run.check("gaps")
    #expect(!check.passed && check.message.contains("2 periods"))
    #expect(try run.effects[0].count == 46)
    let bridged = try await self.run(
      "{outcome: calls, time: month, interruption: 2022-07, where: index != 10, variance: ar}")
    #expect(try bridged.effects[0].standardError != nil)
  }

  @Test func `rows without an outcome are left out and counted`() async throws {
    let run = try await run("{outcome: holes, time: month, interruption: 2022-07}")
    #expect(try run.effects[0].flags == ["outcome-missing"])
    #expect(run.notes.contains("holes: 1 of 48 cases have no 'holes' (outcome) and are left out"))
  }

  @Test(arguments: [
    (
      "{outcome: calls, time: month, interruption: 2030-01}", "interruption",
      "does not lie inside the series"
    ),
    (
      "{outcome: calls, time: month, interruption: 2020-01}", "interruption",
      "does not lie inside the series"
    ),
    (
      "{outcome: calls, time: month, interruption: 2020-03}", "interruption",
      "2 periods before the interruption where at least 3"
    ),
    ("{outcome: calls, time: month, interruption: soon}", "interruption", "is no month"),
    (
      "{outcome: calls, time: month, interruption: [2022-07, 2022-07-09]}", "interruption",
      "two interruptions fall in 2022-07"
    ),
    ("{outcome: calls, time: same, interruption: 4}", "time", "several rows fall in 3"),
    ("{outcome: calls, time: words, interruption: 4}", "time", "texts that are no periods"),
    ("{outcome: calls, time: half, interruption: 4}", "time", "not whole"),
    ("{outcome: calls, time: month, interruption: 2022-07, lag: 60}", "lag", "the lag"),
    (
      "{outcome: calls, time: month, interruption: 2022-07, variance: ar, lag: 7}", "lag", "1 to 4"
    ),
    (
      "{outcome: calls, time: month, interruption: 2022-07, variance: classical, lag: 2}", "lag",
      "no 'lag'"
    ),
    (
      "{outcome: count, time: month, interruption: 2022-07, variance: ar, family: poisson}",
      "variance", "linear"
    ),
    (
      "{outcome: calls, time: index, interruption: 30, season: indicators}", "season",
      "after how many periods"
    ),
    (
      "{outcome: calls, time: week, interruption: 2020-W31, season: indicators}", "season",
      "use season: harmonics"
    ),
    (
      "{outcome: calls, time: month, interruption: 2022-07, covariates: same}", "covariates",
      "'same'"
    ),
    (
      "{outcome: calls, time: month, interruption: 2022-07, covariates: month}", "covariates",
      "once"
    ),
    ("{outcome: calls, time: month, interruption: 2022-07, control: a}", "control", "no 'arm'"),
    (
      "{outcome: calls, time: month, interruption: 2022-07, arm: words, control: zz}", "control",
      "no case is in arm"
    ),
    (
      "{outcome: calls, time: month, interruption: 2022-07, exposure: zero}", "exposure", "positive"
    ),
    ("{outcome: words, time: month, interruption: 2022-07}", "outcome", "needs numbers"),
    ("{outcome: calls, time: month, interruption: 2022-07, after: 40}", "after", "lies after"),
    (
      "{outcome: falling, time: month, interruption: 2022-07, family: poisson}", "outcome",
      "zero or more"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("interrupted-time-series", with, cases: try MonthSample.table())
    #expect(found.parameter == parameter, "\(found.message)")
    let told = found.message + " " + (found.help ?? "")
    #expect(told.contains(message), "\(told)")
  }
}

/// Four years of months from January 2020, with a change of −12 from July 2022 on.
enum MonthSample {
  private static let count = 48

  /// Fractions of k²·a, which hang together little; from −3 to 3.
  private static func noise(_ step: Double) -> [Double] {
    (1...count).map { k -> Double in
      let square = Double(k * k)
      return 6 * (square * step).truncatingRemainder(dividingBy: 1) - 3
    }
  }

  private static func series(_ step: Double, change: Double) -> [Double] {
    let noise = noise(step)
    return (0..<count).map { month -> Double in
      let trend: Double = 100 + 0.5 * Double(month)
      return trend + noise[month] + (month >= 30 ? change : 0)
    }
  }

  private static func month(_ index: Int) -> String {
    "\(2020 + index / 12)-\(index % 12 < 9 ? "0" : "")\(index % 12 + 1)"
  }

  private static func numbers(_ values: [Double]) -> Column { .number(FixedColumn(values)) }
  private static func texts(_ value: (Int) -> String) -> Column {
    .text(TextColumn((0..<count).map(value)))
  }

  static func table() throws -> Table {
    let calls = series(0.6180339887498949, change: -12)
    let noise = noise(0.41421356237309503)
    let wave = [9.0, 6, 3, 0, -3, -6, -9, -6, -3, 0, 3, 6]
    let people = (0..<count).map { 1000 + 5 * Double($0) }
    let counts = (0..<count).map { month -> Double in
      let rate: Double = month >= 30 ? 0.07 : 0.1
      return (people[month] * rate + noise[month]).rounded()
    }
    let dates = (0..<count).map { index in
      CalendarDate(year: 2020 + index / 12, month: index % 12 + 1, day: 1)?.daysSince1970
    }
    // Monday 30 December 2019 begins the first ISO week of 2020.
    let mondays = (0..<count).map { Int32(18_260 + 7 * $0) }
    let compact = (0..<count).map { index -> Int64 in
      let year = 2020 + index / 12
      return Int64(100 * year + index % 12 + 1)
    }
    let weeks = (0..<count).map { "2020-W\($0 < 9 ? "0" : "")\($0 + 1)" }
    let holes: [Double?] = calls.enumerated().map { $0.offset == 47 ? nil : $0.element }
    return try Table([
      ("calls", numbers(calls)),
      ("seasonal", numbers((0..<count).map { calls[$0] + wave[$0 % 12] })),
      ("broken", numbers((0..<count).map { calls[$0] + ($0 >= 14 ? 25 : 0) })),
      ("holes", .number(FixedColumn(holes))), ("count", numbers(counts)),
      ("falling", numbers((0..<count).map { 20 - Double($0) })),
      ("people", numbers(people)), ("zero", numbers([Double](repeating: 0, count: count))),
      ("index", .integer(FixedColumn((0..<count).map { Int64($0) }))),
      ("half", numbers((0..<count).map { Double($0) / 2 })),
      ("date", .date(FixedColumn(dates))), ("month", texts(month)),
      ("cbs", texts { month($0).replacing("-", with: "MM") }),
      ("compact", .integer(FixedColumn(compact))),
      ("moment", .timestamp(FixedColumn(dates.map { $0.map { Int64($0) * 86_400_000_000 + 7 } }))),
      ("week", texts { weeks[$0] }), ("monday", .date(FixedColumn(mondays))),
      ("quarter", texts { "\(2000 + $0 / 4)KW0\($0 % 4 + 1)" }),
      ("same", numbers([Double](repeating: 3, count: count))),
      ("words", texts { ["a", "b"][$0 % 2] }),
    ])
  }

  /// Here the change came; the other office only had what came for both, −5.
  static func twoSeries() throws -> Table {
    let here = series(0.6180339887498949, change: -17)
    let other = series(0.41421356237309503, change: -5).map { 0.5 * $0 + 20 }
      .enumerated().map { $0.element + ($0.offset >= 30 ? -2.5 : 0) }
    return try Table([
      ("calls", numbers(here + other)),
      ("month", .text(TextColumn((0..<count).map(month) + (0..<count).map(month)))),
      (
        "office",
        .text(
          TextColumn(
            [String](repeating: "here", count: count) + [String](repeating: "other", count: count)))
      ),
    ])
  }
}
