// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

extension Scheme {
  /// Works out every example and compares it with what it must give; those without a date are of a
  /// given day.
  func runTests(on date: CalendarDate? = nil) -> [SchemeTestResult] {
    tests.flatMap { results(of: $0, on: date) }
  }

  private func results(of test: SchemeTest, on date: CalendarDate?) -> [SchemeTestResult] {
    let wanted = test.wanted
    do {
      let decided = try SchemeEvaluation(self, on: test.date ?? date).decide(
        over: Population(of: test, self))
      return wanted.map { place, fact in
        let table = place.map { _ in decided.members?.table } ?? decided.units
        let column = table?[fact.name]
        let row = place ?? 0
        return SchemeTestResult(
          test: test.name, decision: SchemeTest.label(fact, of: place),
          expected: fact.value.description, found: column?.display(at: row) ?? "null",
          passed: column.map { fact.value.agrees(with: $0, at: row, within: test.tolerance) }
            ?? false)
      }
    } catch {
      let message = (error as? StageFault)?.message ?? "\(error)"
      return wanted.map { place, fact in
        SchemeTestResult(
          test: test.name, decision: SchemeTest.label(fact, of: place),
          expected: fact.value.description, found: message, passed: false)
      }
    }
  }
}

extension SchemeTest {
  /// What must come out, of the unit (nil) and of each member by its place.
  fileprivate var wanted: [(member: Int?, fact: Fact)] {
    expected.map { (nil, $0) }
      + expectedOfMembers.enumerated().flatMap { place, facts in facts.map { (place, $0) } }
  }

  fileprivate static func label(_ fact: Fact, of member: Int?) -> String {
    member.map { "members[\($0 + 1)].\(fact.name)" } ?? fact.name
  }
}

extension Population {
  /// One unit and its members; what the example does not tell is missing.
  init(of test: SchemeTest, _ scheme: Scheme) throws {
    // A unit that is asked nothing itself has no columns, and a table without columns has no rows.
    let number = Column.integer(FixedColumn([0]))
    units = try Table(
      Self.columns(scheme.inputs(of: .unit), [test.given]) + [(GroupedRows.rowColumn, number)])
    guard scheme.needsMembers else { return }
    var columns = Self.columns(scheme.inputs(of: .member), test.members)
    let roles = test.members.map { facts in
      facts.first { $0.name == SchemeEntities.role }?.value.string
    }
    if !scheme.entities.roles.isEmpty {
      columns.append((SchemeEntities.role, .category(CategoryColumn(roles))))
    }
    members = Members(
      table: try Table(columns), starts: [0, test.members.count],
      rows: Array(test.members.indices),
      roles: Dictionary(
        scheme.entities.roles.map { role in (role.name, Bitmap(roles.map { $0 == role.name })) },
        uniquingKeysWith: { first, _ in first }))
  }

  private static func columns(
    _ inputs: [SchemeInput], _ rows: [[SchemeTest.Fact]]
  ) -> [(name: String, column: Column)] {
    inputs.map { input in
      let values = rows.map { facts in
        facts.first { $0.name.isExactly(input.name) }?.value ?? .null
      }
      let isKnown = values.contains { !$0.isNull }
      return (
        name: input.name,
        column: (isKnown ? ColumnBlend.column(values) : nil)
          ?? Column.missing(input.kind.columnType, count: rows.count)
      )
    }
  }
}

extension FEELValue {
  fileprivate func agrees(
    with column: Column, at row: Int, within tolerance: Decimal128
  ) -> Bool {
    guard !column.isMissing(at: row) else { return isNull }
    switch (self, column) {
    case (.boolean(let flag), .boolean(let found)): return found[row] == flag
    case (.text(let text), .text), (.text(let text), .category):
      return column.display(at: row)?.isExactly(text) ?? false
    case (.date(let date), .date(let found)): return found[row].map { Int64($0) } == date.days
    case (.number(let number), _):
      guard column.type.isNumeric, let text = column.display(at: row),
        let found = Decimal128(text), let distance = number.subtracting(found)?.magnitude
      else { return false }
      return distance <= tolerance
    default: return false
    }
  }
}

extension [SchemeTestResult] {
  /// One row per expected decision: `test, decision, expected, found, passed`.
  var table: Table {
    do {
      return try Table([
        ("test", .text(TextColumn(map(\.test)))), ("decision", .text(TextColumn(map(\.decision)))),
        ("expected", .text(TextColumn(map(\.expected)))),
        ("found", .text(TextColumn(map(\.found)))),
        ("passed", .boolean(BooleanColumn(map(\.passed)))),
      ])
    } catch {
      preconditionFailure("the columns of a test table differ in length: \(error)")
    }
  }
}
