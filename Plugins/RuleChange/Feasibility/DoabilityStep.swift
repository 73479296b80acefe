// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// One step that people take, with what it asks of them.
struct DoabilityStep: ParameterValue {
  enum Question: String, Sendable, CaseIterable {
    /// How heavy is the mental load of the step?
    case load
    /// How much comes on top of what people must do already?
    case cumulation
    /// How often does it fall together with a life event, such as illness or divorce?
    case lifeEvent = "life_event"
    /// How bad is it to do nothing, or to make a mistake?
    case inertia
    /// How far is help? 0 where it comes to people in time, 3 where there is none.
    case help
  }

  let name: String
  /// From 0 to 3; none where nobody answered.
  let scores: [Question: Int]
  let why: String?
  let json: JSONValue

  var score: Int { scores.values.reduce(0, +) }
  var unanswered: Int { Question.allCases.count - scores.count }

  /// The question with the highest score; the first of equals, and none where all are 0.
  var heaviest: Question? {
    let most = scores.values.max() ?? 0
    return most > 0 ? Question.allCases.first { scores[$0] == most } : nil
  }

  static var schema: ParameterSchema {
    .block(name: "step", schema: ["type": "object", "required": ["name"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> DoabilityStep? {
    let keys = ["name"] + Question.allCases.map(\.rawValue) + ["why"]
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let name: String? = block.require("name", "what people do", in: &reading)
    let why: String? = block.read("why", in: &reading)
    var scores: [Question: Int] = [:]
    var isRead = name != nil
    for question in Question.allCases where block[question.rawValue] != nil {
      guard let score: Int = block.read(question.rawValue, in: &reading) else {
        isRead = false
        continue
      }
      if !(0...3).contains(score) {
        reading.report(
          .outOfRange, "'\(question.rawValue)' is a score from 0 to 3",
          at: node[question.rawValue] ?? node)
        isRead = false
      }
      scores[question] = score
    }
    guard isRead, let name else { return nil }
    return DoabilityStep(name: name, scores: scores, why: why, json: node.json)
  }
}
