// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import Testing

@testable import External

/// A program that stays is alive while the runner reads and clears up: what it puts in the way leads
/// nowhere, and holds nobody up.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is missing"))
struct HostileWorkerTests {
  /// Does stage after stage, and between `before` and `after` what the test wants.
  private static func worker(_ before: String, _ after: String = "pass") -> String {
    """
    import json, os, threading, time
    root = os.environ["PROEFTUIN_WORKER"]
    requests = open(root + "/requests")
    replies = open(root + "/replies", "w")
    victim = "VICTIM"
    for line in requests:
        request = json.loads(line)
        context = json.load(open(request["context"]))
        place = os.path.dirname(request["messages"])
        messages = open(request["messages"], "a")
        messages.write('{"type":"opened","protocol":1}\\n')
        open(context["outputs"]["page"]["path"], "w").write("well")
        \(before.replacing("\n", with: "\n    "))
        messages.write('{"type":"closed","ok":true}\\n')
        messages.close()
        replies.write(line)
        replies.flush()
        \(after.replacing("\n", with: "\n    "))

    """
  }

  private let plugin: ShellPlugin
  private let victim: String

  init() throws {
    plugin = try ShellPlugin(
      """
      do:
        summary: Does something.
        parameters: {n: {type: integer, default: 0, help: Makes instances differ.}}
        outputs: {page: {kind: file, media_type: text/plain, help: A page.}}
      """, top: "worker: true")
    victim = plugin.folder.path("victim")
    for name in ["one.txt", "deep/two.txt"] {
      try plugin.folder.write("precious", to: "victim/\(name)")
    }
    // The sandbox shows nothing of it: what is done to it is done by the runner.
    let manifest = try plugin.folder.text("Plugins/p/plugin.yaml")
    try plugin.folder.write(
      manifest.replacing("command: [sh, run.sh]", with: "command: [/usr/bin/python3, run.py]")
        .replacing("code: \"*.sh\"", with: "code: run.py"), to: "Plugins/p/plugin.yaml")
  }

  private func run(_ program: String, _ more: String = "") async throws -> PluginRun {
    try plugin.folder.write(program.replacing("VICTIM", with: victim), to: "Plugins/p/run.py")
    return try await plugin.run(
      "a: {use: p/do, each: {n: [1, 2, 3, 4]}, with: {n: \"${each.n}\"}\(more)}")
  }

  private func victimIsWhole() throws -> Bool {
    try plugin.folder.text("victim/one.txt") == "precious"
      && plugin.folder.text("victim/deep/two.txt") == "precious"
  }

  @Test func `folders that become links while they are cleared lead nowhere`() async throws {
    let run = try await run(
      Self.worker(
        """
        for n in range(50):
            os.makedirs(f"{place}/work/d{n}/x", exist_ok=True)
        """,
        """
        def swap():
            for n in range(50):
                try:
                    os.rename(f"{place}/work/d{n}", f"{root}/work/old{n}-{time.time()}")
                    os.symlink(victim, f"{place}/work/d{n}")
                except OSError:
                    pass
        threading.Thread(target=swap).start()
        """))
    #expect(run.statuses.allSatisfy { $0.hasSuffix("ran") || $0.hasSuffix("failed") })
    #expect(try victimIsWhole())
  }

  @Test func `a place that became a link is not written through`() async throws {
    let run = try await run(
      Self.worker(
        """
        os.rename(place, place + "-away")
        os.symlink(victim, place)
        """))
    #expect(try victimIsWhole())
    #expect(plugin.folder.names(in: "victim") == ["deep", "one.txt"])
    #expect(run.statuses.count == 4)
  }

  @Test(arguments: [
    "os.symlink(victim + '/one.txt', log)", "os.mkfifo(log)", "os.mkdir(log)",
  ])
  func `a log that became something else is not followed, and nobody waits for it`(
    make: String
  ) async throws {
    let run = try await run(
      Self.worker(
        """
        for name in ["stdout.log", "stderr.log"]:
            log = root + "/" + name
            try:
                os.unlink(log)
                \(make)
            except OSError:
                pass
        raise SystemExit(3)
        """))
    #expect(run.statuses.allSatisfy { $0.hasSuffix("failed") })
    for result in run.outcome.results {
      #expect(result.fault?.help?.contains("precious") != true)
    }
  }

  @Test func `a process that fills its own requests is ended, and the run goes on`() async throws {
    let run = try await run(
      Self.worker(
        "pass",
        """
        full = os.open(root + "/requests", os.O_WRONLY | os.O_NONBLOCK)
        try:
            while True:
                os.write(full, b"x" * 4096)
        except OSError:
            pass
        time.sleep(600)
        """), ", timeout: 20s")
    #expect(run.statuses.contains("a[n=1] ran"))
    #expect(run.outcome.results.count == 4)
  }

  @Test func `an output that is cut short while it is read costs that stage only`() async throws {
    let run = try await run(
      Self.worker(
        "open(context['outputs']['page']['path'], 'w').write('x' * 5_000_000)",
        "os.truncate(context['outputs']['page']['path'], 0)"))
    #expect(run.statuses.allSatisfy { $0.hasSuffix("ran") || $0.hasSuffix("failed") })
  }

  @Test func `answers without end, and to nothing, are not heard`() async throws {
    let run = try await run(
      Self.worker(
        "replies.write('{\"context\": \"elsewhere\"}\\n' * 20 + 'x' * 100); replies.write('\\n')"))
    #expect(run.statuses == (1...4).map { "a[n=\($0)] ran" })
  }
}
