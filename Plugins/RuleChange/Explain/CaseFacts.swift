// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// What is known so far of a unit and of each of its members.
struct CaseFacts {
  private var unit: [String: FEELValue] = [:]
  /// In the order of the case, each with its values in the order in which they came.
  private var members: [(member: CaseMember, values: FEELContext)] = []
  private let entities: SchemeEntities

  init(_ scheme: Scheme, _ given: [GivenValue], _ known: [KnownMember]) {
    entities = scheme.entities
    for fact in given { unit[fact.input.name] = fact.value }
    for one in known {
      var values = FEELContext()
      for fact in one.given { values[fact.input.name] = fact.value }
      if let role = one.member.role { values[SchemeEntities.role] = .text(role) }
      members.append((one.member, values))
    }
  }

  mutating func add(_ step: DecisionTrace) {
    for result in step.results {
      if let place = members.firstIndex(where: { $0.member == step.member }) {
        members[place].values[result.name] = result.value
      } else {
        unit[result.name] = result.value
      }
    }
  }

  /// What a rule of the unit sees, or one of a member.
  func scope(_ parameters: FEELScope, of member: CaseMember?) -> FEELScope {
    var scope = parameters
    guard let own = members.first(where: { $0.member == member }) else {
      scope.constants.merge(unit) { $1 }
      guard entities.member != nil else { return scope }
      scope.constants[SchemeEntities.all] = .list(members.map { .context($0.values) })
      for role in entities.roles { scope.constants[role.name] = members(in: role) }
      return scope
    }
    for (name, value) in own.values.entries { scope.constants[name] = value }
    for (name, value) in unit { scope.constants[entities.seen(name)] = value }
    return scope
  }

  /// A list, or the one member where there can be no more.
  private func members(in role: SchemeEntities.Role) -> FEELValue {
    let found = members.filter { $0.member.role == role.name }.map {
      FEELValue.context($0.values)
    }
    return role.most == 1 ? found.first ?? .null : .list(found)
  }
}
