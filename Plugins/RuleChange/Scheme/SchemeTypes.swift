// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Checks names and types of all expressions of a scheme, before there is a population.
struct SchemeTypes {
  private(set) var faults = SchemeFaults()
  /// The columns that an expression sees, with their types.
  private(set) var columns: [ColumnSchema] = []
  /// Columns whose type only the population tells; what names them is not checked further.
  private var unknown: Set<String> = []
  private let scheme: Scheme
  private let scope: FEELScope

  static func faults(of scheme: Scheme) -> [Diagnostic] {
    checked(scheme).faults.diagnostics
  }

  /// The type of a decision's column; nil where the population decides.
  static func type(of column: String, in scheme: Scheme) -> ColumnType? {
    let types = checked(scheme)
    guard !types.unknown.contains(column) else { return nil }
    return types.columns.first { $0.name.isExactly(column) }?.type
  }

  /// What the decisions before one may see: the empty columns of a population.
  static func checked(_ scheme: Scheme) -> SchemeTypes {
    var types = SchemeTypes(scheme)
    for decision in scheme.decisions { types.check(decision) }
    return types
  }

  private init(_ scheme: Scheme) {
    self.scheme = scheme
    scope = scheme.scope(on: nil)
    columns = scheme.inputs.map { ColumnSchema($0.name, $0.kind.columnType) }
  }

  private mutating func check(_ decision: Decision) {
    faults.legal = scheme.legal(of: decision)
    defer { faults.legal = [] }
    switch decision.body {
    case .expression(let expression):
      var type = type(of: expression)
      if decision.rounding != nil, let found = type { type = rounded(found, decision) }
      add(decision.name, type)
    case .table(let table): check(table, of: decision)
    }
  }

  private mutating func add(_ name: String, _ type: ColumnType?) {
    if type == nil { unknown.insert(name) }
    columns.append(ColumnSchema(name, type ?? .text))
  }

  private mutating func rounded(_ type: ColumnType, _ decision: Decision) -> ColumnType? {
    guard type.isNumeric, let rounding = decision.rounding else {
      faults.report(
        .schemeValue, "decision '\(decision.name)' rounds, and gives a \(type.name)",
        at: decision.origin, help: "drop 'round', or let it give a number")
      return nil
    }
    return rounding.to.isWhole ? .integer : .decimal(scale: rounding.to.scale)
  }

  private mutating func check(_ table: DecisionTable, of decision: Decision) {
    let inputs = table.inputs.map { type(of: $0.expression) }
    for row in table.rows {
      faults.legal = row.legal.isEmpty ? scheme.legal(of: decision) : row.legal
      for (cell, type) in zip(row.cells, inputs) { check(cell, against: type) }
    }
    faults.legal = scheme.legal(of: decision)
    for (place, name) in decision.columns.enumerated() {
      let results =
        table.rows.map { $0.outputs[place] }
        + [table.outputs[place].fallback]
        .compactMap { $0 }
      var type = self.type(of: results, decision)
      if let found = type, !found.isNumeric, table.hit.collectsNumbers {
        faults.report(
          .decisionTable,
          "\(table.hit.rawValue) takes numbers, and this table gives a \(found.name)",
          at: decision.origin)
      }
      if table.hit == .collectCount { type = .integer }
      if decision.rounding != nil, let found = type { type = rounded(found, decision) }
      add(name, type)
    }
  }

  /// The one type that all results fit.
  private mutating func type(
    of results: [RuleExpression], _ decision: Decision
  ) -> ColumnType? {
    var common: ColumnType?
    for result in results {
      guard let type = type(of: result) else { continue }
      guard let known = common else {
        common = type
        continue
      }
      guard let wider = ColumnType.common(known, type) else {
        faults.report(
          .decisionTable,
          "one result of '\(decision.name)' is a \(known.name), and this one is a \(type.name)",
          at: result.origin, help: "let all rows give one kind of value")
        return nil
      }
      common = wider
    }
    return common
  }

  private mutating func type(of expression: RuleExpression) -> ColumnType? {
    guard seesKnown(expression.feel.references, at: expression.origin) else { return nil }
    do {
      return try expression.feel.type(over: columns, in: scope)
    } catch {
      faults.report(error, in: expression.origin)
      return nil
    }
  }

  private mutating func check(_ cell: TableCell, against type: ColumnType?) {
    guard seesKnown(cell.tests.references, at: cell.origin), let type else { return }
    do throws(FEELFault) {
      _ = try cell.tests.evaluate(
        over: Column.missing(type, count: 0), table: emptyPopulation, in: scope)
    } catch {
      faults.report(error, in: cell.origin)
    }
  }

  /// Whether all names are there and have a type; reports those that are not there.
  private mutating func seesKnown(_ references: [Reference], at place: LocatedNode) -> Bool {
    let names = columns.map(\.name) + scheme.parameters.map(\.name)
    var isKnown = true
    for reference in references {
      let name = reference.path[0]
      let dotted = reference.path.joined(separator: ".")
      if unknown.contains(name) || unknown.contains(dotted) { isKnown = false }
      guard !names.contains(name), !names.contains(dotted) else { continue }
      isKnown = false
      faults.report(
        FEELFault(
          .unknownName, "the scheme has no '\(name)'",
          help: Suggestion.question(for: name, among: names)
            ?? "if it is a text, put it in double quotes: '\"\(name)\"'",
          range: reference.range), in: place)
    }
    return isKnown
  }

  private var emptyPopulation: Table {
    do {
      return try Table(
        columns.map { (name: $0.name, column: Column.missing($0.type, count: 0)) })
    } catch {
      preconditionFailure("the names of a scheme differ: \(error)")
    }
  }
}

extension Scheme {
  /// The parameters as they hold on a day; the last values without one.
  func scope(on date: CalendarDate?) -> FEELScope {
    var constants: [String: FEELValue] = [:]
    for parameter in parameters { constants[parameter.name] = parameter.value(on: date) }
    return FEELScope(constants: constants, referenceDate: date)
  }
}
