// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

extension Scheme {
  /// Works out every example and compares it with what it must give.
  func runTests() -> [SchemeTestResult] { tests.flatMap { results(of: $0) } }

  private func results(of test: SchemeTest) -> [SchemeTestResult] {
    let decided: Table
    do {
      decided = try SchemeEvaluation(self, on: test.date).decide(over: population(of: test))
    } catch {
      return test.expected.map { fact in
        SchemeTestResult(
          test: test.name, decision: fact.name, expected: fact.value.description,
          found: error.message, passed: false)
      }
    }
    return test.expected.map { fact in
      let column = decided[fact.name]
      return SchemeTestResult(
        test: test.name, decision: fact.name, expected: fact.value.description,
        found: column?.display(at: 0) ?? "null",
        passed: column.map { fact.value.agrees(with: $0, within: test.tolerance) } ?? false)
    }
  }

  /// A population of one unit; what the example does not tell is missing.
  private func population(of test: SchemeTest) throws(StageFault) -> Table {
    let columns = inputs.map { input in
      let value = test.given.first { $0.name.isExactly(input.name) }?.value ?? .null
      // Numbers stay exact where they are given exactly.
      let type = input.kind == .number ? ColumnType.integer : input.kind.columnType
      let column =
        ColumnBlend.repeating(value, as: type, count: 1)
        ?? Column.missing(input.kind.columnType, count: 1)
      return (name: input.name, column: column)
    }
    do throws(TableFault) {
      return try Table(columns)
    } catch {
      throw StageFault("\(error)", kind: .bug)
    }
  }
}

extension FEELValue {
  fileprivate func agrees(with column: Column, within tolerance: Decimal128) -> Bool {
    guard !column.isMissing(at: 0) else { return isNull }
    switch (self, column) {
    case (.boolean(let flag), .boolean(let found)): return found[0] == flag
    case (.text(let text), .text), (.text(let text), .category):
      return column.display(at: 0)?.isExactly(text) ?? false
    case (.date(let date), .date(let found)): return found[0].map { Int64($0) } == date.days
    case (.number(let number), _):
      guard column.type.isNumeric, let text = column.display(at: 0),
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
