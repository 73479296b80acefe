// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// What groups should have alike under a rule: the share that gets something, or what they gain.
struct EqualityRule: ParameterValue {
  let column: ColumnName
  let of: Of
  let within: Double

  enum Of: String, ParameterChoice {
    case share
    case value
  }

  private static let keys = ["column", "of", "within"]

  static var schema: ParameterSchema {
    .block(
      name: "equality",
      schema: [
        "type": "object", "required": ["column", "within"],
        "properties": .object(members: keys.map { ($0, .object(members: [])) }),
        "additionalProperties": false,
      ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> EqualityRule? {
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let column: ColumnName? = block.require(
      "column", "the column of the groups that should be alike", in: &reading)
    let within: Double? = block.require(
      "within", "the largest difference between two groups, as in within: 0.05", in: &reading)
    let of: Of? = block.read("of", in: &reading)
    guard let column, let within else { return nil }
    guard within >= 0 else {
      reading.report(
        .outOfRange, "'\(reading.parameter).within' is out of range", at: node["within"] ?? node,
        help: "it takes a number of at least 0")
      return nil
    }
    return EqualityRule(column: column, of: of ?? .share, within: within)
  }

  var json: JSONValue { ["column": column.json, "of": of.json, "within": within.json] }
}
