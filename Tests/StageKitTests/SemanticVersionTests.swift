// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

/// Semantic Versioning 2.0.0, https://semver.org/spec/v2.0.0.html, without build data.
struct SemanticVersionTests {
  @Test(arguments: [
    "0.0.0", "1.2.0", "10.20.30", "999999999.0.1", "2.0.0-rc.1", "1.0.0-alpha", "1.0.0-x-y.7",
    "1.0.0--",
  ])
  func `a version reads back as it was written`(text: String) throws {
    #expect(try "\(#require(SemanticVersion(text)))" == text)
  }

  @Test(arguments: [
    "", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "01.2.3", "1.02.3", "1.2.03", "1.2.-3", "+1.2.3",
    "1,2,3", "1.2.3-", "1.2.3-a..b", "1.2.3-a.", "1.2.3-é", "1.2.3-a b", "1.2.3+build", " 1.2.3",
    "1.2.3 ", "1.2.3\n", "1.2.1234567890", "99999999999999999999.0.0", "١.٢.٣",
  ])
  func `what is no version is none`(text: String) {
    #expect(SemanticVersion(text) == nil)
  }

  /// Section 11 of the specification gives this order.
  private static let ordered = [
    "0.0.9", "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
    "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1-0", "1.0.1", "1.2.0", "1.10.0",
    "2.0.0", "10.0.0",
  ]

  @Test func `versions stand in the order of the specification`() {
    let versions = Self.ordered.compactMap { SemanticVersion($0) }
    #expect(versions.count == Self.ordered.count)
    for (i, a) in versions.enumerated() {
      for (j, b) in versions.enumerated() {
        #expect((a < b) == (i < j), "\(a) and \(b)")
        #expect((a == b) == (i == j), "\(a) and \(b)")
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `sorting finds the order again`(seed: UInt64) {
    var random = RandomStream(seed: seed, name: "versions", index: 0)
    var versions = Self.ordered.compactMap { SemanticVersion($0) }
    for last in stride(from: versions.count - 1, to: 0, by: -1) {
      versions.swapAt(last, random.integer(below: last + 1))
    }
    #expect(versions.sorted().map { "\($0)" } == Self.ordered)
  }
}
