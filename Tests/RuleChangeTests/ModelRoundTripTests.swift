// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

@testable import RuleChange

/// The models of the standard's conformance suite, read, written as DMN 1.5, and read again.
struct ModelRoundTripTests {
  private static let suite = ConformanceSuiteTests.path
  private static let comment: Comment =
    "the suite is not here: set PROEFTUIN_DMN_TCK to its folder"

  /// The suite's files, as deep as they lie.
  private static func files(_ ending: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: suite)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(ending) }.sorted()
  }

  @Test(.enabled(if: ConformanceSuiteTests.isThere, comment))
  func `a model that was written gives the results of the one that was read`() throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: copy) }
    for name in Self.files(".dmn") {
      let document = try #require(ModelDocument.load(path: "\(Self.suite)/\(name)").0, "\(name)")
      let text = document.text
      let again = try #require(ModelDocument.read(Array(text.utf8), name: name).0, "\(name)")
      #expect(again.text == text, "\(name)")
      #expect(again.version == .oneFive && again.diagnostics.isEmpty, "\(again.diagnostics)")
      let target = copy.appending(path: name)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: target)
    }
    for name in Self.files(".xml") {
      try FileManager.default.copyItem(
        at: URL(filePath: "\(Self.suite)/\(name)"), to: copy.appending(path: name))
    }
    let day = CalendarDate(daysSince1970: 20_454)
    let before = ModelTestFolder(path: Self.suite, referenceDate: day).run().outcomes
    let after = ModelTestFolder(path: copy.path, referenceDate: day).run().outcomes
    #expect(before.count == after.count && !before.isEmpty)
    for (first, second) in zip(before, after) {
      #expect(
        first.id == second.id && first.differences == second.differences,
        "\(first.folder) \(first.file) \(first.id)")
    }
  }
}
