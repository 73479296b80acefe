// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct MonitorTests {
  /// Cases by turns in arms a and b; of every ten cases of an arm a known number succeed.
  private static func trial(
    _ count: Int, a: Int = 3, b: Int = 5, complaints: (a: Int, b: Int) = (2, 2)
  ) throws -> Table {
    let isTreated = (0..<count).map { $0 % 2 == 1 }
    let rank = (0..<count).map { $0 / 2 % 10 }
    let villages: [Int64] = (0..<count).map { row in
      let side = row % 2
      let pair = row / 2 % 12
      return Int64(2 * pair + side)
    }
    func happens(_ a: Int, _ b: Int) -> Column {
      .boolean(BooleanColumn(zip(isTreated, rank).map { $1 < ($0 ? b : a) }))
    }
    return try Table([
      ("arm", .text(TextColumn(isTreated.map { $0 ? "b" : "a" }))), ("done", happens(a, b)),
      ("complaint", happens(complaints.a, complaints.b)),
      ("village", .integer(FixedColumn(villages))),
      ("day", .integer(FixedColumn((0..<count).map { Int64($0) }))),
      ("none", .number(FixedColumn([Double](repeating: 0, count: count)))),
    ])
  }

  private static let plain = """
    outcome: done
    arm: arm
    control: a
    better: increase
    planned: 400
    date: 2026-03-01

    """

  private func look(
    _ more: String = "", cases: Table, earlier: Table? = nil, card: PilotCard? = nil
  ) async throws -> ImpactRun {
    try await ImpactRun(
      "monitor", Self.plain + more, cases: cases, card: card,
      more: earlier.map { ["earlier": .table($0)] } ?? [:])
  }

  private func row(_ table: Table, _ row: Int) throws -> [String: String] {
    var values: [String: String] = [:]
    for (name, column) in zip(table.names, table.columns) { values[name] = column.display(at: row) }
    return values
  }

  private func number(_ table: Table, _ name: String, _ row: Int) throws -> Double? {
    guard let (values, validity) = try table.column(name).doubles() else { return nil }
    return validity?[row] ?? true ? values[row] : nil
  }

  /// Bound: rpact 3.3.4, asOF, two-sided .05, t = .5 and 1; 1e-6.
  @Test func `the first look is held against O'Brien and Fleming's bound`() async throws {
    let cases = try Self.trial(200, b: 4)
    let run = try await look(cases: cases)
    let looks = try run.table("looks")
    #expect(looks.rowCount == 1)
    let row = try row(looks, 0)
    #expect(row["look"] == "1" && row["date"] == "2026-03-01" && row["decision"] == "continue")
    #expect(row["role"] == "outcome" && row["n"] == "200" && row["information"] == "0.5")
    #expect(row["method"] == "group-sequential obrien-fleming, two-sided")
    #expect(((try number(looks, "bound", 0) ?? 0) - 2.96258804272755).magnitude < 1e-6)
    let effect = try await ImpactRun(
      "difference-in-means", "{outcome: done, arm: arm, control: a}", cases: cases
    ).effect("b - a")
    #expect(try number(looks, "estimate", 0) == effect.estimate)
    // t is carried over to z by its p-value, so z is a little smaller.
    let z = try number(looks, "statistic", 0) ?? 0
    let t = effect.statistic ?? 0
    #expect(z < t && z > 0.99 * t)
    #expect(
      row["sentence"]
        == "z is 1.477, between −2.963 and 2.963: go on; 0.003 of an error of 0.05 is "
        + "spent.")
    #expect(try number(looks, "conditional_power_planned", 0) == nil)
    let whole = try self.row(try run.table("decision"), 0)
    #expect(whole["decision"] == "continue" && whole["role"] == "whole")
  }

  /// Bounds: rpact 3.3.4, asOF two-sided .05 at t = .5 and 1: 2.96258804272755, 1.96859564632177.
  @Test func `an earlier look is carried forward with its bound and what it spent`() async throws {
    let first = try await look(cases: try Self.trial(200, b: 4)).table("looks")
    let second = try await look(cases: try Self.trial(400, b: 4), earlier: first).table("looks")
    #expect(second.rowCount == 2)
    #expect(try row(second, 0) == row(first, 0))
    #expect(try row(second, 1)["look"] == "2")
    #expect(((try number(second, "bound", 1) ?? 0) - 1.96859564632177).magnitude < 1e-6)
    expectClose(try number(second, "alpha_spent", 1), 0.05, 1e-9)
    #expect(try row(second, 1)["decision"] == "stop-benefit")
    // Without its memory the same look would have all of the error.
    let alone = try await look(cases: try Self.trial(400, b: 4)).table("looks")
    expectClose(try number(alone, "bound", 0), 1.959963984540054, 1e-8)
  }

  /// rpact 3.3.4: asP, two-sided .05, t = .4, .55 and 1; 1e-6.
  @Test func `looks count by the information that really came`() async throws {
    var earlier: Table?
    for count in [160, 220, 400] {
      earlier = try await look(
        "spending: pocock", cases: try Self.trial(count, b: 3), earlier: earlier
      ).table("looks")
    }
    let looks = try #require(earlier)
    for (place, bound) in [2.22387496048592, 2.40113281458616, 2.24387150257826].enumerated() {
      #expect(((try number(looks, "bound", place) ?? 0) - bound).magnitude < 1e-6)
    }
    #expect(try row(looks, 2)["sentence"]?.contains("nothing shown at the last look") == true)
    #expect(looks["decision"]?.texts() == ["continue", "continue", "end-nothing-shown"])
  }

  @Test func `the last look may come early and spends what is left`() async throws {
    let first = try await look(cases: try Self.trial(200, b: 4)).table("looks")
    let last = try await look("final: true", cases: try Self.trial(300, b: 4), earlier: first)
      .table("looks")
    expectClose(try number(last, "alpha_spent", 1), 0.05, 1e-9)
  }

  @Test func `a guardrail that is harmed stops, whatever the outcome gains`() async throws {
    let cases = try Self.trial(200, b: 8, complaints: (a: 1, b: 5))
    let run = try await look("guardrails: {complaint: decrease}", cases: cases)
    let looks = try run.table("looks")
    #expect(looks["decision"]?.texts() == ["stop-benefit", "stop-harm"])
    #expect(looks["method"]?.texts().last == "group-sequential pocock, one-sided")
    #expect((try number(looks, "statistic", 1) ?? 0) < 0)
    // rpact 3.3.4: asP, one-sided .05, t = .5; 1e-6.
    #expect(((try number(looks, "bound", 1) ?? 0) - 1.86621386013511).magnitude < 1e-6)
    let whole = try row(try run.table("decision"), 0)
    #expect(whole["decision"] == "stop-harm")
    #expect(whole["sentence"]?.hasPrefix("Stop for harm on 'complaint' (b - a): ") == true)
  }

  @Test func `guardrails and directions come from the card`() async throws {
    let card = try Sample.card { answers in
      answers = Self.answers(answers)
    }
    let cases = try Self.trial(200, b: 4)
    let run = try await ImpactRun(
      "monitor", "{outcome: done, arm: arm, planned: 400, futility: 0.1}", cases: cases,
      card: card)
    let looks = try run.table("looks")
    #expect(looks["outcome"]?.texts() == ["done", "complaint"])
    #expect(looks["better"]?.texts() == ["increase", "decrease"])
    #expect(
      run.notes.contains(
        "the card's guardrail 'calls' has no column in the cases and is not watched"))
    #expect((try number(looks, "conditional_power_planned", 0) ?? 0) > 0.5)
    let found = try await fault(
      "monitor", "{outcome: done, arm: arm, planned: 400, better: decrease}", cases: cases,
      card: card)
    #expect(found.message == "the pilot card says that 'done' should increase")
    #expect(found.parameter == "better")
  }

  private static func answers(_ answers: JSONValue) -> JSONValue {
    guard var object = answers.objectValue else { return answers }
    object["outcomes"] = [
      [
        "id": "done", "direction": "increase", "role": "primary", "minimum_difference": 0.15,
      ],
      ["id": "complaint", "direction": "decrease", "role": "guardrail"],
      ["id": "calls", "direction": "decrease", "role": "guardrail"],
    ]
    return .object(object)
  }

  @Test func `a hopeless trend is futile, and harm beats it`() async throws {
    let run = try await look("futility: 0.2", cases: try Self.trial(200, a: 4, b: 3))
    let looks = try run.table("looks")
    #expect(looks["decision"]?.texts() == ["stop-futility"])
    #expect((try number(looks, "conditional_power", 0) ?? 1) < 0.01)
    #expect(
      try row(try run.table("decision"), 0)["sentence"]
        == "Stop for futility: no outcome is likely to show benefit.")
    let harm = try await look("futility: 0.2", cases: try Self.trial(200, a: 8, b: 3))
    #expect(try harm.table("looks")["decision"]?.texts() == ["stop-harm"])
  }

  /// rpact 3.3.4: asOF, two-sided .025, t = .5; 1e-6.
  @Test func `outcomes share the error`() async throws {
    let cases = try Self.trial(200, b: 4)
    let run = try await ImpactRun(
      "monitor",
      "{outcome: [done, complaint], arm: arm, control: a, better: increase, planned: 400}",
      cases: cases)
    let looks = try run.table("looks")
    #expect(try number(looks, "alpha", 1) == (1 - 0.95) / 2)
    #expect(((try number(looks, "bound", 0) ?? 0) - 3.34461863033399).magnitude < 1e-6)
    #expect(run.notes.contains("2 outcomes and contrasts share the error: 0.025 each"))
  }

  @Test(arguments: [
    ("monitor", "{outcome: done, arm: arm, planned: 48}"),
    ("tailoring", "{outcome: done, arm: arm, covariates: [day]}"),
  ])
  func `a card that says villages were assigned asks for the village`(
    stage: String, with: String
  ) async throws {
    let card = try Sample.card { answers in
      guard var object = Self.answers(answers).objectValue else { return }
      object["unit_of_assignment"] = "village"
      object["unit_of_analysis"] = "person"
      answers = .object(object)
    }
    let found = try await fault(stage, with, cases: try Self.trial(200), card: card)
    #expect(found.parameter == "cluster" && found.message.contains("inference follows assignment"))
  }

  @Test func `clusters are what information is counted in`() async throws {
    let run = try await ImpactRun(
      "monitor",
      "{outcome: done, arm: arm, control: a, better: increase, planned: 48, cluster: village}",
      cases: try Self.trial(200, b: 4))
    #expect(try number(try run.table("looks"), "information", 0) == 0.5)
  }

  @Test func `an outcome that does not vary yet is held against nothing`() async throws {
    let run = try await ImpactRun(
      "monitor", "{outcome: none, arm: arm, control: a, better: increase, planned: 400}",
      cases: try Self.trial(40))
    let looks = try run.table("looks")
    #expect(try number(looks, "bound", 0) == nil)
    #expect(
      try row(looks, 0)["sentence"]
        == "The outcome does not vary yet, so this look is held against no bound.")
    // Such a look spends nothing, and the next one starts anew.
    let next = try await ImpactRun(
      "monitor", "{outcome: none, arm: arm, control: a, better: increase, planned: 400}",
      cases: try Self.trial(60), more: ["earlier": .table(looks)])
    #expect(try next.table("looks").rowCount == 2)
  }

  /// rpact 3.3.4: OF and P, two-sided .05, two looks; the others by Φ⁻¹ of what is spent on a side; 1e-3.
  @Test(arguments: [
    ("spending: fixed-obrien-fleming\nlooks: [0.5, 1]", 2.79650968126491),
    ("spending: fixed-pocock\nlooks: [0.5, 1]", 2.178272),
    ("spending: haybittle-peto", 3), ("spending: kim-demets\nshape: 3", 2.73436878653),
    ("spending: hwang-shih-decani", 2.7500),
  ])
  func `other bounds may be chosen`(setting: String, bound: Double) async throws {
    let looks = try await look(setting, cases: try Self.trial(200)).table("looks")
    #expect(((try number(looks, "bound", 0) ?? 0) - bound).magnitude < 1e-3)
  }

  @Test(arguments: [
    (
      "spending: pocock", "spending",
      "earlier looks at 'done' were 'group-sequential obrien-fleming, two-sided', and this one is 'group-sequential pocock, two-sided'"
    ),
    ("level: 0.9", "level", "earlier looks at 'done' had an error of 0.05, and this one has 0.1"),
    (
      "planned: 1000", "planned",
      "the last look at 'done' had 0.5 of the planned information, and this one has 0.3: nothing has come in since"
    ),
    ("better: decrease", "better", "'done' was better the other way at an earlier look"),
  ])
  func `a plan that changes after a look is a fault`(
    setting: String, parameter: String, message: String
  ) async throws {
    let first = try await look(cases: try Self.trial(200, b: 4)).table("looks")
    let key = setting.split(separator: ":")[0]
    let with = Self.plain.split(separator: "\n").filter { !$0.hasPrefix(key) }
      .joined(separator: "\n")
    let found = try await fault(
      "monitor", with + "\n" + setting, cases: try Self.trial(300, b: 4),
      more: ["earlier": .table(first)])
    #expect(found.message == message)
    #expect(found.parameter == parameter)
  }

  @Test func `looks survive the way through a file of plain text`() async throws {
    let with = Self.plain.replacing("date: 2026-03-01", with: "")
    let cases = try Self.trial(200, b: 4)
    let looks = try await ImpactRun("monitor", with, cases: cases).table("looks")
    var columns: [(String, Column)] = []
    for (name, column) in zip(looks.names, looks.columns) {
      let isFigure = column.doubles() != nil && column.missingCount < column.count
      columns.append((name, isFigure ? column : .text(TextColumn(column.texts()))))
    }
    let next = try await ImpactRun(
      "monitor", with, cases: try Self.trial(300, b: 4),
      more: ["earlier": .table(try Table(columns))]
    ).table("looks")
    #expect(next["look"]?.texts() == ["1", "2"])
    #expect(try number(next, "alpha_spent", 1) ?? 0 > (number(looks, "alpha_spent", 0) ?? 1))
  }

  @Test func `a table that is none of looks is a fault, and an overrun is told`() async throws {
    let cases = try Self.trial(200, b: 8)
    let found = try await fault(
      "monitor", Self.plain, cases: cases, more: ["earlier": .table(cases)])
    #expect(found.message == "'earlier' carries no table of looks: it has no column 'look'")
    let first = try await look(cases: cases).table("looks")
    let second = try await look(cases: try Self.trial(300, b: 8), earlier: first)
    #expect(
      second.notes.contains(
        "look 1 at 'done' (b - a) said stop-benefit, and the experiment went on"))
  }

  @Test(arguments: [
    ("{outcome: done, arm: arm, better: increase}", "planned"),
    ("{outcome: done, arm: arm, planned: 10, looks: [0.6, 0.5]}", "looks"),
    ("{outcome: done, arm: arm, planned: 10, spending: kim-demets, shape: 0}", "shape"),
    ("{outcome: done, arm: arm, planned: 10, spending: fixed-pocock}", "looks"),
    ("{outcome: done, arm: arm, control: a, planned: 400}", "better"),
    ("{outcome: done, planned: 400}", "arm"),
    (
      "{outcome: done, arm: arm, control: a, planned: 400, better: increase, guardrails: {done: increase}}",
      "guardrails"
    ),
    ("{method: confidence-sequence, outcome: done, arm: arm, sequence: bounded}", "limits"),
    ("{method: confidence-sequence, outcome: done, arm: arm, limits: [1, 0]}", "limits"),
    (
      "{method: confidence-sequence, outcome: done, arm: arm, sequence: bounded, limits: [0, 1]}",
      "time"
    ),
    (
      "{method: confidence-sequence, outcome: done, arm: arm, sequence: binomial, cluster: village}",
      "cluster"
    ),
    (
      "{method: confidence-sequence, outcome: day, arm: arm, control: a, better: increase, sequence: binomial}",
      "sequence"
    ),
    ("{method: control-chart, outcome: done}", "time"),
    ("{method: control-chart, outcome: done, time: day, arm: arm}", "arm"),
    ("{method: control-chart, outcome: done, time: day, chart: p}", "exposure"),
    ("{method: control-chart, outcome: done, time: day, exposure: village}", "exposure"),
    ("{method: control-chart, outcome: done, time: arm}", "time"),
    ("{method: control-chart, outcome: none, time: day}", "outcome"),
    ("{method: control-chart, outcome: day, time: day, chart: p, exposure: done}", "exposure"),
  ])
  func `what cannot be is a fault at its parameter`(with: String, parameter: String) async throws {
    let found = try await fault("monitor", with, cases: try Self.trial(100))
    #expect(found.parameter == parameter, "\(found.message)")
  }
}

struct MonitorSequenceTests {
  private func trial(_ count: Int, a: Int, b: Int) throws -> Table {
    let isTreated = (0..<count).map { $0 % 2 == 1 }
    let rank = (0..<count).map { $0 / 2 * 7 % 10 }
    let done = zip(isTreated, rank).map { $1 < ($0 ? b : a) }
    return try Table([
      ("arm", .text(TextColumn(isTreated.map { $0 ? "b" : "a" }))),
      ("done", .boolean(BooleanColumn(done))),
      ("day", .date(FixedColumn((0..<count).map { Int32($0) }))),
    ])
  }

  @Test(arguments: ["asymptotic", "binomial", "bounded, limits: [0, 1], time: day"])
  func `an interval for all times tells benefit, harm and not yet`(sequence: String) async throws {
    for (a, b, decision) in [(2, 8, "stop-benefit"), (8, 2, "stop-harm"), (4, 5, "continue")] {
      let run = try await ImpactRun(
        "monitor",
        "{method: confidence-sequence, outcome: done, arm: arm, control: a, better: increase, "
          + "tuned_for: 200, sequence: \(sequence)}", cases: try trial(400, a: a, b: b))
      let looks = try run.table("looks")
      #expect(
        looks["decision"]?.texts() == [decision], "\(sequence): \(looks["sentence"]?.texts() ?? [])"
      )
      guard case .number(let low) = looks["conf_low"], case .number(let high) = looks["conf_high"],
        case .number(let estimate) = looks["estimate"]
      else { throw StageFault("no interval") }
      #expect((low[0] ?? 1) < (estimate[0] ?? 0) && (estimate[0] ?? 1) < (high[0] ?? 0))
    }
  }

  @Test func `an interval that leaves out what would matter is futile`() async throws {
    let card = try Sample.card { answers in
      guard var object = answers.objectValue else { return }
      object["outcomes"] = [
        ["id": "done", "direction": "increase", "role": "primary", "minimum_difference": 0.5]
      ]
      answers = .object(object)
    }
    let run = try await ImpactRun(
      "monitor", "{method: confidence-sequence, outcome: done, arm: arm, futility: 0.1}",
      cases: try trial(400, a: 4, b: 5), card: card)
    #expect(try run.table("looks")["decision"]?.texts() == ["stop-futility"])
  }
}

struct MonitorChartTests {
  /// Twenty calm weeks, then a rise.
  private func series(_ weeks: Int, rise: Double = 10) throws -> Table {
    let values = (0..<weeks).map { ($0 % 2 == 0 ? 20.0 : 22) + ($0 >= 20 ? rise : 0) }
    return try Table([
      ("week", .integer(FixedColumn((0..<weeks).map { Int64($0) }))),
      ("calls", .number(FixedColumn(values))),
      ("size", .number(FixedColumn(values.map { _ in 100 }))),
    ])
  }

  private static let with =
    "{method: control-chart, outcome: calls, time: week, better: decrease, baseline: 20"

  @Test(arguments: [
    "xmr", "cusum", "p, exposure: size", "u, exposure: size", "p-prime, exposure: size",
  ])
  func `a rise for the worse stops, and a calm series does not`(chart: String) async throws {
    let calm = try await ImpactRun(
      "monitor", Self.with + ", chart: \(chart)}", cases: try series(20))
    #expect(try calm.table("looks")["decision"]?.texts() == ["continue"])
    let risen = try await ImpactRun(
      "monitor", Self.with + ", chart: \(chart)}", cases: try series(32, rise: 16))
    let looks = try risen.table("looks")
    #expect(looks["decision"]?.texts() == ["stop-harm"], "\(looks["sentence"]?.texts() ?? [])")
    #expect(try risen.table("chart").rowCount == 32)
  }

  @Test func `only points that no look has seen are told`() async throws {
    let first = try await ImpactRun("monitor", Self.with + "}", cases: try series(22))
    #expect(try first.table("looks")["decision"]?.texts() == ["stop-harm"])
    let second = try await ImpactRun(
      "monitor", Self.with + ", rules: limits}", cases: try series(22, rise: 10),
      more: ["earlier": .table(try first.table("looks"))])
    let sentences = try second.table("looks")["sentence"]?.texts()
    #expect(sentences?.last == "None of 0 new points is out of the ordinary.")
    let shorter = try await fault(
      "monitor", Self.with + "}", cases: try series(21),
      more: ["earlier": .table(try first.table("looks"))])
    #expect(shorter.message == "the series 'calls' has become shorter since the look before")
  }

  @Test func `a fall for the better is told and does not stop`() async throws {
    let run = try await ImpactRun("monitor", Self.with + "}", cases: try series(24, rise: -10))
    let looks = try run.table("looks")
    #expect(looks["decision"]?.texts() == ["continue"])
    #expect(
      looks["sentence"]?.texts().first??.contains("the first at 20 (beyond-3-sigma): better")
        == true)
  }

  @Test func `the order of rows does not matter, and periods without a value are counted`()
    async throws
  {
    let cases = try series(24)
    let turned = cases.taking(rows: (0..<24).reversed())
    let first = try await ImpactRun("monitor", Self.with + "}", cases: cases)
    let second = try await ImpactRun("monitor", Self.with + "}", cases: turned)
    #expect(try first.table("chart") == second.table("chart"))
    let gap = try Table([
      ("week", .integer(FixedColumn([1, 2, 3, 4]))),
      ("calls", .number(FixedColumn([1.0, nil, 2, 1]))),
    ])
    let run = try await ImpactRun(
      "monitor", "{method: control-chart, outcome: calls, time: week, baseline: 5}", cases: gap)
    #expect(
      run.notes.contains("the baseline of 'calls' is to have 5 periods and has 3 so far"))
    #expect(run.notes.contains("1 of 4 periods have no 'calls' and are left out"))
  }
}
