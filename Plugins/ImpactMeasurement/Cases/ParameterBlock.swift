// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads the keys of a block under a parameter, and reports every fault in it.
struct ParameterBlock {
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
      reading.report(
        .unknownParameter, "'\(outer)' has no '\(entry.name)'", at: entry.key,
        help: Suggestion.question(for: entry.name, among: keys),
        notes: ["known here: " + keys.joined(separator: ", ")])
    }
  }

  /// The value of a key; nil where it is absent, or after reporting what is wrong with it.
  func read<Value: ParameterValue>(_ key: String, in reading: inout ParameterReading) -> Value? {
    guard let value = node[key], !value.isNull else { return nil }
    reading.parameter = "\(outer).\(key)"
    defer { reading.parameter = outer }
    return Value.read(value, in: &reading)
  }

  /// The value of a key that must be there, with what to write where it is not.
  func require<Value: ParameterValue>(
    _ key: String, _ help: String, in reading: inout ParameterReading
  ) -> Value? {
    guard let value = node[key], !value.isNull else {
      let place = node[key].map(\.span) ?? node.entries?.first?.key.span ?? node.span
      reading.report(
        .missingParameter, "'\(outer)' needs '\(key)'", at: place, help: "write \(help)")
      return nil
    }
    return read(key, in: &reading)
  }
}
