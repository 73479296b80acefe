// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ImplementationTestTests {
  private static let with = """
    title: Income supplement without a cliff
    answers:
      implementer: {answer: the municipality, light: green}
      systems: {answer: the suite has no bands, light: red, source: supplier}
      burden: {answer: less to fill in, light: orange}
    extra: {mayor: What does the mayor think?}

    """

  private static func inputs() throws -> [String: Artifact] {
    let cost = BurdenRecord.Cost(hours: 10, time: 150, outOfPocket: 0)
    let burden = BurdenRecord(
      date: "2025-01-01", label: .estimate,
      lines: [
        BurdenRecord.Line(group: "citizens", isOneOff: false, before: cost, after: .init())
      ], tariffs: [], askedTwiceBefore: 0, askedTwiceAfter: 0, heldBefore: 0, heldAfter: 0)
    return try [
      "proposal": .table(Samples.proposal),
      "complexity": .table(
        Table([
          ("scheme", .text(TextColumn(["baseline", "taper"]))),
          ("measure", .text(TextColumn(["cells", "cells"]))),
          ("change", .integer(FixedColumn([0, 6] as [Int64]))),
        ])),
      "capacity": .table(Table([("fte_change", .number(FixedColumn([0, -1.5])))])),
      "burden": .record(burden.record),
    ]
  }

  @Test func `the form is filled by people and by the run, and gaps are findings`() async throws {
    let run = StageRun(ImplementationTest.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run(Self.inputs())
    let form = try output.table("form")
    #expect(form.names == FeasibilityRecord.columns.map(\.name))
    let fields = try form.column("field").texts()
    func row(_ field: String) throws -> [String?] {
      let place = try #require(fields.firstIndex(of: field))
      return try ["answer", "light", "origin"].map { try form.column($0).texts()[place] }
    }
    #expect(try row("target_group") == ["40 gain and 3 lose", "orange", "run"])
    #expect(try row("budget") == ["the budget changes by 2693 euro", "orange", "run"])
    #expect(try row("complexity") == ["cells +6", "orange", "run"])
    #expect(try row("staff_structural") == ["-1.5 fte", "green", "run"])
    #expect(try row("burden") == ["less to fill in", "orange", "people"])
    #expect(try row("data_exchange")[1...] == ["green", "run"])
    #expect(try row("mayor") == [nil, "unknown", "nobody"])
    let findings = try output.table("findings")
    let kinds = try findings.column("kind").texts()
    // All fields but eight, and the judgement.
    #expect(kinds.count { $0 == "gap" } == ImplementationTest.questions.count + 1 - 8 + 1)
    #expect(kinds.count { $0 == "red" } == 1)
    let disagreement = try #require(kinds.firstIndex(of: "disagreement"))
    #expect(
      try findings.column("message").texts()[disagreement]
        == "the run gives green: citizens: -150 euros and -10 hours a year (an estimate)")
    let record = try output.record("feasibility")
    #expect(record["kind"] == "implementation-test" && record["light"] == "red")
    #expect(try FeasibilityRecord(record: record).record == record)
  }

  @Test func `a judgement that a red field contradicts is told`() async throws {
    let output = try await StageRun(
      ImplementationTest.self, with: Self.with + "judgement: implementable\n")([:])
    #expect(try output.table("findings").column("kind").texts().last == "contradiction")
    #expect(try output.record("feasibility")["conclusion"] == "implementable")
  }

  @Test func `too few staff is red, and a step that nobody knows leaves the journey unknown`()
    throws
  {
    var knowledge = RunKnowledge()
    try knowledge.add(
      capacity: Table([("fte_change", .number(FixedColumn([0, nil] as [Double?])))]))
    #expect(knowledge.answers["staff_structural"]?.light == .red)
    func journey(_ lights: [TrafficLight], _ kind: FeasibilityRecord.Kind) -> FeasibilityRecord {
      FeasibilityRecord(
        kind: kind, title: "t",
        questions: lights.map {
          FeasibilityRecord.Field(
            name: $0.rawValue, question: "?", answer: nil, light: $0, origin: .nobody, source: nil)
        }, conclusion: nil)
    }
    try knowledge.add(doability: journey([.green, .unknown], .doability))
    #expect(knowledge.answers["doability"]?.light == .unknown)
    try knowledge.add(doability: journey([.red, .unknown], .doability))
    #expect(knowledge.answers["doability"]?.answer == "too much is asked at: red")
    #expect(throws: StageFault.self) { try knowledge.add(doability: journey([], .quickScan)) }
  }

  @Test func `of several reforms one is tested`() async throws {
    let two = try Table([
      ("reform", .text(TextColumn(["a", "b"]))), ("unit", .text(TextColumn([nil, nil]))),
      ("winners", .number(FixedColumn([1.0, 2]))), ("losers", .number(FixedColumn([0.0, 0]))),
      ("budget_change", .number(FixedColumn([0.0, -7.25]))),
    ])
    let none = await #expect(throws: StageFault.self) {
      _ = try await StageRun(ImplementationTest.self, with: "title: t\n")(["proposal": .table(two)])
    }
    #expect(none?.parameter == "reform" && none?.help == "reforms: a, b")
    let output = try await StageRun(ImplementationTest.self, with: "title: t\nreform: b\n")(
      ["proposal": .table(two)])
    let answers = try output.table("form").column("answer").texts()
    #expect(answers.contains("2 gain and 0 lose"))
    #expect(answers.contains("the budget changes by -7.25"))
  }

  @Test(arguments: [
    ("answers: {system: {answer: a, light: green}}\n", "no field 'system'", "answers"),
    ("extra: {systems: what}\n", "already", "extra"),
    ("judgement: implementable-if\n", "no condition", "conditions"),
    ("conditions: [a]\n", "is not implementable-if", "conditions"),
  ])
  func `a form that does not fit is a fault`(with: String, message: String, at: String) {
    let fault = StageRun(ImplementationTest.self, with: "title: t\n" + with).validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test func `an answer has a light`() {
    let run = StageRun(ImplementationTest.self, with: "title: t\nanswers: {systems: {answer: a}}\n")
    #expect(run.diagnostics.contains { $0.message.contains("needs 'light'") })
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(ImplementationTest.self, plugin: "rules").isEmpty)
  }
}

extension Samples {
  /// What `rules/propose` tells of one reform.
  static var proposal: Table {
    get throws {
      try Table([
        ("reform", .text(TextColumn(["taper"]))), ("unit", .text(TextColumn(["euro"]))),
        ("winners", .number(FixedColumn([40.0]))), ("losers", .number(FixedColumn([3.0]))),
        ("budget_change", .number(FixedColumn([2693.25]))),
      ])
    }
  }
}
