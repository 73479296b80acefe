// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct CardTests {
  static let block = """
    id: letters-2026
    title: Do plain letters help?
    organisation: {name: Noordenveld, type: municipality}
    owner: Team Inkomen
    target_group: households on a minimum income
    track: experiment
    problem: Few people apply.
    goal: More of them do.
    change: {description: A letter in plain words, kind: letter}
    legal_basis: within-existing-rules
    arms:
      - {id: control, control: true}
      - {id: plain}
    outcomes:
      - {id: applied, column: applied, direction: increase, role: primary, minimum_difference: 0.02}
    design: individual-rct
    unit_of_assignment: household
    """

  @Test func `a card leaves by the port pilot`() async throws {
    let result = try await PilotRun("card", with: "card:\n" + Self.block.indented)()
    guard case .record(let record) = result.artifacts["pilot"] else {
      Issue.record("there is no record")
      return
    }
    #expect(record["type"] == "pilot-card")
    #expect(try PilotCard(record: record).arms.map(\.id) == ["control", "plain"])
  }

  @Test func `a card in a file of its own is the same card`() async throws {
    try await withFiles(["card.yaml": Self.block]) { folder in
      let inFile = try PilotRun("card", with: "card: card.yaml", in: folder)
      let inPlace = try PilotRun("card", with: "card:\n" + Self.block.indented)
      #expect(inFile.loaded?.parameters == inPlace.loaded?.parameters)
      #expect(inFile.reading.files.map(\.path) == ["card.yaml"])
    }
  }

  /// The card on the reference page.
  private static func example() throws -> String {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Plugins/PilotIntake/PilotIntake.docc/PilotCard.md"),
      encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```yaml\n").last)
    return try #require(block.components(separatedBy: "```").first)
  }

  @Test func `the card on the reference page has no faults and every key of the schema`() throws {
    let run = try PilotRun("card", with: "card:\n" + Self.example().indented)
    #expect(run.reading.diagnostics.map(\.message) == [])
    let keys = Set(Self.keys(PilotCardSchema.json))
    let used = try Self.example().matches(of: #/([a-z_]+):[ \n]/#).map { String($0.1) }
    #expect(keys.subtracting(used).isEmpty, "the page does not show every key")
    #expect(Set(used).subtracting(keys).isEmpty, "the schema lacks a key")
  }

  /// The names of all properties, however deep.
  private static func keys(_ schema: JSONValue) -> [String] {
    switch schema {
    case .object(let object):
      object.flatMap { entry -> [String] in
        guard entry.key == "properties", case .object(let properties) = entry.value else {
          return keys(entry.value)
        }
        return properties.map(\.key) + properties.flatMap { keys($0.value) }
      }
    case .array(let items): items.flatMap(keys)
    default: []
    }
  }

  @Test func `every fault of a card stands where it belongs, all at once`() throws {
    let run = try PilotRun(
      "card",
      with: """
        card:
          1️⃣id: letters
          title: Letters
          organisation: Noordenveld
          2️⃣owners: Team Inkomen
          target_group: households
          track: 3️⃣experimental
          problem: Few people apply.
          goal: More do.
          4️⃣change:
            kind: letter
          legal_basis: within-existing-rules
          arms:
            - {id: control, control: true}
            - {5️⃣label: plain letter}
          outcomes:
            - {id: applied, direction: 6️⃣up, role: primary, minimum_difference: 0.02}
          design: individual-rct
          unit_of_assignment: household
        """)
    #expect(
      run.reports == [
        "1️⃣": "'owner' is missing",
        "2️⃣": "there is no 'owners'",
        "3️⃣": "'track' has no choice 'experimental'",
        "4️⃣": "'change.description' is missing",
        "5️⃣": "'arms[2].id' is missing",
        "6️⃣": "'outcomes[1].direction' has no choice 'up'",
      ])
    #expect(run.loaded == nil)
  }

  @Test func `faults in a card's file name its lines`() async throws {
    let broken = Self.block.replacing("track: experiment", with: "track: fast")
    try await withFiles(["card.yaml": broken]) { folder in
      let run = try PilotRun("card", with: "card: 1️⃣card.yaml", in: folder)
      #expect(run.reports == ["1️⃣": "card.yaml, line 6: 'track' has no choice 'fast'"])
    }
  }

  @Test(arguments: [
    ("card: 1️⃣nowhere.yaml", "there is no file 'nowhere.yaml'"),
    ("card: 1️⃣[a, b]", "'card' takes a pilot card block, or the path of a YAML file, not a list"),
  ])
  func `what is no card is said so`(yaml: String, message: String) throws {
    #expect(try PilotRun("card", with: yaml).reports == ["1️⃣": message])
  }

  @Test func `an intake passes its card on`() async throws {
    let result = try await intake("a\n1\n", with: "card:\n" + Self.block.indented)
    guard case .record(let record) = result.artifacts["pilot"] else {
      Issue.record("there is no record")
      return
    }
    #expect(record["id"] == "letters-2026")
  }
}

extension String {
  /// Every line two blanks further in.
  var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
      .joined(separator: "\n")
  }
}
