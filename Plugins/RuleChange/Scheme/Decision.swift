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
  let level: SchemeEntities.Level
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

  /// The names of a table's outputs; its own for an expression.
  var outputs: [String] { table.map { $0.outputs.map(\.name) } ?? [name] }

  /// Whether it takes an input over as it is.
  func isInput(of scheme: Scheme) -> Bool {
    guard case .expression(let expression) = body else { return false }
    return scheme.input(expression.source) != nil
  }

  /// Whether another decision of the same name is the same rule, wherever it stands.
  func decidesAlike(_ other: Decision) -> Bool {
    guard rounding == other.rounding, columns == other.columns else { return false }
    return switch (body, other.body) {
    case (.expression(let own), .expression(let other)): own.feel == other.feel
    case (.table(let own), .table(let other)): own.hasSameRules(as: other)
    default: false
    }
  }

  var table: DecisionTable? { if case .table(let table) = body { table } else { nil } }
}

/// An expression of a scheme, with its place in the file.
struct RuleExpression: Sendable {
  let feel: FEELExpression
  let origin: LocatedNode

  var source: String { feel.source }
}
