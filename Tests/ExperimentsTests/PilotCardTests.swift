// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Testing

struct PilotCardTests {
  static let answers: JSONValue = [
    "id": "letters", "title": "A clearer letter", "owner": "Team Inkomen",
    "organisation": ["name": "Gemeente Voorbeeld", "type": "municipality"],
    "target_group": "households", "track": "experiment", "problem": "few apply",
    "goal": "more apply", "change": ["description": "a B1 letter", "kind": "letter"],
    "legal_basis": "within-existing-rules", "design": "individual-rct",
    "unit_of_assignment": "household",
    "arms": [["id": "standard", "control": true], ["id": "b1"]],
    "outcomes": [
      [
        "id": "applied", "column": "applied", "direction": "increase", "role": "primary",
        "minimum_difference": 0.01,
      ]
    ],
  ]

  private func faults(_ change: (inout JSONValue) -> Void) -> [FieldFault] {
    var answers = Self.answers
    change(&answers)
    do {
      _ = try PilotCard(answers: answers)
      return []
    } catch {
      return error.faults
    }
  }

  @Test func `a card survives the way to a record and back`() throws {
    let card = try PilotCard(answers: Self.answers)
    #expect(try PilotCard(record: card.record) == card)
    #expect(card.record["type"] == "pilot-card")
    #expect(card.unitOfAnalysis == "household")
    #expect(card.controlArm?.id == "standard")
  }

  @Test(arguments: [
    "id", "title", "owner", "organisation", "problem", "goal", "change",
    "legal_basis", "design", "unit_of_assignment", "target_group", "track",
  ])
  func `a required answer that is missing is named`(key: String) {
    let found = faults { $0[key] = nil }
    #expect(found.map(\.kind) == [.missing])
    #expect(found.first?.message == "'\(key)' is missing")
  }

  @Test func `every fault comes at once`() {
    let found = faults {
      $0["title"] = nil
      $0["titel"] = "x"
      $0["track"] = "fast"
      $0["start"] = "next week"
    }
    #expect(found.count == 4)
    #expect(found.first { $0.kind == .unknownKey }?.help == "did you mean 'title'?")
  }

  @Test func `a primary outcome says which difference would matter`() {
    let missing = faults {
      $0["outcomes"] = [["id": "a", "direction": "increase", "role": "primary"]]
    }
    #expect(missing.map(\.message) == ["'outcomes[1].minimum_difference' is missing"])
    let unknown = faults {
      $0["outcomes"] = [
        [
          "id": "a", "direction": "increase", "role": "primary",
          "minimum_difference": "not published",
        ]
      ]
    }
    #expect(unknown.isEmpty)
  }

  @Test func `a share is not measured in hundredths`() {
    let found = faults {
      $0["outcomes"] = [
        [
          "id": "a", "direction": "increase", "role": "primary", "unit": "share",
          "minimum_difference": 2,
        ]
      ]
    }
    #expect(
      found.map(\.message) == [
        "'outcomes[1].minimum_difference' of a share is between 0 and 1"
      ])
  }

  @Test func `arms need one control and outcomes a primary one`() {
    #expect(faults { $0["arms"] = [["id": "a"], ["id": "b"]] }.count == 1)
    #expect(faults { $0["outcomes"] = [] }.count == 1)
    #expect(
      faults { $0["arms"] = [["id": "a", "control": true], ["id": "a"]] }.first?.message
        == "'a' stands twice under 'arms'")
  }
}
