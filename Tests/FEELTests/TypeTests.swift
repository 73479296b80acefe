// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// `instance of` and what a parameter's type does (DMN 1.5, 10.3.2.9 and tables 61 and 63).
struct TypeTests {
  @Test(arguments: [
    ("123 instance of string", "false"), ("[123] instance of list<number>", "true"),
    (#""abc" instance of string"#, "true"),
    // A type that cannot be had, such as a list of nothing in particular, has no answer.
    ("123 instance of list", "null"), ("[1] instance of list", "null"),
    ("{} instance of context", "null"), ("1 instance of Employee", "null"),
    ("[1] instance of list<Employee>", "null"), ("1 instance of range<Employee>", "null"),
    ("null instance of Null", "true"), ("null instance of Any", "false"),
    ("null instance of list<number>", "false"), ("1 instance of Any", "true"),
    ("-1 instance of number", "true"), ("2 - 1 instance of number", "null"),
    // Null conforms to every type.
    ("[1, null] instance of list<number>", "true"), ("[1, \"a\"] instance of list<Any>", "true"),
    ("[1, \"a\"] instance of list<number>", "false"), ("[] instance of list<number>", "true"),
    ("[[1]] instance of list<list<number>>", "true"),
    // A context with more entries conforms to one with fewer.
    ("{a: 1, b: 2} instance of context<a: number>", "true"),
    ("{b: 2} instance of context<a: number>", "false"),
    ("{a: null} instance of context<a: number>", "true"),
    ("[1..10] instance of range<number>", "true"),
    (#"["a".."x"] instance of range<number>"#, "false"),
    ("(< 3) instance of range<number>", "true"),
    // Functions: parameters the other way round.
    ("(function(a: number) a) instance of function<number>->number", "true"),
    ("(function(a: number) a) instance of function<string>->number", "false"),
    ("(function(a: Any) a) instance of function<string>->Any", "true"),
    ("(function(a) a) instance of function<number, number>->Any", "false"),
    (#"@"2020-01-01" instance of date and time"#, "false"),
    (#"@"P1D" instance of years and months duration"#, "false"),
  ])
  func `instance of`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    ("(function(a: number) a)([1])", "1"), ("(function(a: list<number>) a)(1)", "[1]"),
    ("(function(a: list<number>) a)(\"x\")", "null"),
    (#"(function(a: date and time) a)(@"2020-01-01")"#, "2020-01-01T00:00:00Z"),
    ("(function(a: number) 5)(\"x\")", "null"), ("(function(a: number) 5)(null)", "5"),
    ("(function(a: Employee) 5)(1)", "null"),
  ])
  func `an argument is made to fit, or the call has no value`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  private struct Model: FEELTypes {
    func fits(_ value: FEELValue, _ name: String) -> Bool? {
      switch name {
      case "tAge", "People.my age": value.number.map { $0 >= .zero } ?? false
      default: nil
      }
    }
  }

  @Test(arguments: [
    ("5 instance of tAge", "true"), ("-5 instance of tAge", "false"),
    ("5 instance of People.my  age", "true"), ("[5, -5] instance of list<tAge>", "false"),
    ("5 instance of tOther", "null"), ("(function(a: tAge) a)(-5)", "null"),
    ("null instance of tAge", "false"),
  ])
  func `a model's types count too`(source: String, expected: String) throws {
    let expression = try FEELExpression(
      parsing: source, names: [], types: ["tAge", "People.my age"], mode: .feel)
    var scope = FEELScope(mode: .feel)
    scope.types = Model()
    #expect(try expression.evaluate(in: scope).literal == expected)
  }
}
