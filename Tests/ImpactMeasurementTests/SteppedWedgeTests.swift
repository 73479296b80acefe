// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Glibc
import StageKit
import Tables
import Testing

struct SteppedWedgeTests {
  /// 12 clusters that start in turn over 5 periods, 8 cases a cell: the cases of `Wedge` in StatisticsTests.
  private static func cases() throws -> Table {
    var rows: [(row: Double, cluster: Int, period: Int)] = []
    for row in 0..<480 {
      let period: Int = (row / 8) % 5
      rows.append((row: Double(row + 1), cluster: row / 40, period: period))
    }
    func start(_ cluster: Int) -> Int { cluster / 3 + 1 }
    let outcome = rows.map { row, cluster, period -> Double in
      let (j, t) = (Double(cluster), Double(period))
      let isTreated: Double = period >= start(cluster) ? 1 : 0
      let within: Double = 1.1 * sin(12.9898 * (j + 1) + 78.233 * (t + 1))
      let shared: Double = 2 * sin(2.3 * (j + 1)) + within
      let slope: Double = 1.5 * cos(3.7 * (j + 1)) * isTreated
      let noise: Double = sin(1000 * row) * 2
      return 10 + 0.3 * t + 0.8 * isTreated + shared + slope + noise
    }
    let treated = rows.map { $0.period >= start($0.cluster) }
    return try Table([
      ("y", .number(FixedColumn(outcome.map { $0 as Double? }))),
      (
        "yes",
        .boolean(
          BooleanColumn(
            zip(rows, outcome).map { ($1 + 2 * cos(777 * $0.row) > 10.6) as Bool? }))
      ),
      ("office", .text(TextColumn(rows.map { "office \($0.cluster)" }))),
      ("month", .integer(FixedColumn(rows.map { Int64($0.period) as Int64? }))),
      ("start", .integer(FixedColumn(rows.map { Int64(start($0.cluster)) as Int64? }))),
      ("never", .integer(FixedColumn(rows.map { _ in nil as Int64? }))),
      ("early", .integer(FixedColumn(rows.map { _ in 0 as Int64? }))),
      ("together", .integer(FixedColumn(rows.map { _ in 3 as Int64? }))),
      ("treated", .boolean(BooleanColumn(treated.map { $0 as Bool? }))),
      (
        "partly",
        .boolean(
          BooleanColumn(zip(rows, treated).map { ($1 && Int($0.row) % 9 > 0) as Bool? }))
      ),
      (
        "ended",
        .boolean(
          BooleanColumn(
            zip(rows, treated).map { ($1 && !($0.cluster == 0 && $0.period == 4)) as Bool? }))
      ),
      ("first", .boolean(BooleanColumn(rows.map { (Int($0.row) % 8 == 1) as Bool? }))),
      ("flat", .number(FixedColumn(rows.map { _ in 3 as Double? }))),
      ("x", .number(FixedColumn(rows.map { sin($0.row) as Double? }))),
    ])
  }

  private func run(_ with: String) async throws -> ImpactRun {
    try await ImpactRun("stepped-wedge", with, cases: try Self.cases())
  }

  private static let columns = "cluster: office\ntime: month\nadopted: start\n"

  /// R 4.2.2: lme4 1.1.31 with pbkrtest 0.5.2, and geepack 1.3.9 with Mancl–DeRouen and Kauermann–Carroll by direct
  /// matrices, as in StatisticsTests; tolerance 1e-6.
  @Test(
    arguments: [
      ("", 0.923848360324, 0.491796082727, 50.7596975592 as Double?),
      ("correlation: exchangeable", 0.940822271675, 0.279333062579, 471.650780328),
      ("correlation: random-effect", 0.986735184898, 0.442268051715, 17.8402969804),
      ("model: gee", 0.9401438911526, 0.59746468961, 6),
      ("model: gee\nvariance: kauermann-carroll", 0.9401438911526, 0.54608780425, 6),
      ("model: gee\nvariance: sandwich", 0.9401438911526, 0.4991890329273, 6),
    ])
  func `the models are those of lme4 and geepack`(
    with: String, estimate: Double, error: Double, df: Double?
  ) async throws {
    let effect = try #require(
      try await run("outcome: y\n" + Self.columns + with).effects.first)
    expectClose(effect.estimate, estimate, 1e-6)
    expectClose(effect.standardError, error, 1e-6)
    expectClose(effect.degreesOfFreedom, try #require(df), 1e-6)
    #expect(effect.clusters == 12 && effect.flags.contains("few-clusters"))
    #expect(effect.contrast == "treated - control" && effect.scale == .difference)
    #expect(effect.count == 480 && effect.treatedCount == 240)
  }

  @Test func `yes and no are told in log odds by gee`() async throws {
    let effect = try #require(
      try await run("outcome: yes\nmodel: gee\nfamily: logit\n" + Self.columns).effects.first)
    expectClose(effect.estimate, 0.6892489443388, 1e-6)
    expectClose(effect.standardError, 0.51379567627, 1e-6)
    #expect(effect.scale == .logOdds)
  }

  @Test func `a column of who had the change says the same as the dates`() async throws {
    let dates = try await run("outcome: y\n" + Self.columns)
    let status = try await run("{outcome: y, cluster: office, time: month, treatment: treated}")
    let (one, other) = (
      try #require(try dates.effects.first), try #require(try status.effects.first)
    )
    #expect(one.estimate == other.estimate && one.standardError == other.standardError)
    #expect(try dates.table("exposure") == status.table("exposure"))
  }

  @Test func `the effect by periods since the start stands in the second output`() async throws {
    let table = try await run("outcome: y\n" + Self.columns).table("exposure")
    #expect(table["since"]?.doubles()?.values == [0, 1, 2, 3])
    #expect(table["n"]?.doubles()?.values == [96, 72, 48, 24])
  }

  @Test func `the design decides what the evidence is worth`() async throws {
    let drawn = try await run("outcome: y\ndesign: stepped-wedge\n" + Self.columns)
    #expect(try drawn.effects.first?.smsLevel == 5 && drawn.effects.first?.estimand == "ITT")
    #expect(drawn.notes.contains("Evidence 5 of 5: chance decided who started when."))
    let chosen = try await run("outcome: y\n" + Self.columns)
    #expect(try chosen.effects.first?.smsLevel == 3)
    #expect(try chosen.effects.first?.design == "stepped-wedge")
  }

  @Test(arguments: [("ended", "wedge-reversed"), ("partly", "mixed-cells")])
  func `an order that was not followed lowers the grade`(
    column: String, flag: String
  ) async throws {
    let run = try await run(
      "{outcome: y, cluster: office, time: month, treatment: \(column), design: stepped-wedge}")
    let effect = try #require(try run.effects.first)
    #expect(effect.flags.contains(flag) && effect.smsLevel == 3)
    #expect(try run.checks.contains { $0.flag == flag && !$0.passed })
  }

  @Test func `several outcomes are adjusted together`() async throws {
    let effects = try await run(
      "{outcome: [y, yes], adjust: holm, covariates: x, cluster: office, time: month, adopted: start}"
    ).effects
    #expect(effects.map(\.outcome) == ["y", "yes"])
    #expect(effects.allSatisfy { $0.adjustedPValue != nil })
  }

  @Test(
    arguments: [
      ("adopted: never", "adopted", "column 'never' has no value in any case"),
      ("adopted: early", "adopted", "y: all cases have the change"),
      (
        "adopted: together", "adopted",
        "y: no period has clusters with and without the change, so it cannot be told from time"
      ),
    ])
  func `a roll-out that tells nothing is a fault`(
    with: String, parameter: String, message: String
  ) async throws {
    let fault = try await fault(
      "stepped-wedge", "outcome: y\ncluster: office\ntime: month\n" + with, cases: Self.cases())
    #expect(fault.message == message && fault.parameter == parameter)
  }

  @Test(
    arguments: [
      ("family: logit", "family", "family logit is for gee, and the mixed model is linear"),
      (
        "correlation: independence", "correlation",
        "correlation independence is not for mixed"
      ),
      ("model: gee\ncorrelation: nested", "correlation", "correlation nested is not for gee"),
      ("variance: sandwich", "variance", "variance sandwich is not for mixed"),
      ("model: gee\nvariance: kenward-roger", "variance", "variance kenward-roger is not for gee"),
      (
        "treatment: treated", "adopted", "'adopted' and 'treatment' say the same thing twice"
      ),
      ("covariates: month", "outcome", "'month' is used as something else too"),
    ])
  func `settings that do not go together are faults`(
    with: String, parameter: String, message: String
  ) async throws {
    let fault = try await fault(
      "stepped-wedge", "outcome: y\n" + Self.columns + with, cases: Self.cases())
    #expect(fault.message == message && fault.parameter == parameter && fault.kind == .user)
  }

  @Test func `one case for each cluster and period has nothing that only these share`() async throws
  {
    let run = try await run("outcome: y\nwhere: first\n" + Self.columns)
    let other = try await self.run(
      "outcome: y\nwhere: first\ncorrelation: exchangeable\n" + Self.columns)
    let (one, two) = (try #require(try run.effects.first), try #require(try other.effects.first))
    #expect(one.method == "stepped-wedge (mixed, exchangeable)" && one.estimate == two.estimate)
    #expect(
      run.notes.contains(
        "y: no cluster has two cases in one period: correlation exchangeable"))
    let fault = try await fault(
      "stepped-wedge", "outcome: y\nwhere: first\ncorrelation: nested\n" + Self.columns,
      cases: Self.cases())
    #expect(fault.parameter == "correlation")
    #expect(
      fault.message
        == "y: no cluster has two cases in one period, so what these share cannot be told from chance"
    )
  }

  @Test func `too few clusters to split the effect leave the effect itself`() async throws {
    let run = try await run(
      "outcome: y\nmodel: gee\nwhere: not(office in (\"office 9\", \"office 10\", \"office 11\"))\n"
        + Self.columns)
    #expect(try run.effects.count == 1 && run.table("exposure").rowCount == 0)
    #expect(
      run.notes.contains("y: the effect cannot be split by the periods since the start"))
  }

  @Test func `an outcome that does not vary is a fault`() async throws {
    let fault = try await fault(
      "stepped-wedge", "outcome: flat\n" + Self.columns, cases: Self.cases())
    #expect(
      fault.message
        == "flat: what the model leaves of the outcome does not vary, so no uncertainty can be estimated"
    )
  }

  @Test func `too few clusters for the coefficients are a fault that says what to do`() async throws
  {
    let fault = try await fault(
      "stepped-wedge",
      "outcome: y\nmodel: gee\nwhere: month < 4 and (office = \"office 0\" or office = \"office 3\" or "
        + "office = \"office 6\")\n" + Self.columns, cases: Self.cases())
    #expect(fault.parameter == "cluster")
    #expect(fault.help == "with so few clusters use model: mixed, or impact/randomisation-test")
  }
}
