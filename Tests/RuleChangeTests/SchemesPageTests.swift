// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

@testable import RuleChange

/// The examples of the page on schemes are read and worked out as they stand there.
struct SchemesPageTests {
  private static func examples() throws -> [String] {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let page = try String(
      contentsOfFile: parts.joined(separator: "/")
        + "/Plugins/RuleChange/RuleChange.docc/Schemes.md", encoding: .utf8)
    return page.components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
  }

  /// 2 × 100 − 0.05 × 18,000 ⁄ 12 = 125.
  @Test func `the scheme of the page is whole and gives what it says`() throws {
    let scheme = try Samples.scheme(try Self.examples()[0])
    let results = scheme.runTests()
    #expect(results.count == 4)
    #expect(results.filter { !$0.passed } == [])
    #expect(scheme.inputs(of: .member).compactMap(\.evidence).count == 1)
  }

  @Test func `the reform of the page fits its scheme`() throws {
    let examples = try Self.examples()
    let reformed = try Samples.scheme(examples[0], reforms: [examples[1]])
    #expect(reformed.runTests().filter { !$0.passed } == [])
    #expect(reformed.runTests().count == 1)
  }
}
