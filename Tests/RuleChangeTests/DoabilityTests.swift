// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct DoabilityTests {
  private static let with = """
    title: Income supplement
    steps:
      - {name: light, load: 1, cumulation: 0, life_event: 0, inertia: 1, help: 0}
      - {name: costly mistake, load: 0, cumulation: 0, life_event: 0, inertia: 3, help: 0}
      - {name: heavy, load: 2, cumulation: 2, life_event: 2, inertia: 2, help: 1, why: form of ten pages}
      - {name: half known, load: 1}
      - {name: nobody knows}
      - {name: bad enough, load: 3, inertia: 3, help: 3}

    """

  @Test func `scores make lights, and what is not known is never green`() async throws {
    let run = StageRun(Doability.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run([:])
    let steps = try output.table("steps")
    #expect(steps.names == ["step", "score", "heaviest", "unanswered", "light", "why"])
    #expect(
      try steps.column("light").texts()
        == ["green", "orange", "red", "unknown", "unknown", "red"])
    #expect(try steps.column("score").texts() == ["2", "3", "9", "1", nil, "9"])
    #expect(
      try steps.column("heaviest").texts() == ["load", "inertia", "load", "load", nil, "load"])
    #expect(try steps.column("unanswered").texts() == ["0", "0", "0", "4", "5", "2"])
    let answers = try output.table("answers")
    #expect(answers.rowCount == 30 && answers["score"]?.missingCount == 11)
  }

  @Test func `the record reads back, with its worst light and its gaps`() async throws {
    let record = try await StageRun(Doability.self, with: Self.with)([:]).record("feasibility")
    #expect(record["type"] == "feasibility" && record["kind"] == "doability")
    #expect(record["light"] == "red")
    #expect(record["gaps"] == ["half known", "nobody knows"])
    #expect(try FeasibilityRecord(record: record).record == record)
  }

  @Test(arguments: [
    ("steps: []\n", "no step", "steps"), ("steps: [{name: a}]\nred: 5\n", "before it", "red"),
    ("steps: [{name: a}, {name: a}]\n", "two steps", "steps"),
  ])
  func `a journey that cannot be scored is a fault`(with: String, message: String, at: String) {
    let fault = StageRun(Doability.self, with: "title: t\n" + with).validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test(arguments: [
    ("{load: 1}", "needs 'name'"), ("{name: a, load: 4}", "from 0 to 3"),
    ("{name: a, loda: 1}", "has no 'loda'"),
  ])
  func `a step that is misspelt says so`(step: String, message: String) {
    let run = StageRun(Doability.self, with: "title: t\nsteps: [\(step)]\n")
    #expect(run.diagnostics.contains { $0.message.contains(message) }, "\(run.diagnostics)")
  }

  @Test(
    arguments: [
      ["type": "verdict", "kind": "doability", "title": "t"], ["kind": "guess", "title": "t"],
      ["kind": "doability"], ["kind": "doability", "title": "t", "questions": [["name": "a"]]],
      ["kind": "doability", "title": "t", "version": 2],
    ] as [JSONValue])
  func `a record of another shape is refused`(record: JSONValue) {
    #expect(throws: RecordFault.self) { try FeasibilityRecord(record: record) }
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Doability.self, plugin: "rules").isEmpty)
  }
}
