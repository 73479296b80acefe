// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Applies a decision table to every row of a population.
struct TableEvaluation {
  private let table: DecisionTable
  private let data: Table
  private let count: Int
  private let scope: FEELScope
  private let plans: TablePlans

  /// The plans are what other evaluations of the same table have found out already.
  init(
    _ table: DecisionTable, over data: Table, count: Int, _ scope: FEELScope,
    plans: TablePlans = TablePlans()
  ) {
    self.table = table
    self.data = data
    self.count = count
    self.scope = scope
    self.plans = plans
  }

  /// What the table gives.
  struct Decided {
    /// A column for each output.
    let columns: [Column]
    /// The rule that decides each case, counted from 1; missing where none does.
    ///
    /// Nil where the policy collects what all rules give.
    let firedRows: Column?
  }

  /// What the tests look at, one column for each input of the table.
  func inputColumns() throws(RuleFault) -> [Column] {
    var columns: [Column] = []
    for input in table.inputs {
      let feel = input.expression.feel
      // A plain name is the column itself.
      if let column = data[feel.source], feel.references.count == 1 {
        columns.append(column)
      } else {
        columns.append(try input.expression.column(over: data, scope))
      }
    }
    return columns
  }

  func decided(_ ambiguity: SchemeEvaluation.Ambiguity) throws(RuleFault) -> Decided {
    switch table.hit {
    case .unique: try unique(ambiguity)
    case .any: try agreeing(ambiguity)
    case .first: try decided(matching(of: table).firsts())
    case .priority: try byPriority()
    case .collectSum, .collectMinimum, .collectMaximum, .collectCount:
      Decided(columns: try collected(), firedRows: nil)
    }
  }

  /// An open test, as on a missing value, does not apply.
  private func matching(of table: DecisionTable) throws(RuleFault) -> RuleMatching {
    let inputs = try inputColumns()
    let indexes = plans.indexes(table, over: inputs.map(\.type), columns: data.names, scope)
    return try RuleMatching(indexes, over: inputs, count: count) { scan throws(RuleFault) in
      do throws(FEELFault) {
        return try scan.cell.tests.evaluate(over: inputs[scan.input], table: data, in: scope).values
      } catch {
        throw RuleFault(error, at: scan.cell.origin)
      }
    }
  }

  private var results: TableResults { plans.results(table, over: data.schema, scope) }
}

// Policies under which one rule decides
extension TableEvaluation {
  /// The results of the rules that decide, counted from 1; 0 stands for the default.
  private func decided(_ rules: [Int]) throws(RuleFault) -> Decided {
    var columns: [Column] = []
    for output in results.outputs {
      guard let column = try TableResults.column(output, rules, over: data, scope) else {
        throw RuleFault(
          "the rules' results do not fit one exact column",
          help: "let all rows give one kind of value, and no amount over 18 digits",
          at: table.origin)
      }
      columns.append(column)
    }
    return Decided(columns: columns, firedRows: .integer(Self.numbers(rules)))
  }

  private static func numbers(_ rules: [Int]) -> FixedColumn<Int64> {
    var isDecided = Bitmap(repeating: true, count: rules.count)
    for row in rules.indices where rules[row] == 0 { isDecided.set(row, to: false) }
    return FixedColumn(rules.map { Int64($0) }, validity: isDecided)
  }

  private func unique(_ ambiguity: SchemeEvaluation.Ambiguity) throws(RuleFault) -> Decided {
    let matching = try matching(of: table)
    let (firsts, repeats) = matching.firstsAndRepeats()
    guard !repeats.noneSet else { return try decided(firsts) }
    guard ambiguity == .undecided else {
      throw RuleFault(
        "the table is UNIQUE, and rules \(matching.names(of: repeats)) apply at once",
        help: "rules/check-table shows where rules overlap; decide which one holds, or write "
          + "hit: FIRST",
        at: table.origin, count: repeats.setCount)
    }
    return try decided(firsts).without(repeats)
  }

  /// The first of several rules, which must all give the same.
  private func agreeing(_ ambiguity: SchemeEvaluation.Ambiguity) throws(RuleFault) -> Decided {
    let matching = try matching(of: table)
    let (firsts, repeats) = matching.firstsAndRepeats()
    let found = try decided(firsts)
    var clashes = Bitmap(repeating: false, count: count)
    for row in repeats.setIndices {
      let rules = matching.rules(of: row)
      for rule in rules.dropFirst() where !clashes[row] {
        if try !agree(rule, rules[0], in: row) { clashes.set(row, to: true) }
      }
    }
    guard !clashes.noneSet else { return found }
    guard ambiguity == .undecided else {
      throw RuleFault(
        "the table is ANY, and rules \(matching.names(of: clashes)) apply at once and differ",
        help: "let rules that overlap give the same, or write hit: FIRST",
        at: table.origin, count: clashes.setCount)
    }
    return found.without(clashes)
  }

  /// Whether two rules, counted from 0, give the same in a row.
  private func agree(_ rule: Int, _ other: Int, in row: Int) throws(RuleFault) -> Bool {
    for (place, output) in results.outputs.enumerated() {
      if let agree = output.agree(rule, other) {
        guard agree else { return false }
        continue
      }
      let values = try [rule, other].map { number throws(RuleFault) in
        try TableResults.column(table.rows[number].outputs[place], at: [row], of: data, scope)
      }
      guard let both = ColumnBlend.joined(values, as: nil, rows: [0, 1]),
        both.slice(0..<1) == both.slice(1..<2)
      else { return false }
    }
    return true
  }

  /// The rule whose outputs come first among the values in their order, the first output counting most.
  private func byPriority() throws(RuleFault) -> Decided {
    let order = try table.priorityOrder(in: scope)
    var ordered = table
    ordered.rows = order.map { table.rows[$0] }
    let firsts = try matching(of: ordered).firsts()
    return try decided(firsts.map { $0 > 0 ? order[$0 - 1] + 1 : 0 })
  }
}

extension TableEvaluation.Decided {
  /// The same with some cases left undecided.
  fileprivate func without(_ cases: Bitmap) -> Self {
    Self(
      columns: columns.map { $0.keeping(~cases) }, firedRows: firedRows.map { $0.keeping(~cases) })
  }
}

extension RuleMatching {
  /// The numbers of the rules that apply to the first of the cases.
  fileprivate func names(of cases: Bitmap) -> String {
    let rules = cases.setIndices.first.map { self.rules(of: $0) } ?? []
    return rules.map { "\($0 + 1)" }.joined(separator: " and ")
  }
}

extension Column {
  /// The column with values in these rows alone.
  fileprivate func keeping(_ rows: Bitmap) -> Column {
    let wanted = (0..<count).map { rows[$0] ? $0 : count }
    let parts = [self, Column.missing(type, count: 1)]
    return ColumnBlend.joined(parts, as: type, rows: wanted) ?? self
  }
}

// Policies that collect what all rules give
extension TableEvaluation {
  private func collected() throws(RuleFault) -> [Column] {
    let hits = try matching(of: table).hits()
    var isHit = Bitmap(repeating: false, count: count)
    for hit in hits { isHit = isHit | hit }
    let free = (~isHit).setIndices
    var columns: [Column] = []
    for (place, output) in table.outputs.enumerated() {
      var parts: [CollectedNumbers.Part] = []
      if table.hit == .collectCount {
        parts = hits.map { CollectedNumbers.Part(rows: $0.setIndices, column: nil) }
      } else {
        for (row, hit) in zip(table.rows, hits) {
          parts.append(try part(row.outputs[place], at: hit.setIndices))
        }
      }
      let fallback = try output.fallback.map { expression throws(RuleFault) in
        try part(expression, at: free)
      }
      let numbers = CollectedNumbers(parts, fallback: fallback, count: count)
      do throws(CollectedNumbers.Misfit) {
        columns.append(try numbers.column(table.hit, as: results.outputs[place].type))
      } catch {
        throw RuleFault(error.message(table.hit), at: table.origin)
      }
    }
    return columns
  }

  private func part(
    _ expression: RuleExpression, at rows: [Int]
  ) throws(RuleFault) -> CollectedNumbers.Part {
    CollectedNumbers.Part(
      rows: rows,
      column: rows.isEmpty ? nil : try TableResults.column(expression, at: rows, of: data, scope))
  }
}
