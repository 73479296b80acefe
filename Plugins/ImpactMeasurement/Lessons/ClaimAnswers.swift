// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit

/// A claim as a pilot lead writes it: what contributed, in which codes it shows, and what speaks against.
struct ClaimAnswers: ParameterValue {
  let claim: String
  let codes: [String]
  let evidenceFor: [String]
  let evidenceAgainst: [String]
  let counterCases: [String]
  let search: String?
  let rivals: [RivalAnswers]

  private static let keys = [
    "claim", "codes", "for", "against", "counter_cases", "search", "rivals",
  ]

  static var schema: ParameterSchema { .lessonBlock("claim", keys) }

  /// Every text, for the guard on quotations.
  var texts: [String] {
    [claim] + evidenceFor + evidenceAgainst + [search].compactMap(\.self)
      + rivals.flatMap { [$0.explanation, $0.because] }
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> ClaimAnswers? {
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let claim: String? = block.require(
      "claim", "what contributed to what, in one sentence", in: &reading)
    let codes: [String]? = block.require(
      "codes", "the codes in which it shows, as in codes: [one_contact]", in: &reading)
    let evidenceFor: [String]? = block.require("for", "what speaks for the claim", in: &reading)
    let against: [String]? = block.require(
      "against", "what speaks against it, or where you looked for that and found nothing",
      in: &reading)
    let counter: [String]? = block.require(
      "counter_cases", "the cases that speak against it; [] with 'search' where none was found",
      in: &reading)
    let rivals: [RivalAnswers]? = block.require(
      "rivals", "at least one other explanation, and what became of it", in: &reading)
    let search: String? = block.read("search", in: &reading)
    guard let claim, let codes, let evidenceFor, let against, let counter, let rivals else {
      return nil
    }
    for (key, isEmpty, help) in [
      ("codes", codes.isEmpty, "name the codes in which the claim shows"),
      ("for", evidenceFor.isEmpty, "write what speaks for the claim"),
      ("against", against.isEmpty, "write what speaks against it, or where you looked"),
      ("rivals", rivals.isEmpty, "consider at least one other explanation"),
    ] where isEmpty {
      reading.report(
        .missingParameter, "'\(reading.parameter).\(key)' is empty", at: node[key] ?? node,
        help: help)
      return nil
    }
    if counter.isEmpty, search == nil {
      reading.report(
        .missingParameter, "'\(reading.parameter)' names no counter-case, and no search for one",
        at: node["counter_cases"] ?? node,
        help: "write under search: how cases that speak against it were looked for")
      return nil
    }
    return ClaimAnswers(
      claim: claim, codes: codes, evidenceFor: evidenceFor, evidenceAgainst: against,
      counterCases: counter, search: search, rivals: rivals)
  }

  var json: JSONValue {
    [
      "claim": claim.json, "codes": codes.json, "for": evidenceFor.json,
      "against": evidenceAgainst.json, "counter_cases": counterCases.json, "search": search.json,
      "rivals": rivals.json,
    ]
  }
}

/// Another explanation, and what became of it.
struct RivalAnswers: ParameterValue {
  let explanation: String
  let finding: Finding
  let because: String

  enum Finding: String, ParameterChoice {
    case ruledOut = "ruled-out"
    case weaker
    case open
  }

  private static let keys = ["explanation", "finding", "because"]

  static var schema: ParameterSchema { .lessonBlock("rival", keys) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> RivalAnswers? {
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let explanation: String? = block.require(
      "explanation", "what else may have brought it about", in: &reading)
    let finding: Finding? = block.require(
      "finding", "ruled-out, weaker or open", in: &reading)
    let because: String? = block.require("because", "why, in one sentence", in: &reading)
    guard let explanation, let finding, let because else { return nil }
    return RivalAnswers(explanation: explanation, finding: finding, because: because)
  }

  var json: JSONValue {
    ["explanation": explanation.json, "finding": finding.json, "because": because.json]
  }
}

/// The change that people chose as the most significant, why, and who chose.
struct ChangeAnswers: ParameterValue {
  let caseName: String
  let change: String
  let reason: String
  let chosenBy: String
  let considered: Int?

  private static let keys = ["case", "change", "reason", "chosen_by", "considered"]

  static var schema: ParameterSchema { .lessonBlock("change", keys) }

  var texts: [String] { [change, reason, chosenBy] }

  static func read(_ node: Node, in reading: inout ParameterReading) -> ChangeAnswers? {
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let caseName: String? = block.require("case", "the case that the story is about", in: &reading)
    let change: String? = block.require("change", "what changed, in your own words", in: &reading)
    let reason: String? = block.require("reason", "why this change and no other", in: &reading)
    let chosenBy: String? = block.require(
      "chosen_by", "which group chose, as in: the case table, by vote", in: &reading)
    let considered: Int? = block.read("considered", in: &reading)
    guard let caseName, let change, let reason, let chosenBy else { return nil }
    return ChangeAnswers(
      caseName: caseName, change: change, reason: reason, chosenBy: chosenBy,
      considered: considered)
  }

  var json: JSONValue {
    [
      "case": caseName.json, "change": change.json, "reason": reason.json,
      "chosen_by": chosenBy.json, "considered": considered.json,
    ]
  }
}

extension ParameterSchema {
  fileprivate static func lessonBlock(_ name: String, _ keys: [String]) -> ParameterSchema {
    .block(
      name: name,
      schema: [
        "type": "object",
        "properties": .object(members: keys.map { ($0, .object(members: [])) }),
        "additionalProperties": false,
      ])
  }
}
