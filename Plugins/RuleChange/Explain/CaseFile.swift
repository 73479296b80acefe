// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import StageKit
import Tables

/// One case as a file: the day, and what is known of it.
///
/// ```yaml
/// date: 2025-06-01
/// in: {household_type: single, income_percent: 122}
/// ```
struct CaseFile: Sendable {
  let name: String?
  let date: CalendarDate?
  /// By the names of the inputs; what is written as null is unknown.
  let values: [String: FEELValue]
  /// The same of each member, with its `role`.
  var members: [[String: FEELValue]] = []

  /// Reads a case for the schemes that it is to be explained under, with every fault at its place.
  ///
  /// An input that a decision needs and the case does not give is a fault: `null` says that it is
  /// not known.
  static func read(
    _ root: LocatedNode, for schemes: [Scheme]
  ) -> (case: CaseFile?, faults: SchemeFaults) {
    var reading = CaseReading(schemes: schemes)
    let file = reading.read(root)
    let faults = reading.reader.faults
    return (faults.hasErrors ? nil : file, faults)
  }
}

private struct CaseReading {
  var reader = SchemeReader()
  private let schemes: [Scheme]
  private let inputs: [SchemeInput]

  init(schemes: [Scheme]) {
    self.schemes = schemes
    reader.entities = schemes.first(where: \.needsMembers)?.entities ?? SchemeEntities()
    var inputs: [SchemeInput] = []
    for input in schemes.reversed().flatMap(\.inputs)
    where !inputs.contains(where: { $0.name == input.name }) {
      inputs.append(input)
    }
    self.inputs = inputs
  }

  mutating func read(_ root: LocatedNode) -> CaseFile? {
    guard root.node.entries != nil else {
      reader.faults.reportWrongType("a case", takes: "a map with 'date' and 'in'", at: root)
      return nil
    }
    reader.allow(["case", "date", "in"], in: root, "a case")
    let date = root["date"].flatMap { reader.date($0, "'date'") }
    guard
      let block = reader.required(
        "in", of: root, "write what is known of the case under it, as in tests of a scheme")
    else { return nil }
    let values = facts(block, .unit)
    return CaseFile(
      name: reader.text("case", of: root), date: date, values: values,
      members: members(of: root, block))
  }

  /// What is known of each member; the list must be there where the scheme asks for one.
  private mutating func members(
    of root: LocatedNode, _ block: LocatedNode
  ) -> [[String: FEELValue]] {
    guard let scheme = schemes.first(where: \.needsMembers) else { return [] }
    guard block[SchemeEntities.all] != nil else {
      let member = scheme.entities.name(of: .member)
      reader.faults.report(
        .schemeMissing, "'\(SchemeEntities.all)' is missing", at: block.opening,
        help: "list each \(member) with what is known of it; write [] where there is none")
      return []
    }
    let blocks = reader.members("in", of: root, in: scheme)
    reader.checkRoles(blocks, in: scheme)
    return blocks.map { facts($0, .member) }
  }

  private mutating func facts(
    _ block: LocatedNode, _ level: SchemeEntities.Level
  ) -> [String: FEELValue] {
    let asked = inputs.filter { $0.level == level }
    guard let entries = block.node.entries else {
      reader.faults.reportWrongType("a case", takes: "a map from names to values", at: block)
      return [:]
    }
    var values: [String: FEELValue] = [:]
    for entry in entries {
      if level == .unit, entry.name == SchemeEntities.all, !reader.entities.lists.isEmpty {
        continue
      }
      if level == .member, entry.name == SchemeEntities.role, !reader.entities.roles.isEmpty {
        values[entry.name] = entry.value.text.map { .text($0) }
        continue
      }
      if let (name, value) = fact(block.with(entry.key), block.with(entry.value), asked) {
        values[name] = value
      }
    }
    let known = Set(entries.map(\.name))
    for input in asked where !known.contains(input.name) { ask(for: input, at: block) }
    return values
  }

  private mutating func fact(
    _ name: LocatedNode, _ place: LocatedNode, _ inputs: [SchemeInput]
  ) -> (String, FEELValue)? {
    let text = name.node.text ?? ""
    guard let input = inputs.first(where: { $0.name.isExactly(text) }) else {
      reader.faults.report(
        .schemeName, "the scheme asks for no '\(text)'", at: name,
        help: Suggestion.question(for: text, among: inputs.map(\.name)),
        notes: ["it asks for: " + inputs.map(\.name).joined(separator: ", ")])
      return nil
    }
    if place.node.isNull { return (text, .null) }
    guard let value = reader.typed(place, input.kind, "input '\(text)'") else { return nil }
    if let limits = input.limits,
      (try? limits.evaluate(input: value, in: FEELScope())) != true
    {
      reader.faults.report(
        .schemeValue, "the scheme does not allow this value of '\(text)'", at: place,
        help: "it allows \(limits.source)")
    }
    return (text, value)
  }

  /// Says what is asked, and which decision needs it.
  private mutating func ask(for input: SchemeInput, at block: LocatedNode) {
    let users = schemes.flatMap { scheme in
      scheme.inputs.contains { $0.name == input.name && $0.fixed == nil }
        ? scheme.decisions.filter { $0.words.contains(input.name) }.map { (scheme, $0) } : []
    }
    guard let (scheme, decision) = users.first else { return }
    let title = input.title?.text(in: .english).map { ": \($0)" } ?? ""
    let legal = input.legal.isEmpty ? scheme.legal(of: decision) : input.legal
    reader.faults.report(
      .schemeMissing, "input '\(input.name)' is missing\(title)", at: block.opening,
      help: "it is \(input.wanted); decision '\(decision.name)' needs it\(legal.inBrackets); write "
        + "null where it is not known")
  }
}

extension SchemeInput {
  /// What a case may hold, in words: `a number of percent, >= 0`.
  fileprivate var wanted: String {
    let kind =
      switch self.kind {
      case .boolean: "true or false"
      case .integer: "a whole number"
      case .number, .decimal: "a number"
      case .text: "a text"
      case .date: "a date"
      }
    let limits = limits.map { allowed.isEmpty ? " \($0.source)" : ": \($0.source)" } ?? ""
    return kind + (unit.map { " (\($0))" } ?? "") + limits
  }
}
