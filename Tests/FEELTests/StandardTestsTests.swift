// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import FEEL

/// Cells of tables as other engines read them alike.
struct StandardTestsTests {
  @Test(arguments: [
    ("single", "\"single\""),
    ("not(single parent, \"couple\")", "not(\"single parent\", \"couple\")"),
    ("<= limit", "<= limit"), ("true", "? = true"), ("false, true", "? = false, ? = true"),
    ("? != single", "? != \"single\""), ("-", "-"), ("[1..limit)", "[1..limit)"),
  ])
  func `words get quotes, and truth is compared`(source: String, expected: String) throws {
    let tests = try UnaryTests(
      parsing: source, names: ["limit"], words: ["single", "single parent", "couple"])
    #expect(tests.standardSource == expected)
  }
}
