// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// What engines are known to get wrong, in the mode of the standard (DMN 1.5, chapter 10.3).
struct ConformanceTests {
  @Test(arguments: [
    // Kleene logic also takes what is no boolean for null.
    ("false and 1", "false"), ("true and \"x\"", "null"), ("true or 1", "true"),
    // A condition that is null or no boolean takes else.
    ("if null then 1 else 2", "2"), ("if \"x\" then 1 else 2", "2"),
    // Comparison across types is null, and equality with null is not.
    ("1 = \"1\"", "null"), ("1 < \"1\"", "null"), ("1 = null", "false"), ("null = null", "true"),
    // Lists count from 1, and from the end below zero.
    ("[1, 2, 3][1]", "1"), ("[1, 2, 3][-1]", "3"), ("[1, 2, 3][0]", "null"), ("[1][2]", "null"),
    // A list of one stands for its value and a value for a list of one.
    ("count(5)", "1"), ("string length([\"ab\"])", "2"), ("5[item > 3]", "[5]"),
    // Filters see the item and the keys of the item.
    ("[{a: 1}, {a: 2}][a > 1]", "[{a: 2}]"), ("[{item: 1}, {item: 5}][item >= 3]", "[{item: 5}]"),
    // The two kinds of durations do not mix, and months end where the month does.
    (#"@"P1Y" + @"P1D""#, "null"), (#"@"2024-01-31" + @"P1M""#, "2024-02-29"),
    (#"@"2024-03-31" - @"P1M""#, "2024-02-29"), (#"@"P12M" = @"P365D""#, "null"),
    // A sign binds tighter than a power, and powers group from the left.
    ("-2 ** 2", "4"), ("2 ** 3 ** 2", "64"),
    // Errors are null; so are operations with null.
    ("1 / 0", "null"), ("\"a\" - 1", "null"), ("1 + null", "null"), ("[1, null][2] = null", "true"),
    ("date(\"2025-02-30\")", "null"), ("no such name", "fault syntax"), ("{a: 1}.b", "null"),
    // Ties: decimal() goes to even, round half up away from zero.
    ("decimal(0.5, 0)", "0"), ("round half up(0.5, 0)", "1"), ("round half up(-0.5, 0)", "-1"),
    ("{a: 1, a: 2}", "fault syntax"), (#"matches("a1", "\w\d", null)"#, "true"),
    (#"{"a b": 1}"#, "{a b: 1}"),
  ])
  func `the standard's answer`(source: String, expected: String) {
    #expect(Sample.value(source, mode: .feel) == expected)
  }

  @Test(arguments: ["1 = \"1\"", "if \"x\" then 1 else 2", "true and \"x\"", "\"a\" - 1"])
  func `strict names the clash instead`(source: String) {
    #expect(Sample.value(source) == "fault type-mismatch")
  }
}
