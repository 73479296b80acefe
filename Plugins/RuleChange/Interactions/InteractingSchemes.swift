// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Several schemes on the same household; a later one may need what an earlier one gives.
struct InteractingSchemes: ParameterValue {
  struct Member: Sendable {
    let scheme: Scheme
    /// The decision that gives the amount.
    let result: String
    /// Whether people pay the amount, as a contribution, instead of getting it.
    let isCharge: Bool
  }

  let members: [Member]
  let json: JSONValue

  static var schema: ParameterSchema {
    .list(.block(name: "scheme", schema: ["type": "object", "required": ["scheme"]]))
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> InteractingSchemes? {
    guard let items = node.items else {
      reading.reportWrongType(node, wanted: "a list of blocks with scheme, result and charge")
      return nil
    }
    var members: [Member] = []
    var json: [JSONValue] = []
    for item in items {
      guard let (member, value) = member(item, after: members, in: &reading) else { continue }
      members.append(member)
      json.append(value)
    }
    return members.count == items.count
      ? InteractingSchemes(members: members, json: .array(json)) : nil
  }

  private static func member(
    _ node: Node, after earlier: [Member], in reading: inout ParameterReading
  ) -> (Member, JSONValue)? {
    guard let block = ParameterBlock(node, keys: ["scheme", "result", "charge"], in: &reading)
    else { return nil }
    guard let place = node["scheme"], let file = RuleFile.read(place, in: &reading) else {
      if node["scheme"] == nil {
        reading.report(.missingParameter, "'\(reading.parameter)' needs 'scheme'", at: node)
      }
      return nil
    }
    let (scheme, faults) = SchemeReader.scheme(file.root)
    reading.report(faults.diagnostics)
    let named: String? = block.read("result", in: &reading)
    let isCharge: Bool? = block["charge"] != nil ? block.read("charge", in: &reading) : false
    guard let scheme, let isCharge else { return nil }
    let columns = scheme.decisions.filter { $0.level == .unit }.flatMap(\.columns)
    guard let result = named ?? columns.last, columns.contains(result) else {
      reading.report(
        .schemeName, "scheme '\(scheme.id)' has no decision '\(named ?? "")'", at: node,
        help: "decisions: " + columns.joined(separator: ", "))
      return nil
    }
    // What no earlier scheme gives, the population must have.
    for input in scheme.inputs(of: .unit)
    where !earlier.contains(where: { $0.result == input.name }) {
      let name = Node(
        content: .scalar(Scalar(text: input.name, style: .doubleQuoted)), span: node.span)
      _ = ColumnName.read(name, in: &reading)
    }
    return (
      Member(scheme: scheme, result: result, isCharge: isCharge),
      ["scheme": file.json, "result": .string(result), "charge": .boolean(isCharge)]
    )
  }
}
