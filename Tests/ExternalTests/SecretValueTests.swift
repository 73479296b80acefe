// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import StageTesting
import Testing

@testable import External

/// The value of a secret reaches the program, and nothing that is kept.
struct SecretValueTests {
  private static let value = "correct-horse-battery-staple"

  private static let stage = """
    call:
      summary: Needs a key.
      parameters: {token: {type: secret, help: A key.}}
      outputs:
        length: {kind: file, media_type: text/plain, help: The length of the key.}
        context: {kind: file, media_type: application/json, help: What it was told.}
    """

  private static let program = """
    printf '%s' "$TOKEN" | wc -c | tr -d ' ' > "$folder/outputs/length.txt"
    cp "$PROEFTUIN_CONTEXT" "$folder/outputs/context.json"
    """

  private static let stages = "a: {use: p/call, with: {token: \"${secret.TOKEN}\"}}"

  private func plugin(_ secrets: [String: String] = ["TOKEN": value]) throws -> ShellPlugin {
    try ShellPlugin(Self.stage, program: Self.program, secrets: secrets)
  }

  @Test func `a program finds the value in its environment and the name in its context`()
    async throws
  {
    let run = try await plugin().run(Self.stages)
    #expect(try run.text("a", "length") == "\(Self.value.count)\n")
    let context = try JSONValue.parse(run.text("a", "context"))
    #expect(context["secrets"] == ["token": "TOKEN"])
    #expect(context["parameters"] == ["token": .null])
  }

  @Test func `no file of the run has the value in it`() async throws {
    let plugin = try plugin()
    let run = try await plugin.run(Self.stages)
    #expect(run.statuses == ["a ran"])
    let wanted = Data(Self.value.utf8)
    var count = 0
    let files = FileManager.default.enumerator(atPath: plugin.folder.path)
    while let name = files?.nextObject() as? String {
      guard let bytes = FileManager.default.contents(atPath: plugin.folder.path(name)) else {
        continue
      }
      count += 1
      #expect(bytes.range(of: wanted) == nil, "\(name)")
    }
    #expect(count > 8)
    #expect(!run.events.map(\.json.compact).joined().contains(Self.value))
  }

  @Test func `a failed program's kept log has what it printed and no more`() async throws {
    let plugin = try plugin()
    try plugin.program("begin\necho failing >&2\nexit 1\n")
    let run = try await plugin.run(Self.stages)
    let names = plugin.folder.names(in: "store/runs/\(run.id)/logs")
    #expect(names == ["a-stderr.log"])
    #expect(try plugin.folder.text("store/runs/\(run.id)/logs/a-stderr.log") == "failing\n")
  }

  @Test(arguments: ["se\"cret", "wachtwöord", "back\\slash"])
  func `a value is hidden in what a program says, however it is written`(value: String) async throws
  {
    let plugin = try plugin(["TOKEN": value])
    try plugin.program(
      """
      begin
      python3 -c 'import json, os
      print(json.dumps({"type": "note", "markdown": "<" + os.environ["TOKEN"] + ">"}))
      print(json.dumps({"type": "note", "markdown": "<" + os.environ["TOKEN"] + ">"}, ensure_ascii=False))
      ' >> "$PROEFTUIN_MESSAGES"
      printf x > "$folder/outputs/length.txt"
      printf '{}' > "$folder/outputs/context.json"
      finish
      """)
    let run = try await plugin.run(Self.stages)
    #expect(run.statuses == ["a ran"])
    #expect(run.reports("a") == [.note("<***>"), .note("<***>")])
  }

  @Test func `a value that is a word of the protocol breaks no stage`() async throws {
    let run = try await plugin(["TOKEN": "closed"]).run(Self.stages)
    #expect(run.statuses == ["a ran"])
  }

  @Test func `another value runs the stage again, the same does not`() async throws {
    let plugin = try plugin()
    _ = try await plugin.run(Self.stages)
    #expect(try await plugin.run(Self.stages).statuses == ["a reused"])
    let other = try self.plugin(["TOKEN": "another"])
    try FileManager.default.copyItem(
      atPath: plugin.folder.path("store"), toPath: other.folder.path("store"))
    #expect(try other.plan(Self.stages) == ["a": ["secret TOKEN changed"]])
  }

  @Test func `a secret that is not set is missed where the pipeline names it`() async throws {
    let run = try await plugin([:]).run(Self.stages)
    #expect(try run.message("a") == "the secret 'TOKEN' is not set")
    #expect(try run.fault("a").span?.start == SourcePosition(line: 3, column: 34))
    #expect(
      try run.fault("a").help
        == "set the variable TOKEN, or name a file with it in TOKEN_FILE")
  }
}
