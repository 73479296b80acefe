// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

/// The reference pages in the repository say what the stages declare today.
struct ReferenceTests {
  struct Page: Sendable, CustomTestStringConvertible {
    let plugin: String
    let path: String
    /// The folder that holds the plugin, where it is not compiled in.
    var folder: String?

    var testDescription: String { path }
  }

  private static let pages =
    [
      ("pilot", "PilotIntake"), ("rules", "RuleChange"), ("impact", "ImpactMeasurement"),
      ("evaluation", "Evaluation"),
    ].map { Page(plugin: $0, path: "Plugins/\($1)/\($1).docc/Stages.md") }
    + ["household-income", "linear-model", "sql-report", "text-counts"].map {
      Page(
        plugin: $0, path: "Plugins/Examples/\($0)/STAGES.md", folder: "Plugins/Examples/\($0)")
    }

  @Test(arguments: pages)
  func `a page is the one that the declarations make`(page: Page) throws {
    let file = CommandLineProgram.root.appending(path: page.path)
    let written = try? String(contentsOf: file, encoding: .utf8)
    let made = try Self.answer(page, "markdown").output
    #expect(!made.contains("sha256") && made.firstMatch(of: /[0-9a-f]{32}/) == nil)
    if written != made {
      Issue.record("\(page.path) is not up to date; run 'make reference' and commit what it writes")
    }
  }

  @Test(arguments: pages)
  func `a page has a part for every stage`(page: Page) throws {
    let stages = try Self.answer(page, "json").json.arrayValue ?? []
    #expect(!stages.isEmpty)
    let headings = try Self.answer(page, "markdown").output.split(separator: "\n")
      .filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
    #expect(headings == stages.compactMap { $0["name"]?.stringValue })
  }

  private static func answer(_ page: Page, _ format: String) throws -> CommandLineProgram.Answer {
    let program = try CommandLineProgram()
    defer { program.remove() }
    var environment = ["PROEFTUIN_PLUGINS": ""]
    if let folder = page.folder {
      environment["PROEFTUIN_PLUGINS"] = CommandLineProgram.root.appending(path: folder).path
    }
    let answer = try program(
      "stages", page.plugin, "--format", format, environment: environment)
    try #require(answer.code == 0, "\(answer.errors)")
    return answer
  }

  @Test func `a stage's page shows parameters, ports, example and source`() throws {
    let page = try Self.markdown("impact/trust")
    for part in [
      "# trust", "| parameter | takes | default | meaning |", "| input | is |", "```yaml",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(try Self.markdown("pilot/assign").contains("Where it draws random numbers"))
    #expect(!page.contains("Where it draws random numbers"))
  }

  @Test func `columns stand on the page where a port declares them`() throws {
    let page = Page(
      plugin: "text-counts/count", path: "", folder: "Plugins/Examples/text-counts")
    let text = try Self.answer(page, "markdown").output
    #expect(text.contains("| output | is | columns promised | meaning |"))
    #expect(text.contains("| `counts` | a table | `value` (text), `count` (integer) |"))
    #expect(text.contains("| input | is | meaning |"))
    let json = try Self.answer(page, "json").json
    #expect(json["outputs"]?[0]?["columns"] == ["value": "text", "count": "integer"])
  }

  @Test func `what Markdown would take for a sign of its own is escaped`() throws {
    let page = try Self.markdown("evaluation/meta-analysis")
    #expect(page.contains("log\\_risk\\_ratio"))
  }

  @Test func `a plugin's name stands for all its stages`() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let list = try program("stages", "impact").output
    #expect(list.contains("impact/trust") && !list.contains("pilot/intake"))
    let json = try program("stages", "impact", "--json").json
    #expect(json.arrayValue?.allSatisfy { $0["plugin"] == "impact" } == true)
    let mistaken = try program("stages", "impackt")
    #expect(mistaken.code == 2)
    #expect(mistaken.errors.contains("did you mean 'impact'?"))
  }

  private static func markdown(_ stage: String) throws -> String {
    try answer(Page(plugin: stage, path: ""), "markdown").output
  }
}
