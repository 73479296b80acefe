// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Which cases take part: one condition, or several with names that the flow gives as reasons.
struct Eligibility: ParameterValue {
  struct Condition: Sendable {
    /// What the flow calls a case that does not meet it.
    let reason: String
    let expression: Expression
  }

  /// In the order in which they are tried: a case is counted at the first that it does not meet.
  let conditions: [Condition]

  /// The reason where there is a single condition without a name.
  static let unnamed = "not eligible"

  static var schema: ParameterSchema { .either([.expression, .map(.expression)]) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Eligibility? {
    guard node.entries != nil else {
      return Expression.read(node, in: &reading).map {
        Eligibility(conditions: [Condition(reason: unnamed, expression: $0)])
      }
    }
    return NamedValues<Expression>.read(node, in: &reading).map { named in
      Eligibility(
        conditions: named.entries.map { Condition(reason: $0.name, expression: $0.value) })
    }
  }

  var json: JSONValue {
    .array(
      conditions.map { ["reason": .string($0.reason), "expression": $0.expression.json] })
  }
}
