// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct TailoringTests {
  /// The change helps those under 35 and harms others; arms by turns, age and noise apart from them.
  private static func trial(_ count: Int = 400) throws -> Table {
    let treated = (0..<count).map { $0 % 2 == 1 }
    let age = (0..<count).map { 20 + $0 * 37 % 41 }
    let noise = (0..<count).map { Double($0 * 29 % 23) / 23 - 0.5 }
    var outcome: [Double?] = []
    for row in 0..<count {
      let effect: Double = age[row] < 35 ? 2 : -1
      outcome.append(noise[row] + (treated[row] ? effect : 0))
    }
    outcome[7] = nil
    let towns: [Int64] = (0..<count).map { row in
      let pair = row / 2 % 20
      return Int64(2 * pair + row % 2)
    }
    let sites = (0..<count).map { $0 / 2 % 2 == 0 ? "n" : "s" }
    let poor = (0..<count).map { $0 / 4 % 2 == 0 }
    return try Table([
      ("arm", .text(TextColumn(treated.map { $0 ? "visit" : "letter" }))),
      ("y", .number(FixedColumn(outcome))),
      ("age", .integer(FixedColumn(age.map { Int64($0) }))),
      ("site", .text(TextColumn(sites))),
      ("poor", .boolean(BooleanColumn(poor))), ("town", .integer(FixedColumn(towns))),
      ("late-start", .number(FixedColumn((0..<count).map { Double($0) }))),
      ("told", .number(FixedColumn(treated.map { $0 ? 1 : 0 }))),
    ])
  }

  private static let plain = """
    outcome: y
    arm: arm
    control: letter
    better: increase
    covariates: [age, site, poor]
    design: individual-rct

    """

  private func run(_ more: String = "", plain: String = plain) async throws -> ImpactRun {
    try await ImpactRun(
      "tailoring", plain + more, cases: try Self.trial(), seed: 20_170_401)
  }

  private func reform(_ run: ImpactRun) throws -> String {
    guard case .file(let file) = run.outputs["reform"] else {
      throw StageFault("'reform' carries no file")
    }
    #expect(file.mediaType == "application/yaml")
    return String(decoding: file.bytes, as: UTF8.self)
  }

  private func number(_ table: Table, _ name: String, _ row: Int) throws -> Double {
    guard let (values, validity) = try table.column(name).doubles(), validity?[row] ?? true else {
      throw StageFault("'\(name)' has no number in row \(row)")
    }
    return values[row]
  }

  @Test func `a rule that is there is found and valued on other cases`() async throws {
    let run = try await run("depth: 1")
    let rule = try run.table("rule")
    #expect(rule["condition"]?.texts() == ["age < 35", "age >= 35"])
    #expect(rule["arm"]?.texts() == ["visit", "letter"])
    let learned = try number(rule, "n_learned", 0) + number(rule, "n_learned", 1)
    let valued = try number(rule, "n", 0) + number(rule, "n", 1)
    #expect(learned + valued == 399)
    let effect = try #require(try run.effects.first)
    #expect(effect.contrast == "rule - letter" && effect.estimand == "policy value")
    #expect(effect.smsLevel == 5 && effect.method == "tailoring" && effect.count == Int(valued))
    #expect(effect.variance == "hc2, df n − 1" && effect.flags.contains("outcome-missing"))
    // 15 of 41 ages are under 35, each with a gain of 2.
    let truth = 2.0 * 15 / 41
    #expect((effect.confidenceLow ?? 9) < truth && truth < (effect.confidenceHigh ?? -9))
    #expect((effect.standardError ?? 9) < 0.1)
    #expect(run.notes.contains("age < 35: visit"))
  }

  @Test func `the rule is compared with all one could do`() async throws {
    let values = try await run("depth: 1").table("values")
    let policies = values["policy"]?.texts().prefix(4)
    #expect(policies == ["rule", "all letter", "all visit", "as assigned"])
    #expect(values["over"]?.texts()[4...6] == ["all letter", "all visit", "as assigned"])
    let cases = values["cases"]?.texts()
    #expect(
      cases == [String](repeating: "evaluation", count: 7)
        + [String](repeating: "cross-fitted", count: 7))
    // Value and gain add up, and all cases tell more than half of them.
    for start in [0, 7] {
      let rule = try number(values, "estimate", start)
      for other in 1...3 {
        let gain = try number(values, "estimate", start + 3 + other)
        let difference = rule - (try number(values, "estimate", start + other))
        #expect((gain - difference).magnitude < 1e-12)
        #expect(try number(values, "conf_low", start + 3 + other) > 0)
      }
    }
    #expect(try number(values, "std_error", 11) < number(values, "std_error", 4))
    #expect(try number(values, "n", 7) == 399)
  }

  @Test func `the rule leaves as a reform of the documented shape`() async throws {
    let text = try reform(
      try await run(
        """
        depth: 2
        reform: who-gets-visited
        scheme: visits
        decision: visited
        results: {visit: "true", letter: "false"}
        legal_effect: Article 4 names ages.
        """))
    let document = Document.parse(SourceFile(name: "reform.yaml", text: text))
    #expect(document.diagnostics.isEmpty)
    let root = try #require(document.root)
    #expect(root.entries?.map(\.name) == ["reform", "inputs", "decisions"])
    let head = try #require(root["reform"])
    #expect(head["id"]?.text == "who-gets-visited" && head["scheme"]?.text == "visits")
    #expect(head["legal_effect"]?.text == "Article 4 names ages.")
    #expect(head["rationale"]?.text?.hasPrefix("Learned from 200 cases of test-pipeline") == true)
    #expect(root["inputs"]?["age"]?["type"]?.text == "integer")
    let table = try #require(root["decisions"]?["visited"]?["table"])
    #expect(table["hit"]?.text == "UNIQUE" && table["default"]?.text == "false")
    let inputs = table["inputs"]?.items?.count ?? 0
    for row in table["rows"]?.items ?? [] { #expect(row.items?.count == inputs + 1) }
    #expect(table["rows"]?.items?.first?.items?.first?.text == "< 35")
  }

  @Test func `columns under never are refused, and splits may be fewer than covariates`()
    async throws
  {
    let found = try await fault(
      "tailoring", Self.plain + "never: [age]", cases: try Self.trial())
    #expect(found.message == "'age' stands under 'never', and the rule may not split on it")
    #expect(found.parameter == "covariates")
    let run = try await run("never: [age]\nsplits: [site, poor]")
    #expect(
      try run.table("rule")["condition"]?.texts().contains { $0?.contains("age") == true } == false)
  }

  @Test func `a budget is kept where the rule is learned, and checked where it is valued`()
    async throws
  {
    let run = try await run("depth: 2\nbudget: 0.2")
    let rule = try run.table("rule")
    var treated = 0.0
    var all = 0.0
    for row in 0..<rule.rowCount {
      let count = try number(rule, "n_learned", row)
      all += count
      if rule["arm"]?.texts()[row] == "visit" { treated += count }
    }
    #expect(treated > 0 && treated <= 0.2 * all)
    let check = try run.check("budget")
    #expect(check.threshold == 0.22000000000000003 && check.message.contains("of a budget of 0.2"))
    let free = try await self.run("budget: 0")
    #expect(try free.table("rule")["arm"]?.texts() == ["letter"])
    let effect = try #require(try free.effects.first)
    #expect(effect.estimate == nil && effect.flags.contains("rule-treats-nobody"))
    #expect(try reform(free).contains("expression: \"\\\"letter\\\"\""))
  }

  @Test func `groups may have to get the same`() async throws {
    let unequal = try await run("depth: 1\nequal: [{column: poor, within: 0.01, of: value}]")
    let check = try unequal.check("equality", "poor")
    #expect(check.threshold == 0.01 && check.message.contains("the value differs by"))
    let equal = try await run("depth: 1\nequal: [{column: site, within: 0.9}]")
    #expect(try equal.check("equality", "site").passed)
    #expect(try equal.table("rule").rowCount == 2)
  }

  @Test func `clusters stay together, and the interval is theirs`() async throws {
    let run = try await run("cluster: town\ndepth: 1")
    let effect = try #require(try run.effects.first)
    #expect(effect.clusters == 20 && effect.flags.contains("few-clusters"))
    #expect(effect.variance == "cr2, df Satterthwaite")
    #expect(!effect.flags.contains("mixed-clusters"))
    let mixed = try await self.run("cluster: age\ndepth: 1\nsplits: [site]")
    #expect(try mixed.effects.first?.flags.contains("mixed-clusters") == true)
  }

  @Test func `without a lot the chance of an arm is estimated, and its overlap is checked`()
    async throws
  {
    let plain = Self.plain.replacing("design: individual-rct", with: "design: matching")
    let run = try await run("depth: 1", plain: plain)
    #expect(try run.effects.first?.smsLevel == 3)
    #expect(try run.check("overlap").passed)
    let told = plain.replacing("[age, site, poor]", with: "[told, age]\nsplits: [age]")
    let given = try await self.run("depth: 1", plain: told)
    let check = try given.check("overlap")
    #expect(check.message.contains("cases had hardly a chance of some arm") || check.passed)
  }

  @Test func `direction and plan come from the card`() async throws {
    let card = try Sample.card { answers in
      guard var object = answers.objectValue else { return }
      object["outcomes"] = [
        ["id": "y", "direction": "decrease", "role": "primary", "minimum_difference": 1]
      ]
      object["arms"] = [["id": "letter", "control": true], ["id": "visit"]]
      object["plan"] = ["method": "difference-in-means"]
      answers = .object(object)
    }
    let run = try await ImpactRun(
      "tailoring", "{outcome: y, arm: arm, covariates: [age], depth: 1}",
      cases: try Self.trial(), card: card, seed: 20_170_401)
    // Less is better now: those whom the visit harms would get it.
    #expect(try run.table("rule")["arm"]?.texts() == ["letter", "visit"])
    let effect = try #require(try run.effects.first)
    #expect((effect.estimate ?? 1) < 0 && effect.flags.contains("deviates-from-plan"))
    let found = try await fault(
      "tailoring", "{outcome: y, arm: arm, covariates: [age], better: increase}",
      cases: try Self.trial(), card: card)
    #expect(found.message == "the pilot card says that 'y' should decrease")
  }

  @Test func `the same seed gives the same rule, and blocks give the chances`() async throws {
    let first = try await run("block: site")
    let second = try await run("block: site")
    #expect(try first.table("values") == second.table("values"))
    #expect(try first.table("rule") == second.table("rule"))
  }

  @Test(arguments: [
    ("leaf: 9", "leaf"), ("depth: 4", "depth"), ("leaf: 150", "arm"),
    ("covariates: [y]", "covariates"), ("splits: [late-start]", "splits"),
    ("decision: 'if'", "decision"), ("reform: Who", "reform"), ("shares: {visit: 1}", "shares"),
    ("shares: {visit: 1, letter: 0}", "shares"), ("costs: {call: 1}", "costs"),
    ("costs: {visit: -1}", "costs"), ("results: {call: a}", "results"),
    ("shares: {visit: 1, letter: 1}\npropensity: logistic", "propensity"),
    ("equal: [{column: site}]", "equal"), ("equal: [{column: site, within: -1}]", "equal"),
    ("equal: [{column: nowhere, within: 1}]", "equal"), ("block: late-start", "block"),
  ])
  func `what cannot be is a fault at its parameter`(setting: String, parameter: String) async throws
  {
    let key = setting.split(separator: ":")[0]
    let with = Self.plain.split(separator: "\n").filter { !$0.hasPrefix("\(key):") }
      .joined(separator: "\n")
    let found = try await fault("tailoring", with + "\n" + setting, cases: try Self.trial())
    #expect(found.parameter?.hasPrefix(parameter) == true, "\(found.message)")
  }

  @Test func `nothing that says which way is better is a fault`() async throws {
    let found = try await fault(
      "tailoring", "{outcome: y, arm: arm, control: letter, covariates: [age]}",
      cases: try Self.trial())
    #expect(found.message == "which way is 'y' better?" && found.parameter == "better")
  }
}
