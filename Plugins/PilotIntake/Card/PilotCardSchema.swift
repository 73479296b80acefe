// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit

/// What a pilot card may hold, as JSON Schema: editors offer keys and words while a card is written.
enum PilotCardSchema {
  static let json: JSONValue = [
    "type": "object",
    "properties": .object(members: PilotCard.keys.map { ($0, properties[$0] ?? text("")) }),
    "additionalProperties": false,
  ]

  private static let properties: [String: JSONValue] = [
    "id": text("A short name, such as benefit-letter-2026."),
    "title": text("In one line what is tried out."),
    "organisation": blockOrText(
      "Which organisation runs the pilot; its name alone will do.",
      [("name", text("Its name.")), ("type", text("Such as municipality, agency or ministry."))]),
    "owner": text("Who answers for the pilot."),
    "target_group": text("Whom it is for."),
    "theme": text("The theme that it belongs to."),
    "track": words("What the pilot is about.", PilotCard.Track.allCases),
    "problem": text("What goes wrong today, and for whom."),
    "goal": text("What should become better."),
    "change": blockOrText(
      "What is done differently; a description alone will do.",
      [
        ("description", text("What is done differently.")),
        ("kind", words("The kind of change.", PilotCard.Change.Kind.allCases)),
      ]),
    "legal_basis": blockOrText(
      "On which ground the pilot may deviate; the type alone will do.",
      [
        ("type", words("The kind of ground.", PilotCard.LegalBasis.Kind.allCases)),
        ("reference", text("The article or decision.")),
      ]),
    "arms": list(
      "What is compared: one control, and each change.",
      [
        ("id", text("The arm as it stands in the data.")),
        ("label", text("Its name in sentences.")),
        ("control", described(.boolean, "The arm that others are compared with.")),
        ("tailoring_rule", text("Who gets what and why, where the arm is tailored.")),
      ]),
    "outcomes": list(
      "What the pilot is judged by; at least one is primary.",
      [
        ("id", text("A short name for the outcome.")),
        ("metric", text("A metric and its version, as in take_up@1.")),
        ("label", text("Its name in sentences.")),
        ("column", text("The column that holds it; the id unless given.")),
        ("unit", text("Such as share, euro, days or calls.")),
        ("direction", words("Which way is better.", PilotCard.Direction.allCases)),
        ("role", words("What it decides.", PilotCard.Role.allCases)),
        (
          "minimum_difference",
          described(
            .either([.number(), .choice(["not published"])]),
            "The smallest difference worth the change, in the outcome's unit.")
        ),
        ("window", text("Over which time it is measured.")),
      ]),
    "design": words("How effects are found.", PilotCard.Design.allCases),
    "unit_of_assignment": text("What was drawn: person, household, municipality."),
    "unit_of_analysis": text("What a row stands for; the unit of assignment unless given."),
    "recruitment": block(
      "How many were asked, and how many took part.",
      [
        ("invited", number("How many were asked.")),
        ("participants", number("How many took part.")),
      ]),
    "plan": block(
      "What was decided before anybody saw results; deviations are told.",
      [
        ("estimand", text("What is to be estimated, such as ITT or ATT.")),
        ("method", text("The stage that estimates, such as difference-in-means.")),
        ("variance", text("The standard errors, such as welch or cr2.")),
        ("covariates", texts("The columns adjusted for.")),
        ("subgroups", texts("The groups looked at apart.")),
        ("multiplicity", text("How p-values are adjusted, such as holm.")),
        ("stopping", text("When it may be stopped early.")),
      ]),
    "stakeholders": list(
      "Who has a stake.",
      [
        ("name", text("Who.")), ("role", text("In which role.")),
        ("signed_off", date("When they agreed.")),
      ]),
    "risks": texts("What may go wrong."),
    "start": date("The first day."), "end": date("The last day."),
    "next_decision": date("When the next decision is taken."),
    "sources": texts("Where the facts were published, for somebody else's experiment."),
    "language": words("In which findings are told.", PilotCard.Language.allCases),
  ]

  private static func described(_ schema: ParameterSchema, _ help: String) -> JSONValue {
    ["description": .string(help), "allOf": [schema.jsonSchema]]
  }

  private static func text(_ help: String) -> JSONValue { described(.text, help) }
  private static func texts(_ help: String) -> JSONValue { described(.list(.text), help) }
  private static func number(_ help: String) -> JSONValue {
    described(.number(), help)
  }
  private static func date(_ help: String) -> JSONValue { described(.date, help) }

  private static func words<Word: RawRepresentable<String>>(
    _ help: String, _ words: [Word]
  ) -> JSONValue { described(.choice(words.map(\.rawValue)), help) }

  private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    ["type": "object", "properties": .object(members: members), "additionalProperties": false]
  }

  private static func block(_ help: String, _ members: [(String, JSONValue)]) -> JSONValue {
    ["description": .string(help), "allOf": [object(members)]]
  }

  private static func blockOrText(
    _ help: String, _ members: [(String, JSONValue)]
  ) -> JSONValue {
    ["description": .string(help), "anyOf": [object(members), ParameterSchema.text.jsonSchema]]
  }

  private static func list(_ help: String, _ members: [(String, JSONValue)]) -> JSONValue {
    ["type": "array", "items": object(members), "description": .string(help)]
  }
}
