// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Foundation
import StageKit
import Tables
import Testing

@testable import RuleChange

/// The scheme files of the demonstrations pass every check, and each worked example can be explained.
struct PipelineSchemesTests {
  private static let files: [String] = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let folder =
      URL(filePath: parts.joined(separator: "/") + "/pipelines").resolvingSymlinksInPath().path
      + "/"
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".yaml") && $0.contains("/") }.sorted().map { folder + $0 }
      .filter { Document.load(path: $0).root?["scheme"]?.entries != nil }
  }()

  @Test(arguments: files)
  func `a scheme has no faults`(path: String) throws {
    var files = RuleFiles()
    let read = files.scheme(path)
    let scheme = try #require(read, "\(files.text ?? "")")
    let late = scheme.lateFaults(on: nil).diagnostics
    #expect(late.filter { $0.severity == .error } == [], "\(late.map(\.message))")
  }

  @Test(arguments: files)
  func `a worked example is explained as it is computed`(path: String) throws {
    var files = RuleFiles()
    let read = files.scheme(path)
    let scheme = try #require(read)
    for test in scheme.tests {
      func values(_ facts: [SchemeTest.Fact]) -> [String: FEELValue] {
        Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      }
      let trace = try CaseEvaluation.trace(
        scheme, on: test.date, given: values(test.given), members: test.members.map(values))
      for fact in test.expected {
        let found = trace.decisions.filter { $0.member == nil }.flatMap(\.results)
          .first { $0.name == fact.name }?.value
        let distance = (found?.number).flatMap { fact.value.number?.subtracting($0)?.magnitude }
        #expect(
          found == fact.value || distance.map { $0 <= test.tolerance } ?? false,
          "\(test.name): \(fact.name) is \(found?.description ?? "nothing"), not \(fact.value)")
      }
      for language in TraceLanguage.allCases {
        #expect(!TraceText(trace: trace, language: language).text.isEmpty)
      }
    }
  }
}
