// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// Ranges as values, as tests and in loops (DMN 1.5, 10.3.2.7, 10.3.2.14 and rules 7, 8 and 66).
struct RangeTests {
  @Test(arguments: [
    // A comparison with one end is a range.
    ("< 5", "<5"), ("{r: >= 5}.r", ">=5"), ("5 in [< 3, > 4]", "true"), ("(<= 10).end", "10"),
    ("(<= 10).start", "null"), ("(<= 10).start included", "false"),
    ("(<= 10).end included", "true"), ("(> 1).start included", "false"),
    ("(> 1).end included", "false"), ("(1..10].start included", "false"),
    // Ends are ordered, and a test against any two ends has an answer.
    ("[10..1]", "null"), ("5 in [10..1]", "false"), ("null in [10..1]", "null"),
    ("[1..\"a\"]", "null"), ("0 in [1..\"a\"]", "false"), ("5 in [1..\"a\"]", "null"),
  ])
  func `as values`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    ("for i in [1..4) return i", "[1, 2, 3]"), ("for i in (1..4] return i", "[2, 3, 4]"),
    ("for i in (1..1) return i", "[]"), ("for i in 4..2 return i", "[4, 3, 2]"),
    (#"for d in @"2021-12-31"..@"2022-01-01" return d.day"#, "[31, 1]"),
    (#"for d in (@"2021-12-31"..@"2022-01-02") return d.day"#, "[1]"),
    ("for i in 1..null return i", "null"), ("for i in 1.5..3 return i", "null"),
    ("for i in (> 3) return i", "null"), ("for i in null return i", "null"),
    ("some i in null satisfies true", "null"), ("every i in [] satisfies false", "true"),
    ("some i in [1..3) satisfies i = 3", "false"), ("for i in 5 return i", "[5]"),
    ("for i in [1, 2], j in [i, i * 10] return j", "[1, 10, 2, 20]"),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
    ("for i in [1, 2], j in [3, 4] return count(partial)", "[0, 1, 2, 3]"),
    ("for i in 1..10000000000 return i", "null"),
  ])
  func `in loops`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  /// A loop that reads its results so far does not copy them every time.
  @Test(.timeLimit(.minutes(1)))
  func `a loop takes time in proportion to its length`() {
    #expect(standard("count(for i in 1..100000 return i)") == "100000")
    let sum = "(for i in 1..20000 return if i = 1 then 1 else partial[-1] + i)[-1]"
    #expect(standard(sum) == "200010000")
  }

  @Test(arguments: [
    ("[18..21)", "[18..21)"), ("[2..)", ">=2"), ("(..2)", "<2"), ("(..2]", "<=2"),
    ("]1..3[", "(1..3)"),
    (" [ -1 .. 3 ] ", "[-1..3]"), ("[\\\"a..b\\\"..\\\"c\\\"]", "[\"a..b\"..\"c\"]"),
    ("[@\\\"2020-01-01\\\"..date(2021, 1, 1)]", "[2020-01-01..2021-01-01]"),
    ("[duration(\\\"P1D\\\")..)", ">=P1D"),
    ("", "null"), ("[..]", "null"), ("[..3]", "null"), ("[3..]", "null"), ("(..)", "null"),
    ("[3..1]", "null"), ("[1+1..3]", "null"), ("[x..3]", "null"), ("[null..3]", "null"),
    ("[1..\\\"a\\\"]", "null"), ("1..3", "null"), ("> 3", "null"), ("[1..3", "null"),
  ])
  func `range() reads literals only`(text: String, expected: String) {
    #expect(standard("range(\"\(text)\")") == expected)
  }

  @Test(arguments: [("5 in range(\"(..7]\")", "true"), ("5 in range(\"[7..)\")", "false")])
  func `a range without an end is a test`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }
}
