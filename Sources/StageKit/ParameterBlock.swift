// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// Reads the keys of a block of a parameter, and reports every fault in it at its place.
public struct ParameterBlock {
  private let node: Node
  private let outer: String

  /// - Returns: nil after reporting that the node is no block.
  public init?(_ node: Node, keys: [String], in reading: inout ParameterReading) {
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

  /// What stands at a key, if anything does.
  public subscript(key: String) -> Node? { node[key].flatMap { $0.isNull ? nil : $0 } }

  /// The value of a key; nil where it is absent, or after reporting what is wrong with it.
  public func read<Value: ParameterValue>(
    _ key: String, as type: Value.Type = Value.self, in reading: inout ParameterReading
  ) -> Value? {
    guard let value = self[key] else { return nil }
    reading.parameter = "\(outer).\(key)"
    defer { reading.parameter = outer }
    return Value.read(value, in: &reading)
  }

  /// The value of a key that must be there, with what to write where it is not.
  public func require<Value: ParameterValue>(
    _ key: String, _ help: String? = nil, as type: Value.Type = Value.self,
    in reading: inout ParameterReading
  ) -> Value? {
    guard self[key] != nil else {
      let place = node[key].map(\.span) ?? node.entries?.first?.key.span ?? node.span
      reading.report(
        .missingParameter, "'\(outer)' needs '\(key)'", at: place,
        help: help.map { "write \($0)" } ?? "add \(key): \(Value.schema.phrase)")
      return nil
    }
    return read(key, as: type, in: &reading)
  }
}
