// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Rules side by side: each row tests the inputs and gives the outputs.
struct DecisionTable: Sendable {
  var hit: HitPolicy
  var inputs: [TableInput]
  var outputs: [TableOutput]
  var rows: [TableRow]
  /// Where the table stands.
  let origin: LocatedNode

  var hasDefaults: Bool { outputs.allSatisfy { $0.fallback != nil } }

  /// Whether another table has the same rules, wherever they stand.
  func hasSameRules(as other: DecisionTable) -> Bool {
    hit == other.hit && inputs.map(\.expression.source) == other.inputs.map(\.expression.source)
      && inputs.map(\.allowed) == other.inputs.map(\.allowed)
      && outputs.map { $0.fallback?.source } == other.outputs.map { $0.fallback?.source }
      && outputs.map(\.values) == other.outputs.map(\.values)
      && rows.map(\.sources) == other.rows.map(\.sources)
  }
}

/// What it means when several rows of a table apply.
///
/// The policies that give a list, RULE ORDER and OUTPUT ORDER among them, have no place in a scheme: a
/// column holds one value for each case.
enum HitPolicy: String, Sendable, Hashable, CaseIterable {
  /// It must not happen.
  case unique = "UNIQUE"
  /// They must all give the same.
  case any = "ANY"
  /// The one whose output comes first in the list of the output's values.
  case priority = "PRIORITY"
  /// The first counts.
  case first = "FIRST"
  /// The outputs are added up.
  case collectSum = "COLLECT SUM"
  /// The smallest output counts.
  case collectMinimum = "COLLECT MIN"
  /// The largest output counts.
  case collectMaximum = "COLLECT MAX"
  /// The result is the number of rows that apply.
  case collectCount = "COLLECT COUNT"

  /// Whether the outputs are reckoned with.
  var collectsNumbers: Bool {
    switch self {
    case .collectSum, .collectMinimum, .collectMaximum: true
    case .unique, .any, .priority, .first, .collectCount: false
    }
  }

  /// Whether one rule decides a case.
  var hasOneRule: Bool {
    switch self {
    case .unique, .any, .priority, .first: true
    case .collectSum, .collectMinimum, .collectMaximum, .collectCount: false
    }
  }

  /// Reads the name or the letter of the DMN standard.
  init?(text: String) {
    let name = text.split(separator: " ").joined(separator: " ").uppercased()
    switch name.replacing("COLLECT", with: "C").replacing(" ", with: "") {
    case "UNIQUE", "U": self = .unique
    case "ANY", "A": self = .any
    case "PRIORITY", "P": self = .priority
    case "FIRST", "F": self = .first
    case "CSUM", "C+": self = .collectSum
    case "CMIN", "C<": self = .collectMinimum
    case "CMAX", "C>": self = .collectMaximum
    case "CCOUNT", "C#": self = .collectCount
    default: return nil
    }
  }
}

/// A column of tests: the value that they look at.
struct TableInput: Sendable {
  /// A name, or an expression over names.
  let expression: RuleExpression
  /// The only values that there are, where the table or the scheme says so.
  let allowed: [FEELValue]
}

/// A column of results.
struct TableOutput: Sendable {
  let name: String
  /// What holds where no row applies.
  let fallback: RuleExpression?
  /// The values that it takes, in the order of their priority; PRIORITY needs them.
  var values: [FEELValue] = []
}

/// One rule, numbered from 1 as it stands in the table.
struct TableRow: Sendable {
  let cells: [TableCell]
  let outputs: [RuleExpression]
  var legal: [LegalReference] = []
  let origin: LocatedNode

  var sources: [String] { cells.map(\.tests.source) + outputs.map(\.source) }
}

/// The tests of one rule on one input.
struct TableCell: Sendable {
  let tests: UnaryTests
  let origin: LocatedNode
}
