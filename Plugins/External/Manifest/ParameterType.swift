// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// What a parameter of an external stage takes; each reads YAML as the parameters of Swift stages do.
indirect enum ParameterType: Sendable {
  case text
  case integer(minimum: Int64?, maximum: Int64?)
  case number(minimum: Double?, maximum: Double?)
  case boolean
  case choice([String])
  case column
  case date
  case file
  case secret
  case list(ParameterType)

  static let names = [
    "text", "integer", "number", "boolean", "choice", "column", "date", "file", "secret", "list",
  ]

  var schema: ParameterSchema {
    switch self {
    case .text: .text
    case .integer(let minimum, let maximum): .integer(minimum: minimum, maximum: maximum)
    case .number(let minimum, let maximum): .number(minimum: minimum, maximum: maximum)
    case .boolean: .boolean
    case .choice(let names): .choice(names)
    case .column: .column
    case .date: .date
    case .file: .file
    case .secret: .secret
    case .list(let element): .list(element.schema)
    }
  }

  /// The value as it enters the stage key and the context; nil after reporting a fault.
  func read(_ node: Node, in reading: inout ParameterReading) -> Value? {
    switch self {
    case .text: return String.read(node, in: &reading).map { Value(.string($0)) }
    case .integer(let minimum, let maximum):
      guard let value = Int.read(node, in: &reading) else { return nil }
      let low = minimum.map { Int64(value) >= $0 } ?? true
      let high = maximum.map { Int64(value) <= $0 } ?? true
      return inRange(low && high, .integer(Int64(value)), node, &reading)
    case .number(let minimum, let maximum):
      guard let value = Double.read(node, in: &reading) else { return nil }
      let fits = (minimum.map { value >= $0 } ?? true) && (maximum.map { value <= $0 } ?? true)
      return inRange(fits, .number(value), node, &reading)
    case .boolean: return Bool.read(node, in: &reading).map { Value(.boolean($0)) }
    case .choice(let names): return choice(node, names, &reading)
    case .column: return ColumnName.read(node, in: &reading).map { Value(.string($0.name)) }
    case .date:
      guard let text = String.read(node, in: &reading) else { return nil }
      if CalendarDate(text) != nil { return Value(.string(text)) }
      reading.reportWrongType(node, wanted: "a date", help: "such as 2026-03-31")
      return nil
    case .file:
      return InputFile.read(node, in: &reading).map { Value($0.json, files: [$0]) }
    case .secret:
      guard let secret = Secret.read(node, in: &reading) else { return nil }
      return Value(secret.json, secret: secret.name)
    case .list(let element): return list(node, element, &reading)
    }
  }

  /// Whether its values are names of columns.
  var namesColumns: Bool {
    switch self {
    case .column: true
    case .list(let element): element.namesColumns
    case .text, .integer, .number, .boolean, .choice, .date, .file, .secret: false
    }
  }

  /// A value that was read, and what it refers to.
  struct Value: Sendable {
    /// The form that enters the stage key.
    var json: JSONValue
    var files: [InputFile] = []
    var secret: String?

    init(_ json: JSONValue, files: [InputFile] = [], secret: String? = nil) {
      self.json = json
      self.files = files
      self.secret = secret
    }
  }

  private func inRange(
    _ fits: Bool, _ json: JSONValue, _ node: Node, _ reading: inout ParameterReading
  ) -> Value? {
    if fits { return Value(json) }
    reading.report(
      .outOfRange, "'\(reading.parameter)' is out of range", at: node,
      help: "it takes \(schema.phrase)")
    return nil
  }

  private func choice(
    _ node: Node, _ names: [String], _ reading: inout ParameterReading
  ) -> Value? {
    guard let text = String.read(node, in: &reading) else { return nil }
    if names.contains(text) { return Value(.string(text)) }
    reading.report(
      .unknownChoice, "'\(reading.parameter)' has no choice '\(text)'", at: node,
      help: Suggestion.question(for: text, among: names),
      notes: ["choices: " + names.joined(separator: ", ")])
    return nil
  }

  /// A single value stands for a list of one.
  private func list(
    _ node: Node, _ element: ParameterType, _ reading: inout ParameterReading
  ) -> Value? {
    if node.entries != nil || node.isNull {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    let items = node.items ?? [node]
    let values = items.compactMap { element.read($0, in: &reading) }
    guard values.count == items.count else { return nil }
    return Value(.array(values.map(\.json)), files: values.flatMap(\.files))
  }
}
