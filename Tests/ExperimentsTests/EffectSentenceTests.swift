// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Testing

struct EffectSentenceTests {
  private static let answers: JSONValue = [
    "id": "letters", "title": "Letters", "organisation": "Voorbeeld", "owner": "Team",
    "target_group": "families", "track": "experiment", "problem": "Few answer.",
    "goal": "More answer.", "change": "A letter", "legal_basis": "within-existing-rules",
    "design": "individual-rct", "unit_of_assignment": "family",
    "arms": [
      ["id": "none", "label": "No letter", "control": true], ["id": "any", "label": "Any letter"],
    ],
    "outcomes": [
      [
        "id": "kept", "label": "Benefit kept", "unit": "share", "direction": "increase",
        "role": "primary", "minimum_difference": 0.02,
      ],
      [
        "id": "debt", "label": "Debt", "unit": "euros", "direction": "decrease",
      ],
    ],
  ]

  private func card(language: String? = nil) throws -> PilotCard {
    var answers = Self.answers
    if let language { answers["language"] = .string(language) }
    return try PilotCard(answers: answers)
  }

  private func effect(
    of outcome: String = "kept", _ estimate: Double?, _ low: Double?, _ high: Double?,
    _ scale: Effect.Scale = .difference, unit: String? = "share",
    contrast: String = "any - none", change: (inout Effect) -> Void = { _ in }
  ) -> Effect {
    var effect = Effect(experiment: "letters", outcome: outcome, contrast: contrast)
    effect.estimate = estimate
    effect.confidenceLow = low
    effect.confidenceHigh = high
    effect.level = 0.95
    effect.scale = scale
    effect.unit = unit
    change(&effect)
    return effect
  }

  private func told(_ effect: Effect, language: String? = nil) throws -> String? {
    EffectSentence(effect, card: try card(language: language)).text
  }

  /// The reference numbers of the recertification letters: 0.0551, 0.0205 to 0.0897.
  @Test func `a difference between shares is told among a thousand`() throws {
    let letters = effect(0.0551089883, 0.0205366890767, 0.0896812874453)
    #expect(
      try told(letters)
        == "Better on Benefit kept: per 1,000 families, 55 more with Any letter than with No letter; "
        + "between 21 and 90.")
    #expect(
      try told(letters, language: "nl")
        == "Beter bij Benefit kept: per 1.000 families 55 meer met Any letter dan met No letter; "
        + "tussen 21 en 90.")
  }

  @Test func `the two sides of a design without arms are those of a card with two`() throws {
    let card = try card()
    #expect(card.label(ofArm: "treated") == "Any letter")
    #expect(card.label(ofArm: "control") == "No letter")
    #expect(card.label(ofArm: "elsewhere") == "elsewhere")
    var wider = card
    wider.arms.append(card.arms[1])
    #expect(wider.label(ofArm: "treated") == "treated")
    #expect(wider.label(ofArm: "control") == "control")
  }

  @Test func `an interval around nothing gives no estimate`() throws {
    #expect(
      try told(effect(0.0125, -0.005, 0.03))
        == "Too few to tell on Benefit kept: per 1,000 families, between 5 fewer and 30 more with Any "
        + "letter than with No letter.")
    #expect(
      try told(effect(0.0125, -0.005, 0.03), language: "nl")
        == "Te weinig om iets te zeggen over Benefit kept: per 1.000 families tussen 5 minder en 30 "
        + "meer met Any letter dan met No letter.")
  }

  @Test func `an interval within the least difference that matters is no lack of cases`() throws {
    #expect(
      try told(effect(0.001, -0.012, 0.014))?.hasPrefix(
        "No difference that matters on Benefit kept:")
        == true)
    // Without a declared minimum nothing is too small to matter.
    #expect(try told(effect(of: "debt", 0.1, -1, 1, unit: "euros"))?.hasPrefix("Too few") == true)
  }

  @Test func `what rises is worse where less is better`() throws {
    #expect(
      try told(effect(of: "debt", 55.09, 20.5, 89.7, unit: "euros"))
        == "Worse on Debt: on average €55 more with Any letter than with No letter; between €21 and "
        + "€90.")
    #expect(
      try told(effect(of: "debt", -1255.09, -2320.5, -189.7, unit: "euros"), language: "nl")
        == "Beter bij Debt: gemiddeld € 1.300 minder met Any letter dan met No letter; tussen € 200 en "
        + "€ 2.300.")
  }

  @Test(arguments: [
    (12.3456, 11.1, 13.6, "12.3 minutes more", "between 11.1 and 13.6 minutes"),
    (12.3456, 2.1, 22.6, "12 minutes more", "between 2 and 23 minutes"),
    (1234.5, 1034.1, 1434.9, "1,230 minutes more", "between 1,030 and 1,430 minutes"),
    (0.012345, 0.0111, 0.0136, "0.0123 minutes more", "between 0.0111 and 0.0136 minutes"),
    (-12.3456, -22.6, -0.4, "12 minutes less", "between almost nothing and 23 minutes"),
  ])
  func `figures are no more precise than their interval`(
    estimate: Double, low: Double, high: Double, size: String, ends: String
  ) throws {
    let told = try #require(try told(effect(of: "wait", estimate, low, high, unit: "minutes")))
    #expect(told == "wait: on average \(size) with Any letter than with No letter; \(ends).")
  }

  @Test func `small shares are told among more, and the unit says of whom`() throws {
    #expect(
      try told(effect(0.00055, 0.0002, 0.0009, unit: "share of households"))
        == "Better on Benefit kept: per 100,000 households, 55 more with Any letter than with No letter; "
        + "between 20 and 90.")
  }

  @Test(arguments: [
    (Effect.Scale.ratio, 1.25, 1.05, 1.49, "it is 25% higher", "between 5% and 49%"),
    (
      .logOdds, 0.2231435513, 0.0487901642, 0.3987761200, "the odds are 25% higher",
      "between 5% and 49%"
    ),
    (.logRate, -0.2231435513, -0.3, -0.1, "the number is 20% lower", "between 10% and 26%"),
    (
      .logHazard, -0.2231435513, -0.3, -0.1, "the chance at any moment is 20% lower",
      "between 10% and 26%"
    ),
    (.relative, 0.25, 0.05, 0.49, "it is 25% higher", "between 5% and 49%"),
  ])
  func `ratios and logarithms are told in per cent`(
    scale: Effect.Scale, estimate: Double, low: Double, high: Double, size: String, ends: String
  ) throws {
    #expect(
      try told(effect(of: "calls", estimate, low, high, scale, unit: nil))
        == "calls: \(size) with Any letter than with No letter; \(ends).")
  }

  @Test func `what more than doubles is told in multiples`() throws {
    #expect(
      try told(effect(of: "calls", 2.4, 1.2, 4.9, .ratio, unit: nil))
        == "calls: it is 2.4 times as high with Any letter as with No letter; between 1.2 and 4.9 "
        + "times.")
    #expect(
      try told(effect(of: "calls", 1.6, 0.8, 3.2, .ratio, unit: nil), language: "nl")
        == "Te weinig om iets te zeggen over calls: het is tussen 0,8 en 3,2 keer zo hoog met Any "
        + "letter als met No letter.")
  }

  @Test func `a dose is told per unit`() throws {
    #expect(
      try told(effect(of: "wait", 1.5, 0.5, 2.5, unit: "days", contrast: "per unit of visits"))
        == "wait: on average 1.5 days more for each unit more of visits; between 0.5 and 2.5 days.")
  }

  @Test func `subgroup, level, compliers and comparisons are said`() throws {
    let effect = effect(0.055, 0.02, 0.09) {
      $0.subgroup = "digital = false"
      $0.level = 0.9
      $0.estimand = "LATE"
      $0.adjustedPValue = 0.2
    }
    #expect(
      try told(effect)
        == "Better on Benefit kept (digital = false): per 1,000 families, 55 more with Any letter than "
        + "with No letter, among those whom the assignment moved; between 20 and 90 (90% interval); "
        + "counted over all comparisons it could be chance.")
  }

  @Test func `half an interval and none are told as they are`() throws {
    #expect(try told(effect(0.055, 0.02, nil))?.hasSuffix("; at least 20.") == true)
    #expect(try told(effect(-0.055, nil, -0.02))?.hasSuffix("; at least 20.") == true)
    #expect(try told(effect(0.055, -0.02, nil))?.contains("20 fewer, or above that with") == true)
    #expect(
      try told(effect(0.0551, nil, nil))?.hasSuffix("; how certain that is, is not known.") == true)
    #expect(try told(effect(nil, nil, nil)) == nil)
    #expect(try told(effect(.nan, nil, nil)) == nil)
    #expect(try told(effect(0, 0, 0))?.contains("0 with") == true)
  }

  @Test func `without a card the columns' own names are told`() {
    #expect(
      EffectSentence(effect(of: "paid", 0.055, 0.02, 0.09, unit: nil, contrast: "b - a")).text
        == "paid: on average 0.055 more with b than with a; between 0.020 and 0.090.")
  }

  @Test func `quantiles are no averages`() throws {
    let effect = effect(of: "debt", 55, 20, 90, unit: "euros") { $0.estimand = "QTE 0.9" }
    #expect(try told(effect)?.hasPrefix("Worse on Debt (QTE 0.9): €55 more with") == true)
  }

  @Test func `a card keeps its language, and one without it says nothing of it`() throws {
    let dutch = try card(language: "nl")
    #expect(try PilotCard(record: dutch.record) == dutch)
    #expect(dutch.language == .dutch)
    #expect(try card().record["language"] == nil)
    #expect(throws: PilotCardFaults.self) { try card(language: "fr") }
  }

  @Test(arguments: [
    ("b - a", Contrast.arms(treated: "b", control: "a")), ("per unit of x", .perUnit(of: "x")),
    ("a - b - c", .other("a - b - c")), ("after", .other("after")),
  ])
  func `a contrast is read as it is written`(text: String, contrast: Contrast) {
    #expect(Contrast(text) == contrast)
  }
}
