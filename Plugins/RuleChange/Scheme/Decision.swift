// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// One step of a scheme: a value that follows from inputs, parameters and the decisions before it.
struct Decision: Sendable {
  enum Body: Sendable {
    case expression(RuleExpression)
    case table(DecisionTable)
  }

  let name: String
  var title: Title?
  var body: Body
  let rounding: Rounding?
  let unit: String?
  let legal: [LegalReference]
  /// Where the decision stands.
  let origin: LocatedNode

  /// The columns that the decision gives: its own name, or `name.output` where a table has several.
  var columns: [String] {
    guard case .table(let table) = body, table.outputs.count > 1 else { return [name] }
    return table.outputs.map { "\(name).\($0.name)" }
  }

  var table: DecisionTable? { if case .table(let table) = body { table } else { nil } }
}

/// An expression of a scheme, with its place in the file.
struct RuleExpression: Sendable {
  let feel: FEELExpression
  let origin: LocatedNode

  var source: String { feel.source }
}
