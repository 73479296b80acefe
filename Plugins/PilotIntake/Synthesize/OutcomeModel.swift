// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// How an outcome comes about, with a declared effect of each arm: the truth that an analysis is to find.
enum OutcomeModel: ParameterValue {
  /// Computed from the columns above it; nothing is drawn and no effect is declared.
  case expression(Expression)
  case model(Model)

  enum Kind: String, ParameterChoice {
    /// True with a probability.
    case binary
    /// Normal around a mean, with standard deviation `sd`.
    case normal
    /// Poisson with a mean.
    case count
  }

  struct Model: Sendable {
    let kind: Kind
    /// The probability or mean of a case under control.
    let baseline: Expression
    let arm: ColumnName?
    /// What an arm adds to it; arms that are not named add nothing.
    let effect: NamedValues<Expression>
    /// The standard deviation of a normal outcome.
    let sd: Expression?
    let cluster: ClusterEffect?
    let missing: MissingShare?
  }

  /// A normal effect that the cases of a cluster share.
  struct ClusterEffect: Sendable {
    let column: ColumnName
    let sd: Double
  }

  /// The probability that an outcome is missing, in all arms or arm by arm.
  enum MissingShare: Sendable {
    case everywhere(Expression)
    case byArm(NamedValues<Expression>)
  }

  static let keys = ["kind", "baseline", "arm", "effect", "sd", "cluster", "missing"]

  static var schema: ParameterSchema {
    .either([
      .expression,
      .block(
        name: "outcome",
        schema: [
          "type": "object", "required": ["kind", "baseline"],
          "properties": .object(members: keys.map { ($0, .object(members: [])) }),
          "additionalProperties": false,
        ]),
    ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> OutcomeModel? {
    guard node.entries != nil else {
      return Expression.read(node, in: &reading).map { .expression($0) }
    }
    let before = reading.diagnostics.count
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let kind = block.require("kind", as: Kind.self, in: &reading)
    let baseline = block.require("baseline", as: Expression.self, in: &reading)
    let effect = block.read("effect", as: NamedValues<Expression>.self, in: &reading)
    let arm =
      effect == nil
      ? block.read("arm", as: ColumnName.self, in: &reading)
      : block.require("arm", as: ColumnName.self, in: &reading)
    let sd =
      kind == .normal
      ? block.require("sd", as: Expression.self, in: &reading)
      : block.read("sd", as: Expression.self, in: &reading)
    let cluster = block.read("cluster", as: ClusterEffect.self, in: &reading)
    let missing = block.read("missing", as: MissingShare.self, in: &reading)
    if let kind, kind != .normal, sd != nil, let entry = node.entry("sd") {
      reading.report(
        .unknownParameter, "'\(reading.parameter).sd' is for a normal outcome", at: entry.key,
        help: "take it away: a \(kind.rawValue) outcome has no noise of its own")
    }
    if case .byArm? = missing, arm == nil, let entry = node.entry("missing") {
      reading.report(
        .missingParameter, "'\(reading.parameter)' needs 'arm'", at: entry.key,
        help: "add arm: the column that names the arm of each case")
    }
    guard reading.diagnostics.count == before, let kind, let baseline else { return nil }
    return .model(
      Model(
        kind: kind, baseline: baseline, arm: arm, effect: effect ?? NamedValues(), sd: sd,
        cluster: cluster, missing: missing))
  }

  var json: JSONValue {
    switch self {
    case .expression(let expression): ["expression": expression.json]
    case .model(let model):
      [
        "kind": model.kind.json, "baseline": model.baseline.json, "arm": model.arm.json,
        "effect": model.effect.json, "sd": model.sd.json, "cluster": model.cluster.json,
        "missing": model.missing.json,
      ]
    }
  }
}

extension OutcomeModel.ClusterEffect: ParameterValue {
  static var schema: ParameterSchema {
    .block(name: "cluster", schema: ["type": "object", "required": ["column", "sd"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    guard let block = ParameterBlock(node, keys: ["column", "sd"], in: &reading),
      let column = block.require("column", as: ColumnName.self, in: &reading),
      let sd = block.require("sd", as: Double.self, in: &reading)
    else { return nil }
    guard sd >= 0 else {
      reading.report(
        .outOfRange, "'\(reading.parameter).sd' is out of range", at: node["sd"] ?? node,
        help: "it takes a number of at least 0")
      return nil
    }
    return Self(column: column, sd: sd)
  }

  var json: JSONValue { ["column": column.json, "sd": sd.json] }
}

extension OutcomeModel.MissingShare: ParameterValue {
  static var schema: ParameterSchema { .either([.expression, .map(.expression)]) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    guard node.entries != nil else {
      return Expression.read(node, in: &reading).map { .everywhere($0) }
    }
    return NamedValues<Expression>.read(node, in: &reading).map { .byArm($0) }
  }

  var json: JSONValue {
    switch self {
    case .everywhere(let share): share.json
    case .byArm(let shares): shares.json
    }
  }
}
