// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import StageKit
import Tables
import Testing

struct DifferenceInMeansTests {
  private func run(
    _ with: String, card: PilotCard? = nil, cases: Table? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "difference-in-means", with, cases: try cases ?? Sample.trial(), card: card)
  }

  /// R estimatr 1.0.0 `difference_in_means`, reference case diff-in-means.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("outcome: y\ntreatment: z", "simple", "welch, df Satterthwaite"),
      ("outcome: y\ntreatment: z\nblock: b", "blocked", "neyman, df rows − 2 · blocks"),
      ("outcome: yp\ntreatment: zp\nblock: pair", "matched_pairs", "neyman, df pairs − 1"),
      ("outcome: yc\ntreatment: zc\ncluster: cl", "clustered", "cr2, df Satterthwaite"),
      (
        "outcome: ybc\ntreatment: zbc\nblock: bc\ncluster: cl", "block_clustered",
        "cr2, df clusters − 2 · blocks"
      ),
    ])
  func `the designs of estimatr give its figures`(
    with: String, path: String, variance: String
  ) async throws {
    let reference = try Reference("diff-in-means")
    let effect = try await run(with, cases: reference.cases).effect("treated - control")
    try reference.expect(effect, equals: path)
    #expect(effect.variance == variance)
    #expect(effect.count == 120)
  }

  @Test func `the effects table has exactly the standard columns`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a}")
    #expect(try run.table("effects").schema == EffectsTable.schema)
  }

  @Test func `every arm but the control has a contrast, whatever the order of rows`() async throws {
    let cases = try Sample.trial()
    let turned = cases.taking(rows: Array((0..<cases.rowCount).reversed()))
    let first = try await run("{outcome: paid, arm: arm, control: b}", cases: cases).effects
    let second = try await run("{outcome: paid, arm: arm, control: b}", cases: turned).effects
    #expect(first.map(\.contrast) == ["a - b", "c - b"])
    #expect(second.map(\.contrast) == first.map(\.contrast))
    expectClose(second[0].estimate, try #require(first[0].estimate), 1e-12)
  }

  @Test func `arms taken together are a contrast of their own`() async throws {
    let cases = try Sample.trial()
    let pooled = try await run(
      "{outcome: paid, arm: arm, control: a, pool: {either: [b, c]}}", cases: cases)
    #expect(try pooled.effects.map(\.contrast) == ["b - a", "c - a", "either - a"])
    let plain = try await run("{outcome: paid, treatment: treated}", cases: cases)
    var expected = try plain.effect("treated - control")
    expected.contrast = "either - a"
    #expect(try pooled.effect("either - a") == expected)
    #expect(expected.count == 23 && expected.treatedCount == 15 && expected.controlCount == 8)
  }

  @Test func `missing outcomes are left out, counted and flagged`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a}")
    #expect(try run.effect("b - a").flags == ["outcome-missing"])
    #expect(try run.effect("c - a").flags == [])
    #expect(
      run.notes.first == "paid, b - a: 1 of 16 cases have no 'paid' (outcome) and are left out")
  }

  @Test func `every effect is told in a sentence, in the card's names and language`() async throws {
    let plain = try await run("{outcome: paid, arm: arm, control: a}")
    #expect(
      plain.notes.dropFirst() == [
        "Too few to tell on paid: on average between 5 less and 9 more with b than with a.",
        "Too few to tell on paid: on average between 6 less and 5 more with c than with a.",
      ])
    let card = try Sample.card {
      $0["language"] = "nl"
      $0["arms"] = [
        ["id": "a", "control": true], ["id": "b", "label": "de B1-brief"], ["id": "c"],
      ]
    }
    let dutch = try await run("{outcome: paid, arm: arm}", card: card)
    #expect(
      dutch.notes.contains(
        "Te weinig om iets te zeggen over payment: gemiddeld tussen € 5 minder en € 9 meer met de "
          + "B1-brief dan met a."))
  }

  @Test func `a yes or no outcome is told among a thousand, also without a card`() async throws {
    let run = try await run("{outcome: done, arm: arm, control: a}")
    #expect(
      run.notes.contains {
        $0.hasPrefix("Too few to tell on done: per 1,000 cases, between")
          && $0.contains("fewer and")
      })
    #expect(try run.effect("c - a").unit == "share")
  }

  @Test func `a card that counts yes or no in percent is a fault`() async throws {
    let card = try Sample.card {
      $0["outcomes"] = [
        [
          "id": "done", "column": "done", "direction": "increase", "role": "primary",
          "unit": "%", "minimum_difference": 2,
        ]
      ]
      $0["arms"] = [["id": "a", "control": true], ["id": "b"], ["id": "c"]]
    }
    let fault = await #expect(throws: StageFault.self) {
      try await run("{outcome: done, arm: arm}", card: card)
    }
    #expect(fault?.message.contains("the pilot card's unit is '%'") == true)
  }

  @Test func `more than twelve effects are not all told, and those that decide come first`()
    async throws
  {
    let run = try await run(
      "{outcome: [done, dose, age, paid], arm: arm, pool: {either: [b, c], again: [b]}}",
      card: try Sample.card())
    let told = run.notes.filter { $0.contains(" with ") && $0.contains("than") }
    #expect(told.count == 12)
    #expect(told.prefix(4).allSatisfy { $0.contains("payment") })
    #expect(run.notes.contains("4 more effects stand in the table only"))
  }

  @Test func `a yes or no outcome counts one and zero`() async throws {
    let run = try await run("{outcome: done, arm: arm, control: a}")
    // Arm a: rows 0, 9, 12 and 21 of eight are done; arm c: 5, 17 and 20 of seven.
    let effect = try run.effect("c - a")
    expectClose(effect.estimate, 3.0 / 7 - 4.0 / 8, 1e-12)
    #expect(effect.scale == .difference)
  }

  @Test func `without a card nothing is claimed of the design`() async throws {
    let effect = try await run("{outcome: paid, arm: arm, control: a}").effect("b - a")
    #expect(effect.experiment == "test-pipeline")
    #expect(effect.smsLevel == nil && effect.design == nil)
    #expect(effect.estimand == "difference")
    #expect(effect.role == .primary)
  }

  @Test func `the card gives experiment, metric, unit, role, design and control`() async throws {
    let run = try await run("{outcome: [paid, done], arm: arm}", card: try Sample.card())
    let effects = try run.effects
    #expect(effects.map(\.outcome) == ["paid", "paid", "done", "done"])
    let first = try #require(effects.first)
    #expect(first.experiment == "letters-2026")
    #expect(first.metric == "payments@2" && first.unit == "euro")
    #expect(first.design == "individual-rct" && first.smsLevel == 5 && first.estimand == "ITT")
    #expect(effects.map(\.role) == [.primary, .primary, .guardrail, .guardrail])
    #expect(effects.allSatisfy { !$0.flags.contains("deviates-from-plan") })
  }

  @Test func `an outcome that is not on the card decides nothing`() async throws {
    let run = try await run("{outcome: dose, arm: arm}", card: try Sample.card())
    let effect = try #require(try run.effects.first)
    #expect(effect.role == .secondary)
    #expect(effect.flags.contains("deviates-from-plan"))
  }

  @Test(
    arguments: [
      (["method": "difference-in-means", "variance": "Welch"], false),
      (["method": "difference in means, two-sided"], false),
      (["variance": "hc2"], true), (["method": "regression"], true),
      (["covariates": ["age"]], true), (["multiplicity": "holm"], true),
      (["estimand": "LATE"], true), (["estimand": "intention to treat"], false),
    ] as [(JSONValue, Bool)])
  func `what differs from the plan is flagged`(plan: JSONValue, deviates: Bool) async throws {
    let run = try await run(
      "{outcome: paid, arm: arm}", card: try Sample.card { $0["plan"] = plan })
    #expect(try run.effect("c - a").flags.contains("deviates-from-plan") == deviates)
    #expect(run.notes.contains { $0.hasPrefix("the plan's") } == deviates)
  }

  @Test func `a design that is no experiment gives a low grade`() async throws {
    let matching = try await run("{outcome: paid, arm: arm, control: a, design: matching}")
      .effect("c - a")
    #expect(matching.smsLevel == 1)
    #expect(matching.flags == ["design-not-used"])
    let random = try await run("{outcome: paid, arm: arm, control: a, design: individual-rct}")
      .effect("c - a")
    #expect(random.smsLevel == 5 && random.estimand == "ITT")
  }

  @Test func `a condition makes a subgroup that names its values`() async throws {
    let run = try await ImpactRun(
      "difference-in-means", "outcome: paid\narm: arm\ncontrol: a\nwhere: site = each.site",
      cases: try Sample.trial(), each: [(key: "site", value: .text("north"))])
    let effect = try run.effect("c - a")
    #expect(effect.subgroup == "site = \"north\"")
    #expect(effect.count == 8)
  }

  @Test func `adjusted p-values stand beside the raw ones`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a, adjust: holm}")
    let effects = try run.effects
    let smallest = try #require(effects.compactMap(\.pValue).min())
    expectClose(effects.compactMap(\.adjustedPValue).min(), min(1, 2 * smallest), 1e-12)
    #expect(
      try await self.run("{outcome: paid, arm: arm, control: a}").effects[0].adjustedPValue == nil)
  }

  @Test func `clusters are few below forty, and mixed where arms meet in one`() async throws {
    let whole = try await run("{outcome: paid, arm: arm, control: a, cluster: village}")
    #expect(try whole.effect("c - a").flags == ["few-clusters"])
    #expect(try whole.effect("c - a").clusters == 8)
    let mixed = try await run("{outcome: paid, arm: arm, control: a, cluster: site}")
    #expect(try mixed.effect("c - a").flags.contains("mixed-clusters"))
  }

  @Test func `a block with a single case is left out, counted and flagged`() async throws {
    let run = try await run("{outcome: paid, arm: arm, control: a, block: office}")
    let effect = try run.effect("b - a")
    #expect(effect.flags == ["outcome-missing", "singleton-stratum"])
    #expect(effect.count == 14)
    #expect(try run.effect("c - a").flags == [])
    #expect(
      run.notes.contains(
        "paid, b - a: block 'lone' of 'office' has a single case, so it compares nothing: "
          + "1 of 16 cases are left out"))
  }

  @Test func `blocks without a variance are a fault that names them`() async throws {
    let cases = try Sample.trial().adding(
      "ward", .integer(FixedColumn((0..<24).map { Int64($0 / 3 % 6) })))
    let fault = try await fault(
      "difference-in-means", "{outcome: dose, arm: arm, control: a, block: ward, where: dose < 4}",
      cases: cases)
    #expect(fault.parameter == "block")
    #expect(fault.message.contains("fewer than two"))
  }

  @Test func `a few cases with a value each are no arms, and none of them is shown`() async throws {
    let cases = try Table([
      ("name", .text(TextColumn((0..<8).map { "person \($0)" }))),
      ("y", .number(FixedColumn((0..<8).map { Double($0) }))),
    ])
    let fault = try await fault("difference-in-means", "{outcome: y, arm: name}", cases: cases)
    #expect(fault.message == "column 'name' has 8 different values: those are no arms")
    #expect(fault.parameter == "arm" && !(fault.help ?? "").contains("person"))
  }

  @Test func `a covariate that names every case is a fault that shows none`() async throws {
    let cases = try Table([
      ("name", .text(TextColumn((0..<40).map { "person \($0)" }))),
      ("treated", .boolean(BooleanColumn((0..<40).map { $0 % 2 == 0 }))),
      ("y", .number(FixedColumn((0..<40).map { Double($0 * 7 % 13) }))),
    ])
    let fault = try await fault(
      "regression", "{outcome: y, treatment: treated, covariates: name}", cases: cases)
    #expect(
      fault.message
        == "column 'name' has another value in every case, so 'covariates' sorts nothing")
  }

  @Test func `blocks that hold one case each are a fault at the blocks and not at the arms`()
    async throws
  {
    let cases = try Sample.trial().adding(
      "alone", .integer(FixedColumn((0..<24).map { Int64($0) })))
    let fault = try await fault(
      "difference-in-means", "{outcome: dose, arm: arm, control: a, block: alone}", cases: cases)
    #expect(fault.parameter == "block")
    #expect(
      fault.message == "dose, b - a: 0 blocks with cases of both arms where at least 1 are needed")
  }

  @Test func `a few cases in blocks that show no variance are left out`() async throws {
    let wards = (0..<400).map { $0 < 3 ? "small" : $0 % 4 < 2 ? "north" : "south" }
    let cases = try Table([
      ("arm", .text(TextColumn((0..<400).map { $0 % 2 == 0 ? "a" : "b" }))),
      ("ward", .text(TextColumn(wards))),
      ("y", .number(FixedColumn((0..<400).map { Double($0 * 7 % 13) }))),
    ])
    let effect = try await run("{outcome: y, arm: arm, control: a, block: ward}", cases: cases)
      .effect("b - a")
    #expect(effect.flags == ["thin-stratum"])
    #expect(effect.count == 397)
  }

  @Test(arguments: [
    ("{outcome: paid}", "arm"), ("{outcome: [], arm: arm}", "outcome"),
    ("{outcome: paid, arm: arm}", "arm"), ("{outcome: paid, arm: arm, control: A}", "control"),
    ("{outcome: paid, arm: arm, treatment: treated}", "treatment"),
    ("{outcome: paid, treatment: treated, control: a}", "control"),
    ("{outcome: paid, treatment: dose}", "treatment"),
    ("{outcome: paid, treatment: treated, pool: {x: [a]}}", "pool"),
    ("{outcome: paid, arm: arm, control: a, pool: {x: [d]}}", "pool"),
    ("{outcome: paid, arm: arm, control: a, pool: {b: [c]}}", "pool"),
    ("{outcome: paid, arm: arm, control: a, pool: {x: [a, b]}}", "pool"),
    ("{outcome: paid, arm: arm, control: a, pool: {x: []}}", "pool"),
    ("{outcome: [paid, paid], arm: arm, control: a}", "outcome"),
    ("{outcome: arm, arm: arm, control: a}", "outcome"),
    ("{outcome: site, arm: arm, control: a}", "outcome"),
    ("{outcome: day, arm: arm, control: a}", "outcome"),
    ("{outcome: empty, arm: arm, control: a}", "outcome"),
    ("{outcome: same, arm: arm, control: a}", "outcome"),
    ("{outcome: paid, arm: only, control: a}", "arm"),
    ("{outcome: paid, arm: empty, control: a}", "arm"),
    ("{outcome: paid, arm: arm, control: a, variance: cr2}", "variance"),
    ("{outcome: paid, arm: arm, control: a, cluster: village, variance: welch}", "variance"),
    ("{outcome: paid, arm: arm, control: a, block: site, variance: welch}", "variance"),
    ("{outcome: paid, arm: arm, control: a, cluster: only}", "cluster"),
    ("{outcome: paid, arm: arm, control: a, level: 1.5}", "level"),
    ("{outcome: paid, arm: arm, control: a, where: dose > 9}", "where"),
    ("{outcome: nowhere, arm: arm, control: a}", "outcome"),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault("difference-in-means", with, cases: try Sample.trial())
    #expect(found.parameter == parameter, "\(found.message)")
  }

  @Test func `a mistyped control is answered with the arm that was meant`() async throws {
    let cases = try Table([
      ("arm", .text(TextColumn(["No_Letter", "Letter", "No_Letter", "Letter"]))),
      ("y", .number(FixedColumn([1.0, 2, 3, 5]))),
    ])
    let found = try await fault(
      "difference-in-means", "{outcome: y, arm: arm, control: No_Leter}", cases: cases)
    #expect(found.help == "did you mean 'No_Letter'?")
  }

  @Test func `a column of people's texts is no arm, and none of them is shown`() async throws {
    let cases = try Table([
      ("name", .text(TextColumn((0..<100).map { "Jansen \($0)" }))),
      ("y", .number(FixedColumn((0..<100).map { Double($0) }))),
    ])
    let found = try await fault(
      "difference-in-means", "{outcome: y, arm: name, control: Jansen}", cases: cases)
    #expect(found.parameter == "arm")
    #expect(!"\(found.message) \(found.help ?? "")".contains("Jansen"))
  }

  @Test func `a card whose unit of assignment is no case asks for the cluster`() async throws {
    let card = try Sample.card {
      $0["unit_of_assignment"] = "village"
      $0["unit_of_analysis"] = "person"
    }
    let found = try await fault(
      "difference-in-means", "{outcome: paid, arm: arm}", cases: try Sample.trial(), card: card)
    #expect(found.parameter == "cluster")
    #expect(found.message.contains("inference follows assignment"))
    let run = try await run("{outcome: paid, arm: arm, cluster: village}", card: card)
    #expect(try run.effects.count == 2)
  }

  @Test func `a design beside the card's is a fault`() async throws {
    let found = try await fault(
      "difference-in-means", "{outcome: paid, arm: arm, design: matching}",
      cases: try Sample.trial(), card: try Sample.card())
    #expect(found.parameter == "design")
  }
}
