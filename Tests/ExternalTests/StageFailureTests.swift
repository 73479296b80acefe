// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import RunStore
import StageKit
import StageTesting
import Testing

@testable import External

/// Each way for a program to fail names its cause.
struct StageFailureTests {
  private static let stage = """
    try:
      summary: Tries.
      parameters:
        year: {type: integer, default: 2026, help: A year.}
      outputs: {page: {kind: file, media_type: text/plain, help: A page.}}
    """

  private static let page = "echo > \"$folder/outputs/page.txt\"\n"

  /// A whole program, and what is said of it.
  private static let endings: [(String, String)] = [
    ("begin\nexit 3", "its program ended early, with status 3"),
    ("begin\n\(page)finish\nexit 1", "its program ended early, with status 1"),
    ("begin\nkill -SEGV $$", "its program was ended by SIGSEGV"),
    (
      "begin\nkill -KILL $$",
      "its program was ended by SIGKILL; if nobody did so by hand, the machine ran out of memory"
    ),
    ("\(page)exit 0", "its program ended without a word: it said neither 'opened' nor 'closed'"),
    ("begin\n\(page)", "its program ended without saying 'closed'"),
    (
      "begin\n\(page)printf '{\"type\":\"closed\",\"ok\":true}' >> \"$PROEFTUIN_MESSAGES\"",
      "its last message is cut off, so nobody knows whether it is done"
    ),
    (
      "say '{\"type\":\"opened\",\"protocol\":2}'\n\(page)finish",
      "its program speaks protocol 2, and it was asked in protocol 1"
    ),
    (
      "say '{\"type\":\"opened\"}'\n\(page)finish",
      "its program speaks protocol 0, and it was asked in protocol 1"
    ),
    (
      "begin\n\(page)say '{\"type\":\"closed\",\"ok\":tru'",
      "its program ended without saying 'closed', and 1 of its lines could not be read as messages"
    ),
    (
      "begin\n\(page)say '{\"type\":\"closed\"}'",
      "its program ended without saying 'closed', and 1 of its lines could not be read as messages"
    ),
    ("\(page)finish", "its program said 'closed' without having said 'opened'"),
  ]

  @Test(arguments: endings)
  func `a program that does not end well`(program: String, message: String) async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program(program)
    let run = try await plugin.run("a: {use: p/try}")
    #expect(run.statuses == ["a failed"])
    #expect(try run.message("a") == message)
    #expect(try run.fault("a").file == plugin.folder.path("p.yaml"))
    #expect(try run.fault("a").span?.start == SourcePosition(line: 3, column: 12))
    #expect(plugin.folder.names(in: "store/attempts") == [])
  }

  private static func closed(_ members: String) -> String {
    "begin\nsay '{\"type\":\"closed\",\"error\":{\(members)}}'\n"
  }

  @Test(arguments: ["user", "data", "bug", "transient", "unheard-of"])
  func `a fault that a program tells is told on`(kind: String) async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program(
      Self.closed("\"kind\":\"\(kind)\",\"message\":\"no income\",\"hint\":\"look again\"")
        + "exit 4")
    let run = try await plugin.run("a: {use: p/try, retry: 0}")
    #expect(try run.message("a") == "no income")
    #expect(try run.fault("a").help == "look again")
    #expect(try run.result("a").attempts == 1)
  }

  @Test(arguments: [("year", 3, 32), ("month", 3, 12)])
  func `a fault of a parameter stands where the pipeline sets it`(
    parameter: String, line: Int, column: Int
  ) async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program(
      Self.closed("\"kind\":\"user\",\"message\":\"too early\",\"parameter\":\"\(parameter)\""))
    let run = try await plugin.run("a: {use: p/try, with: {year: 1900}}")
    #expect(try run.fault("a").span?.start == SourcePosition(line: line, column: column))
  }

  @Test func `what may go well the next time is tried again`() async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program(
      """
      begin
      grep -q '"attempt":3' "$PROEFTUIN_CONTEXT" || {
        say '{"type":"closed","error":{"kind":"transient","message":"busy"}}'
        exit 1
      }
      \(Self.page)finish
      """)
    let run = try await plugin.run("a: {use: p/try, retry: 2}")
    #expect(run.statuses == ["a ran"])
    #expect(try run.result("a").attempts == 3)
    let less = try await plugin.run("a: {use: p/try, retry: 1, with: {year: 1}}")
    #expect(try less.message("a") == "busy")
    #expect(try less.result("a").attempts == 2)
  }

  @Test(arguments: [("data", 1), ("bug", 1)])
  func `what will not go well is not tried again`(kind: String, attempts: Int) async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program(Self.closed("\"kind\":\"\(kind)\",\"message\":\"no\""))
    let run = try await plugin.run("a: {use: p/try, retry: 3}")
    #expect(try run.result("a").attempts == attempts)
  }

  @Test func `what a failed program printed is kept with the run`() async throws {
    let plugin = try ShellPlugin(Self.stage)
    try plugin.program("begin\necho out\necho oops >&2\nexit 3\n")
    let run = try await plugin.run("a: {use: p/try, each: {n: [1]}}")
    let logs = "store/runs/\(run.id)/logs"
    #expect(plugin.folder.names(in: logs).count == 2)
    let kept = try #require(plugin.folder.names(in: logs).first { $0.hasSuffix("stderr.log") })
    #expect(kept.hasPrefix("a_n=1_"))
    #expect(try plugin.folder.text("\(logs)/\(kept)") == "oops\n")
    #expect(
      try run.fault("a[n=1]").help
        == "what it printed is kept in \(plugin.folder.path("\(logs)/\(kept)"))")
    #expect(plugin.folder.names(in: "store/attempts") == [])
    #expect(try run.store.verify().findings == [])
  }

  @Test(arguments: [
    ("[no-such-program-of-proeftuin]", "no-such-program-of-proeftuin"),
    ("[./gone.sh]", "./gone.sh"),
    ("[run.sh]", "run.sh"), ("[/nowhere/python3, a.py]", "/nowhere/python3"),
  ])
  func `a program that is not there is missed at the line that names it`(
    command: String, name: String
  ) async throws {
    let plugin = try ShellPlugin(Self.stage)
    let manifest = try plugin.folder.text("Plugins/p/plugin.yaml")
    try plugin.folder.write(
      manifest.replacing("[sh, run.sh]", with: command), to: "Plugins/p/plugin.yaml")
    let run = try await plugin.run("a: {use: p/try}")
    #expect(
      try run.message("a") == "the program '\(name)' of plugin 'p' is not on this machine")
    #expect(try run.fault("a").file == plugin.folder.path("Plugins/p/plugin.yaml"))
    #expect(try run.fault("a").span?.start == SourcePosition(line: 4, column: 10))
  }

  @Test func `what depends on a failed stage is cancelled, the rest goes on`() async throws {
    let plugin = try ShellPlugin(
      Self.stage + "\nuse:\n  summary: Uses.\n  inputs: {page: {kind: file, help: A page.}}\n"
        + "  outputs: {page: {kind: file, media_type: text/plain, help: A page.}}")
    try plugin.program(
      """
      begin
      case $(cat "$PROEFTUIN_CONTEXT") in *'"year":1,'*|*'"year":1}'*) exit 9;; esac
      \(Self.page)finish
      """)
    let run = try await plugin.run(
      """
      bad: {use: p/try, with: {year: 1}}
      good: {use: p/try, with: {year: 2}}
      after: {use: p/use, from: bad}
      fine: {use: p/use, from: good}
      """)
    #expect(run.statuses == ["bad failed", "good ran", "after cancelled", "fine ran"])
  }
}
