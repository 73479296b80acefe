// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// Functions and literals of the standard that pipelines have no use for (DMN 1.5, chapter 10.3).
struct StandardFunctionTests {
  @Test(arguments: [
    ("(function(a, b) a + b)(1, 2)", "3"), ("{f: function(a) a * 2, r: f(4)}.r", "8"),
    ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"), ("nothing(1)", "null"),
    ("list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "[5, 5, 7]"),
    ("list replace([1, 2, 3], -1, 4)", "[1, 2, 4]"), ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
    ("append([1], 2, 3)", "[1, 2, 3]"),
    ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
    ("mode([6, 3, 9, 6, 6])", "[6]"), ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
    (#"context put({x: 1}, "y", 2)"#, "{x: 1, y: 2}"),
    (#"context put({x: {y: 1}}, ["x", "y"], 2)"#, "{x: {y: 2}}"),
    (#"context([{key: "a", value: 1}])"#, "{a: 1}"), ("context merge([{a: 1}, {a: 2}])", "{a: 2}"),
    ("before(1, [2..3])", "true"), ("before([1..5), 5)", "true"), ("after([5..9], 4)", "true"),
    ("meets([1..5], [5..9])", "true"), ("met by([5..9], [1..5))", "false"),
    ("overlaps([1..5], (5..9])", "false"), ("overlaps before([1..5], [3..8])", "true"),
    ("overlaps after([3..8], [1..5])", "true"), ("finishes(5, [1..5])", "true"),
    ("finished by([1..5), 5)", "false"), ("includes([1..9], [1..9))", "true"),
    ("during(5, (5..9])", "false"), ("starts([1..3], [1..5])", "true"),
    ("started by([1..5], 1)", "true"), ("coincides([1..5], (1..5])", "false"),
    ("coincides([1..5], 5)", "null"), (#"range("[1..5)")"#, "[1..5)"),
    ("(=10) = [10..10]", "false"), ("(!=10) = (!=10)", "true"), ("5 in (!=10)", "true"),
    (#"time("10:30:00.1") = time("10:30:00.2")"#, "true"),
    ("[1, 2] instance of list<number>", "true"), ("1 instance of list<number>", "false"),
    ("{a: 1} instance of context<a: number, b: string>", "false"),
    (#"@"2024-07-01T12:00:00@Europe/Paris" - @"2024-07-01T12:00:00@Asia/Dhaka""#, "PT4H"),
    (#"@"2024-03-30T12:00:00@Europe/Paris" + @"P1D""#, "2024-03-31T13:00:00@Europe/Paris"),
    (#"@"2024-01-01T24:00:00""#, "2024-01-02T00:00:00"),
    (#"matches("aA", "(a)\1", "i")"#, "true"), (#"matches("O", "[A-Z-[OI]]")"#, "false"),
    (#"matches("héé", "^\p{IsBasicLatin}+$")"#, "false"),
  ])
  func `the standard's answer`(source: String, expected: String) throws {
    let expression = try FEELExpression(parsing: source, names: [], mode: .feel)
    #expect(try expression.evaluate(in: FEELScope(mode: .feel)).literal == expected)
  }
}
