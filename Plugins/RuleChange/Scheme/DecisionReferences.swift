// SPDX-License-Identifier: EUPL-1.2

import FEEL

extension Decision {
  /// Every expression of the decision but the tests of a table.
  var expressions: [RuleExpression] {
    switch body {
    case .expression(let expression): [expression]
    case .table(let table):
      table.inputs.map(\.expression) + table.outputs.compactMap(\.fallback)
        + table.rows.flatMap(\.outputs)
    }
  }

  /// The tests of a table; none for an expression.
  var tests: [UnaryTests] { table?.rows.flatMap { $0.cells.map(\.tests) } ?? [] }

  /// The free names of all expressions and cells.
  var references: [Reference] {
    expressions.flatMap(\.feel.references) + tests.flatMap(\.references)
  }

  /// All names that the rule mentions, whatever they stand for, with what follows them.
  var mentions: [[String]] { expressions.flatMap(\.feel.mentions) + tests.flatMap(\.mentions) }

  /// Every word of these: the inputs, parameters and decisions that the decision looks at are among them.
  var words: Set<String> { Set(mentions.joined()) }
}

extension Scheme {
  /// The names of the decisions that a column rests on, its own included.
  func decisions(behind column: String) -> Set<String> {
    var found: Set<String> = []
    var open = decisions.filter { $0.columns.contains(column) }.map(\.name)
    while let name = open.popLast() {
      guard found.insert(name).inserted, let decision = decision(name) else { continue }
      open += decision.words.filter { self.decision($0) != nil }
    }
    return found
  }
}
