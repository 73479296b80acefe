// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct StaggeredAdoptionTests {
  private func run(
    _ with: String, cases: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "staggered-adoption", with, cases: try cases ?? RollOutSample().table(), card: card)
  }

  private let base = "outcome: y\nunit: unit\ntime: time\nadopted: adopted\n"
  private let county = "outcome: lemp\nunit: countyreal\ntime: year\nadopted: adopted\n"

  /// R did 2.1 and csdid, reference case did-mpdta; pyfixest 0.60.0 and diff-diff 3.13.0 for the others.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("aggregate: simple", -0.0399512751551763, 0.0120340127701854),
      ("aggregate: group", -0.0310182822287484, 0.0124460593209979),
      ("aggregate: dynamic", -0.0772398214573151, 0.0199649890618494),
      ("aggregate: calendar", -0.0417004321312822, 0.01597185188456),
      ("control_group: not-yet", -0.0397636256230437, 0.0120524247873419),
      ("covariates: lpop", -0.04175177205861638, 0.011502838151545078),
      ("method: imputation", -0.04770991827781727, 0.013222488650016436),
      ("method: roth-santanna", -0.04705391421030081, 0.011613878782829644),
    ])
  func `the county panel gives the published effects`(
    with: String, estimate: Double, error: Double
  ) async throws {
    let run = try await run(county + "draws: 0\n" + with, cases: try RollOutSample.counties())
    let effect = try run.effect("treated - control")
    expectClose(effect.estimate, estimate, 1e-8)
    expectClose(effect.standardError, error, 1e-6)
    #expect(effect.estimand == "ATT" && effect.degreesOfFreedom == nil && effect.clusters == 500)
  }

  /// STATISTICS: the pre-test of R did gives p = 0.16812.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `all group-time effects and aggregates stand in the details`() async throws {
    let run = try await run(county, cases: try RollOutSample.counties())
    let effect = try run.effect("treated - control")
    #expect(effect.count == 500 && effect.treatedCount == 191 && effect.controlCount == 309)
    #expect(effect.variance == "influence-function, df normal")
    #expect(effect.method == "staggered-adoption (callaway-santanna, never, simple)")
    #expect(effect.smsLevel == 3 && effect.flags == [])
    let groupTime = try run.table("group_time")
    #expect(
      groupTime.names == [
        "outcome", "adopted", "time", "event_time", "estimate", "std_error", "p_value", "conf_low",
        "conf_high", "band_low", "band_high", "n_treated", "n_control",
      ])
    #expect(groupTime.rowCount == 12)
    expectClose(groupTime["estimate"]?.doubles()?.values[0], -0.0105032462209624, 1e-9)
    let bands = try #require(groupTime["band_low"]?.doubles()?.values)
    let points = try #require(groupTime["conf_low"]?.doubles()?.values)
    #expect(zip(bands, points).allSatisfy { $0 < $1 })
    let aggregates = try run.table("aggregates")
    #expect(aggregates.rowCount == 1 + 4 + 8 + 5)
    #expect(
      try run.table("event_study")["event_time"]?.doubles()?.values == [-3, -2, -1, 0, 1, 2, 3])
    #expect(try run.table("event_covariance").rowCount == 49)
    let check = try run.check("pre-trends", "lemp")
    #expect(check.passed && check.degreesOfFreedom == 5)
    #expect((try #require(check.pValue) - 0.16812).magnitude < 5e-6)
    #expect(
      run.notes.contains { $0.contains("critical value") && $0.contains("Monte Carlo error") })
  }

  /// pyfixest 0.60.0 `event_study(estimator = "saturated").aggregate()`.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `sun and abraham's effects over time stand beside their reference`() async throws {
    let run = try await run(
      county + "method: sun-abraham\naggregate: dynamic", cases: try RollOutSample.counties())
    let study = try run.table("event_study")
    #expect(study["event_time"]?.doubles()?.values == [-4, -3, -2, -1, 0, 1, 2, 3])
    expectClose(study["estimate"]?.doubles()?.values[4], -0.019931816789259205, 1e-8)
    expectClose(study["std_error"]?.doubles()?.values[4], 0.011857538963453285, 1e-8)
    #expect(study["std_error"]?.doubles()?.validity?[3] == false)
    let effect = try run.effect("treated - control")
    #expect(effect.variance == "cr1 × G/(G − 1) · (N − 1)/(N − K), df clusters − 1")
    #expect(effect.count == 2500 && effect.degreesOfFreedom == 499)
  }

  @Test(arguments: ["callaway-santanna", "sun-abraham", "imputation", "roth-santanna"])
  func `every method finds the effect`(method: String) async throws {
    // Effects are 2 + time since adoption: over ten group-periods of six units each,
    // (2+3+4+5) + (2+3+4) + 2 = 25 ⁄ 8.
    let effect = try await run(base + "method: \(method)").effects[0]
    let estimate = try #require(effect.estimate)
    #expect((estimate - 25.0 / 8).magnitude < 0.4)
    #expect(effect.flags.contains("few-clusters") && effect.clusters == 24)
  }

  @Test(arguments: ["callaway-santanna", "sun-abraham", "imputation", "roth-santanna"])
  func `the details have the columns that were promised`(method: String) async throws {
    let run = try await run(base + "method: \(method)\ndraws: 100")
    let promises = StaggeredPromises.all
    for (port, columns) in promises {
      let table = try run.table(port)
      #expect(table.names == columns, "\(port)")
      #expect(table.rowCount > 0)
    }
  }

  @Test func `few clusters take CR2 with Satterthwaite's degrees of freedom`() async throws {
    let effect = try await run(base + "method: sun-abraham\ndraws: 0").effects[0]
    #expect(effect.variance == "cr2, df Satterthwaite")
    let df = try #require(effect.degreesOfFreedom)
    #expect(df > 3 && df < 23)
    let many = try await run(
      base + "method: sun-abraham\ndraws: 0", cases: try RollOutSample(units: 80).table())
    #expect(try many.effects[0].degreesOfFreedom == 79)
  }

  @Test func `the same seed gives the same bands`() async throws {
    let first = try await run(base + "draws: 200\nmultiplier: rademacher")
    let second = try await run(base + "draws: 200\nmultiplier: rademacher")
    #expect(try first.table("group_time") == second.table("group_time"))
    let none = try await run(base + "draws: 0")
    #expect(
      try none.table("group_time")["band_low"]?.missingCount == none.table("group_time").rowCount)
  }

  @Test(arguments: ["callaway-santanna", "sun-abraham", "imputation"])
  func `trends that differ before adoption lower the grade to 2`(method: String) async throws {
    let run = try await run(
      base + "method: \(method)\ndraws: 0", cases: try RollOutSample(drift: 3).table())
    let effect = try run.effects[0]
    #expect(effect.smsLevel == 2 && effect.flags.contains("pre-trends"))
    #expect(
      run.notes.contains { $0.hasPrefix("Evidence 2 of 5:") && $0.contains("trends differed") })
  }

  @Test func `random timing needs a design that says so`() async throws {
    let plain = try await run(base + "method: roth-santanna")
    #expect(try plain.effects[0].smsLevel == 2)
    #expect(try plain.effects[0].flags.contains("timing-not-drawn"))
    let drawn = try await run(base + "method: roth-santanna\ndesign: stepped-wedge")
    let effect = try drawn.effects[0]
    #expect(effect.smsLevel == 5 && effect.variance == "neyman, df normal")
    let test = try drawn.check("randomisation-test")
    #expect(try #require(test.pValue) < 0.05 && test.message.contains("Monte Carlo error"))
    #expect(try drawn.check("timing-balance").passed)
  }

  @Test func `what is left out is counted by reason`() async throws {
    let all = try RollOutSample().table()
    var dates: [Int64?] = try #require(all["adopted"]).integers()
    for row in 0..<6 { dates[row] = 0 }
    for row in 6..<12 { dates[row] = 5 }
    let changed = try all.setting("adopted", to: .integer(FixedColumn(dates)))
    let kept = changed.taking(rows: (0..<all.rowCount).filter { $0 != 14 })
    let run = try await run(base + "draws: 0", cases: kept)
    let effect = try run.effects[0]
    #expect(effect.count == 21)
    for flag in ["incomplete-units", "always-treated", "single-unit-group"] {
      #expect(effect.flags.contains(flag))
    }
    #expect(run.notes.contains { $0.contains("1 of 24 units are not seen in every period") })
    #expect(run.notes.contains { $0.contains("where a date such as 0 stands for never") })
    #expect(
      run.notes.contains { $0.contains("1 group is a single unit") && $0.hasSuffix("adopted 5") })
  }

  @Test func `groups that the covariates tell apart are left out and named`() async throws {
    let all = try RollOutSample(units: 48).table()
    let dates = try #require(all["adopted"]).integers()
    let sizes = try #require(all["size"]?.doubles()).values
    let apart = sizes.indices.map { dates[$0] == 3 ? sizes[$0] + 100 : sizes[$0] }
    let cases = try all.setting("size", to: .number(FixedColumn(apart.map { $0 as Double? })))
    let run = try await run(base + "covariates: size\ndraws: 0", cases: cases)
    #expect(try run.effects[0].flags.contains("no-overlap"))
    #expect(
      run.notes.contains { $0.contains("the covariates tell the group from its controls: 3 in 2") })
  }

  @Test func `a single unit that adopts is another method's case`() async throws {
    let found = try await fault(
      "staggered-adoption", base + "where: unit = \"office 2\" or adopted = null",
      cases: try RollOutSample().table())
    #expect(found.parameter == "adopted")
    #expect(
      found.message == "y: 0 groups of two or more units (clusters) where at least 1 are needed")
    #expect(found.help == "for a single unit that adopts, see impact/synthetic-control")
  }

  @Test func `periods that are not evenly spaced are told`() async throws {
    let run = try await run(base + "draws: 0\nwhere: time != 5")
    #expect(try run.effects[0].flags.contains("uneven-periods"))
    #expect(run.notes.contains { $0.contains("codes such as 202312") })
  }

  @Test func `where nobody is untreated any longer it is said`() async throws {
    let run = try await run(
      base + "control_group: not-yet\ndraws: 0\nwhere: adopted != null")
    #expect(try run.effects[0].flags.contains("no-controls"))
    #expect(run.notes.contains { $0.contains("nobody is untreated then: 3 in 6, 4 in 6, 6 in 6") })
  }

  @Test(arguments: [
    ("{outcome: y, unit: unit, time: name, adopted: adopted}", "time"),
    ("{outcome: y, unit: unit, time: time, adopted: name}", "adopted"),
    ("{outcome: y, unit: kind2, time: time, adopted: time2}", "adopted"),
    ("{outcome: y, unit: unit, time: time, adopted: changing}", "adopted"),
    ("{outcome: y, unit: only, time: time, adopted: same}", "unit"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, where: adopted = 3}", "control_group"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, where: time = 3}", "time"),
    ("{outcome: y, unit: unit, time: time, adopted: empty}", "adopted"),
    ("{outcome: y, unit: unit, time: time, adopted: same}", "adopted"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, covariates: flat}", "covariates"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, covariates: apart}", "covariates"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, covariates: y}", "covariates"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, weight: w}", "weight"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, weight: zero}", "weight"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, cluster: only}", "cluster"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, cluster: kind2}", "cluster"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, draws: 7}", "draws"),
    ("{outcome: flat, unit: unit, time: time, adopted: adopted}", "outcome"),
    ("{outcome: flat, unit: unit, time: time, adopted: adopted, method: imputation}", "outcome"),
    ("{outcome: flat, unit: unit, time: time, adopted: adopted, method: roth-santanna}", "outcome"),
    ("{outcome: y, unit: unit, time: time, adopted: adopted, anticipation: 50}", "adopted"),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: imputation, base: universal}",
      "base"
    ),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: roth-santanna, covariates: w}",
      "covariates"
    ),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: sun-abraham, covariates: fixed}",
      "covariates"
    ),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: imputation, where: adopted = 3}",
      "adopted"
    ),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: sun-abraham, where: adopted = 3}",
      "adopted"
    ),
    (
      "{outcome: y, unit: unit, time: time, adopted: adopted, method: roth-santanna, where: adopted = 3}",
      "adopted"
    ),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault("staggered-adoption", with, cases: try RollOutSample().table())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(!found.message.contains("office 1"))
  }
}

private enum StaggeredPromises {
  /// Per output the columns that the stage declares before it runs.
  static var all: [(String, [String])] {
    let declaration = ImpactMeasurementPlugin.declarations.first {
      $0.name == "impact/staggered-adoption"
    }
    let text = "{outcome: y, unit: unit, time: time, adopted: adopted}"
    let document = Document.parse(SourceFile(name: "with.yaml", text: text))
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = declaration?.load(Dictionary(uniqueKeysWithValues: nodes), &reading)
    let known = loaded?.outputColumns(KnownColumns())
    return ["effects", "group_time", "event_study", "event_covariance", "aggregates", "checks"].map
    {
      ($0, known?[$0]?.map(\.name) ?? [])
    }
  }
}

extension Column {
  fileprivate func integers() -> [Int64?] {
    guard case .integer(let column) = self else { return [] }
    return (0..<column.count).map { column[$0] }
  }
}
