// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// How functions take their arguments (DMN 1.5, 10.3.2.13.5 and the domains of tables 72 to 82).
struct InvocationTests {
  @Test(arguments: [
    ("(function(a, b) b)(b: 1, a: 2)", "1"), ("(function(a, b) a)(a: 1)", "1"),
    ("(function(a, b) a)(a: 1, c: 2)", "null"), ("(function(a, b) a)(a: 1, a: 2)", "null"),
    ("(function(a, b) a)(1)", "null"), ("(function(a, b) a)(1, 2, 3)", "null"),
    ("(function() 1)()", "1"), ("(function(first name) first name + 1)(first name: 2)", "3"),
    // Functions of the language are values.
    ("{f: function(g, a) g(a), r: f(abs, -1)}.r", "1"), ("{f: sum, r: f([1, 2])}.r", "3"),
    ("{f: \"not a function\", r: f(1)}.r", "null"),
  ])
  func `of functions of one's own`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    // Named parameters that are left out are null.
    (#"context put(context: {x: 1}, key: "y")"#, "{x: 1, y: null}"),
    (#"substring(string: "abc")"#, "null"), ("decimal(n: 1.55)", "null"),
    (#"number(from: "1,000", grouping separator: ",")"#, "1000"),
    (#"number(from: "1", grouping: ",")"#, "null"), ("is(value1: null)", "true"),
    ("round half up(1.5)", "null"), ("decimal(1.5)", "null"), ("floor(1.5)", "1"),
    // Null is no list, and a value is a list of one.
    ("count(null)", "null"), ("reverse(null)", "null"), ("flatten(null)", "null"),
    ("append(null, 1)", "null"), ("append([1], null)", "[1, null]"), ("append(1, 2)", "[1, 2]"),
    ("distinct values(null)", "null"), ("concatenate([1], null)", "null"),
    ("union(null, [1])", "null"), ("index of(null, 1)", "null"), ("min(null)", "null"),
    ("string join(null)", "null"), (#"string join("a", "-")"#, "\"a\""), ("count(7)", "1"),
    // One list is one argument of those that take several.
    ("concatenate([[1, 2], [3]])", "[[1, 2], [3]]"), ("concatenate([1, null])", "[1, null]"),
    ("concatenate([1], 2, [3])", "[1, 2, 3]"), ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    // Places and lengths lie within the list.
    ("sublist([4, 5, 6], 1, 2)", "[4, 5]"), ("sublist([4, 5, 6], -2)", "[5, 6]"),
    ("sublist([4, 5, 6], 4)", "null"), ("sublist([4, 5, 6], 0)", "null"),
    ("sublist([4, 5, 6], 1, 0)", "null"), ("sublist([4, 5, 6], 2, 3)", "null"),
    ("remove([1, 2, 3], -1)", "[1, 2]"), ("remove([1, 2, 3], 4)", "null"),
    ("insert before([1, 3], 1, 2)", "[2, 1, 3]"), ("insert before([], 1, 2)", "null"),
    // What a number's text may be.
    (#"number("1 000,0", " ", ",")"#, "1000"), (#"number("1.000.000,01", ".", ",")"#, "1000000.01"),
    (#"number("1,000.0", ",", ",")"#, "null"), (#"number("1", "x", ".")"#, "null"),
    (#"number("1.5", null, null)"#, "1.5"), (#"number("+1")"#, "null"), ("number(1)", "null"),
    (#"number("-.5")"#, "-0.5"), (#"number("1.")"#, "null"), (#"number("1.2e3")"#, "1200"),
  ])
  func `of the language's functions`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }
}
