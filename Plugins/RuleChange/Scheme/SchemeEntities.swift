// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// What the rows of the population stand for, and who belongs to them.
struct SchemeEntities: Sendable {
  /// Whose an input or a decision is.
  enum Level: Sendable, Hashable {
    /// The row of the population, as a household.
    case unit
    /// One who belongs to it, as a person.
    case member
  }

  /// The part that a member has in its unit.
  struct Role: Sendable, Hashable {
    let name: String
    /// How many members of a unit may have it; nil for any number.
    var most: Int?
  }

  /// The name of the unit, where the scheme says so.
  var unit: String?
  /// The name of a member; nil where the scheme has none.
  var member: String?
  var roles: [Role] = []

  /// The name of the list of all members.
  static let all = "members"
  /// The name of a member's role, as a member's own rules see it.
  static let role = "role"

  /// The names that a unit's expressions have for its members.
  var lists: [String] { member == nil ? [] : [Self.all] + roles.map(\.name) }

  /// What inputs, parameters and decisions may not be named.
  var reserved: [String] {
    guard member != nil else { return [] }
    return lists + (roles.isEmpty ? [] : [Self.role]) + [unit].compactMap { $0 }
  }

  /// The column of a unit as its members see it: `household.rent`.
  func seen(_ column: String) -> String { "\(unit ?? "unit").\(column)" }

  func name(of level: Level) -> String {
    (level == .unit ? unit : member) ?? (level == .unit ? "unit" : "member")
  }
}

extension Scheme {
  /// Whether something is asked of the members of a unit, so that the population must tell who they are.
  var needsMembers: Bool {
    guard entities.member != nil else { return false }
    let lists = Set(entities.lists)
    return inputs.contains { $0.level == .member }
      || decisions.contains { $0.level == .member || !$0.words.isDisjoint(with: lists) }
  }

  /// The inputs of the population's rows, or of their members.
  func inputs(of level: SchemeEntities.Level) -> [SchemeInput] {
    inputs.filter { $0.level == level }
  }
}

// The block `entities:`
extension SchemeReader {
  /// What a row stands for: as the scheme says, else its only entity or the one with members, else its
  /// first decision's.
  mutating func entities(of root: LocatedNode, _ head: LocatedNode) -> SchemeEntities {
    let blocks = entries("entities", of: root)
    var units: [(name: LocatedNode, entities: SchemeEntities)] = []
    for (name, block) in blocks {
      guard let entities = entities(name, block) else { continue }
      if entities.member != nil { units.append((name, entities)) }
    }
    if units.count > 1 {
      faults.report(
        .schemeEntity,
        "two entities have members: '\(units[0].entities.unit ?? "")' and "
          + "'\(units[1].entities.unit ?? "")'", at: units[1].name,
        help: "a scheme has one kind of unit; make a scheme for each")
    }
    let named = text("entity", of: head)
    if let found = units.first?.entities, named == nil || found.unit == named { return found }
    if let named { return SchemeEntities(unit: named) }
    if blocks.count == 1 { return SchemeEntities(unit: blocks[0].name.node.text) }
    let decided = entries("decisions", of: root).lazy.compactMap { $0.block["entity"]?.node.text }
    return SchemeEntities(unit: decided.first ?? blocks.first?.name.node.text)
  }

  private mutating func entities(
    _ name: LocatedNode, _ block: LocatedNode
  ) -> SchemeEntities? {
    let text = name.node.text ?? ""
    guard NameCheck.isName(text), text != SchemeEntities.all else {
      faults.report(
        .schemeName, "'\(text)' cannot be the name of an entity", at: name,
        help: "use letters, digits and underscores, a letter first")
      return nil
    }
    var entities = SchemeEntities(unit: text)
    guard !block.node.isNull else { return entities }
    guard block.node.entries != nil else {
      faults.reportWrongType(
        "entity '\(text)'", takes: "a block such as {members: person}", at: block)
      return nil
    }
    allow(["members", "roles", "title"], in: block, "entity '\(text)'")
    entities.member = self.text("members", of: block)
    if entities.member == text, let place = block["members"] {
      faults.report(.schemeEntity, "a \(text) cannot be its own member", at: place)
    }
    guard entities.member != nil else {
      if let place = block["roles"] {
        faults.report(
          .schemeEntity, "entity '\(text)' has roles and no members", at: place,
          help: "say who they are: 'members: person'")
      }
      return entities
    }
    var names = NameCheck(taken: [text, SchemeEntities.all, SchemeEntities.role])
    for (name, block) in entries("roles", of: block) where names.admit(name, &faults) {
      entities.roles.append(role(name, block))
    }
    return entities
  }

  private mutating func role(_ name: LocatedNode, _ block: LocatedNode) -> SchemeEntities.Role {
    var role = SchemeEntities.Role(name: name.node.text ?? "")
    guard !block.node.isNull else { return role }
    allow(["max", "title"], in: block, "role '\(role.name)'")
    guard let place = block["max"] else { return role }
    guard let most = place.node.scalar?.integer, most >= 1 else {
      faults.report(
        .schemeValue, "'max' takes a whole number of at least 1", at: place,
        help: "leave it out where any number may have the role")
      return role
    }
    role.most = Int(most)
    return role
  }

  /// Whose an input or decision is: the unit's unless it says otherwise.
  mutating func level(of block: LocatedNode, _ what: String) -> SchemeEntities.Level {
    guard let place = block["entity"], let name = place.node.text, let unit = entities.unit else {
      return .unit
    }
    if name.isExactly(unit) { return .unit }
    if let member = entities.member, name.isExactly(member) { return .member }
    faults.report(
      .schemeEntity, "\(what) belongs to '\(name)', and a row of the population is one '\(unit)'",
      at: place,
      help: entities.member.map { "it may belong to a \(unit) or to a \($0)" }
        ?? "declare who belongs to a \(unit): 'entities: {\(unit): {members: \(name)}}'")
    return .unit
  }
}
