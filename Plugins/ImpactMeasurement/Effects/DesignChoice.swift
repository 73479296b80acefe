// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit

/// How cases came into their arms, where no pilot card says it.
struct DesignChoice: ParameterValue {
  let design: PilotCard.Design

  static let names = PilotCard.Design.allCases.map(\.rawValue)
  static var schema: ParameterSchema { .choice(names) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> DesignChoice? {
    guard let text = String.read(node, in: &reading) else { return nil }
    if let design = PilotCard.Design(rawValue: text) { return DesignChoice(design: design) }
    reading.report(
      .unknownChoice, "'\(reading.parameter)' has no choice '\(text)'", at: node,
      help: Suggestion.question(for: text, among: names),
      notes: ["choices: " + names.joined(separator: ", ")])
    return nil
  }

  var json: JSONValue { .string(design.rawValue) }
}
