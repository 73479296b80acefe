// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// The block `tests:` of a scheme or reform.
extension SchemeReader {
  mutating func tests(_ block: LocatedNode?, in scheme: Scheme) -> [SchemeTest] {
    guard let block, !block.node.isNull else { return [] }
    guard block.node.items != nil else {
      faults.reportWrongType("'tests'", takes: "a list of worked examples", at: block)
      return []
    }
    return block.items.compactMap { test($0, in: scheme) }
  }

  private mutating func test(_ block: LocatedNode, in scheme: Scheme) -> SchemeTest? {
    guard block.node.entries != nil else {
      faults.reportWrongType("a test", takes: "a block with 'name', 'in' and 'out'", at: block)
      return nil
    }
    allow(["name", "date", "in", "out", "tolerance", "source"], in: block, "a test")
    guard let name = requiredText("name", of: block, "say in a few words what it shows"),
      required("out", of: block, "the decisions and what they must give") != nil
    else { return nil }
    let day = block["date"].flatMap { date($0, "'date'") }
    let given = self.given(block["in"], .unit, in: scheme)
    let expected = self.expected(block["out"], .unit, in: scheme)
    let members = self.members("in", of: block, in: scheme)
    let wanted = self.members("out", of: block, in: scheme)
    if !wanted.isEmpty, wanted.count != members.count, let place = block["out"]?["members"] {
      faults.report(
        .schemeValue, "\(members.count) members are given, and \(wanted.count) come out", at: place,
        help: "write {} for one of whom nothing is expected")
    }
    let givenOfMembers = members.map { self.given($0, .member, in: scheme) }
    checkRoles(members, in: scheme)
    var tolerance = Decimal128.zero
    if let place = block["tolerance"] {
      if let number = place.node.text.flatMap({ Decimal128($0) }), !number.isNegative {
        tolerance = number
      } else {
        faults.report(
          .schemeValue, "'tolerance' takes a number of at least zero", at: place)
      }
    }
    return SchemeTest(
      name: name, date: day, given: given, members: givenOfMembers, expected: expected,
      expectedOfMembers: wanted.map { self.expected($0, .member, in: scheme) },
      tolerance: tolerance, source: block["source"]?.node.json ?? .null)
  }
}

// What is known and expected, of a unit or of one of its members
extension SchemeReader {
  /// Inputs with their values, and the role of a member.
  mutating func given(
    _ block: LocatedNode?, _ level: SchemeEntities.Level, in scheme: Scheme
  ) -> [SchemeTest.Fact] {
    let hasRole = level == .member && !scheme.entities.roles.isEmpty
    let names = scheme.inputs(of: level).map(\.name) + (hasRole ? [SchemeEntities.role] : [])
    return facts(block, among: names, "input") { reader, place, name in
      guard !place.node.isNull else { return .null }
      guard let kind = scheme.input(name)?.kind else { return reader.text(place) }
      return reader.typed(place, kind, "input '\(name)'")
    }
  }

  private mutating func expected(
    _ block: LocatedNode?, _ level: SchemeEntities.Level, in scheme: Scheme
  ) -> [SchemeTest.Fact] {
    let names = scheme.decisions.filter { $0.level == level }.flatMap(\.columns)
    return facts(block, among: names, "decision") { reader, place, name in
      reader.value(place, "decision '\(name)'")
    }
  }

  private mutating func text(_ place: LocatedNode) -> FEELValue? {
    if let text = place.node.text { return .text(text) }
    faults.reportWrongType("'\(SchemeEntities.role)'", takes: "the name of a role", at: place)
    return nil
  }

  /// The blocks of the list `members`.
  mutating func members(
    _ key: String, of block: LocatedNode, in scheme: Scheme
  ) -> [LocatedNode] {
    guard let place = block[key]?[SchemeEntities.all], scheme.entities.member != nil else {
      return []
    }
    guard place.node.items != nil else {
      faults.reportWrongType("'members'", takes: "a list with a block for each", at: place)
      return []
    }
    return place.items
  }

  /// Finds members without a role, with one that is not declared, and too many with one.
  mutating func checkRoles(_ members: [LocatedNode], in scheme: Scheme) {
    let roles = scheme.entities.roles
    guard !roles.isEmpty else { return }
    var counts: [String: Int] = [:]
    for member in members {
      let role = member[SchemeEntities.role]
      guard let text = role?.node.text, let known = roles.first(where: { $0.name.isExactly(text) })
      else {
        faults.report(
          .schemeEntity,
          role.map { "there is no role '\($0.node.text ?? "")'" } ?? "a member has no role",
          at: role ?? member.opening,
          help: role?.node.text.flatMap {
            Suggestion.question(for: $0, among: roles.map(\.name))
          }, notes: ["roles: " + roles.map(\.name).joined(separator: ", ")])
        continue
      }
      counts[text, default: 0] += 1
      if let most = known.most, counts[text, default: 0] == most + 1, let role {
        faults.report(
          .schemeEntity,
          "more than \(most) \(most == 1 ? "member has" : "members have") the role "
            + "'\(text)'", at: role, help: "its 'max' is \(most)")
      }
    }
  }

  private mutating func facts(
    _ block: LocatedNode?, among names: [String], _ what: String,
    _ read: (inout SchemeReader, LocatedNode, String) -> FEELValue?
  ) -> [SchemeTest.Fact] {
    guard let block, !block.node.isNull else { return [] }
    guard let entries = block.node.entries else {
      faults.reportWrongType("a case", takes: "a map from names to values", at: block)
      return []
    }
    return entries.compactMap { entry in
      let (name, place) = (block.with(entry.key), block.with(entry.value))
      let text = name.node.text ?? ""
      if text == SchemeEntities.all, entities.member != nil { return nil }
      guard names.contains(where: { $0.isExactly(text) }) else {
        faults.report(
          .schemeName, "the scheme has no \(what) '\(text)'\(whose(text))",
          at: name, help: Suggestion.question(for: text, among: names),
          notes: ["there are: " + names.joined(separator: ", ")])
        return nil
      }
      return read(&self, place, text).map { SchemeTest.Fact(name: text, value: $0) }
    }
  }

  /// Where the scheme has members, a name may be right and stand in the wrong place.
  private func whose(_ name: String) -> String {
    entities.member == nil ? "" : " here; a member's stand under 'members'"
  }
}
