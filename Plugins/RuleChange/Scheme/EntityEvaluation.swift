// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

// Schemes of units with members
extension SchemeEvaluation {
  /// The inputs and all decisions of the units and of their members, one column each.
  func decide(over population: Population) throws(StageFault) -> Population {
    guard scheme.needsMembers else {
      return Population(units: try decide(over: population.units), members: population.members)
    }
    return try decidedWithMembers(population).population
  }

  /// The inputs and all decisions of the units, and the rules of their tables that decided.
  func decided(over population: Population) throws(StageFault) -> DecidedPopulation {
    guard scheme.needsMembers else { return try decided(over: population.units) }
    let (decided, firedRows) = try decidedWithMembers(population)
    return DecidedPopulation(table: decided.units, firedRows: firedRows)
  }

  private func decidedWithMembers(
    _ population: Population
  ) throws(StageFault) -> (population: Population, firedRows: [String: Column]) {
    guard let members = population.members else { throw StageFault.noMembers(of: scheme) }
    try scheme.requireValues(on: date)
    var state = EntityState(scheme.entities, members, count: population.units.rowCount)
    state.units = try inputs(.unit, from: population.units)
    state.members = try inputs(.member, from: members.table)
    var firedRows: [String: Column] = [:]
    for decision in scheme.decisions {
      let seen = try state.table(seenBy: decision)
      let results = try decide(
        decision, over: seen, count: seen.rowCount, in: state.scope(scope, of: decision.level))
      switch decision.level {
      case .unit:
        state.units += results.columns
        firedRows[decision.name] = results.firedRows
      case .member: state.members += results.columns
      }
    }
    return (try state.population(), firedRows)
  }
}

/// What is known of units and members so far.
private struct EntityState {
  var units: [(name: String, column: Column)] = []
  var members: [(name: String, column: Column)] = []
  private let entities: SchemeEntities
  private let given: Population.Members
  private let count: Int
  /// The unit of each member.
  private let owners: [Int]

  init(_ entities: SchemeEntities, _ members: Population.Members, count: Int) {
    self.entities = entities
    self.count = count
    given = members
    owners = members.units
  }

  /// The columns that a decision's expressions may name.
  func table(seenBy decision: Decision) throws(StageFault) -> Table {
    switch decision.level {
    case .unit:
      let numbers = Column.integer(FixedColumn((0..<count).map { Int64($0) }))
      return try SchemeEvaluation.table(units + [(GroupedRows.rowColumn, numbers)])
    case .member:
      let words = decision.words
      let seen = units.filter { words.contains(String($0.name.prefix { $0 != "." })) }
        .map { (name: entities.seen($0.name), column: $0.column.taking(rows: owners)) }
      // A table without columns could not tell how many members there are.
      let numbers = Column.integer(FixedColumn(owners.map { Int64($0) }))
      return try SchemeEvaluation.table(membersOwn + seen + [(GroupedRows.rowColumn, numbers)])
    }
  }

  /// The scope of a level; a unit's rules see its members as they are by now.
  func scope(
    _ scope: FEELScope, of level: SchemeEntities.Level
  ) throws(StageFault) -> FEELScope {
    guard level == .unit else { return scope }
    var scope = scope
    let roles = entities.roles.map { role in
      (role.name, GroupedRows.List(rows: given.roles[role.name], isSingle: role.most == 1))
    }
    scope.groups = GroupedRows(
      members: try SchemeEvaluation.table(membersOwn), starts: given.starts,
      lists: Dictionary(
        [(SchemeEntities.all, GroupedRows.List())] + roles, uniquingKeysWith: { first, _ in first })
    )
    return scope
  }

  /// Everything that was found out, members in the order of their units.
  func population() throws(StageFault) -> Population {
    Population(
      units: try SchemeEvaluation.table(units),
      members: Population.Members(
        table: try SchemeEvaluation.table(membersOwn), starts: given.starts, rows: given.rows,
        roles: given.roles))
  }

  private var membersOwn: [(name: String, column: Column)] {
    guard !entities.roles.isEmpty, let role = given.table[SchemeEntities.role] else {
      return members
    }
    return members + [(SchemeEntities.role, role)]
  }
}
