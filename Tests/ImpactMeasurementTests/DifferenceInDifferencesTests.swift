// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct DifferenceInDifferencesTests {
  private func run(
    _ with: String, cases: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "difference-in-differences", with, cases: try cases ?? RollOutSample().table(), card: card)
  }

  /// pyfixest 0.60.0 `feols(lemp ~ treat | countyreal + year, vcov = {CRV1: countyreal})`; STATISTICS.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the county panel gives the two-way figure, and warns of staggered adoption`() async throws {
    let run = try await run(
      "{outcome: lemp, unit: countyreal, time: year, adopted: adopted}",
      cases: try RollOutSample.counties())
    let effect = try run.effect("treated - control")
    expectClose(effect.estimate, -0.03654893667406699, 1e-8)
    expectClose(effect.standardError, 0.013265155429338898, 1e-8)
    #expect(effect.degreesOfFreedom == 499 && effect.clusters == 500)
    #expect(effect.variance == "cr1 × G/(G − 1) · (N − 1)/(N − K), df clusters − 1")
    #expect(effect.estimand == "ATT" && effect.smsLevel == 3)
    #expect(effect.count == 2500 && effect.treatedCount == 955)
    #expect(effect.flags == ["staggered-adoption", "negative-weights"])
    #expect(run.notes.contains { $0.contains("impact/staggered-adoption") })
    // By hand, ε = D − D̄ᵢ − D̄ₜ + D̄: of seven cells only 2004 in 2007 is negative, −1.312 ⁄ 120.9104.
    expectClose(try run.check("negative-weights").value, 1.312 / 120.9104, 1e-9)
    #expect(run.notes.contains { $0.contains("1 of 7 effects of groups and periods (14.3 %)") })
    #expect(try run.table("weights").rowCount == 7)
  }

  @Test func `one date of adoption gives effects over time with their covariance`() async throws {
    let sample = RollOutSample(dates: [4, nil])
    let run = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: event-study}",
      cases: try sample.table())
    let study = try run.table("event_study")
    #expect(
      study.names == [
        "outcome", "event_time", "reference", "estimate", "std_error", "statistic", "df",
        "p_value", "conf_low", "conf_high", "band_low", "band_high",
      ])
    #expect(study["event_time"]?.doubles()?.values == [-3, -2, -1, 0, 1, 2])
    #expect(try run.table("event_covariance").rowCount == 25)
    let effect = try run.effect("treated - control")
    #expect(effect.method == "difference-in-differences (event-study)")
    let values = try #require(study["estimate"]?.doubles()?.values)
    expectClose(effect.estimate, (values[3] + values[4] + values[5]) / 3, 1e-12)
    #expect(effect.flags == ["few-clusters"])
    #expect(effect.variance == "cr2, df Satterthwaite")
  }

  @Test func `on one date all three methods agree`() async throws {
    let cases = try RollOutSample(dates: [4, nil]).table()
    let base = "outcome: y\nunit: unit\ntime: time\nadopted: adopted\n"
    let two = try await run(base + "method: two-by-two", cases: cases).effects[0]
    let way = try await run(base, cases: cases).effects[0]
    let status = try await run(
      "{outcome: y, unit: unit, time: time, treatment: treated}", cases: cases
    ).effects[0]
    expectClose(two.estimate, try #require(way.estimate), 1e-10)
    expectClose(status.estimate, try #require(way.estimate), 1e-12)
    expectClose(status.standardError, try #require(way.standardError), 1e-12)
  }

  @Test func `trends that differ before adoption lower the grade to 2`() async throws {
    let run = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted}",
      cases: try RollOutSample(dates: [4, nil], drift: 3).table())
    let effect = try run.effect("treated - control")
    #expect(effect.smsLevel == 2 && effect.flags.contains("pre-trends"))
    let check = try run.check("pre-trends", "y")
    #expect(!check.passed && check.severity == .warning && check.degreesOfFreedom == 2)
    #expect(
      run.notes.contains { $0.hasPrefix("Evidence 2 of 5:") && $0.contains("trends differed") })
  }

  @Test func `an order drawn by lot earns the highest grade`() async throws {
    let run = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted, design: stepped-wedge}",
      cases: try RollOutSample().table())
    #expect(try run.effects[0].smsLevel == 5)
  }

  @Test func `weights that count the wrong way round are told`() async throws {
    let run = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted}",
      cases: try RollOutSample(dates: [2, 6]).table())
    let effect = try run.effect("treated - control")
    #expect(
      effect.flags.contains("negative-weights") && effect.flags.contains("staggered-adoption"))
    let check = try run.check("negative-weights")
    #expect(!check.passed && (check.value ?? 0) > 0)
    #expect(check.message.contains("count the wrong way round"))
  }

  /// The means of the four cells are 2, 7, 1 and 3.
  @Test func `repeated cross-sections need no unit`() async throws {
    let cases = try Table([
      ("y", .number(FixedColumn([1, 3, 6, 8, 0, 2, 2, 4]))),
      ("period", .integer(FixedColumn([1, 1, 2, 2, 1, 1, 2, 2]))),
      ("group", .integer(FixedColumn([1, 1, 1, 1, 0, 0, 0, 0]))),
      ("since", .integer(FixedColumn([2, 2, 2, 2, nil, nil, nil, nil]))),
    ])
    for how in ["treatment: group", "adopted: since"] {
      let run = try await run("{outcome: y, time: period, \(how)}", cases: cases)
      let effect = try run.effects[0]
      expectClose(effect.estimate, 3, 1e-12)
      expectClose(effect.standardError, 2, 1e-12)
      #expect(effect.variance == "hc2, df rows − coefficients")
      #expect(effect.treatedCount == 4 && effect.controlCount == 4)
      #expect(try run.check("pre-trends").severity == .info)
      #expect(run.notes.contains { $0.contains("trends before adoption cannot be tested") })
    }
  }

  /// On rows of a balanced panel the two models differ in their errors only.
  @Test func `repeated cross-sections with several periods have effects over time`() async throws {
    let cases = try RollOutSample(dates: [4, nil], drift: 3).table()
    let crossed = try await run("{outcome: y, time: time, adopted: adopted}", cases: cases)
    let panel = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted}", cases: cases)
    let effects = try #require(try crossed.table("event_study")["estimate"]?.doubles()).values
    let others = try #require(try panel.table("event_study")["estimate"]?.doubles()).values
    #expect(effects.count == 6)
    for (effect, other) in zip(effects, others) where other != 0 {
      expectClose(effect, other, 1e-9)
    }
    #expect(try crossed.effects[0].smsLevel == 2)
    #expect(try crossed.effects[0].flags == ["pre-trends"])
  }

  @Test func `a card that assigned something larger asks for its cluster`() async throws {
    let card = try Sample.card {
      $0["design"] = "stepped-wedge"
      $0["unit_of_assignment"] = "region"
      $0["unit_of_analysis"] = "office"
    }
    let found = try await fault(
      "difference-in-differences", "{outcome: y, unit: unit, time: time, adopted: adopted}",
      cases: try RollOutSample().table(), card: card)
    #expect(found.parameter == "cluster" && found.message.contains("each region was assigned"))
    let region = try RollOutSample().table().renaming("unit", to: "region")
    let run = try await run(
      "{outcome: y, unit: region, time: time, adopted: adopted}", cases: region, card: card)
    #expect(try run.effects[0].smsLevel == 5)
  }

  @Test func `gaps in the panel are used, and a unit seen once is left out and counted`()
    async throws
  {
    let all = try RollOutSample(dates: [4, nil]).table()
    let rows = (0..<all.rowCount).filter { $0 != 7 && ($0 >= 6 || $0 == 3) }
    let run = try await run(
      "{outcome: y, unit: unit, time: time, adopted: adopted}", cases: all.taking(rows: rows))
    let effect = try run.effects[0]
    #expect(effect.flags.contains("seen-once") && effect.count == all.rowCount - 7)
    #expect(
      run.notes.contains { $0.hasPrefix("y: 1 of ") && $0.contains("only one of their unit") })
  }

  @Test func `a treatment that ends again has an effect but no effects over time`() async throws {
    let cases = try RollOutSample(dates: [4, nil], ends: 6).table()
    let run = try await run(
      "{outcome: y, unit: unit, time: time, treatment: treated}", cases: cases)
    #expect(try run.table("event_study").rowCount == 0)
    #expect(try run.check("pre-trends").message.contains("later no longer"))
    let found = try await fault(
      "difference-in-differences",
      "{outcome: y, unit: unit, time: time, treatment: treated, method: event-study}", cases: cases)
    #expect(found.parameter == "treatment")
  }

  @Test func `covariates, several outcomes and a filter work together`() async throws {
    let run = try await run(
      """
      outcome: [y, z]
      unit: unit
      time: time
      adopted: adopted
      covariates: [w, kind]
      where: time < 6
      adjust: holm
      """, cases: try RollOutSample(dates: [4, nil]).table())
    let effects = try run.effects
    #expect(effects.map(\.outcome) == ["y", "z"])
    #expect(effects.allSatisfy { $0.adjustedPValue != nil && $0.subgroup == "time < 6" })
    #expect(run.notes.contains("y: reference levels: kind.odd"))
    #expect(Set(try #require(try run.table("event_study")["outcome"]?.texts())) == ["y", "z"])
  }

  @Test(arguments: [
    ("{outcome: y, unit: unit, time: time}", "adopted"),
    ("{outcome: [y, y], unit: unit, time: time, adopted: adopted}", "outcome"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, treatment: treated}", "treatment"),
    ("{outcome: y, time: time, adopted: adopted, method: event-study}", "unit"),
    ("{outcome: y, unit: unit, time: name, adopted: adopted}", "time"),
    ("{outcome: y, unit: unit, time: y, adopted: adopted}", "outcome"),
    ("{outcome: y, unit: unit, time: w, adopted: adopted}", "time"),
    ("{outcome: y, unit: unit, time: time, adopted: name}", "adopted"),
    ("{outcome: y, unit: unit, time: time, treatment: w}", "treatment"),
    ("{outcome: y, unit: kind, time: time, adopted: adopted}", "adopted"),
    ("{outcome: y, unit: kind, time: time, treatment: z}", "treatment"),
    ("{outcome: y, unit: kind, time: time, treatment: treated}", "unit"),
    ("{outcome: y, unit: unit, time: time, adopted: changing}", "adopted"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, where: adopted = 3}", "adopted"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, where: time = 3}", "time"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, method: two-by-two}", "method"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, covariates: fixed}", "covariates"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, cluster: kind2}", "cluster"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, cluster: only}", "cluster"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, variance: hc2}", "variance"),
    ("{outcome: y, time: time, treatment: treated, variance: cr1}", "variance"),
    ("{outcome: y, time: time, treatment: treated}", "time"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, weight: zero}", "weight"),
    ("{outcome: flat, unit: unit, time: time, adopted: adopted}", "outcome"),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, anticipation: 9, method: event-study}",
      "time"
    ),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault(
      "difference-in-differences", with, cases: try RollOutSample().table())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(!found.message.contains("office 1"))
  }
}
