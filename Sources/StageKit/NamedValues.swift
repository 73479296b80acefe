// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A map in the order in which people wrote it: `derive`, `columns`, `arms`.
public struct NamedValues<Value: ParameterValue>: ParameterValue {
  public struct Entry: Sendable {
    public let name: String
    public let value: Value
  }

  public let entries: [Entry]

  public init(_ entries: [(String, Value)] = []) {
    self.entries = entries.map { Entry(name: $0.0, value: $0.1) }
  }

  public var names: [String] { entries.map(\.name) }
  public var isEmpty: Bool { entries.isEmpty }

  public subscript(name: String) -> Value? { entries.first { $0.name == name }?.value }

  public static var schema: ParameterSchema { .map(Value.schema) }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    guard let pairs = node.entries else {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    let outer = reading.parameter
    defer { reading.parameter = outer }
    var result: [(String, Value)] = []
    for pair in pairs {
      let name = pair.key.scalar?.text ?? ""
      reading.parameter = "\(outer).\(name)"
      if pair.isLikelyBrokenExpression, Value.schema == .expression {
        reading.reportBrokenExpression(pair, in: outer)
      } else if let value = Value.read(pair.value, in: &reading) {
        result.append((name, value))
      }
    }
    return result.count == pairs.count ? Self(result) : nil
  }

  /// Order is meaning here (a derived column may use an earlier one), so it is kept.
  public var json: JSONValue {
    .array(entries.map { ["name": .string($0.name), "value": $0.value.json] })
  }
}

extension ParameterReading {
  /// A key that YAML cut out of an expression: it has no value and reads like a piece of FEEL.
  mutating func reportBrokenExpression(_ pair: Node.Entry, in parameter: String) {
    let text = pair.key.scalar?.text ?? ""
    report(
      .halfExpression, "YAML cut this expression in two: '\(text)' became a key without a value",
      at: pair.key, help: "inside { } a comma or colon ends a value; write the block form:",
      notes: ["\(parameter):", "  name: the whole expression on a line of its own"])
  }
}

extension Node.Entry {
  /// A key with an empty value whose name is no name.
  public var isLikelyBrokenExpression: Bool {
    guard value.isNull, value.scalar?.text.isEmpty == true, let text = key.scalar?.text else {
      return false
    }
    let operators: Set<Character> = [
      " ", "(", ")", "\"", "[", "]", "<", ">", "=", "+", "*", "/", "'",
    ]
    return text.contains(where: operators.contains)
  }
}

extension DiagnosticCode {
  public static let halfExpression = DiagnosticCode(rawValue: "half-expression")
}
