// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads the keys of a block under a parameter, and reports every fault in it.
struct RuleBlock {
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

  func has(_ key: String) -> Bool { node[key].map { !$0.isNull } ?? false }

  /// The value of a key; nil where it is absent, or after reporting what is wrong with it.
  func read<Value: ParameterValue>(_ key: String, in reading: inout ParameterReading) -> Value? {
    guard let value = node[key], !value.isNull else { return nil }
    return Value.read(value, in: &reading)
  }

  func require<Value: ParameterValue>(
    _ key: String, _ what: String, in reading: inout ParameterReading
  ) -> Value? {
    guard has(key) else {
      reading.report(
        .missingParameter, "'\(outer)' needs '\(key)'",
        at: node.entries?.first?.key.span ?? node.span, help: "write \(what)")
      return nil
    }
    return read(key, in: &reading)
  }

  /// A number of at least zero, which must be there.
  func amount(_ key: String, _ what: String, in reading: inout ParameterReading) -> Double? {
    checked(require(key, what, in: &reading), key, in: &reading)
  }

  /// A number of at least zero, or what holds where none is written.
  func amount(_ key: String, otherwise: Double, in reading: inout ParameterReading) -> Double? {
    has(key) ? checked(read(key, in: &reading), key, in: &reading) : otherwise
  }

  private func checked(
    _ value: Double?, _ key: String, in reading: inout ParameterReading
  ) -> Double? {
    guard let value, value < 0, let place = node[key] else { return value }
    reading.report(.outOfRange, "'\(key)' is a number of at least 0", at: place)
    return nil
  }
}
