// SPDX-License-Identifier: EUPL-1.2

import Pipelines
import RunStore
import StageKit
import StageTesting
import Testing

@testable import External

/// What of a plugin makes its stages run again, and what does not.
struct ReuseTests {
  private static let pass = """
    pass:
      summary: Passes on.
      parameters: {size: {type: integer, default: 1, help: A size.}}
      inputs: {cases: {kind: table, help: Cases.}}
      outputs: {cases: {kind: table, help: Cases., extends: cases}}
    """

  private static let copy = "cp \"$folder/inputs/cases.arrow\" \"$folder/outputs/cases.arrow\""
  private static let stages = "a: {use: give/cases}\nb: {use: p/pass, from: a}"

  private func ran() async throws -> ShellPlugin {
    let plugin = try ShellPlugin(Self.pass, program: Self.copy)
    #expect(try await plugin.run(Self.stages).statuses == ["a ran", "b ran"])
    return plugin
  }

  @Test func `a second run reuses what the first left`() async throws {
    let plugin = try await ran()
    let second = try await plugin.run(Self.stages)
    #expect(second.statuses == ["a reused", "b reused"])
    #expect(try second.table("b") == second.table("a"))
    #expect(try second.store.verify().findings == [])
  }

  @Test func `changed code runs again and says why`() async throws {
    let plugin = try await ran()
    try plugin.program("# another program\nbegin\n\(Self.copy)\nfinish\n")
    #expect(try plugin.plan(Self.stages) == ["b": ["the plugin's code changed"]])
    #expect(try await plugin.run(Self.stages).statuses == ["a reused", "b ran"])
    #expect(try await plugin.run(Self.stages).statuses == ["a reused", "b reused"])
  }

  @Test(arguments: [
    "owner: Team Maatwerk", "# a remark", "limits: {memory: 2GiB}", "licence: EUPL-1.2",
    "summary: Passes on.",
  ])
  func `what a manifest says to people runs nothing again`(line: String) async throws {
    let plugin = try await ran()
    try plugin.manifest(Self.pass, top: line, version: "1.0.1")
    #expect(try plugin.plan(Self.stages) == [:])
  }

  @Test(arguments: [
    ("summary: Passes on.", "summary: Passes on.\n  version: 2", "stage version 1 → 2"),
    ("summary: Passes on.", "summary: Passes on.\n  format: csv", "the plugin's code changed"),
    ("default: 1", "default: 2", "parameter size changed 1 → 2"),
  ])
  func `what it says to the runner does`(old: String, new: String, reason: String) async throws {
    let plugin = try await ran()
    try plugin.manifest(Self.pass.replacing(old, with: new))
    #expect(try plugin.plan(Self.stages) == ["b": [reason]])
  }

  @Test func `a new file that a pattern takes in, and a changed lock, are changed code`()
    async throws
  {
    let plugin = try await ran()
    try plugin.folder.write("", to: "Plugins/p/more.sh")
    #expect(try plugin.plan(Self.stages) == ["b": ["the plugin's code changed"]])
    try plugin.folder.remove("Plugins/p/more.sh")
    #expect(try plugin.plan(Self.stages) == [:])
    try plugin.folder.write("a==1\n", to: "Plugins/p/all.lock")
    try plugin.manifest(Self.pass, top: "lock: all.lock")
    #expect(try plugin.plan(Self.stages) == ["b": ["the plugin's code changed"]])
  }

  @Test func `where a tool's words go is part of what it does`() async throws {
    let plugin = try ShellPlugin("")
    func manifest(_ more: String) throws {
      try plugin.folder.write(
        """
        plugin: p
        version: 1.0.0
        protocol: none
        code: []
        stages:
          tool:
            summary: Is a tool.
            outputs: {page: {kind: file, media_type: text/plain, help: A page.}}
            command: [echo, words]
        \(more)

        """, to: "Plugins/p/plugin.yaml")
    }
    try manifest("    stdout: page")
    #expect(try await plugin.run("a: {use: p/tool}").statuses == ["a ran"])
    try manifest("    stdout: page\n    transient: [75]")
    #expect(try plugin.plan("a: {use: p/tool}") == [:])
    try manifest("    # no stdout")
    #expect(try plugin.plan("a: {use: p/tool}") == ["a": ["the plugin's code changed"]])
  }

  @Test func `a failed stage runs again`() async throws {
    let plugin = try await ran()
    let stages = Self.stages + "\nc: {use: p/pass, from: a, with: {size: 7}}"
    try plugin.program("begin\nexit 1\n")
    #expect(try await plugin.run(stages).statuses == ["a reused", "b failed", "c failed"])
    try plugin.program("begin\n\(Self.copy)\nfinish\n")
    #expect(try await plugin.run(stages).statuses == ["a reused", "b reused", "c ran"])
  }
}
