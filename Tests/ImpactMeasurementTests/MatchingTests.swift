// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct MatchingTests {
  private static let men =
    "outcome: re78, treatment: treat, covariates: [age, educ, race, married, nodegree, re74, re75]"

  private func run(_ with: String, cases: Table? = nil, card: PilotCard? = nil) async throws
    -> ImpactRun
  {
    try await ImpactRun("matching", with, cases: try cases ?? Trainees.table(), card: card)
  }

  /// Reference case matching-ipw; the others as StatisticsTests cites them.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      (
        "method: weighting, estimand: ATE, variance: known-score", "ipw_ATE/estimate",
        "ipw_ATE/se_survey"
      ),
      (
        "method: weighting, estimand: ATT, variance: known-score", "ipw_ATT/estimate",
        "ipw_ATT/se_survey"
      ),
      (
        "method: doubly-robust, estimand: ATE", "aipw_ATE_no_crossfit/estimate",
        "aipw_ATE_no_crossfit/se_if"
      ),
    ])
  func `weighting and doubly robust estimates are the reference's`(
    with: String, estimate: String, error: String
  ) async throws {
    let reference = try Reference("matching-ipw")
    let run = try await run("{\(with), \(Self.men)}", cases: reference.cases)
    let effect = try run.effect("treated - control")
    expectClose(effect.estimate, try reference.number(estimate), 1e-8)
    expectClose(effect.standardError, try reference.number(error), 1e-8)
    #expect(effect.count == 614 && effect.treatedCount == 185)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `exact matching gives the reference's effect and sizes`() async throws {
    let reference = try Reference("matching-ipw")
    let run = try await run(
      "{method: exact, outcome: re78, treatment: treat, exact: [race, married, nodegree]}",
      cases: reference.cases)
    let effect = try run.effect("treated - control")
    expectClose(effect.estimate, try reference.number("exact/att"), 1e-9)
    #expect(effect.clusters == 12 && effect.flags.contains("few-clusters"))
    let sizes = try #require(try run.table("sizes")["effective"]?.doubles()?.values)
    expectClose(sizes[1], try reference.number("exact/ess_control"), 1e-9)
    #expect(effect.variance == "cr1 × G/(G − 1) · (N − 1)/(N − K), df clusters − 1")
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `imbalance that remains lowers the grade and is named`() async throws {
    let reference = try Reference("matching-ipw")
    let run = try await run("{\(Self.men)}", cases: reference.cases)
    let effect = try run.effect("treated - control")
    #expect(effect.smsLevel == 2 && effect.flags.contains("imbalance"))
    #expect(effect.method == "matching (nearest, propensity)" && effect.estimand == "ATT")
    #expect(effect.treatedCount == 185 && effect.controlCount == 185 && effect.clusters == 185)
    let check = try run.check("balance-after")
    #expect(
      !check.passed && check.message.hasPrefix("'race.black' differs most afterwards, by 1.026"))
    #expect(run.notes.contains { $0.hasPrefix("Evidence 2 of 5") })
    let balance = try run.table("balance")
    let names = try #require(balance["covariate"]).texts()
    let before = try #require(balance["standardised_difference_before"]?.doubles()?.values)
    let age = try #require(names.firstIndex(of: "age"))
    expectClose(before[age], try reference.number("smd_before/age"), 1e-8)
    let distance = try #require(names.firstIndex(of: "propensity"))
    expectClose(before[distance], try reference.number("smd_before/distance"), 1e-8)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `entropy balancing balances exactly and keeps its grade`() async throws {
    let reference = try Reference("matching-ipw")
    let run = try await run(
      "{method: entropy-balancing, \(Self.men)}", cases: reference.cases)
    let effect = try run.effect("treated - control")
    // SciPy, see StatisticsTests.
    expectClose(effect.estimate, 1273.261813911915, 1e-8)
    #expect(effect.smsLevel == 3 && effect.flags.isEmpty)
    let check = try run.check("balance-after")
    #expect(try #require(check.value) < 1e-8)
  }

  @Test(arguments: [
    "method: nearest", "method: nearest, replace: true",
    "method: nearest, replace: true, estimand: ATE",
    "method: nearest, ratio: 2, caliper: 1", "method: full, estimand: ATE",
    "method: full, distance: mahalanobis, exact: [site]", "method: weighting, trim: 0.2",
    "method: doubly-robust", "method: entropy-balancing, estimand: ATE",
  ])
  func `every method finds an effect of two`(with: String) async throws {
    let run = try await run(
      "{\(with), outcome: score, arm: course, control: none, covariates: [age, site]}")
    let effect = try run.effect("long - none")
    #expect((try #require(effect.estimate) - 2).magnitude < 0.8, "\(effect.estimate ?? 0)")
    #expect(try #require(effect.standardError) > 0.01)
    #expect(try run.effects.map(\.contrast) == ["long - none", "short - none"])
  }

  @Test func `the order of rows does not matter`() async throws {
    let cases = try Trainees.table()
    let turned = cases.taking(rows: Array((0..<cases.rowCount).reversed()))
    for method in ["full", "weighting", "doubly-robust", "nearest, replace: true"] {
      let with =
        "{method: \(method), outcome: score, treatment: trained, covariates: [age, site]}"
      let first = try await run(with, cases: cases).effect("treated - control")
      let second = try await run(with, cases: turned).effect("treated - control")
      expectClose(second.estimate, try #require(first.estimate), 1e-9, method)
      expectClose(second.standardError, try #require(first.standardError), 1e-9, method)
    }
  }

  @Test func `what is left out is counted and flagged`() async throws {
    let run = try await run(
      """
      {outcome: gappy, treatment: trained, covariates: [age, site], exact: [office],
       caliper: 0.5}
      """)
    let effect = try run.effect("treated - control")
    #expect(effect.flags.contains("outcome-missing"))
    #expect(effect.flags.contains("treated-unmatched"))
    #expect(
      run.notes.contains(
        "gappy, treated - control: 2 of 120 cases have no 'gappy' (outcome) and are left out"))
    let unmatched = try run.check("unmatched")
    #expect(try #require(unmatched.value) >= 1 && !unmatched.passed)
    let trimmed = try await self.run(
      """
      {method: weighting, outcome: score, treatment: trained, covariates: [age, site],
       trim: 0.35}
      """)
    #expect(try trimmed.effect("treated - control").flags.contains("trimmed"))
    #expect(try #require(try trimmed.check("trimmed").value) > 0)
  }

  @Test func `where chance decided, imbalance is flagged and the grade stays`() async throws {
    let with =
      "{outcome: score, arm: course, control: none, covariates: [age], balance_limit: 0"
    let drawn = try await run("\(with), design: individual-rct}").effect("long - none")
    #expect(drawn.smsLevel == 5 && drawn.flags.contains("imbalance"))
    let chosen = try await run("\(with)}").effect("long - none")
    #expect(chosen.smsLevel == 2 && chosen.design == "matching")
  }

  @Test func `a cluster takes the place of the sets`() async throws {
    let run = try await run(
      """
      {method: full, outcome: score, treatment: trained, covariates: [age], cluster: office}
      """)
    #expect(try run.effect("treated - control").clusters == 6)
  }

  @Test func `every port has the columns that it promises`() async throws {
    let run = try await run("{outcome: score, treatment: trained, covariates: [age]}")
    let declaration = try #require(
      Catalog(plugins: [ImpactMeasurementPlugin.self])["impact/matching"])
    let document = Document.parse(
      SourceFile(name: "with.yaml", text: "{outcome: score, treatment: trained, covariates: [age]}")
    )
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = try #require(declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading))
    let promises = loaded.outputColumns(KnownColumns())
    for port in ["effects", "balance", "sizes", "checks"] {
      #expect(try run.table(port).names == promises[port]?.map(\.name), "\(port)")
      #expect(try run.table(port).rowCount > 0, "\(port)")
    }
    #expect(try run.table("effects").schema == EffectsTable.schema)
  }

  @Test(arguments: [
    ("{outcome: score, treatment: trained}", "covariates", "names no column"),
    ("{method: exact, outcome: score, treatment: trained}", "exact", "needs columns"),
    (
      "{outcome: score, treatment: trained, covariates: [age], estimand: ATE}", "estimand",
      "without replacement only"
    ),
    (
      "{outcome: score, treatment: trained, covariates: [age], variance: influence}", "variance",
      "does not go with"
    ),
    (
      "{method: weighting, outcome: score, treatment: trained, covariates: [age], caliper: 1}",
      "caliper", "no distance to limit"
    ),
    (
      "{method: full, outcome: score, treatment: trained, covariates: [age], ratio: 2}", "ratio",
      "no neighbours"
    ),
    ("{outcome: score, treatment: trained, covariates: [age], trim: 0.1}", "trim", "does not trim"),
    (
      """
      {outcome: score, treatment: trained, covariates: [age], replace: true,
       cluster: office}
      """, "cluster", "inference follows assignment"
    ),
    (
      "{outcome: score, treatment: trained, covariates: [score, age]}", "covariates",
      "something else at once"
    ),
    (
      "{outcome: score, treatment: mostly, covariates: [age]}", "replace",
      "controls to match without replacement where at least"
    ),
    (
      "{outcome: score, treatment: trained, covariates: [age, diploma]}", "covariates",
      "'diploma' tells the treated from their controls"
    ),
    (
      "{outcome: score, treatment: trained, covariates: [age, twice]}", "covariates",
      "'twice' follows from the other columns"
    ),
    (
      """
      {method: full, distance: mahalanobis, outcome: score, treatment: trained,
       covariates: [age, site], caliper: 0}
      """, "caliper", "0 pairs that are near enough to match"
    ),
    (
      "{method: exact, outcome: score, treatment: trained, exact: [number]}", "exact",
      "0 sets with cases of both arms"
    ),
    (
      """
      {method: entropy-balancing, outcome: score, treatment: trained,
       covariates: [age, certificate]}
      """, "covariates", "'certificate' tells the treated from their controls"
    ),
    (
      """
      {method: doubly-robust, outcome: score, treatment: trained,
       covariates: [age, certificate]}
      """, "covariates", "'certificate' tells the treated from their controls"
    ),
    (
      "{method: weighting, outcome: same, treatment: trained, covariates: [age]}", "outcome",
      "does not vary"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, words: String
  ) async throws {
    let found = try await fault("matching", with, cases: try Trainees.table())
    #expect(found.parameter == parameter, "\(found.message)")
    #expect(found.message.contains(words), "\(found.message)")
  }
}

/// 120 cases of whom older ones in the north took a course more often; a course adds 2.
private enum Trainees {
  static func table() throws -> Table {
    let rows = Array(0..<120)
    func age(_ row: Int) -> Double { 20 + Double(row * 37 % 41) + Double(row % 3) / 7 }
    func isNorth(_ row: Int) -> Bool { row * 13 % 5 < 2 }
    let trained = rows.map { row in
      Double(row * 71 % 97) < 20 + 0.9 * (age(row) - 20) + (isNorth(row) ? 10 : 0)
    }
    func numbers(_ value: (Int) -> Double?) -> Column { .number(FixedColumn(rows.map(value))) }
    func score(_ row: Int) -> Double {
      age(row) / 10 + (isNorth(row) ? 1 : 0) + (trained[row] ? 2 : 0) + Double(row * 53 % 29) / 29
    }
    return try Table([
      ("score", numbers(score)), ("gappy", numbers { $0 == 4 || $0 == 60 ? nil : score($0) }),
      ("same", numbers { _ in 3 }),
      ("trained", numbers { trained[$0] ? 1 : 0 }),
      (
        "course",
        .text(TextColumn(rows.map { trained[$0] ? ($0 % 2 == 0 ? "long" : "short") : "none" }))
      ),
      ("mostly", numbers { $0 % 5 == 0 ? 0 : 1 }),
      ("age", numbers(age)), ("twice", numbers { 2 * age($0) }),
      ("site", .text(TextColumn(rows.map { isNorth($0) ? "north" : "south" }))),
      ("office", numbers { Double($0 % 6) }),
      ("diploma", numbers { trained[$0] ? 1 : 0 }),
      ("certificate", numbers { trained[$0] && $0 % 3 == 0 ? 1 : 0 }),
      ("number", numbers { Double($0) }),
    ])
  }
}
