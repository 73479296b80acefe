// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables
import Testing

struct UnaryTestsTests {
  @Test(arguments: [(50.0, true), (50.5, false), (121, false)])
  func `a comparison goes on after 'in' and one test`(input: Double, passes: Bool) throws {
    let tests = try UnaryTests(parsing: "? in [0..120] and floor(?) = ?")
    #expect(try tests.evaluate(input: .double(input), in: FEELScope()) == passes)
  }

  @Test(
    arguments: [
      ("-", "5", true), ("<= 120", "120", true), ("<= 120", "120.01", false),
      ("> 1, < -1", "0", false),
      ("[130..140]", "130", true), ("(130..140]", "130", false), ("1, 2, 3", "2", true),
      ("not(1, 2)", "2", false), ("not(1, 2)", "3", true), ("? > 3 and ? < 5", "4", true),
      ("\"a\", \"b\"", "\"b\"", true), ("null", "null", true), ("1", "null", false),
      ("<= 5", "null", nil), ("not(null)", "5", true), ("= 5", "5", true), ("!= 5", "5", false),
      ("single parent", "\"single parent\"", true), ("not(couple)", "\"single\"", true),
      ("single, couple", "\"couple\"", true), ("x", "7", true), ("[1, 2]", "2", true),
      ("odd(?)", "3", true), ("contains(?, \"pl\")", "\"couple\"", true), ("-1", "-1", true),
      ("< parameters.level", "0.9", true), ("true", "true", true), ("-, 5", "1", true),
    ] as [(String, String, Bool?)])
  func `a cell's tests`(source: String, input: String, expected: Bool?) throws {
    let tests = try UnaryTests(parsing: source, words: ["single", "single parent", "couple"])
    let value = try FEELExpression(parsing: input).evaluate(in: Sample.scope)
    #expect(try tests.evaluate(input: value, in: Sample.scope) == expected)
  }

  @Test(arguments: [
    "-", "<= 124", "(120..124]", "not(120)", "120, 124", "? > 120 and odd(floor(?))", "[120, 124]",
    "> 1, < -1", "null", "not(null)",
  ])
  func `a column passes as its values do`(source: String) throws {
    let tests = try UnaryTests(parsing: source)
    let columns: [Column] = [
      .decimal(FixedColumn([12_000, 12_400, nil, 12_401] as [Int64?]), scale: 2),
      .number(FixedColumn([120, 124, nil, 124.01] as [Double?])),
      .integer(FixedColumn([120, 124, nil, 125] as [Int64?])),
    ]
    for column in columns {
      let result = try tests.evaluate(over: column, in: Sample.scope)
      let table = try Table([("v", column)])
      let value = try FEELExpression(parsing: "v")
      let expected = try (0..<column.count).map { row in
        try tests.evaluate(
          input: value.evaluate(row: row, of: table, in: Sample.scope), in: Sample.scope)
      }
      #expect(result == BooleanColumn(expected))
    }
  }

  @Test func `words of a category`() throws {
    let tests = try UnaryTests(
      parsing: "single parent, couple", words: ["single parent", "couple"])
    let column = Column.category(CategoryColumn(["couple", "single", nil, "single parent"]))
    #expect(
      try tests.evaluate(over: column, in: Sample.scope)
        == BooleanColumn([true, false, false, true]))
  }

  @Test func `a test of another kind is a fault`() throws {
    let tests = try UnaryTests(parsing: "<= \"a\"")
    let fault = #expect(throws: FEELFault.self) {
      try tests.evaluate(over: .integer(FixedColumn([1] as [Int64?])), in: Sample.scope)
    }
    #expect(fault?.code == .typeMismatch)
    #expect(fault?.range == 3..<6)
  }

  @Test(arguments: ["", "1,", "not 1", "> ", "[1..", "- 1 -"])
  func `what is no test is a syntax fault`(source: String) {
    let fault = #expect(throws: FEELFault.self) { try UnaryTests(parsing: source) }
    #expect(fault?.code == .syntax)
  }
}
