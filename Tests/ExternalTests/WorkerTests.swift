// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import RunStore
import StageKit
import StageTesting
import Testing

@testable import External

/// Programs that stay and take stage after stage.
struct WorkerTests {
  /// Speaks the protocol of workers by hand; what it gives is a name that its process has to itself.
  private static let worker = """
    read -r name < /proc/sys/kernel/random/uuid
    exec 3< "$PROEFTUIN_WORKER/requests" 4> "$PROEFTUIN_WORKER/replies"
    while read -r line <&3; do
      context=${line#*'"context":"'}
      context=${context%%'"'*}
      messages=${line#*'"messages":"'}
      messages=${messages%%'"'*}
      read -r asked < "$context" || :
      say() { printf '%s\\n' "$1" >> "$messages"; }
      say '{"type":"opened","protocol":1}'
      case $asked in
        *'"what":"crash"'*) echo crashing >&2; exit 9 ;;
        *'"what":"wait"'*) say '{"type":"progress","done":0,"of":1}'; sleep 600 ;;
        *'"what":"hang"'*) trap '' TERM; say '{"type":"progress","done":0,"of":1}'; sleep 600 ;;
        *'"what":"fault"'*)
          echo "what went before" >&2
          say '{"type":"closed","error":{"kind":"bug","message":"no luck"}}' ;;
        *)
          echo "all is well" >&2
          printf '%s' "$name" > "${messages%/*}/outputs/process.txt"
          say '{"type":"closed","ok":true}' ;;
      esac
      printf '%s\\n' "$line" >&4
    done

    """

  let plugin: ShellPlugin

  init() throws {
    plugin = try ShellPlugin(
      """
      do:
        summary: Does something.
        parameters:
          what: {type: text, default: work, help: What to do.}
          n: {type: integer, default: 0, help: Makes instances differ.}
        outputs: {process: {kind: file, media_type: text/plain, help: Whose process it was.}}
      """, top: "worker: true")
    try plugin.folder.write(Self.worker, to: "Plugins/p/run.sh")
  }

  /// The processes that gave the results of a stage's instances.
  private func processes(_ run: PluginRun, _ stage: String) throws -> Set<String> {
    Set(
      try run.outcome.results.filter { $0.id.stage == stage }.map {
        try run.text("\($0.id)", "process")
      })
  }

  /// Processes that know of the test's folder.
  private func running() throws -> [String] {
    let folder = Data(plugin.folder.path.utf8)
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard let number = Int(name), number != ProcessInfo.processInfo.processIdentifier else {
        return false
      }
      return ProcFile.text("/proc/\(name)/environ").data(using: .utf8)?.range(of: folder) != nil
    }
  }

  private static let many =
    "{n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}"

  @Test func `twenty stages share one process`() async throws {
    let run = try await plugin.run("a: {use: p/do, each: \(Self.many), with: {n: \"${each.n}\"}}")
    #expect(run.outcome.results.map(\.status) == Array(repeating: .ran, count: 20))
    #expect(try processes(run, "a").count == 1)
    #expect(try running() == [])
    #expect(plugin.folder.names(in: "store/attempts") == [])
  }

  @Test func `no more processes are started than stages run at one moment`() async throws {
    let run = try await plugin.run(
      "a: {use: p/do, each: \(Self.many), with: {n: \"${each.n}\"}}", jobs: 3)
    #expect(run.outcome.status == .succeeded)
    #expect((1...3).contains(try processes(run, "a").count))
    #expect(try running() == [])
  }

  @Test func `a run has processes of its own`() async throws {
    let first = try await plugin.run("a: {use: p/do, with: {n: 1}}")
    let second = try await plugin.run("a: {use: p/do, with: {n: 2}}")
    #expect(try processes(first, "a") != processes(second, "a"))
  }

  @Test func `a crash costs the stage that it happened in, and no other`() async throws {
    let run = try await plugin.run(
      """
      a: {use: p/do, each: {n: [1, 2, 3]}, with: {n: "${each.n}"}}
      b: {use: p/do, with: {what: crash}}
      c: {use: p/do, each: {n: [4, 5, 6]}, with: {n: "${each.n}"}}
      """)
    #expect(
      run.statuses == [
        "a[n=1] ran", "a[n=2] ran", "a[n=3] ran", "b failed", "c[n=4] ran", "c[n=5] ran",
        "c[n=6] ran",
      ])
    #expect(try run.message("b") == "its program ended early, with status 9")
    #expect(try processes(run, "a").union(processes(run, "c")).count == 2)
    #expect(try plugin.folder.text("store/runs/\(run.id)/logs/b-stderr.log") == "crashing\n")
    #expect(try running() == [])
  }

  @Test func `a fault that is told leaves the process as it is`() async throws {
    let run = try await plugin.run(
      """
      a: {use: p/do}
      b: {use: p/do, with: {what: fault}}
      c: {use: p/do, with: {n: 1}}
      """)
    #expect(run.statuses == ["a ran", "b failed", "c ran"])
    #expect(try run.message("b") == "no luck")
    #expect(try processes(run, "a") == processes(run, "c"))
  }

  @Test func `the log of a failed stage is what was printed during that stage`() async throws {
    let run = try await plugin.run("a: {use: p/do}\nb: {use: p/do, with: {what: fault}}")
    #expect(
      try plugin.folder.text("store/runs/\(run.id)/logs/b-stderr.log") == "what went before\n")
  }

  @Test(arguments: ["wait", "hang"])
  func `a timeout ends the process, and the next stage gets a new one`(what: String) async throws {
    let run = try await plugin.run(
      """
      a: {use: p/do}
      b: {use: p/do, with: {what: \(what)}, timeout: 200ms}
      c: {use: p/do, with: {n: 1}}
      """)
    #expect(run.statuses == ["a ran", "b failed", "c ran"])
    #expect(try run.message("b").hasPrefix("it took longer than its timeout of "))
    #expect(try processes(run, "a") != processes(run, "c"))
    #expect(try running() == [])
    #expect(plugin.folder.names(in: "store/attempts") == [])
  }

  @Test func `an interrupted run leaves nothing running`() async throws {
    let (progress, told) = AsyncStream<Void>.makeStream()
    let task = Task { [plugin] in
      try await plugin.run("a: {use: p/do}\nb: {use: p/do, with: {what: wait}}") { event in
        if case .stageReported(_, .progress) = event { told.yield() }
      }
    }
    for await _ in progress { break }
    task.cancel()
    let run = try await task.value
    #expect(run.outcome.status == .interrupted)
    #expect(run.statuses == ["a ran", "b cancelled"])
    #expect(try running() == [])
    #expect(plugin.folder.names(in: "store/attempts") == [])
  }

  @Test func `a program that is not there fails every stage by itself`() async throws {
    let manifest = try plugin.folder.text("Plugins/p/plugin.yaml")
    try plugin.folder.write(
      manifest.replacing("[sh, run.sh]", with: "[no-such-program-of-proeftuin]"),
      to: "Plugins/p/plugin.yaml")
    let run = try await plugin.run("a: {use: p/do, each: {n: [1, 2]}, with: {n: \"${each.n}\"}}")
    #expect(run.outcome.results.map(\.status) == [.failed, .failed])
    #expect(try run.fault("a[n=2]").file == plugin.folder.path("Plugins/p/plugin.yaml"))
    #expect(plugin.folder.names(in: "store/attempts") == [])
  }
}
