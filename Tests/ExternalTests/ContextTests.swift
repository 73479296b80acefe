// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import Pipelines
import StageKit
import StageTesting
import Testing

@testable import External

/// What `context.json` and the environment tell a program.
struct ContextTests {
  private static let look = """
    look:
      summary: Shows what it was told.
      parameters:
        threshold: {type: number, minimum: 0, default: 0.2, help: A share.}
        words: {type: list, items: text, required: false, help: Words.}
        big: {type: boolean, default: false, help: Big.}
        list: {type: file, required: false, help: A list.}
        token: {type: secret, required: false, help: A key.}
      inputs:
        cases: {kind: table, optional: true, help: Cases.}
      outputs:
        context: {kind: file, media_type: application/json, help: What it was told.}
        variables: {kind: file, media_type: text/plain, help: The environment.}
        found: {kind: file, media_type: text/plain, optional: true, help: What it found.}
        cases: {kind: table, optional: true, help: Cases., columns: {a: date, b: any}}
      draws: true
    """

  private static let show = """
    cp "$PROEFTUIN_CONTEXT" "$folder/outputs/context.json"
    env > "$folder/outputs/variables.txt"
    """

  private func context(_ run: PluginRun, _ instance: String = "a") throws -> JSONValue {
    try JSONValue.parse(run.text(instance, "context"))
  }

  @Test func `a program is told everything about its stage`() async throws {
    let plugin = try ShellPlugin(
      Self.look, top: "limits: {memory: 2GiB, time: 1h}", program: Self.show)
    let run = try await plugin.run(
      """
      cases: {use: give/cases}
      a:
        use: p/look
        from: cases
        each: {site: [North]}
        with: {threshold: 0.5, words: [x, "1.0"], seed: 42}
        resources: {cpus: 1, memory: 1GiB}
      """)
    let context = try context(run, "a[site=North]")
    #expect(context["protocol"] == 1)
    #expect(context["plugin"] == "p")
    #expect(context["version"] == "1.0.0")
    #expect(context["stage"] == "look")
    #expect(context["run"]?.stringValue == "\(run.id)")
    #expect(context["pipeline"] == "tried")
    #expect(context["instance"] == "a[site=North]")
    #expect(context["attempt"] == 1)
    #expect(
      context["parameters"]
        == [
          "threshold": .number(0.5), "words": ["x", "1.0"], "big": false, "list": .null,
          "token": .null,
        ])
    #expect(context["seed"] == 42)
    #expect((0..<1 << 31).contains(try #require(context["random_seed"]?.integerValue)))
    #expect(context["reference_date"] == .null)
    #expect(context["deadline"]?.stringValue?.hasSuffix("Z") == true)
    #expect(context["cpus"] == 1)
    #expect(context["memory"]?.integerValue == 1 << 30)
    #expect(context["secrets"] == [:])
  }

  @Test func `its ports are described with their paths, formats and columns`() async throws {
    let plugin = try ShellPlugin(Self.look, program: Self.show)
    let run = try await plugin.run(
      "cases: {use: give/cases}\na: {use: p/look, from: cases, with: {seed: 1}}")
    let context = try context(run)
    let input = try #require(context["inputs"]?["cases"])
    #expect(input["kind"] == "table" && input["format"] == "arrow")
    #expect(input["path"]?.stringValue?.hasSuffix("/inputs/cases.arrow") == true)
    #expect(input["sha256"]?.stringValue == (try run.result("cases").outputs["cases"]?.digest.hex))
    #expect(input["columns"]?.members.map(\.key).prefix(3) == ["n", "share", "amount"])
    #expect(input["columns"]?["amount"] == "decimal")
    let outputs = try #require(context["outputs"])
    #expect(outputs["context"]?["required"] == true)
    #expect(outputs["context"]?["format"] == "application/json")
    #expect(outputs["found"]?["required"] == false)
    #expect(outputs["cases"]?["columns"] == ["a": "date", "b": "any"])
    #expect(context["work"]?.stringValue?.hasSuffix("/work") == true)
  }

  @Test func `the same seed gives the same random seed, another one another`() async throws {
    let plugin = try ShellPlugin(Self.look, program: Self.show)
    var seen: [Int64] = []
    for seed in [1, 1, 2] {
      let run = try await ShellPlugin(Self.look, program: Self.show).run(
        "a: {use: p/look, with: {seed: \(seed)}}")
      seen.append(try #require(context(run)["random_seed"]?.integerValue))
    }
    #expect(seen[0] == seen[1])
    #expect(seen[0] != seen[2])
    let run = try await plugin.run(
      "a: {use: p/look, with: {seed: 1}}\nb: {use: p/look, with: {seed: 1, big: true}}")
    #expect(try context(run, "b")["random_seed"] == context(run)["random_seed"])
  }

  @Test func `a file parameter is the path of a copy, and its content decides`() async throws {
    let plugin = try ShellPlugin(
      Self.look,
      program: Self.show + """

        list=$(sed 's/.*"list":"\\([^"]*\\)".*/\\1/' "$PROEFTUIN_CONTEXT")
        cat "$list" > "$folder/outputs/found.txt"
        """)
    try plugin.folder.write("one\ntwo\n", to: "data/list.TXT")
    let stages = "a: {use: p/look, with: {seed: 1, list: data/list.TXT}}"
    let run = try await plugin.run(stages)
    #expect(try run.text("a", "found") == "one\ntwo\n")
    #expect(
      try context(run)["parameters"]?["list"]?.stringValue?
        .hasSuffix("/inputs/parameter-list-1.txt") == true)
    try plugin.folder.write("three\n", to: "data/list.TXT")
    #expect(try plugin.plan(stages) == ["a": ["the file of 'list' changed"]])
  }

  /// A variable that this process happens to have and that programs are not given.
  private static let own: (name: String, value: String)? = {
    let given = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"]
    return ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }.first { name, value in
      !given.contains(name) && !value.isEmpty && !value.contains("\n")
        && name.allSatisfy { $0.isASCII && ($0.isUppercase || $0 == "_") }
    }.map { ($0.key, $0.value) }
  }()

  @Test func `the environment is what the protocol says and nothing else`() async throws {
    let plugin = try ShellPlugin(Self.look, program: Self.show)
    let run = try await plugin.run("a: {use: p/look, with: {seed: 1}}")
    let names = try run.text("a", "variables").split(separator: "\n").map { line in
      String(line.prefix { $0 != "=" })
    }
    #expect(
      Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == [
        "PROEFTUIN_CONTEXT", "PROEFTUIN_MESSAGES", "PROEFTUIN_ATTEMPT", "PATH", "LANG", "TZ",
        "HOME",
        "TMPDIR", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
      ])
  }

  @Test func `a declared variable is passed on and part of the key`() async throws {
    let own = try #require(Self.own, "this process has no variable to try it with")
    let plugin = try ShellPlugin(
      Self.look, top: "environment: [\(own.name), A_VARIABLE_THAT_IS_NOT_SET]", program: Self.show)
    let stages = "a: {use: p/look, with: {seed: 1}}"
    let run = try await plugin.run(stages)
    #expect(
      try run.text("a", "variables").split(separator: "\n").contains("\(own.name)=\(own.value)"))
    #expect(
      try plugin.check(stages).instances[0].loaded.environment == [own.name: own.value])
    try plugin.manifest(Self.look)
    #expect(
      try plugin.plan(stages) == ["a": ["the environment variable \(own.name) changed"]])
  }
}
