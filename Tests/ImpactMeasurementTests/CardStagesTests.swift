// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

/// Stages take what their parameters leave open from the pilot card.
struct CardStagesTests {
  private static let stages = [
    "difference-in-means", "regression", "generalised-linear", "quantile", "bootstrap",
    "randomisation-test",
  ]

  @Test(arguments: stages) func `outcomes and arms are those of the card`(
    stage: String
  ) async throws {
    let with =
      switch stage {
      case "generalised-linear": "family: logit"
      case "bootstrap", "randomisation-test", "quantile": "draws: 200"
      default: ""
      }
    // Paid is no yes/no outcome, and done no amount: each stage gets those of the card that it is for.
    let card = try Sample.card { card in
      guard case .object(var object) = card, case .array(let outcomes)? = card["outcomes"] else {
        return
      }
      if stage == "generalised-linear", case .object(var done) = outcomes[1] {
        done["role"] = "primary"
        done["minimum_difference"] = 0.1
        object["outcomes"] = .array([.object(done)])
      }
      if stage == "quantile" { object["outcomes"] = .array([outcomes[0]]) }
      card = .object(object)
    }
    let run = try await ImpactRun(stage, with, cases: try Sample.trial(), card: card)
    let columns = card.outcomes.compactMap(\.column)
    #expect(Set(try run.effects.map(\.outcome)) == Set(columns))
    #expect(Set(try run.effects.map(\.contrast)) == ["b - a", "c - a"])
    #expect(
      run.notes.contains("arms are read from 'arm', whose values are the arms of the pilot card"))
    let named = try await ImpactRun(
      stage, with + "\noutcome: [\(columns.joined(separator: ", "))]\narm: arm\ncontrol: a",
      cases: try Sample.trial(), card: card)
    #expect(try run.table("effects") == named.table("effects"))
  }

  @Test func `an outcome without a column is told, and none at all is a fault`() async throws {
    let cases = try Sample.trial().dropping(["done"])
    let run = try await ImpactRun("difference-in-means", "", cases: cases, card: Sample.card())
    #expect(try run.effects.allSatisfy { $0.outcome == "paid" })
    #expect(run.notes.contains("the cases have no column 'done', an outcome of the pilot card"))
    let none = try await fault(
      "difference-in-means", "", cases: cases.dropping(["paid"]), card: Sample.card())
    #expect(none.message == "the cases have no column of any outcome that the pilot card declares")
  }

  @Test func `arms that no column holds, or several, are a fault`() async throws {
    let cases = try Sample.trial()
    let none = try await fault(
      "difference-in-means", "", cases: cases.dropping(["arm"]), card: Sample.card())
    #expect(none.message == "no column of the cases holds the arms of the pilot card")
    let other = try cases.renaming([("arm", "letter")])
    let twice = try other.adding("again", try other.column("letter"))
    let several = try await fault("difference-in-means", "", cases: twice, card: Sample.card())
    #expect(several.message == "several columns hold the arms of the pilot card: letter, again")
    let run = try await ImpactRun("difference-in-means", "", cases: other, card: Sample.card())
    #expect(try run.effects.count == 4)
  }

  @Test(arguments: [
    ("{}", "'outcome' names no column"), ("outcome: y", "neither 'arm' nor 'treatment' is given"),
    ("{outcome: y, arm: z}", nil), ("{outcome: y, treatment: z}", nil),
  ])
  func `without a card that is connected, check finds what is missing`(
    with: String, message: String?
  ) throws {
    let catalog = Catalog(plugins: [ImpactMeasurementPlugin.self])
    let declaration = try #require(catalog["impact/difference-in-means"])
    let document = Document.parse(SourceFile(name: "with.yaml", text: with))
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = try #require(
      declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading))
    #expect(loaded.validate() == nil)
    #expect(loaded.validateConnected(["cases"])?.message == message)
    #expect(loaded.validateConnected(["cases", "pilot"]) == nil)
  }
}
