// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

@testable import External

/// Programs that know nothing of Proeftuin: exit status and files tell.
struct ToolTests {
  /// A plugin with one tool; `show.sh` lists its arguments, a line each.
  private static func plugin(_ stage: String) throws -> ShellPlugin {
    let plugin = try ShellPlugin("")
    try plugin.folder.write(
      "out=$1; shift; for word; do printf '%s\\n' \"${word##*/}\"; done > \"$out\"\n",
      to: "Plugins/p/show.sh")
    let lines = stage.split(separator: "\n", omittingEmptySubsequences: false)
    try plugin.folder.write(
      """
      plugin: p
      version: 1.0.0
      protocol: none
      code: "*.sh"
      stages:
        tool:
          summary: Is a tool.
      \(lines.map { "    \($0)" }.joined(separator: "\n"))

      """, to: "Plugins/p/plugin.yaml")
    return plugin
  }

  @Test func `what a tool prints may be its output`() async throws {
    let plugin = try Self.plugin(
      """
      inputs: {cases: {kind: table, help: Cases.}}
      outputs: {printed: {kind: file, media_type: text/csv, help: The file as it came in.}}
      command: [cat, "{inputs.cases}"]
      stdout: printed
      """)
    let run = try await plugin.run("a: {use: give/cases}\nb: {use: p/tool, from: a}")
    #expect(run.statuses == ["a ran", "b ran"])
    #expect(try run.text("b", "printed") == CSVWriter().text(run.table("a")))
  }

  @Test func `what a tool prints is written nowhere else, whatever it does to its folders`()
    async throws
  {
    let plugin = try Self.plugin(
      """
      outputs: {printed: {kind: file, media_type: text/plain, help: What it printed.}}
      command: [sh, -c, 'echo words; rmdir "$1/../outputs"; ln -s ELSEWHERE "$1/../outputs"', sh, "{work}"]
      stdout: printed
      """)
    let elsewhere = plugin.folder.path("elsewhere")
    try FileManager.default.createDirectory(
      atPath: elsewhere, withIntermediateDirectories: false)
    let manifest = try plugin.folder.text("Plugins/p/plugin.yaml")
    try plugin.folder.write(
      manifest.replacing("ELSEWHERE", with: elsewhere), to: "Plugins/p/plugin.yaml")
    let run = try await plugin.run("a: {use: p/tool}")
    #expect(plugin.folder.names(in: "elsewhere") == [])
    #expect(try run.message("a") == "it replaced its folder of outputs")
  }

  @Test func `an unmodified program takes files and gives files`() async throws {
    let plugin = try Self.plugin(
      """
      inputs: {cases: {kind: table, help: Cases.}}
      outputs: {sorted: {kind: file, media_type: text/csv, help: The lines in order.}}
      command: [sort, -r, -o, "{outputs.sorted}", "{inputs.cases}"]
      """)
    let run = try await plugin.run(
      "a: {use: give/cases, with: {rows: 2}}\nb: {use: p/tool, from: a}")
    let lines = try run.text("b", "sorted").split(whereSeparator: \.isNewline)
    #expect(lines.count == 4)
    #expect(lines == lines.sorted(by: >))
  }

  private static let show = """
    parameters:
      size: {type: integer, default: 3, help: A size.}
      share: {type: number, default: 0.25, help: A share.}
      big: {type: boolean, default: true, help: Big.}
      words: {type: list, items: text, default: [a, b c], help: Words.}
      text: {type: text, required: false, help: Some text.}
      list: {type: file, required: false, help: A file.}
    inputs:
      page: {kind: file, help: A page.}
      more: {kind: table, optional: true, help: More.}
    outputs: {seen: {kind: file, media_type: text/plain, help: The arguments.}}
    command:
      - sh
      - show.sh
      - "{outputs.seen}"
      - "{inputs.page}"
      - "{inputs.more}"
      - "{parameters.size}"
      - "{parameters.share}"
      - "{parameters.big}"
      - "{parameters.words}"
      - "{parameters.text}"
      - "{parameters.list}"
      - "{work}"
      - --flag
      - "{as it is}"
    """

  @Test func `placeholders are whole arguments, and what is absent is left away`() async throws {
    let plugin = try Self.plugin(Self.show)
    try plugin.folder.write("x", to: "l.csv")
    let run = try await plugin.run(
      """
      page: {use: give/page}
      cases: {use: give/cases}
      a: {use: p/tool, from: {page: page}}
      b:
        use: p/tool
        from: {page: page, more: cases}
        with: {size: 5, big: false, words: [], text: "$(reboot) 'x'", list: l.csv}
      """)
    #expect(
      try run.text("a", "seen").split(separator: "\n", omittingEmptySubsequences: false) == [
        "page.html", "3", "0.25", "true", "a,b c", "work", "--flag", "{as it is}", "",
      ])
    #expect(
      try run.text("b", "seen").split(separator: "\n", omittingEmptySubsequences: false) == [
        "page.html", "more.csv", "5", "0.25", "false", "", "$(reboot) 'x'", "parameter-list-1.csv",
        "work", "--flag", "{as it is}", "",
      ])
  }

  private static func ending(_ program: String) -> String {
    """
    outputs: {page: {kind: file, media_type: text/plain, help: A page.}}
    command: [sh, -c, '\(program)', sh, "{outputs.page}"]
    transient: [75, 76]
    """
  }

  @Test(arguments: [
    ("exit 3", "the tool ended with status 3", 1), ("exit 75", "the tool ended with status 75", 3),
    ("kill -TERM $$", "the tool was ended by SIGTERM", 1),
    ("exit 0", "it left its output 'page' away", 1),
    ("exit 76", "the tool ended with status 76", 3),
  ])
  func `the exit status tells how it went`(
    program: String, message: String, attempts: Int
  ) async throws {
    let plugin = try Self.plugin(Self.ending(program))
    let run = try await plugin.run("a: {use: p/tool, retry: 2}")
    #expect(try run.message("a") == message)
    #expect(try run.result("a").attempts == attempts)
  }

  @Test func `a tool is told nothing`() async throws {
    let plugin = try Self.plugin(Self.ending("env > \"$1\""))
    let run = try await plugin.run("a: {use: p/tool}")
    #expect(!(try run.text("a", "page").contains("PROEFTUIN_CONTEXT")))
    #expect(!(try run.text("a", "page").contains("PROEFTUIN_MESSAGES")))
  }

  @Test func `what it prints is kept where it fails`() async throws {
    let plugin = try Self.plugin(Self.ending("echo oops; exit 1"))
    let run = try await plugin.run("a: {use: p/tool}")
    #expect(try plugin.folder.text("store/runs/\(run.id)/logs/a-stdout.log") == "oops\n")
  }
}
