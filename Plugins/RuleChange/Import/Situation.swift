// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// The household of an OpenFisca test: what is given of it, of its members, and in which roles.
struct Situation {
  /// One of several tests that a test with lists of values stands for.
  struct Row {
    let suffix: String
    let given: [ImportedTest.Fact]
    let members: [ImportedTest.Member]
    let expected: [ImportedTest.Result]
  }

  /// A variable with what stands under it: a value, a list, or values by period.
  struct Variable {
    let name: String
    let value: LocatedNode
    /// The place of the person whose it is, where it is expected of one of several.
    var member: Int?
  }

  let period: String?
  private var unit: [Variable] = []
  private var persons: [(name: String, variables: [Variable])] = []
  private var roles: [String: String] = [:]
  private var groups = 0
  private(set) var groupName: String?
  private(set) var memberName: String?

  /// Whether there are several persons, so that they stand as members.
  var hasMembers: Bool { persons.count > 1 }
  /// The roles in the order of the persons.
  var roleNames: [String] { persons.compactMap { roles[$0.name] } }

  init(period: String?) { self.period = period }

  /// What goes in: variables, and blocks of entities.
  mutating func read(_ input: LocatedNode, _ faults: inout SchemeFaults) {
    for entry in input.node.entries ?? [] {
      let value = input.with(entry.value)
      if Self.isVariable(entry.value) {
        unit.append(Variable(name: entry.name, value: value))
      } else if Self.isPlural(entry.value) {
        readInstances(value, of: Self.singular(entry.name))
      } else {
        readGroup(value, named: entry.name)
      }
    }
    guard groups > 1 else { return }
    faults.warn(
      .importLoss, "the test has \(groups) households at once; their values are put together",
      at: input, help: "split it into a test for each household")
  }

  private mutating func readInstances(_ block: LocatedNode, of entity: String) {
    for entry in block.node.entries ?? [] {
      let instance = block.with(entry.value)
      if (entry.value.entries ?? []).contains(where: { Self.isRole($0.value) }) {
        readGroup(instance, named: entity)
      } else {
        memberName = entity
        persons.append((entry.name, Self.variables(of: instance)))
      }
    }
  }

  /// Roles are lists of names, everything else is a variable.
  private mutating func readGroup(_ block: LocatedNode, named entity: String) {
    var hasRoles = false
    for entry in block.node.entries ?? [] {
      guard Self.isRole(entry.value) else {
        unit.append(Variable(name: entry.name, value: block.with(entry.value)))
        continue
      }
      hasRoles = true
      for person in entry.value.items ?? [entry.value] {
        if let name = person.text { roles[name] = Self.singular(entry.name) }
      }
    }
    guard hasRoles else { return }
    groups += 1
    groupName = entity
  }

  /// The expected values by period.
  func expected(
    _ output: LocatedNode
  ) -> [(period: String?, variables: [Variable])] {
    var variables: [Variable] = []
    for entry in output.node.entries ?? [] {
      let value = output.with(entry.value)
      if Self.isVariable(entry.value) {
        variables.append(Variable(name: entry.name, value: value))
      } else if !Self.isPlural(entry.value) {
        variables += Self.variables(of: value)
      } else {
        for instance in entry.value.entries ?? [] {
          let member = hasMembers ? persons.firstIndex { $0.name == instance.name } : nil
          variables += Self.variables(of: value.with(instance.value), member: member)
        }
      }
    }
    var found: [(period: String?, variables: [Variable])] = []
    func add(_ variable: Variable, _ period: String?) {
      if let place = found.firstIndex(where: { $0.period == period }) {
        found[place].variables.append(variable)
      } else {
        found.append((period, [variable]))
      }
    }
    for variable in variables {
      guard let entries = variable.value.node.entries else {
        add(variable, period)
        continue
      }
      for entry in entries {
        var part = Variable(name: variable.name, value: variable.value.with(entry.value))
        part.member = variable.member
        add(part, entry.name)
      }
    }
    return found
  }

  /// The tests of one period: one, or one for each place of lists.
  func rows(
    _ expected: [Variable], in period: String?, _ faults: inout SchemeFaults, at test: LocatedNode
  ) -> [Row] {
    let isFlat = !hasMembers
    let flat = unit + (isFlat ? persons.flatMap(\.variables) : [])
    let given = flat.compactMap { values($0, in: period, &faults) }
    let results = expected.compactMap { values($0, in: period, &faults) }
    let members =
      isFlat
      ? []
      : persons.map { person in
        ImportedTest.Member(
          role: roles[person.name],
          facts: person.variables.compactMap { values($0, in: period, &faults)?.fact(at: 0) })
      }
    guard !results.isEmpty else { return [] }
    let counts = Set((given + results).map(\.figures.count)).subtracting([1])
    guard counts.count < 2 else {
      faults.warn(
        .importLoss, "a test whose lists have different lengths is not carried over", at: test)
      return []
    }
    let count = counts.first ?? 1
    return (0..<count).map { place in
      Row(
        suffix: count > 1 ? " #\(place + 1)" : "", given: given.map { $0.fact(at: place) },
        members: members, expected: results.map { $0.result(at: place) })
    }
  }

  private struct Values {
    let name: String
    let figures: [ImportedFigure]
    let member: Int?

    func result(at place: Int) -> ImportedTest.Result {
      ImportedTest.Result(member: member, fact: fact(at: place))
    }

    func fact(at place: Int) -> ImportedTest.Fact {
      ImportedTest.Fact(name: name, figure: figures[figures.count == 1 ? 0 : place])
    }
  }

  private func values(
    _ variable: Variable, in period: String?, _ faults: inout SchemeFaults
  ) -> Values? {
    var place = variable.value
    if let entries = place.node.entries {
      guard let entry = entry(of: entries, in: period) else {
        faults.warn(
          .importLoss,
          "'\(variable.name)' has values for \(entries.count) periods, and none for "
            + "\(period ?? "the test's"): not carried over", at: place)
        return nil
      }
      if !isSame(entry.name, period), !isSame(entry.name, self.period) {
        faults.warn(
          .importLoss,
          "'\(variable.name)' is given for \(entry.name) and the test is of \(period ?? "no period"); "
            + "an example of a scheme has one date", at: place)
      }
      place = place.with(entry.value)
    }
    let figures = (place.node.items ?? [place.node]).compactMap { figure($0, place, &faults) }
    guard !figures.isEmpty, figures.count == (place.node.items ?? [place.node]).count else {
      faults.warn(
        .importLoss, "'\(variable.name)' has no value that a scheme can hold: not carried over",
        at: place)
      return nil
    }
    return Values(name: variable.name, figures: figures, member: variable.member)
  }

  /// A value; OpenFisca works out sums that stand for a number, as `600 - 200 / 12`.
  private func figure(
    _ node: Node, _ place: LocatedNode, _ faults: inout SchemeFaults
  ) -> ImportedFigure? {
    guard let figure = ImportedFigure(node), case .text(let text) = figure else {
      return ImportedFigure(node)
    }
    guard text.contains(where: \.isNumber), text.allSatisfy({ "0123456789.+-*/() ".contains($0) }),
      case .number(let number)? = try? FEELExpression(parsing: text).evaluate(in: FEELScope())
    else { return figure }
    faults.warn(
      .importLoss, "the sum '\(text)' is written as the number \(number)", at: place.with(node),
      help: "give the example a tolerance where that is not exact")
    return .number("\(number)")
  }

  private func entry(of entries: [Node.Entry], in period: String?) -> Node.Entry? {
    entries.first { $0.name == period } ?? entries.first { $0.name == self.period }
      ?? entries.first { isSame($0.name, period) } ?? (entries.count == 1 ? entries[0] : nil)
  }

  /// Whether two periods are the same, or begin on the same day; a value for ever fits any.
  private func isSame(_ name: String, _ period: String?) -> Bool {
    if name == period || name.lowercased() == "eternity" { return true }
    guard let period, let day = PeriodText.firstDay(name) else { return false }
    return day == PeriodText.firstDay(period)
  }
}

// What a node is
extension Situation {
  private static func variables(of block: LocatedNode, member: Int? = nil) -> [Variable] {
    (block.node.entries ?? []).map {
      Variable(name: $0.name, value: block.with($0.value), member: member)
    }
  }

  /// A value, a list of values, or values by period.
  private static func isVariable(_ node: Node) -> Bool {
    guard let entries = node.entries else { return true }
    return !entries.isEmpty && entries.allSatisfy { isPeriod($0.name) }
  }

  /// A block of named instances, each a block of variables.
  private static func isPlural(_ node: Node) -> Bool {
    let entries = node.entries ?? []
    return !entries.isEmpty
      && entries.allSatisfy { $0.value.entries != nil && !isVariable($0.value) }
  }

  private static func isPeriod(_ text: String) -> Bool {
    text.lowercased() == "eternity" || PeriodText.firstDay(text) != nil
  }

  /// A list of names; one name alone is a list of one.
  private static func isRole(_ node: Node) -> Bool {
    guard let items = node.items, !items.isEmpty else { return false }
    return items.allSatisfy { item in
      if case .text? = ImportedFigure(item) { true } else { false }
    }
  }

  /// `children` as `child`, `parents` as `parent`.
  private static func singular(_ role: String) -> String {
    if role == "children" { return "child" }
    return role.hasSuffix("s") && !role.hasSuffix("ss") ? String(role.dropLast()) : role
  }
}
