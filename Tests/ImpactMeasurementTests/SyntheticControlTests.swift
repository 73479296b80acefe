// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct SyntheticControlTests {
  private func run(_ with: String, cases: Table? = nil, card: PilotCard? = nil) async throws
    -> ImpactRun
  {
    try await ImpactRun(
      "synthetic-control", with, cases: try cases ?? Regions.panel(), card: card)
  }

  /// Reference case scm-prop99: exact optimum; rank 3 of 39.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the classic method gives the reference's effect, rank and gaps`() async throws {
    let reference = try Reference("scm-prop99")
    let run = try await run(
      "{outcome: packs, unit: state, time: year, treatment: treated}", cases: reference.cases)
    let effect = try run.effect("treated - synthetic")
    expectClose(effect.estimate, try reference.number("scm/att_post_mean"), 1e-8, "effect")
    expectClose(effect.pValue, try reference.number("placebo/p"), 1e-12, "p")
    expectClose(effect.statistic, try reference.number("placebo/ratio/California"), 1e-6, "ratio")
    #expect(effect.standardError == nil)
    #expect(effect.method == "synthetic-control (classic, outcomes)")
    #expect(effect.variance == "placebo in space, rank 3 of 39 by error ratio")
    #expect(effect.count == 39 && effect.treatedCount == 1 && effect.controlCount == 38)
    #expect(effect.smsLevel == 3 && effect.estimand == "ATT" && effect.flags.isEmpty)
    let path = try run.table("path")
    #expect(path.rowCount == 31)
    let gaps = try #require(path["gap"]?.doubles()?.values)
    expectClose(gaps[30], try reference.number("scm/gap/2000"), 1e-7)
    let kinds = try #require(try run.table("placebos")["kind"]).texts()
    #expect(kinds.count { $0 == "space" } == 38)
    #expect(kinds.count { $0 == "leave-one-out" } == 6)
    let fit = try run.check("fit-before")
    expectClose(fit.statistic, try reference.number("scm/pre_rmspe"), 1e-8)
    #expect(fit.passed)
    #expect(try run.check("placebo-in-time").passed)
    #expect(run.notes.contains { $0.hasPrefix("Evidence 3 of 5") })
  }

  /// STATISTICS: −15.605397916 at the exact optimum.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `synthetic difference-in-differences gives the exact optimum and its error`() async throws {
    let reference = try Reference("scm-prop99")
    let run = try await run(
      """
      {method: difference-in-differences, outcome: packs, unit: state, time: year,
       treatment: treated, draws: 50}
      """, cases: reference.cases)
    let effect = try run.effect("treated - synthetic")
    expectClose(effect.estimate, -15.605397916, 1e-9)
    #expect(try #require(effect.standardError) > 6)
    #expect(try #require(effect.variance).hasPrefix("placebo over 50 draws, Monte Carlo error"))
    let weights = try run.table("weights")
    let labels = try #require(weights["label"]).texts()
    let values = try #require(weights["weight"]?.doubles()?.values)
    let place = try #require(labels.firstIndex(of: "1988"))
    expectClose(values[place], try reference.number("sdid/lambda/1988"), 1e-6)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the augmented method names its ridge and gives an interval`() async throws {
    let reference = try Reference("scm-prop99")
    let run = try await run(
      """
      {method: augmented, outcome: packs, unit: state, time: year, treatment: treated,
       level: 0.9, ridge: 5000}
      """, cases: reference.cases)
    let effect = try run.effect("treated - synthetic")
    // pysyncon 1.7.0 AugSynth, fit(lambda_=5000, use_covariates=False).
    expectClose(effect.estimate, -17.881777446360047, 1e-5)
    let low = try #require(effect.confidenceLow)
    let high = try #require(effect.confidenceHigh)
    #expect(low < -17.8 && high > -17.9)
    #expect(run.notes.contains("packs: ridge 5000.0"))
  }

  @Test func `the order of rows, and dates for numbers, do not matter`() async throws {
    let cases = try Regions.panel()
    let turned = cases.taking(rows: Array((0..<cases.rowCount).reversed()))
    let first = try await run(Regions.classic, cases: cases).effects
    let second = try await run(Regions.classic, cases: turned).effects
    #expect(first == second)
    let dated = try await run(
      "{outcome: waiting, unit: region, time: month, adopted: since}", cases: cases)
    let estimate = try #require(try dated.effects.first?.estimate)
    expectClose(estimate, try #require(first.first?.estimate), 1e-12)
  }

  @Test func `predictors are weighed and listed`() async throws {
    let run = try await run(
      """
      {outcome: waiting, unit: region, time: quarter, treatment: reformed,
       covariates: [staff, age], outcome_times: ["1", "5"]}
      """)
    #expect(
      try run.effect("treated - synthetic").method == "synthetic-control (classic, predictors)")
    let weights = try run.table("weights")
    let kinds = try #require(weights["kind"]).texts()
    let labels = try #require(weights["label"]).texts()
    let named = zip(kinds, labels).filter { $0.0 == "predictor" }.map { $0.1 ?? "" }
    #expect(named == ["staff", "age", "waiting 1", "waiting 5"])
    // Two of six periods earlier, before the outcome of period 5 was known.
    let placebos = try run.table("placebos")
    let attempts = try #require(placebos["kind"]).texts()
    let place = try #require(attempts.firstIndex(of: "time"))
    #expect(placebos["from"]?.texts()[place] == "5")
  }

  @Test func `a donor with a gap is left out and counted`() async throws {
    let cases = try Regions.panel(gap: true)
    let run = try await run(Regions.classic, cases: cases)
    let effect = try run.effect("treated - synthetic")
    #expect(effect.flags.contains("donor-incomplete"))
    #expect(effect.controlCount == 6)
    #expect(
      run.notes.contains(
        "waiting: 1 of 8 units have no 'waiting' in some period and are left out (donors)"))
  }

  @Test func `a badly met past lowers the grade and says by how much`() async throws {
    let run = try await run(
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, fit_limit: 0.0001}")
    let effect = try run.effect("treated - synthetic")
    #expect(effect.smsLevel == 2)
    #expect(effect.flags.contains("poor-fit-before"))
    #expect(run.notes.contains { $0.hasPrefix("Evidence 2 of 5") && $0.contains("badly met") })
    #expect(effect.flags.contains("few-donors"))
  }

  @Test func `an outcome that is not on the card decides nothing, and the unit is the cluster`()
    async throws
  {
    let card = try Sample.card {
      $0["design"] = "synthetic-control"
      $0["unit_of_assignment"] = "region"
      $0["unit_of_analysis"] = "quarter"
    }
    let run = try await run(Regions.classic, card: card)
    #expect(try run.effects.first?.role == .secondary)
    #expect(try run.effects.first?.design == "synthetic-control")
  }

  @Test func `every port has the columns that it promises`() async throws {
    let run = try await run(Regions.classic)
    let declaration = try #require(
      Catalog(plugins: [ImpactMeasurementPlugin.self])["impact/synthetic-control"])
    let document = Document.parse(SourceFile(name: "with.yaml", text: Regions.classic))
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = try #require(declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading))
    let promises = loaded.outputColumns(KnownColumns())
    for port in ["effects", "weights", "path", "placebos", "checks"] {
      #expect(try run.table(port).names == promises[port]?.map(\.name), "\(port)")
      #expect(try run.table(port).rowCount > 0, "\(port)")
    }
    #expect(try run.table("effects").schema == EffectsTable.schema)
  }

  @Test(arguments: [
    ("{outcome: waiting, unit: region, time: quarter}", "treatment", "neither 'treatment' nor"),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, adopted: since}",
      "adopted", "twice"
    ),
    ("{outcome: [], unit: region, time: quarter, treatment: reformed}", "outcome", "no column"),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, ridge: 2}", "ridge",
      "has no ridge"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, variance: jackknife}",
      "variance", "ranks placebos"
    ),
    (
      """
      {method: augmented, outcome: waiting, unit: region, time: quarter, treatment: reformed,
       covariates: [staff]}
      """, "covariates", "outcomes before the change only"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, where: quarter > 6}",
      "treatment", "waiting: 0 periods before the change of 'region 7' where at least 2"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, where: staff > 6}",
      "treatment", "waiting: 0 units that never got the change where at least 2"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: reformed, where: staff < 6}",
      "treatment", "waiting: 0 treated units"
    ),
    (
      "{outcome: flat, unit: region, time: quarter, treatment: reformed}", "outcome",
      "flat: the outcome of 'region 7' before the change does not vary"
    ),
    (
      "{outcome: waiting, unit: region, time: half, treatment: reformed}", "unit",
      "several cases in one period"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: staff}", "treatment",
      "other numbers than 0 and 1"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, treatment: passing}", "treatment",
      "lost the change again"
    ),
    (
      "{outcome: waiting, unit: region, time: quarter, adopted: since}", "adopted",
      "are not of one kind"
    ),
    (
      "{outcome: waiting, unit: region, time: month, adopted: month}", "adopted",
      "different values of 'month'"
    ),
    (
      """
      {outcome: waiting, unit: region, time: quarter, treatment: reformed,
       outcome_times: ["9"]}
      """, "outcome_times", "'9' is no period before the change"
    ),
    (
      """
      {method: difference-in-differences, outcome: waiting, unit: region, time: quarter,
       treatment: reformed, variance: jackknife}
      """, "variance", "1 treated units from '7' on for a jackknife"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, words: String
  ) async throws {
    let found = try await fault("synthetic-control", with, cases: try Regions.panel())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(words), "\(found.message)")
  }
}

/// Eight regions over nine quarters; region 7 gets a reform in quarter 7 that takes 4 off.
private enum Regions {
  static let classic = "{outcome: waiting, unit: region, time: quarter, treatment: reformed}"

  static func panel(gap: Bool = false) throws -> Table {
    var rows: [(region: Int, quarter: Int)] = []
    for region in 0..<8 { for quarter in 1...9 { rows.append((region, quarter)) } }
    func waiting(_ row: (region: Int, quarter: Int)) -> Double? {
      if gap, row.region == 3, row.quarter == 5 { return nil }
      let level = Double(row.region * 3 % 7)
      let season = Double(row.quarter * row.quarter % 5) * (1 + level / 10)
      let noise = Double((row.region * 31 + row.quarter * 17) % 13) / 20
      return 30 + level + season + noise - (row.region == 7 && row.quarter >= 7 ? 4 : 0)
    }
    func numbers(_ value: ((region: Int, quarter: Int)) -> Double?) -> Column {
      .number(FixedColumn(rows.map(value)))
    }
    return try Table([
      ("region", .text(TextColumn(rows.map { "region \($0.region)" }))),
      ("quarter", .integer(FixedColumn(rows.map { Int64($0.quarter) }))),
      ("half", .integer(FixedColumn(rows.map { Int64($0.quarter / 2) }))),
      ("month", .date(FixedColumn(rows.map { Int32(18_000 + 91 * $0.quarter) }))),
      (
        "since",
        .date(FixedColumn(rows.map { $0.region == 7 ? Optional(Int32(18_000 + 91 * 7)) : nil }))
      ),
      ("reformed", numbers { $0.region == 7 && $0.quarter >= 7 ? 1 : 0 }),
      ("passing", numbers { $0.region == 7 && $0.quarter == 7 ? 1 : 0 }),
      ("waiting", numbers(waiting)),
      ("flat", numbers { $0.region == 7 && $0.quarter < 7 ? 2 : waiting($0) }),
      ("staff", numbers { Double($0.region) }),
      ("age", numbers { 40 + Double($0.region * 5 % 8) }),
    ])
  }
}
