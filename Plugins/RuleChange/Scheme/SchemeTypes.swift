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
  /// The columns that are a member's.
  private(set) var memberColumns: Set<String> = []
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

  /// Whether only the population tells the type of a column.
  func isUnknown(_ column: String) -> Bool { unknown.contains(column) }

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
    memberColumns = Set(scheme.inputs(of: .member).map(\.name))
  }

  private mutating func check(_ decision: Decision) {
    faults.legal = scheme.legal(of: decision)
    defer { faults.legal = [] }
    switch decision.body {
    case .expression(let expression):
      var type = type(of: expression, decision.level)
      if decision.rounding != nil, let found = type { type = rounded(found, decision) }
      add(decision.name, type, decision.level)
    case .table(let table): check(table, of: decision)
    }
  }

  private mutating func add(
    _ name: String, _ type: ColumnType?, _ level: SchemeEntities.Level
  ) {
    if type == nil { unknown.insert(name) }
    if level == .member { memberColumns.insert(name) }
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
    let inputs = table.inputs.map { type(of: $0.expression, decision.level) }
    for row in table.rows {
      faults.legal = row.legal.isEmpty ? scheme.legal(of: decision) : row.legal
      for (cell, type) in zip(row.cells, inputs) { check(cell, against: type, decision.level) }
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
      add(name, type, decision.level)
    }
  }

  /// The one type that all results fit.
  private mutating func type(
    of results: [RuleExpression], _ decision: Decision
  ) -> ColumnType? {
    var common: ColumnType?
    for result in results {
      guard let type = type(of: result, decision.level) else { continue }
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

  private mutating func type(
    of expression: RuleExpression, _ level: SchemeEntities.Level
  ) -> ColumnType? {
    let feel = expression.feel
    guard seesKnown(feel.references, feel.words, at: expression.origin, level) else {
      return nil
    }
    do {
      return try feel.type(over: columns(seenBy: level), in: scope(of: level))
    } catch {
      faults.report(error, in: expression.origin)
      return nil
    }
  }

  private mutating func check(
    _ cell: TableCell, against type: ColumnType?, _ level: SchemeEntities.Level
  ) {
    guard seesKnown(cell.tests.references, cell.tests.words, at: cell.origin, level), let type
    else { return }
    do throws(FEELFault) {
      _ = try cell.tests.evaluate(
        over: Column.missing(type, count: 0), table: emptyTable(columns(seenBy: level)),
        in: scope(of: level))
    } catch {
      faults.report(error, in: cell.origin)
    }
  }

  /// Whether all names are there and have a type; reports those that are not there.
  private mutating func seesKnown(
    _ references: [Reference], _ words: Set<String>, at place: LocatedNode,
    _ level: SchemeEntities.Level
  ) -> Bool {
    let names =
      columns(seenBy: level).map(\.name) + scheme.parameters.map(\.name)
      + (level == .unit ? scheme.entities.lists : [])
    var isKnown = unknown.isDisjoint(with: words)
    for reference in references {
      let name = reference.path[0]
      let dotted = reference.path.joined(separator: ".")
      if unknown.contains(name) || unknown.contains(dotted) { isKnown = false }
      guard !names.contains(name), !names.contains(dotted) else { continue }
      isKnown = false
      if let fault = fault(ofOtherLevel: reference, level) {
        faults.report(fault, in: place)
        continue
      }
      faults.report(
        FEELFault(
          .unknownName, "the scheme has no '\(name)'",
          help: Suggestion.question(for: name, among: names)
            ?? "if it is a text, put it in double quotes: '\"\(name)\"'",
          range: reference.range), in: place)
    }
    return isKnown
  }

  private func emptyTable(_ columns: [ColumnSchema]) -> Table {
    do {
      return try Table(
        columns.map { (name: $0.name, column: Column.missing($0.type, count: 0)) })
    } catch {
      preconditionFailure("the names of a scheme differ: \(error)")
    }
  }
}

// What units see of their members, and members of their unit
extension SchemeTypes {
  /// The columns of a unit, or those of a member with its unit's beside them.
  func columns(seenBy level: SchemeEntities.Level) -> [ColumnSchema] {
    guard scheme.entities.member != nil else { return columns }
    let units = columns.filter { !memberColumns.contains($0.name) }
    switch level {
    case .unit: return units + [ColumnSchema(GroupedRows.rowColumn, .integer)]
    case .member:
      return membersOwn + units.map { ColumnSchema(scheme.entities.seen($0.name), $0.type) }
    }
  }

  /// The scope of an expression, in which a unit has members whose types are known.
  func scope(of level: SchemeEntities.Level) -> FEELScope {
    guard level == .unit, scheme.entities.member != nil else { return scope }
    var scope = scope
    let roles = scheme.entities.roles.map { ($0.name, GroupedRows.List(isSingle: $0.most == 1)) }
    scope.groups = GroupedRows(
      members: emptyTable(membersOwn), starts: [0],
      lists: Dictionary(
        [(SchemeEntities.all, GroupedRows.List())] + roles, uniquingKeysWith: { first, _ in first })
    )
    return scope
  }

  private var membersOwn: [ColumnSchema] {
    columns.filter { memberColumns.contains($0.name) }
      + (scheme.entities.roles.isEmpty ? [] : [ColumnSchema(SchemeEntities.role, .category)])
  }

  /// A name that is another entity's, with how to write it here.
  private func fault(
    ofOtherLevel reference: Reference, _ level: SchemeEntities.Level
  ) -> FEELFault? {
    guard let member = scheme.entities.member, let unit = scheme.entities.unit else { return nil }
    let name = reference.path[0]
    switch level {
    case .unit where memberColumns.contains(name):
      return FEELFault(
        .unknownName, "'\(name)' belongs to each \(member), and this is a rule of the \(unit)",
        help:
          "say what is done with all of them, as in sum(members.\(name)) or max(members.\(name))",
        range: reference.range)
    case .member where name.isExactly(unit) && reference.path.count > 1:
      return FEELFault(
        .unknownName, "a \(unit) has no '\(reference.path[1])' here",
        help: Suggestion.question(
          for: reference.path[1],
          among: columns.map(\.name).filter { !memberColumns.contains($0) })
          ?? "it must be an input of the \(unit), or decided further up", range: reference.range)
    case .member where columns.contains { $0.name.isExactly(name) }:
      return FEELFault(
        .unknownName, "'\(name)' belongs to the \(unit), and this is a rule of the \(member)",
        help: "write \(scheme.entities.seen(name))", range: reference.range)
    case .member where scheme.entities.lists.contains(name):
      return FEELFault(
        .unknownName, "a \(member) does not see the others",
        help: "let a decision of the \(unit) bring them down to one value, and name that",
        range: reference.range)
    default: return nil
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
