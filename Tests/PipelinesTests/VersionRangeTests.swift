// SPDX-License-Identifier: EUPL-1.2

import Pipelines
import StageKit
import Testing

struct VersionRangeTests {
  /// A range, versions that will do, and versions that will not.
  private static let cases: [(String, [String], [String])] = [
    (">=1.2", ["1.2.0", "1.2.1", "9.0.0"], ["1.1.9", "0.9.0"]),
    (">=1.2, <2", ["1.2.0", "1.99.99"], ["1.1.9", "2.0.0", "2.1.0"]),
    (">=1.2 <2", ["1.2.0"], ["2.0.0"]),
    (">=1.2,<2", ["1.2.0"], ["2.0.0"]),
    (">1.2.3", ["1.2.4", "2.0.0"], ["1.2.3", "1.2.2"]),
    ("<=1.2.3", ["1.2.3", "0.0.1"], ["1.2.4"]),
    ("=1.2.3", ["1.2.3"], ["1.2.4", "1.2.2"]),
    ("1.2.3", ["1.2.3"], ["1.2.4", "1.2.2", "1.2.3-rc.1"]),
    ("1.2", ["1.2.0", "1.2.9"], ["1.1.9", "1.3.0"]),
    ("1", ["1.0.0", "1.9.9"], ["0.9.9", "2.0.0"]),
    ("0", ["0.0.0", "0.9.9"], ["1.0.0"]),
    ("^1.2", ["1.2.0", "1.9.0"], ["1.1.9", "2.0.0"]),
    ("^1.2.3", ["1.2.3", "1.3.0"], ["1.2.2", "2.0.0"]),
    ("^2", ["2.0.0", "2.9.9"], ["1.9.9", "3.0.0"]),
    (">1, <1", [], ["0.9.0", "1.0.0", "1.0.1"]),
  ]

  @Test(arguments: cases)
  func `a range takes what it says and nothing else`(
    text: String, inside: [String], outside: [String]
  ) throws {
    try check(text, inside, outside)
  }

  /// Before 1.0 the leftmost number that is not zero is the one that may break.
  @Test(arguments: [
    ("^0.2.3", ["0.2.3", "0.2.9"], ["0.2.2", "0.3.0", "1.0.0"]),
    ("^0.2", ["0.2.0", "0.2.9"], ["0.1.9", "0.3.0"]),
    ("^0.0.3", ["0.0.3"], ["0.0.2", "0.0.4", "0.1.0"]),
    ("^0.0", ["0.0.0", "0.0.9"], ["0.1.0"]),
    ("^0", ["0.0.0", "0.0.9", "0.1.0", "0.9.0"], ["1.0.0"]),
  ])
  func `a caret before version 1`(text: String, inside: [String], outside: [String]) throws {
    try check(text, inside, outside)
  }

  @Test(arguments: [
    (">=1.2", ["1.2.0"], ["1.3.0-rc.1", "1.2.0-rc.1"]),
    (">=1.2, <2", ["1.9.0"], ["2.0.0-rc.1", "1.9.0-rc.1"]),
    ("^1.2", ["1.2.0"], ["1.2.0-rc.1", "1.3.0-rc.1", "2.0.0-rc.1"]),
    ("1.2", ["1.2.0"], ["1.2.0-rc.1", "1.2.1-rc.1", "1.3.0-rc.1"]),
    ("1.2.0-rc.1", ["1.2.0-rc.1"], ["1.2.0-rc.2", "1.2.0"]),
    (
      ">=1.2.0-rc.1", ["1.2.0-rc.1", "1.2.0-rc.2", "1.2.0", "1.3.0"], ["1.2.0-beta", "1.3.0-rc.1"]
    ),
    ("^1.2.0-rc.2", ["1.2.0-rc.2", "1.2.0", "1.3.0"], ["1.2.0-rc.1", "2.0.0-rc.1", "2.0.0"]),
    ("<2.0.0-rc.2", ["2.0.0-rc.1", "1.0.0"], ["2.0.0-rc.2", "1.9.0-rc.1"]),
  ])
  func `a prerelease will do only where the range names one of its version`(
    text: String, inside: [String], outside: [String]
  ) throws {
    try check(text, inside, outside)
  }

  @Test(arguments: [
    "", " ", ",", "latest", "*", "1.x", "1.2.*", "1.2.3.4", ">=", "^", "^^1", "=>1.2", "~1.2",
    "!=1",
    ">=1.2 <", "1.2-rc.1", "v1.2", "-1", "1..2", "1.", ".1", "^1.2.3-", ">=1 or <3", ">=01.2",
  ])
  func `what is no range is none`(text: String) {
    #expect(VersionRange(text) == nil)
  }

  @Test func `a range is shown as it was written`() throws {
    #expect(try #require(VersionRange(">=1.2,  <2")).text == ">=1.2,  <2")
  }

  private func check(_ text: String, _ inside: [String], _ outside: [String]) throws {
    let range = try #require(VersionRange(text))
    for version in inside {
      #expect(range.contains(try #require(SemanticVersion(version))), "\(text) takes \(version)")
    }
    for version in outside {
      #expect(!range.contains(try #require(SemanticVersion(version))), "\(text) leaves \(version)")
    }
  }
}
