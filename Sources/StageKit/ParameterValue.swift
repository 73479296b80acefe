// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// What a `@Parameter` may hold: it knows what it takes, reads itself from YAML, and has a JSON form.
public protocol ParameterValue: Sendable {
  static var schema: ParameterSchema { get }

  /// Reads the value, or reports what is wrong with the node and gives nil.
  static func read(_ node: Node, in reading: inout ParameterReading) -> Self?

  /// The form that enters the stage key: equal for equal meaning, free of paths.
  var json: JSONValue { get }
}

extension Bool: ParameterValue {
  public static var schema: ParameterSchema { .boolean }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Bool? {
    if case .boolean(let value) = node.scalar?.value { return value }
    let words = ["yes", "no", "on", "off"]
    let text = node.scalar.map { $0.text.lowercased() }
    reading.reportWrongType(
      node, wanted: schema.phrase,
      help: text.map(words.contains) == true ? "write true or false" : nil)
    return nil
  }

  public var json: JSONValue { .boolean(self) }
}

extension Int: ParameterValue {
  public static var schema: ParameterSchema { .integer() }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Int? {
    switch node.scalar?.value {
    case .integer(let value): return Int(value)
    case .number(let value) where value == value.rounded() && value.magnitude < 9e15:
      return Int(value)
    default:
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
  }

  public var json: JSONValue { .integer(Int64(self)) }
}

extension Double: ParameterValue {
  public static var schema: ParameterSchema { .number() }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Double? {
    switch node.scalar?.value {
    case .integer(let value): return Double(value)
    case .number(let value) where value.isFinite: return value
    default:
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
  }

  public var json: JSONValue { .number(self) }
}

extension String: ParameterValue {
  public static var schema: ParameterSchema { .text }

  /// Keeps the source text: `3.10` stays `3.10` and `0123` stays `0123`.
  public static func read(_ node: Node, in reading: inout ParameterReading) -> String? {
    guard let scalar = node.scalar, scalar.value != .null else {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    return scalar.text
  }

  public var json: JSONValue { .string(self) }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  public static var schema: ParameterSchema { Wrapped.schema }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Wrapped?? {
    if node.isNull { return .some(nil) }
    return Wrapped.read(node, in: &reading).map { .some($0) }
  }

  public var json: JSONValue { self?.json ?? .null }
}

extension Array: ParameterValue where Element: ParameterValue {
  public static var schema: ParameterSchema { .list(Element.schema) }

  /// A single value stands for a list of one.
  public static func read(_ node: Node, in reading: inout ParameterReading) -> [Element]? {
    guard let items = node.items else {
      if node.entries != nil || node.isNull {
        reading.reportWrongType(node, wanted: schema.phrase)
        return nil
      }
      return Element.read(node, in: &reading).map { [$0] }
    }
    var values: [Element] = []
    for item in items {
      if let value = Element.read(item, in: &reading) { values.append(value) }
    }
    return values.count == items.count ? values : nil
  }

  public var json: JSONValue { .array(map { $0.json }) }
}

/// One of a few words; an `enum` of `String` gets this for free.
public protocol ParameterChoice: ParameterValue, CaseIterable, RawRepresentable
where RawValue == String {}

extension ParameterChoice {
  public static var schema: ParameterSchema { .choice(allCases.map(\.rawValue)) }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    let names = allCases.map(\.rawValue)
    guard let text = node.scalar?.text else {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    if let choice = Self(rawValue: text) { return choice }
    reading.report(
      .unknownChoice, "'\(reading.parameter)' has no choice '\(text)'", at: node,
      help: Suggestion.question(for: text, among: names),
      notes: ["choices: " + names.joined(separator: ", ")])
    return nil
  }

  public var json: JSONValue { .string(rawValue) }
}
