// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct SubgroupsTests {
  /// 240 cases in three arms, of whom few came to the desk.
  ///
  /// The change helps those who are digital and harms the others. Offices were assigned whole.
  private func trial(_ size: Int = 240) throws -> Table {
    var arm: [String] = []
    var channel: [String?] = []
    var digital: [Bool] = []
    var score: [Double?] = []
    var age: [Double] = []
    var office: [String] = []
    for row in 0..<size {
      let treated = row / 2 % 3
      let isDigital = row % 2 == 0
      arm.append(["a", "b", "c"][treated])
      channel.append(row == 5 ? nil : row % 40 == 7 ? "desk" : row % 5 < 3 ? "web" : "post")
      digital.append(isDigital)
      age.append(Double(20 + row * 13 % 50))
      office.append("office \(row / 2 % 24)")
      let noise = Double(row * 37 % 23) / 4
      let effect = treated == 1 ? (isDigital ? 6.0 : -5.0) : 0
      score.append(row == 9 ? nil : 10 + effect + noise + Double(row * 13 % 50) / 25)
    }
    return try Table([
      ("arm", .text(TextColumn(arm))), ("channel", .text(TextColumn(channel))),
      ("digital", .boolean(BooleanColumn(digital))), ("score", .number(FixedColumn(score))),
      ("age", .number(FixedColumn(age))), ("office", .text(TextColumn(office))),
      ("label", .text(TextColumn((0..<size).map { "person \($0)" }))),
      ("nothing", .number(FixedColumn((0..<size).map { _ in nil as Double? }))),
    ])
  }

  private func card(_ change: (inout JSONValue) -> Void = { _ in }) throws -> PilotCard {
    try Sample.card {
      $0["outcomes"] = [
        [
          "id": "score", "direction": "increase", "role": "primary", "minimum_difference": 1,
          "unit": "points",
        ]
      ]
      $0["plan"] = ["subgroups": ["digital"]]
      change(&$0)
    }
  }

  private func run(_ with: String, card: PilotCard? = nil) async throws -> ImpactRun {
    try await ImpactRun("subgroups", with, cases: try trial(), card: card)
  }

  private func numbers(_ table: Table, _ column: String) throws -> [Double?] {
    let (values, validity) = try #require(table[column]?.doubles())
    return values.indices.map { validity?[$0] ?? true ? values[$0] : nil }
  }

  private func expectSame(_ effect: Effect, _ other: Effect) {
    #expect(effect.estimate == other.estimate)
    expectClose(effect.standardError, other.standardError ?? .nan, 1e-12)
    expectClose(effect.confidenceHigh, other.confidenceHigh ?? .nan, 1e-12)
    expectClose(effect.pValue, other.pValue ?? .nan, 1e-10)
    #expect(effect.count == other.count && effect.treatedCount == other.treatedCount)
    #expect(effect.variance == other.variance)
  }

  @Test(arguments: [
    ("", "difference-in-means", ""), ("cluster: office", "difference-in-means", "cluster: office"),
    ("covariates: [age]", "regression", "covariates: [age]"),
    ("covariates: [age]\ncluster: office", "regression", "covariates: [age]\ncluster: office"),
  ])
  func `a subgroup's effect is that of the other stage among its cases`(
    with: String, stage: String, other: String
  ) async throws {
    let run = try await run(
      "outcome: score\narm: arm\ncontrol: a\nsubgroups: {digital: digital}\n" + with)
    let effects = try run.effects
    #expect(effects.map(\.contrast) == ["b - a", "b - a", "c - a", "c - a"])
    #expect(effects.prefix(2).map(\.subgroup) == ["digital = false", "digital = true"])
    for (row, value) in ["false", "true"].enumerated() {
      let alone = try await ImpactRun(
        stage, "outcome: score\narm: arm\ncontrol: a\nwhere: digital = \(value)\n" + other,
        cases: try trial())
      expectSame(effects[row], try alone.effect("b - a"))
      #expect(effects[row].method == "subgroups (\(stage))")
    }
  }

  @Test func `p-values are raised over all subgroup effects and over all tests`() async throws {
    let run = try await run(
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital, young: age < 40}}")
    let effects = try run.effects
    #expect(effects.count == 8 && effects.allSatisfy { $0.subgroup != nil })
    let least = try #require(effects.min { $0.pValue ?? 1 < $1.pValue ?? 1 })
    expectClose(least.adjustedPValue, min(1, 8 * (least.pValue ?? 1)), 1e-12)
    let tests = try run.table("tests")
    let pValues = try numbers(tests, "p_value").compactMap(\.self)
    let smallest = try #require(pValues.min())
    #expect(pValues.count == 4)
    expectClose(
      try numbers(tests, "p_adjusted")[pValues.firstIndex(of: smallest) ?? 0], 4 * smallest, 1e-12)
    let none = try await self.run(
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, adjust: none}")
    #expect(try none.effects.allSatisfy { $0.adjustedPValue == nil })
    #expect(try none.table("tests")["p_adjusted"]?.missingCount == 2)
  }

  /// Two subgroups share no cases: their difference has the sum of their variances.
  @Test func `two subgroups are compared, and not their p-values`() async throws {
    let run = try await run(
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}}")
    let effects = try run.effects
    let tests = try run.table("tests")
    #expect(tests["difference"]?.texts().first == "digital = true - digital = false")
    let first = effects[0]
    let second = effects[1]
    expectClose(
      try numbers(tests, "estimate")[0], (second.estimate ?? 0) - (first.estimate ?? 0), 1e-10)
    let variances = [first, second].compactMap(\.standardError).map { $0 * $0 }
    let error = try #require(try numbers(tests, "std_error")[0])
    expectClose(error, (variances[0] + variances[1]).squareRoot(), 1e-8)
    let statistic = try #require(try numbers(tests, "statistic")[0])
    let estimate = try #require(try numbers(tests, "estimate")[0])
    expectClose(statistic, (estimate / error) * (estimate / error), 1e-8)
    #expect(
      run.notes.contains("score, b - a: the effect differs by 'digital' (adjusted p below 0.001)"))
    #expect(run.notes.contains { $0.hasPrefix("score, c - a: no sign that the effect differs") })
  }

  @Test func `a subgroup with few cases in an arm is not shown, nor how many there are`()
    async throws
  {
    let run = try await run(
      "{outcome: score, arm: arm, control: a, subgroups: {channel: channel}}")
    #expect(
      try run.effects.prefix(2).map(\.subgroup) == ["channel = post", "channel = web"])
    #expect(
      run.notes.contains(
        "score, b - a, channel = desk: fewer than 10 cases in an arm, so nothing is shown"))
    #expect(
      run.notes.contains(
        "score, b - a, channel: the one subgroup that is not shown follows from the others and the "
          + "effect on everybody; do not publish all of them"))
    #expect(
      run.notes.contains(
        "1 of 240 cases have no 'channel' (subgroup) and are left out of its subgroups"))
    #expect(try numbers(try run.table("tests"), "groups") == [2, 2])
    let strict = try await self.run(
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, at_least: 100}")
    #expect(try strict.effects.isEmpty && strict.table("tests").rowCount == 0)
    #expect(
      strict.notes.contains("score, b - a, digital: there are no two subgroups to compare"))
  }

  @Test func `subgroups of the card's plan are taken, and others deviate from it`() async throws {
    let planned = try await run("{outcome: score, arm: arm}", card: try card())
    #expect(try planned.effects.prefix(2).map(\.subgroup) == ["digital = false", "digital = true"])
    #expect(try planned.effects.allSatisfy { !$0.flags.contains("deviates-from-plan") })
    #expect(try planned.effects.allSatisfy { $0.role == .primary && $0.smsLevel == 5 })
    let other = try await run(
      "{outcome: score, arm: arm, subgroups: {young: age < 40, digital: digital}}",
      card: try card())
    let flagged = try other.effects.filter { $0.flags.contains("deviates-from-plan") }
    #expect(Set(flagged.map(\.subgroup)) == ["young = false", "young = true"])
    #expect(other.notes.contains("subgroup 'young' is not in the plan on the pilot card"))
    #expect(try other.table("tests")["declared"]?.texts() == ["false", "false", "true", "true"])
    let condition = try await run(
      "{outcome: score, arm: arm}", card: try card { $0["plan"] = ["subgroups": ["age < 40"]] })
    #expect(try condition.effects.first?.subgroup == "age < 40 = false")
  }

  @Test func `harm to a vulnerable group is an alert`() async throws {
    let run = try await run(
      """
      outcome: score
      arm: arm
      subgroups: {digital: digital, channel: channel}
      vulnerable: {digital: [false], channel: [desk]}
      """, card: try card())
    let harm = try run.check("harm", "score, b - a, digital = false")
    #expect(!harm.passed && harm.severity == .warning && harm.flag == "harms-vulnerable-group")
    #expect(
      run.notes.contains(
        "digital = false: score, b - a gets worse for certain: stop or change it for this group"))
    let effects = try run.effects
    #expect(effects[0].flags.contains("harms-vulnerable-group"))
    #expect(!effects[1].flags.contains("harms-vulnerable-group"))
    let few = try run.check("harm", "score, b - a, channel = desk")
    #expect(!few.passed && few.severity == .warning)
    #expect(
      few.message == "channel = desk: too few cases to see whether score gets worse by b - a")
    let open = try run.check("harm", "score, c - a, digital = false")
    #expect(open.passed && open.message.hasSuffix("harm that matters is ruled out"))
  }

  /// The interval of c - a among those who are not digital reaches down to −0.75.
  @Test func `harm is ruled out only where the interval is within the least that matters`()
    async throws
  {
    let with = """
      outcome: score
      arm: arm
      vulnerable: {digital: [false]}
      """
    let strict = try card {
      $0["outcomes"] = [
        [
          "id": "score", "direction": "increase", "role": "primary", "minimum_difference": 0.5,
        ]
      ]
    }
    let check = try await run(with, card: strict).check("harm", "score, c - a, digital = false")
    #expect(!check.passed && check.severity == .info && check.flag == nil)
    #expect(check.message.hasSuffix("harm is not certain, and not ruled out"))
    expectClose(check.value, -0.752022427595257, 1e-9)
  }

  @Test func `less may be better, and then what rises is harm`() async throws {
    let with = "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, "
    let run = try await run(with + "vulnerable: {digital: [true]}, direction: decrease}")
    #expect(try run.check("harm", "score, b - a, digital = true").flag == "harms-vulnerable-group")
    let good = try await self.run(with + "vulnerable: {digital: [true]}, direction: increase}")
    #expect(try good.check("harm", "score, b - a, digital = true").passed)
  }

  @Test func `the order of rows does not matter`() async throws {
    let cases = try trial()
    let with =
      "{outcome: score, arm: arm, control: a, subgroups: {channel: channel}, covariates: age}"
    let order = Array((0..<240).reversed())
    let reversed = try Table(zip(cases.names, cases.columns).map { ($0, $1.taking(rows: order)) })
    let forward = try await ImpactRun("subgroups", with, cases: cases).effects
    let backward = try await ImpactRun("subgroups", with, cases: reversed).effects
    #expect(forward.map(\.subgroup) == backward.map(\.subgroup))
    for (one, other) in zip(forward, backward) {
      expectClose(one.estimate, other.estimate ?? .nan, 1e-10)
      expectClose(one.standardError, other.standardError ?? .nan, 1e-10)
    }
  }

  @Test func `where stands before the subgroup`() async throws {
    let run = try await run(
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, where: age >= 30}")
    #expect(try run.effects.first?.subgroup == "age >= 30 and digital = false")
  }

  @Test(arguments: [
    (
      "{outcome: score, arm: arm, control: a}", "subgroups",
      "no subgroups are named, and the pilot card declares none"
    ),
    (
      "{outcome: score, subgroups: {digital: digital}}", "arm",
      "neither 'arm' nor 'treatment' is given"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {label: label}}", "subgroups",
      "subgroup 'label' has 240 different values, and at most 20 can be compared"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {nothing: nothing}}", "subgroups",
      "subgroup 'nothing' is not known of any case"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, vulnerable: {channel: [web]}}",
      "vulnerable", "'vulnerable' names 'channel', which is none of the subgroups"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {channel: channel}, vulnerable: {channel: [fax]}}",
      "vulnerable", "no case has 'fax' of subgroup 'channel'"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, vulnerable: {digital: [true]}}",
      "direction", "nothing says which way 'score' gets better"
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, at_least: 5}",
      "at_least", ""
    ),
    (
      "{outcome: score, arm: arm, control: a, subgroups: {digital: digital}, covariates: [arm]}",
      "covariates", "'arm' is a covariate and something else at once"
    ),
    (
      "{outcome: score, treatment: age, subgroups: {digital: digital}}", "treatment",
      "'age' holds other numbers than 0 and 1"
    ),
    (
      "{outcome: label, arm: arm, control: a, subgroups: {digital: digital}}", "outcome",
      "column 'label' is text, and 'outcome' needs numbers or true and false"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("subgroups", with, cases: try trial())
    #expect(found.parameter == parameter, "\(found.message)")
    if !message.isEmpty { #expect(found.message == message) }
  }

  @Test func `a column that is not there is named`() async throws {
    let found = try await fault(
      "subgroups", "{outcome: score, arm: arm, control: a, subgroups: {digital: digitaal}}",
      cases: try trial())
    #expect(found.parameter == "subgroups" && found.message.contains("digitaal"))
  }

  @Test func `what was assigned whole is a cluster here as well`() async throws {
    let household = try card {
      $0["unit_of_assignment"] = "office"
      $0["unit_of_analysis"] = "person"
    }
    let found = try await fault(
      "subgroups", "{outcome: score, arm: arm, subgroups: {digital: digital}}",
      cases: try trial(), card: household)
    #expect(found.parameter == "cluster")
    let words = try await fault(
      "subgroups", "{outcome: score, arm: arm}", cases: try trial(),
      card: try card { $0["plan"] = ["subgroups": ["those who are (young"]] })
    #expect(
      words.message
        == "the plan's subgroup 'those who are (young' is neither a column nor a condition")
  }
}
