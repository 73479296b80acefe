// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import StageTesting
import Tables
import Testing

@testable import Evaluation

struct CompareTests {
  private struct Result {
    let comparison: Table
    let comparability: Table
    let pooled: Table

    /// What the matrix says of an aspect.
    func verdict(_ aspect: String) throws -> (comparable: Bool?, note: String) {
      let row = try #require(comparability.row("aspect", aspect))
      return (comparability.flag("comparable", row), comparability.text("note", row) ?? "")
    }
  }

  private func compare(
    _ effects: [Effect], cards: [PilotCard] = [], with yaml: String = ""
  ) async throws -> Result {
    let output = try await StageRun(Compare.self, with: yaml)(lists: [
      "effects": effects.enumerated().map { place, effect in
        Labeled("effect-\(place + 1)", .table(EffectsTable.table([effect])))
      },
      "pilots": cards.map { Labeled("card", .record($0.record)) },
    ])
    return Result(
      comparison: try output.table("comparison"),
      comparability: try output.table("comparability"), pooled: try output.table("pooled"))
  }

  private func effects(_ change: (inout Effect) -> Void = { _ in }) -> [Effect] {
    [
      Samples.effect(experiment: "north", estimate: 0.02),
      Samples.effect(experiment: "south", estimate: 0.04, change: change),
    ]
  }

  private func cards(_ change: (inout JSONValue) -> Void) throws -> [PilotCard] {
    [
      try Samples.card { $0["id"] = "north" },
      try Samples.card {
        $0["id"] = "south"
        change(&$0)
      },
    ]
  }

  @Test func `effects that are comparable are pooled`() async throws {
    let result = try await compare(effects())
    #expect(result.pooled.rowCount == 1)
    #expect(((result.pooled.number("estimate") ?? 0) - 0.03).magnitude < 1e-12)
    #expect(result.pooled.number("k") == 2)
    #expect(result.pooled.number("df") == 1)
    #expect(result.comparison.number("weight", 0) == 0.5)
    #expect(try result.verdict("pooling").comparable == true)
  }

  struct Difference: Sendable {
    let reason: String
    let change: @Sendable (inout Effect) -> Void

    init(_ reason: String, _ change: @escaping @Sendable (inout Effect) -> Void) {
      self.reason = reason
      self.change = change
    }
  }

  @Test(arguments: [
    Difference("the effects are on different scales") { $0.scale = .logOdds },
    Difference("the effects are in different units") { $0.unit = "euro" },
    Difference("it has no standard error") { $0.standardError = nil },
    Difference("not comparable on design") { $0.design = "before-after" },
    Difference("not comparable on level of evidence") { $0.smsLevel = 3 },
    Difference("the effects mean different things (estimand)") { $0.estimand = "LATE" },
    Difference(
      "no other experiment has 'clear - old' on 'applied': list under 'contrast' or 'outcome' what "
        + "means the same"
    ) { $0.contrast = "clear - old" },
    Difference("several of these effects are of one experiment and may share cases") {
      $0.experiment = "north"
    },
  ])
  func `effects that differ are not pooled, and the table says why`(
    difference: Difference
  ) async throws {
    let result = try await compare(effects(difference.change))
    #expect(result.pooled.rowCount == 0)
    #expect(result.comparison.text("not_pooled", 1) == difference.reason)
    #expect(result.comparison.number("weight", 1) == nil)
    #expect(try result.verdict("pooling").comparable == false)
  }

  @Test func `a subgroup is pooled apart, and named`() async throws {
    let young = effects().map { effect in
      var effect = effect
      effect.subgroup = "age < 30"
      return effect
    }
    let pooled = try await compare(effects() + young).pooled
    #expect(pooled.rowCount == 2)
    #expect(try Set(pooled.column("subgroup").texts()) == ["age < 30", nil])
  }

  @Test func `effects that are all the same are compared and not pooled`() async throws {
    let same = ["north", "south"].map { Samples.effect(experiment: $0, estimate: 0.02) }
    let result = try await compare(same)
    #expect(result.pooled.rowCount == 0)
    #expect(result.comparison.rowCount == 2)
    #expect(result.comparison.text("not_pooled", 0)?.isEmpty == false)
  }

  @Test func `metrics of two versions are not pooled`() async throws {
    var all = effects { $0.metric = "take-up@2" }
    all[0].metric = "take-up@1"
    let result = try await compare(all)
    #expect(result.pooled.rowCount == 0)
    #expect(try result.verdict("metric").note == "Not comparable: the metric has other versions.")
  }

  @Test func `pooling whatever the differences says so`() async throws {
    let result = try await compare(effects { $0.design = "before-after" }, with: "pool: always")
    #expect(
      result.pooled.text("note")
        == "Pooled because 'pool' says always, although not comparable on design.")
    #expect(result.pooled.rowCount == 1)
  }

  @Test func `nothing makes two scales one`() async throws {
    let result = try await compare(effects { $0.scale = .logOdds }, with: "pool: always")
    #expect(result.pooled.rowCount == 0)
  }

  @Test func `pooling can be switched off`() async throws {
    let result = try await compare(effects(), with: "pool: never")
    #expect(result.comparison.text("not_pooled", 0) == "pooling is switched off")
  }

  @Test func `names that mean the same are pooled once they are listed`() async throws {
    let result = try await compare(
      effects { $0.contrast = "clear - old" }, with: "contrast: [b1 - standard, clear - old]")
    #expect(result.pooled.rowCount == 1)
    #expect(try result.verdict("arms").comparable == true)
  }

  @Test func `a choice that leaves nothing is a fault with what there is`() async throws {
    await #expect { try await compare(effects(), with: "outcome: paid") } throws: {
      let fault = $0 as? StageFault
      return fault?.parameter == "outcome" && fault?.help?.contains("outcomes: applied") ?? false
    }
  }

  @Test func `a metric chooses the outcomes that it measures`() async throws {
    let all = effects { $0.outcome = "aanvraag" }.map { effect in
      var effect = effect
      effect.metric = "take-up@1"
      return effect
    }
    #expect(try await compare(all, with: "outcome: take-up").pooled.rowCount == 1)
  }

  @Test func `intervals are restated at one level`() async throws {
    let result = try await compare(effects(), with: "level: 0.9")
    #expect(result.comparison.number("level", 0) == 0.9)
    #expect(
      ((result.comparison.number("conf_low", 0) ?? 0) - (0.02 - 0.016448536)).magnitude < 1e-8)
  }

  @Test func `effects of other scales stand in the table and apart in pooling`() async throws {
    let result = try await compare(
      effects() + [
        Samples.effect("duration", experiment: "north", estimate: -0.2) { $0.scale = .logHazard },
        Samples.effect("duration", experiment: "south", estimate: -0.1) { $0.scale = .logHazard },
      ])
    #expect(result.comparison.rowCount == 4)
    #expect(result.pooled.rowCount == 2)
    #expect(result.pooled.text("scale", 1) == "log_hazard")
  }

  @Test func `cards alone are compared, and nothing is made up`() async throws {
    let result = try await compare([], cards: try cards { _ in })
    #expect(result.comparison.rowCount == 2)
    #expect(result.comparison.number("estimate", 0) == nil)
    #expect(result.comparison.text("not_pooled", 0) == "no effect is published")
    #expect(result.pooled.rowCount == 0)
    for aspect in ["design", "arms", "metric", "window", "target-group", "recruitment", "evidence"]
    {
      #expect(try result.verdict(aspect).comparable == true)
    }
    #expect(try result.verdict("all").note == "Nothing speaks against comparing.")
  }

  struct Judgement: Sendable {
    let aspect: String
    let comparable: Bool?
    let note: String
    let change: @Sendable (inout JSONValue) -> Void

    init(
      _ aspect: String, _ comparable: Bool?, _ note: String,
      _ change: @escaping @Sendable (inout JSONValue) -> Void
    ) {
      self.aspect = aspect
      self.comparable = comparable
      self.note = note
      self.change = change
    }
  }

  @Test(arguments: [
    Judgement(
      "design", false,
      "Not comparable: the designs rule out other explanations to a different degree."
    ) { $0["design"] = "before-after" },
    Judgement("design", true, "Chance decided in all of them.") { $0["design"] = "cluster-rct" },
    Judgement(
      "target-group", nil,
      "Described in other words: a person must judge whether it is the same."
    ) { $0["target_group"] = "people" },
    Judgement("target-group", true, "The same.") {
      $0["target_group"] = "Households  on benefit"
    },
    Judgement(
      "recruitment", false,
      "Not comparable: from 14% to 100% of those invited took part, so other kinds of people did."
    ) { $0["recruitment"] = ["invited": 2000, "participants": 280] },
    Judgement("recruitment", nil, "Cannot be judged: not published for south.") {
      $0["recruitment"] = ["invited": "not published", "participants": 280]
    },
    Judgement(
      "window", false, "Not comparable: people were followed for other lengths of time."
    ) { $0["outcomes"] = Samples.outcomes { $0["window"] = "90 days" } },
    Judgement("metric", false, "Not comparable: the metric has other versions.") {
      $0["outcomes"] = Samples.outcomes { $0["metric"] = "take-up@2" }
    },
    Judgement("metric", nil, "Cannot be judged: not published for south.") {
      $0["outcomes"] = Samples.outcomes { $0["metric"] = nil }
    },
    Judgement("design", nil, "Cannot be judged: not published for south.") {
      $0["design"] = "not-published"
    },
    Judgement("unit-of-assignment", nil, "Cannot be judged: not published for south.") {
      $0["unit_of_assignment"] = "not published"
    },
    Judgement("arms", nil, "Cannot be judged: not published for south.") {
      $0["arms"] = [
        ["id": "standard", "control": true], ["id": "other", "label": "Other: not published"],
      ]
    },
    Judgement("arms", false, "Not comparable: south had no 'b1'; north had no 'form'.") {
      $0["arms"] = [["id": "standard", "control": true], ["id": "form"]]
    },
  ])
  func `each aspect is judged in plain words`(judgement: Judgement) async throws {
    let result = try await compare([], cards: try cards(judgement.change))
    let found = try result.verdict(judgement.aspect)
    #expect(found.comparable == judgement.comparable)
    #expect(found.note == judgement.note)
  }

  @Test func `what is not published is said to be so`() async throws {
    let result = try await compare([], cards: try cards { $0["recruitment"] = nil })
    let row = try #require(result.comparability.row("aspect", "recruitment"))
    #expect(result.comparability.text("north", row) == "100% (2,000 of 2,000)")
    #expect(result.comparability.text("south", row) == "not published")
  }

  @Test func `experiments that differ on their cards are not pooled`() async throws {
    let result = try await compare(
      effects(), cards: try cards { $0["outcomes"] = Samples.outcomes { $0["window"] = "90 days" } }
    )
    #expect(result.pooled.rowCount == 0)
    #expect(result.comparison.text("not_pooled", 0) == "not comparable on time followed")
  }

  @Test func `experiments can be given names`() async throws {
    let result = try await compare(effects(), with: "names: {north: Noord, effect-2: note}")
    #expect(result.comparison["label"]?.texts() == ["Noord", "note"])
    #expect(result.comparability.names == ["aspect", "Noord", "note (2)", "comparable", "note"])
  }

  @Test func `the notes speak Dutch where that is asked`() async throws {
    let result = try await compare(
      [], cards: try cards { $0["design"] = "before-after" }, with: "language: nl")
    #expect(
      try result.verdict("all").note.hasPrefix("Niet vergelijkbaar op opzet en bewijskracht."))
  }

  @Test func `nothing to compare is a fault`() async throws {
    await #expect(throws: StageFault.self) { try await compare([]) }
  }
}
