// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Tables

/// Takes over the tests of an OpenFisca test file.
struct OpenFiscaTests {
  private(set) var tests: [ImportedTest] = []
  private(set) var entities = ImportedEntities()
  var faults = SchemeFaults()

  private static let keys: Set = [
    "name", "description", "period", "input", "output", "input_variables", "output_variables",
    "absolute_error_margin", "relative_error_margin", "keywords", "max_spiral_loops",
  ]

  /// Whether a file holds tests: a list of blocks, or one block with what goes in and comes out.
  static func holdsTests(_ root: Node) -> Bool {
    let first = root.items?.first ?? root
    return ["output", "output_variables", "period"].contains { first[$0] != nil }
      && first["values"] == nil && first["brackets"] == nil
  }

  /// Reads all tests of a file, which the examples name as their source.
  mutating func read(_ root: LocatedNode, from path: String) {
    for (number, test) in root.items.enumerated() { read(test, number: number + 1, from: path) }
  }

  private mutating func read(_ block: LocatedNode, number: Int, from path: String) {
    let name = block["name"]?.node.text ?? "test \(number)"
    guard let output = block["output"] ?? block["output_variables"] else {
      return lose("test '\(name)', which expects nothing", at: block)
    }
    for entry in block.node.entries ?? [] where !Self.keys.contains(entry.name) {
      let changesRules = ["reforms", "extensions", "parameters"].contains(entry.name)
      if changesRules {
        return lose(
          "test '\(name)', which changes the rules by '\(entry.name)'", at: block.with(entry.key))
      }
      lose("'\(entry.name)' of test '\(name)'", at: block.with(entry.key))
    }
    var situation = Situation(period: block["period"]?.node.text)
    if let input = block["input"] ?? block["input_variables"] {
      situation.read(input, &faults)
    }
    let expected = situation.expected(output)
    entities.add(situation)
    let margins = margins(of: block)
    let reference = "\(path):\(block.node.span.start.line)"
    for (period, facts) in expected {
      let date = period.flatMap(PeriodText.firstDay)
      if let period, date == nil {
        lose("the period '\(period)' of test '\(name)': the day on which its rules hold", at: block)
      }
      let suffix = period == situation.period || expected.count == 1 ? "" : " (\(period ?? ""))"
      for row in situation.rows(facts, in: period, &faults, at: block) {
        for part in Self.parts(row.expected, margins) {
          tests.append(
            ImportedTest(
              name: name + suffix + row.suffix + part.suffix, date: date, given: row.given,
              members: row.members, expected: part.results, tolerance: part.tolerance,
              reference: reference))
        }
      }
    }
  }

  /// The outputs by their tolerance: an example of a scheme has one for all of its results.
  private static func parts(
    _ expected: [ImportedTest.Result], _ margins: [String: ErrorMargin]
  ) -> [(suffix: String, results: [ImportedTest.Result], tolerance: String?)] {
    func tolerance(_ result: ImportedTest.Result) -> String? {
      let margin = margins[result.fact.name] ?? margins["default"]
      return margin?.tolerance(of: result.fact.figure).map { "\($0)" }
    }
    let all = Set(expected.map(tolerance))
    guard all.count > 1 else { return [("", expected, expected.first.flatMap(tolerance))] }
    return expected.map { result in
      let member = result.member.map { " of member \($0 + 1)" } ?? ""
      return (" (\(result.fact.name)\(member))", [result], tolerance(result))
    }
  }

  /// The margins by variable; `default` for all others.
  private mutating func margins(of block: LocatedNode) -> [String: ErrorMargin] {
    var margins: [String: ErrorMargin] = [:]
    for (key, path) in [
      ("absolute_error_margin", \ErrorMargin.absolute), ("relative_error_margin", \.relative),
    ] {
      guard let place = block[key], !place.node.isNull else { continue }
      let entries =
        place.node.entries?.map { ($0.name, place.with($0.value)) } ?? [("default", place)]
      for (name, value) in entries {
        guard case .number(let text)? = ImportedFigure(value.node), let margin = Decimal128(text),
          !margin.isNegative
        else {
          lose("'\(key)', which is no number of at least zero", at: value)
          continue
        }
        margins[name, default: ErrorMargin()][keyPath: path] = margin
      }
    }
    // A variable with one margin of its own keeps the other from the default.
    let shared = margins["default"]
    return margins.mapValues { own in
      ErrorMargin(
        absolute: own.absolute ?? shared?.absolute, relative: own.relative ?? shared?.relative)
    }
  }

  private mutating func lose(_ what: String, at place: LocatedNode) {
    faults.warn(.importLoss, "not carried over: \(what)", at: place)
  }
}

/// The entities that the tests speak of, with the roles of members.
struct ImportedEntities: Sendable {
  private var group: String?
  private var member: String?
  private var roles: [String] = []

  mutating func add(_ situation: Situation) {
    guard situation.hasMembers else { return }
    group = group ?? situation.groupName
    member = member ?? situation.memberName
    for role in situation.roleNames where !roles.contains(role) { roles.append(role) }
  }

  /// The block `entities:`; nil where no test has several persons.
  var yaml: String? {
    guard let member else { return nil }
    var entries = [("members", SchemeText.scalar(member))]
    if !roles.isEmpty {
      entries.append(("roles", SchemeText.map(roles.map { (SchemeText.scalar($0), "{}") })))
    }
    return "entities: {\(SchemeText.scalar(group ?? "household")): \(SchemeText.map(entries))}\n"
  }
}

/// Periods of OpenFisca: `2025`, `2025-01`, `month:2025-01:3`, `2025-W03`.
enum PeriodText {
  /// The day on which a period begins; nil for one that never does, and for one that is spelled wrong.
  static func firstDay(_ text: String) -> String? {
    let parts = text.split(separator: ":")
    let isNamed = ["year", "month", "day", "week", "weekday"].contains(parts.first ?? "")
    guard let start = isNamed ? parts.dropFirst().first : parts.first else { return nil }
    let numbers = start.split(separator: "-").map(String.init)
    if numbers.count > 1, numbers[1].hasPrefix("W") { return week(numbers) }
    let filled = numbers + ["01", "01"].suffix(max(0, 3 - numbers.count))
    let day = filled.joined(separator: "-")
    return CalendarDate(day) == nil ? nil : day
  }

  /// The day of an ISO week, its Monday unless a weekday follows: week 1 holds the fourth of January.
  private static func week(_ parts: [String]) -> String? {
    guard let year = Int(parts[0]), let week = Int(parts[1].dropFirst()),
      (1...53).contains(week), let fourth = CalendarDate("\(parts[0])-01-04"), year > 0
    else { return nil }
    let weekday = parts.count > 2 ? Int(parts[2]) ?? 1 : 1
    // The first of January 1970 was a Thursday.
    let monday = fourth.daysSince1970 - (fourth.daysSince1970 + 3) % 7
    let passed = 7 * (week - 1) + weekday - 1
    return CalendarDate(daysSince1970: monday + Int32(passed)).description
  }
}
