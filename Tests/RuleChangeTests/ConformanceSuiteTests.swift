// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

@testable import RuleChange

/// The standard's conformance suite, which lies beside the project and is not part of it.
struct ConformanceSuiteTests {
  static let path =
    ProcessInfo.processInfo.environment["PROEFTUIN_DMN_TCK"]
    ?? URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/dmn-tck").standardizedFileURL.path

  static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  /// No change may lose a case; raise the floor where one wins some.
  private static let floor = 2377

  @Test(.enabled(if: isThere, "the suite is not here: set PROEFTUIN_DMN_TCK to its folder"))
  func `as many cases pass as before`() throws {
    let outcomes = ModelTestFolder(
      path: Self.path, referenceDate: CalendarDate(daysSince1970: 20_454)
    ).run().outcomes
    let passed = outcomes.count(where: \.passed)
    // Where the failed cases are to be read.
    if let file = ProcessInfo.processInfo.environment["PROEFTUIN_DMN_FAILURES"] {
      let lines = outcomes.filter { !$0.passed }.map {
        "\($0.folder) \($0.file) \($0.id): \($0.differences.joined(separator: "; "))\n"
      }
      try Data(lines.joined().utf8).write(to: URL(filePath: file))
    }
    #expect(passed >= Self.floor, "\(passed) of \(outcomes.count) cases pass")
  }
}
