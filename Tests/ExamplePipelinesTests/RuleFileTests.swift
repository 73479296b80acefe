// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import RuleChange
import StageKit
import Tables
import Testing

/// The scheme and reform files of the demonstrations, as `proeftuin rules check` sees them.
struct RuleFileTests {
  /// A scheme, the reforms on it, and how many expected figures their examples hold.
  ///
  /// After a reform, its own examples are worked out and not those of the scheme.
  struct RuleFiles: CustomTestStringConvertible {
    let scheme: String
    var reforms: [String] = []
    let figures: Int

    var testDescription: String { ([scheme] + reforms).joined(separator: " + ") }
  }

  static let files = [
    RuleFiles(scheme: "bijstandsnormen/scheme", figures: 25),
    RuleFiles(
      scheme: "bijstandsnormen/scheme", reforms: ["bijstandsnormen/no-cost-sharing"], figures: 1),
    RuleFiles(scheme: "bijstandsnormen/cost-sharers", figures: 7),
    RuleFiles(
      scheme: "bijstandsnormen/cost-sharers", reforms: ["bijstandsnormen/from-21"], figures: 1),
    RuleFiles(scheme: "zorgtoeslag/scheme", figures: 35),
    RuleFiles(
      scheme: "zorgtoeslag/scheme", reforms: ["zorgtoeslag/figures-of-2025"], figures: 3),
    RuleFiles(scheme: "zorgtoeslag/scheme", reforms: ["zorgtoeslag/no-asset-test"], figures: 1),
    RuleFiles(
      scheme: "income-supplement/cliff",
      reforms: ["taper", "edges", "noordenveld"].map { "income-supplement/\($0)" }, figures: 4),
    RuleFiles(scheme: "income-supplement/midden-drenthe", figures: 5),
    RuleFiles(scheme: "income-supplement/zevenaar", figures: 5),
    RuleFiles(scheme: "income-supplement/waalre", figures: 5),
    RuleFiles(scheme: "income-supplement/kerkrade", figures: 5),
  ]

  @Test(arguments: files)
  func `the official figures come out`(files: RuleFiles) async throws {
    let answer = try await Self.check(files.scheme, files.reforms)
    guard case .table(let table) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    let passed = try table.column("passed")
    #expect(passed == .boolean(BooleanColumn([Bool](repeating: true, count: files.figures))))
    #expect(answer.succeeded)
  }

  /// `proeftuin rules check SCHEME --reforms REFORM…`, with names below `pipelines/`.
  static func check(_ scheme: String, _ reforms: [String] = []) async throws -> ToolAnswer {
    let tool = try #require(
      RuleChangePlugin.toolDeclarations.first { $0.info.name == "check" })
    func path(_ name: String) -> String {
      Installed.root.appending(path: "pipelines/\(name).yaml").path
    }
    let list = JSONValue.array(reforms.map { .string(path($0)) })
    let text = "file: \(JSONValue.string(path(scheme)).compact)\nreforms: \(list.compact)"
    let document = Document.parse(SourceFile(name: "arguments", text: text))
    let values = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    return try await tool.run(
      Dictionary(uniqueKeysWithValues: values),
      ParameterReading(file: document.file, folder: "", constants: [:]))
  }
}
