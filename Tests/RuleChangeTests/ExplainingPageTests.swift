// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables
import Testing

@testable import RuleChange

/// The page on explaining: what it shows is what the program answers.
struct ExplainingPageTests {
  private static func blocks(_ language: String) throws -> [String] {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let path =
      parts.joined(separator: "/") + "/Plugins/RuleChange/RuleChange.docc/Explaining.md"
    let page = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    return page.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test func `the example of the page comes out`() throws {
    let yaml = try Self.blocks("yaml")
    let text = try #require(try Self.blocks("text").first)
    let trace = try Samples.trace(yaml[0], case: yaml[1])
    #expect(TraceText(trace: trace, language: .nl).text == text)
  }

  @Test func `the tool answers from files`() async throws {
    let yaml = try Self.blocks("yaml")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = [
      "scheme.yaml": yaml[0], "case.yaml": yaml[1],
      "bad.yaml": "date: 2025-06-01\nin:\n  household: single\n  incom: 5\n",
      "reform.yaml": "reform: {id: lower}\nparameters: {limit: {2025-03-01: 100}}\n",
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    func explain(_ options: [String: Documents.Node]) async throws -> ToolAnswer {
      let tool = ToolDeclaration(ExplainCase.self, plugin: "rules")
      var values = ["file": Samples.scalar(folder.path + "/scheme.yaml")]
      values.merge(options) { $1 }
      return try await tool.run(values, Samples.reading)
    }
    func path(_ name: String) -> Documents.Node { Samples.scalar(folder.path + "/" + name) }

    let answer = try await explain(["case": path("case.yaml"), "lang": Samples.scalar("en")])
    guard case .readable(let text, let json) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(text.contains("\nThe supplement is €513 a year.\n"))
    #expect(json["decisions"]?.arrayValue?.count == 3)

    let bad = try await explain(["case": path("bad.yaml")])
    guard case .readable(let faults, let list) = bad.content else {
      Issue.record("\(bad.content)")
      return
    }
    #expect(!bad.succeeded)
    #expect(faults.contains("error[scheme-name]: the scheme asks for no 'incom'"))
    #expect(faults.contains("bad.yaml:4:3"))
    #expect(faults.contains("did you mean 'income'?"))
    #expect(list.arrayValue?.count == 2)

    let changed = try await explain(["case": path("case.yaml"), "reform": path("reform.yaml")])
    guard case .readable(let comparison, _) = changed.content else {
      Issue.record("\(changed.content)")
      return
    }
    #expect(comparison.contains("De toeslag wordt € 0 per jaar; nu is dat € 513 per jaar."))
    #expect(comparison.contains("- Het deel daarvan: 1 → 0 (een ander bedrag: de inkomensgrens)."))
    #expect(changed.notes.isEmpty)

    let fault = await #expect(throws: StageFault.self) { try await explain([:]) }
    #expect(fault?.message == "there is no case to explain")
  }
}
