// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// What a scheme gives for every row of a population.
struct DecidedPopulation: Sendable {
  /// The inputs and all decisions, one column each.
  var table: Table
  /// For each decision by a table under UNIQUE, ANY, PRIORITY or FIRST: the rule that decided each case,
  /// counted from 1 as it stands in the table, and missing where none did.
  var firedRows: [String: Column] = [:]
}

/// Applies a scheme to every row of a population.
struct SchemeEvaluation {
  /// What happens where several rows of a UNIQUE table apply.
  enum Ambiguity {
    case fault
    /// The case stays undecided.
    case undecided
  }

  let scheme: Scheme
  let date: CalendarDate?
  var ambiguity = Ambiguity.fault
  let scope: FEELScope

  init(_ scheme: Scheme, on date: CalendarDate?, ambiguity: Ambiguity = .fault) {
    self.scheme = scheme
    self.date = date
    self.ambiguity = ambiguity
    scope = scheme.scope(on: date)
  }

  /// The inputs and all decisions, one column each.
  ///
  /// A scheme that asks for members needs a `Population`.
  func decide(over population: Table) throws(StageFault) -> Table {
    try decided(over: population).table
  }

  /// The inputs and all decisions, and the rules of tables that decided.
  func decided(over population: Table) throws(StageFault) -> DecidedPopulation {
    guard !scheme.needsMembers else { throw StageFault.noMembers(of: scheme) }
    try scheme.requireValues(on: date)
    var decided = DecidedPopulation(table: try Self.table(inputs(.unit, from: population)))
    for decision in scheme.decisions {
      let results = try decide(
        decision, over: decided.table, count: population.rowCount, in: scope)
      decided.table = try adding(results.columns, to: decided.table)
      decided.firedRows[decision.name] = results.firedRows
    }
    return decided
  }

  /// The inputs, and the decisions before one.
  func decide(over population: Table, before name: String) throws(StageFault) -> Table {
    var part = scheme
    part.decisions = Array(scheme.decisions.prefix { $0.name != name })
    return try SchemeEvaluation(part, on: date, ambiguity: ambiguity).decide(over: population)
  }

  func decide(
    _ decision: Decision, over data: Table, count: Int, in scope: FEELScope
  ) throws(StageFault) -> (columns: [(name: String, column: Column)], firedRows: Column?) {
    var columns: [Column]
    var firedRows: Column?
    do throws(RuleFault) {
      switch decision.body {
      case .expression(let expression): columns = [try expression.column(over: data, scope)]
      case .table(let table):
        let decided = try TableEvaluation(table, over: data, count: count, scope)
          .decided(ambiguity)
        (columns, firedRows) = (decided.columns, decided.firedRows)
      }
      columns = try rounded(columns, of: decision, over: data, in: scope)
    } catch {
      throw error.stageFault(decision: decision, scheme: scheme)
    }
    return (zip(decision.columns, columns).map { ($0, settled($1, named: $0)) }, firedRows)
  }

  /// A column without values has no type of its own: it gets the one that the scheme gives it.
  func settled(_ column: Column, named name: String) -> Column {
    guard column.missingCount == column.count,
      let type = SchemeTypes.checked(scheme).columns.first(where: { $0.name.isExactly(name) })?.type
    else { return column }
    return Column.missing(type, count: column.count)
  }

  /// The results of a decision, rounded where it says so; rows that are too close to call are worked out in
  /// decimal arithmetic.
  func rounded(
    _ columns: [Column], of decision: Decision, over data: Table, in scope: FEELScope
  ) throws(RuleFault) -> [Column] {
    guard let rounding = decision.rounding else { return columns }
    let exact = ExactRows(scheme: scheme, data: data, scope: scope)
    var results: [Column] = []
    for (place, column) in columns.enumerated() {
      let rounded = try Self.rounded(column, rounding)
      guard case .number(let values) = column, !decision.isInput(of: scheme) else {
        results.append(rounded)
        continue
      }
      var decided: [(row: Int, value: Decimal128)] = []
      for row in rounding.rowsTooClose(values) {
        let values = try exact.values(of: decision, row: row)
        if values.indices.contains(place), let number = values[place].number {
          decided.append((row, number))
        }
      }
      results.append(rounding.replacing(decided, in: rounded) ?? rounded)
    }
    return results
  }

  static func rounded(_ column: Column, _ rounding: Rounding) throws(RuleFault) -> Column {
    if !column.type.isNumeric, column.missingCount == column.count { return column }
    guard let rounded = rounding.apply(to: column) else {
      throw RuleFault(
        column.type.isNumeric
          ? "an amount is too large to be rounded exactly"
          : "it rounds, and gives a \(column.type.name)",
        count: (0..<column.count).count { rounding.apply(to: column.taking(rows: [$0])) == nil })
    }
    return rounded
  }

  private func adding(
    _ columns: [(name: String, column: Column)], to data: Table
  ) throws(StageFault) -> Table {
    try Self.table(Array(zip(data.names, data.columns)) + columns)
  }

  static func table(_ columns: [(name: String, column: Column)]) throws(StageFault) -> Table {
    do throws(TableFault) {
      return try Table(columns)
    } catch {
      throw StageFault("\(error)", at: "scheme", kind: .bug)
    }
  }
}

// What the population gives
extension SchemeEvaluation {
  /// The scheme's inputs of one level, taken from the table of that level.
  func inputs(
    _ level: SchemeEntities.Level, from population: Table
  ) throws(StageFault) -> [(name: String, column: Column)] {
    var columns: [(name: String, column: Column)] = []
    for input in scheme.inputs(of: level) {
      columns.append((input.name, try column(for: input, from: population)))
    }
    return columns
  }

  func column(
    for input: SchemeInput, from population: Table
  ) throws(StageFault) -> Column {
    let count = population.rowCount
    let declared = input.kind.columnType
    if let fixed = input.fixed {
      return ColumnBlend.repeating(fixed, as: declared, count: count)
        ?? Column.missing(declared, count: count)
    }
    guard let column = population[input.name] else {
      throw StageFault(
        "the \(input.level == .unit ? "population" : "table of members") has no column "
          + "'\(input.name)', which scheme '\(scheme.id)' needs",
        at: "scheme", help: "derive it under that name; it is \(input.kind.wanted)")
    }
    if count > 0, column.missingCount == count {
      return Column.missing(declared, count: count)
    }
    guard input.kind.accepts(column.type) else {
      throw StageFault(
        "column '\(input.name)' is \(column.type.name); scheme '\(scheme.id)' needs "
          + input.kind.wanted, at: "scheme",
        help: input.kind == .decimal
          ? "declare it as decimal where the data are read, so that money stays exact" : nil)
    }
    try checkLimits(of: input, column)
    return column
  }

  /// Counts values that the scheme does not allow, without naming any.
  private func checkLimits(of input: SchemeInput, _ column: Column) throws(StageFault) {
    guard let limits = input.limits else { return }
    let outside: Int
    do throws(FEELFault) {
      let within = try limits.evaluate(over: column, in: FEELScope())
      outside = column.count - column.missingCount - within.values.setCount
    } catch {
      throw StageFault("input '\(input.name)': \(error.message)", at: "scheme", help: error.help)
    }
    guard outside == 0 else {
      throw StageFault(
        "\(outside) \(outside == 1 ? "case has" : "cases have") a value of '\(input.name)' that "
          + "scheme '\(scheme.id)' does not allow", at: "scheme",
        help: "it allows \(limits.source); mend the data, or declare what else there is")
    }
  }
}

extension SchemeInput {
  /// What the declaration allows, as tests; nil where it allows all of the kind.
  var limits: UnaryTests? {
    if !allowed.isEmpty {
      return try? UnaryTests(parsing: allowed.map(\.source).joined(separator: ", "))
    }
    switch (minimum, maximum) {
    case (nil, nil): return nil
    case (let low?, nil): return try? UnaryTests(parsing: ">= \(low.source)")
    case (nil, let high?): return try? UnaryTests(parsing: "<= \(high.source)")
    case (let low?, let high?):
      return try? UnaryTests(parsing: "[\(low.source)..\(high.source)]")
    }
  }
}

extension RuleExpression {
  func column(over data: Table, _ scope: FEELScope) throws(RuleFault) -> Column {
    do throws(FEELFault) {
      return try feel.evaluate(over: data, in: scope)
    } catch {
      throw RuleFault(error, at: origin)
    }
  }
}
