// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// What people answer to one field of a test, with the light that they give it.
struct FieldAnswer: ParameterValue, Hashable {
  let answer: String
  let light: TrafficLight
  /// On what the answer rests.
  let source: String?

  static var schema: ParameterSchema {
    .block(name: "answer", schema: ["type": "object", "required": ["answer", "light"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> FieldAnswer? {
    guard let block = ParameterBlock(node, keys: ["answer", "light", "source"], in: &reading) else {
      return nil
    }
    let answer: String? = block.require("answer", "what you know", in: &reading)
    let light: TrafficLight? = block.require(
      "light", "green, orange, red or unknown", in: &reading)
    let source: String? = block.read("source", in: &reading)
    guard let answer, let light else { return nil }
    return FieldAnswer(answer: answer, light: light, source: source)
  }

  var json: JSONValue {
    [
      "answer": .string(answer), "light": .string(light.rawValue),
      "source": JSONValue(source),
    ]
  }
}
