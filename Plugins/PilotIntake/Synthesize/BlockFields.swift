// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads the keys of a block of a parameter, and reports those that it does not have.
struct BlockFields {
  private let node: Node
  private let outer: String

  /// - Returns: nil after reporting that the node is no block.
  init?(_ node: Node, keys: [String], in reading: inout ParameterReading) {
    guard let entries = node.entries else {
      reading.reportWrongType(node, wanted: "a block with \(keys.joined(separator: ", "))")
      return nil
    }
    self.node = node
    outer = reading.parameter
    for entry in entries where !keys.contains(entry.name) {
      if entry.isLikelyBrokenExpression {
        reading.report(
          .halfExpression,
          "YAML cut this expression in two: '\(entry.name)' became a key without a value",
          at: entry.key, help: "inside { } a comma or colon ends a value; write the block form")
        continue
      }
      reading.report(
        .unknownParameter, "'\(outer)' has no '\(entry.name)'", at: entry.key,
        help: Suggestion.question(for: entry.name, among: keys),
        notes: ["known here: " + keys.joined(separator: ", ")])
    }
  }

  /// The value of a key; nil where it is absent, or after reporting what is wrong with it.
  func read<Value: ParameterValue>(
    _ key: String, as type: Value.Type = Value.self, in reading: inout ParameterReading
  ) -> Value? {
    guard let value = node[key], !value.isNull else { return nil }
    reading.parameter = "\(outer).\(key)"
    defer { reading.parameter = outer }
    return Value.read(value, in: &reading)
  }

  /// The value of a key that must be there.
  func require<Value: ParameterValue>(
    _ key: String, as type: Value.Type = Value.self, in reading: inout ParameterReading
  ) -> Value? {
    guard let value = node[key], !value.isNull else {
      let place = node[key].map(\.span) ?? node.entries?.first?.key.span ?? node.span
      reading.report(
        .missingParameter, "'\(outer)' needs '\(key)'", at: place,
        help: "add \(key): \(Value.schema.phrase)")
      return nil
    }
    return read(key, as: type, in: &reading)
  }
}

extension CalendarDateValue: ParameterValue {
  static var schema: ParameterSchema { .text }

  static func read(_ node: Node, in reading: inout ParameterReading) -> CalendarDateValue? {
    if let value = node.text.flatMap({ CalendarDateValue($0) }) { return value }
    reading.reportWrongType(node, wanted: "a date", help: "such as 2026-03-31")
    return nil
  }

  var json: JSONValue { .string(description) }
}
