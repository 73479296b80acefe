// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// One way to make the values of a column coarser.
enum GeneralisationRule: ParameterValue, Hashable {
  /// Numbers become the band that they lie in: `20-29`, `90+`.
  case bands(Bands)
  /// Texts keep their first so many characters, white space not counted: `1234 AB` becomes `1234`.
  case characters(Int)
  /// Days and instants become their year, quarter or month.
  case date(DatePart)
  /// Numbers go to the nearest multiple of a step.
  case round(Double)

  enum DatePart: String, ParameterChoice {
    case year
    case quarter
    case month
  }

  static let keys = ["bands", "from", "to", "characters", "date", "round"]
  private static let kinds = ["bands", "characters", "date", "round"]

  /// Whether the column keeps its type; else it becomes a category.
  var keepsType: Bool {
    if case .round = self { return true }
    return false
  }

  static var schema: ParameterSchema {
    .block(
      name: "generalisation",
      schema: [
        "type": "object",
        "properties": .object(
          members: [
            (
              "bands",
              [
                "anyOf": [
                  ["type": "number", "exclusiveMinimum": 0],
                  ["type": "array", "items": ["type": "number", "minimum": 0], "minItems": 1],
                ]
              ]
            ), ("from", ["type": "number", "minimum": 0]),
            ("to", ["type": "number", "minimum": 0]),
            ("characters", ["type": "integer", "minimum": 1]),
            ("date", ["enum": ["year", "quarter", "month"]]),
            ("round", ["type": "number", "exclusiveMinimum": 0]),
          ]),
        "additionalProperties": false,
      ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> GeneralisationRule? {
    let before = reading.diagnostics.count
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let given = kinds.filter { node[$0].map { !$0.isNull } ?? false }
    guard given.count == 1, let kind = given.first else {
      if reading.diagnostics.count == before { reportChoice(given, at: node, in: &reading) }
      return nil
    }
    for key in ["from", "to"] where kind != "bands" {
      guard let entry = node.entry(key) else { continue }
      reading.report(
        .unknownParameter, "'\(reading.parameter).\(key)' is for bands", at: entry.key,
        help: "take it away")
    }
    let rule: GeneralisationRule? =
      switch kind {
      case "bands": Bands.read(block, of: node, in: &reading).map { .bands($0) }
      case "characters": count(block, of: node, in: &reading)
      case "date": block.read("date", as: DatePart.self, in: &reading).map { .date($0) }
      default: step(block, of: node, in: &reading)
      }
    return reading.diagnostics.count == before ? rule : nil
  }

  var json: JSONValue {
    switch self {
    case .bands(let bands): ["bands": .array(bands.edges.map { .number($0) })]
    case .characters(let count): ["characters": count.json]
    case .date(let part): ["date": part.json]
    case .round(let step): ["round": .number(step)]
    }
  }

  /// The column made coarser.
  func applied(to column: Column) throws(GeneralisationFault) -> Column {
    switch self {
    case .bands(let bands): try bands.applied(to: column)
    case .characters(let count): try column.shortened(to: count)
    case .date(let part): try column.coarsened(to: part)
    case .round(let step): try column.rounded(to: step)
    }
  }
}

extension GeneralisationRule {
  private static func count(
    _ block: ParameterBlock, of node: Node, in reading: inout ParameterReading
  ) -> GeneralisationRule? {
    guard let count = block.read("characters", as: Int.self, in: &reading) else { return nil }
    guard count >= 1 else {
      reading.report(
        .outOfRange, "'\(reading.parameter).characters' is out of range",
        at: node["characters"] ?? node, help: "it takes a whole number of at least 1")
      return nil
    }
    return .characters(count)
  }

  private static func step(
    _ block: ParameterBlock, of node: Node, in reading: inout ParameterReading
  ) -> GeneralisationRule? {
    guard let step = block.read("round", as: Double.self, in: &reading) else { return nil }
    guard step > 0 else {
      reading.report(
        .outOfRange, "'\(reading.parameter).round' is out of range", at: node["round"] ?? node,
        help: "it takes a number above 0: values go to its nearest multiple")
      return nil
    }
    return .round(step)
  }

  private static func reportChoice(
    _ given: [String], at node: Node, in reading: inout ParameterReading
  ) {
    reading.report(
      .missingParameter,
      given.isEmpty
        ? "'\(reading.parameter)' says no way to generalise"
        : "'\(reading.parameter)' says \(given.joined(separator: " and ")), and one way is enough",
      at: node, help: "write one of \(kinds.joined(separator: ", "))")
  }
}
