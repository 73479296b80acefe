// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// How a column of a made-up population comes about.
///
/// Every number in it is an expression over the columns above it, so that one column may depend on
/// another: `boolean: if age > 65 then 0.2 else 0.5`.
struct ColumnGenerator: ParameterValue {
  enum Kind: Sendable {
    case expression(Expression)
    /// Labels with weights; a label is drawn with its share of all weights.
    case category(NamedValues<Expression>)
    case normal(Normal)
    case uniform(minimum: Expression, maximum: Expression, decimals: Int?)
    /// Whole numbers, both ends included.
    case integer(minimum: Expression, maximum: Expression)
    case boolean(probability: Expression)
    case poisson(mean: Expression)
    case date(from: CalendarDateValue, to: CalendarDateValue)
    case sequence(prefix: String, start: Int)
  }

  struct Normal: Sendable {
    let mean: Expression
    let sd: Expression
    /// What lies outside is drawn again.
    let minimum: Double?
    let maximum: Double?
    let decimals: Int?
  }

  let kind: Kind
  /// The probability of a missing value.
  let missing: Expression?

  static let kinds = [
    "category", "normal", "uniform", "integer", "boolean", "poisson", "date", "sequence",
  ]

  static var schema: ParameterSchema {
    .either([
      .expression,
      .block(
        name: "generator",
        schema: [
          "type": "object", "maxProperties": 2,
          "properties": .object(
            members: (kinds + ["missing"]).map { ($0, .object(members: [])) }),
          "additionalProperties": false,
        ]),
    ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> ColumnGenerator? {
    guard let entries = node.entries else {
      return Expression.read(node, in: &reading).map {
        ColumnGenerator(kind: .expression($0), missing: nil)
      }
    }
    let before = reading.diagnostics.count
    guard let block = ParameterBlock(node, keys: kinds + ["missing"], in: &reading) else {
      return nil
    }
    let named = entries.filter { kinds.contains($0.name) }
    guard let entry = named.first, named.count == 1 else {
      if reading.diagnostics.count == before {
        reading.report(
          .wrongType, "'\(reading.parameter)' takes one kind of generator, not \(named.count)",
          at: named.dropFirst().first?.key ?? node, notes: ["kinds: " + list])
      }
      return nil
    }
    let missing = block.read("missing", as: Expression.self, in: &reading)
    let outer = reading.parameter
    reading.parameter = "\(outer).\(entry.name)"
    defer { reading.parameter = outer }
    guard let kind = readKind(entry.name, entry.value, in: &reading),
      reading.diagnostics.count == before
    else { return nil }
    return ColumnGenerator(kind: kind, missing: missing)
  }

  private static var list: String { kinds.joined(separator: ", ") }
}

extension ColumnGenerator {
  private static func readKind(
    _ name: String, _ node: Node, in reading: inout ParameterReading
  ) -> Kind? {
    switch name {
    case "category":
      return NamedValues<Expression>.read(node, in: &reading).map { .category($0) }
    case "boolean":
      return Expression.read(node, in: &reading).map { .boolean(probability: $0) }
    case "poisson":
      return Expression.read(node, in: &reading).map { .poisson(mean: $0) }
    case "normal": return readNormal(node, in: &reading)
    case "uniform":
      guard
        let block = ParameterBlock(
          node, keys: ["minimum", "maximum", "decimals"], in: &reading),
        let minimum = block.require("minimum", as: Expression.self, in: &reading),
        let maximum = block.require("maximum", as: Expression.self, in: &reading)
      else { return nil }
      let decimals = block.read("decimals", as: Decimals.self, in: &reading)
      return .uniform(minimum: minimum, maximum: maximum, decimals: decimals?.count)
    case "integer":
      guard let block = ParameterBlock(node, keys: ["minimum", "maximum"], in: &reading),
        let minimum = block.require("minimum", as: Expression.self, in: &reading),
        let maximum = block.require("maximum", as: Expression.self, in: &reading)
      else { return nil }
      return .integer(minimum: minimum, maximum: maximum)
    case "date": return readDate(node, in: &reading)
    default: return readSequence(node, in: &reading)
    }
  }

  private static func readNormal(_ node: Node, in reading: inout ParameterReading) -> Kind? {
    let keys = ["mean", "sd", "minimum", "maximum", "decimals"]
    guard let block = ParameterBlock(node, keys: keys, in: &reading),
      let mean = block.require("mean", as: Expression.self, in: &reading),
      let sd = block.require("sd", as: Expression.self, in: &reading)
    else { return nil }
    return .normal(
      Normal(
        mean: mean, sd: sd, minimum: block.read("minimum", in: &reading),
        maximum: block.read("maximum", in: &reading),
        decimals: block.read("decimals", as: Decimals.self, in: &reading)?.count))
  }

  private static func readDate(_ node: Node, in reading: inout ParameterReading) -> Kind? {
    guard let block = ParameterBlock(node, keys: ["from", "to"], in: &reading),
      let from = block.require("from", as: CalendarDateValue.self, in: &reading),
      let to = block.require("to", as: CalendarDateValue.self, in: &reading)
    else { return nil }
    guard from.date.daysSince1970 <= to.date.daysSince1970 else {
      reading.report(.outOfRange, "'\(reading.parameter)' ends before it begins", at: node)
      return nil
    }
    return .date(from: from, to: to)
  }

  /// `sequence: P` gives P1, P2, …; a block may give the first number.
  private static func readSequence(_ node: Node, in reading: inout ParameterReading) -> Kind? {
    guard node.entries != nil else {
      if let start = node.scalar?.integer { return .sequence(prefix: "", start: Int(start)) }
      return String.read(node, in: &reading).map { .sequence(prefix: $0, start: 1) }
    }
    guard let block = ParameterBlock(node, keys: ["prefix", "start"], in: &reading) else {
      return nil
    }
    return .sequence(
      prefix: block.read("prefix", in: &reading) ?? "",
      start: block.read("start", in: &reading) ?? 1)
  }
}

extension ColumnGenerator {
  var json: JSONValue {
    var members: [(String, JSONValue)]
    switch kind {
    case .expression(let expression): members = [("expression", expression.json)]
    case .category(let weights): members = [("category", weights.json)]
    case .normal(let normal):
      members = [
        ("normal", normal.mean.json), ("sd", normal.sd.json),
        ("minimum", JSONValue(normal.minimum)),
        ("maximum", JSONValue(normal.maximum)), ("decimals", JSONValue(normal.decimals)),
      ]
    case .uniform(let minimum, let maximum, let decimals):
      members = [
        ("uniform", minimum.json), ("maximum", maximum.json), ("decimals", JSONValue(decimals)),
      ]
    case .integer(let minimum, let maximum):
      members = [("integer", minimum.json), ("maximum", maximum.json)]
    case .boolean(let probability): members = [("boolean", probability.json)]
    case .poisson(let mean): members = [("poisson", mean.json)]
    case .date(let from, let to): members = [("date", from.json), ("to", to.json)]
    case .sequence(let prefix, let start):
      members = [("sequence", .string(prefix)), ("start", start.json)]
    }
    members.append(("missing", missing?.json ?? .null))
    return .object(members: members)
  }
}

/// How many decimals a drawn number keeps.
private struct Decimals: ParameterValue {
  let count: Int

  static var schema: ParameterSchema { .integer(minimum: 0, maximum: 9) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Decimals? {
    guard let count = Int.read(node, in: &reading) else { return nil }
    guard (0...9).contains(count) else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is out of range", at: node,
        help: "it takes \(schema.phrase)")
      return nil
    }
    return Decimals(count: count)
  }

  var json: JSONValue { count.json }
}
