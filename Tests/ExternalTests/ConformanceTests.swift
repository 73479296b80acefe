// SPDX-License-Identifier: EUPL-1.2

import Foundation
import FoundationXML
import Testing

@testable import External

/// A sound plugin passes every check of the conformance kit, and for each check there is a plugin that
/// is broken in just that way.
struct ConformanceTests {
  /// What is changed in a sound plugin.
  struct Breakage: CustomTestStringConvertible, Sendable {
    let check: String
    /// In the manifest: a line and what stands there instead.
    var manifest: [(String, String)] = []
    /// In the program: a line and what stands there instead.
    var program: [(String, String)] = []
    /// More files of the plugin.
    var files: [String: String] = [:]
    var policy = Policy()

    var testDescription: String { check }
  }

  private static let manifest = """
    plugin: copying
    version: 1.0.0
    protocol: 1
    summary: Copies tables.
    owner: The tests
    licence: EUPL-1.2
    command: [sh, copy.sh]
    code: ["*.sh"]
    stages:
      copy:
        summary: Copies a table.
        draws: true
        inputs: {cases: {kind: table, help: Any table., columns: {name: text, amount: number}}}
        outputs: {cases: {kind: table, help: The same table and the seed., extends: cases}}
        format: csv
    """

  /// A stage in plain sh: what every other program has to do too.
  private static let program = """
    say() { printf '%s\\n' "$1" >> "$PROEFTUIN_MESSAGES"; }
    inputs=$(dirname "$PROEFTUIN_CONTEXT")/inputs
    outputs=$(dirname "$PROEFTUIN_MESSAGES")/outputs
    context=$(cat "$PROEFTUIN_CONTEXT")
    version=$(printf '%s' "$context" | sed 's/.*"protocol":\\([0-9]*\\).*/\\1/')
    if [ "$version" != 1 ]; then
      say "{\\"type\\":\\"closed\\",\\"error\\":{\\"kind\\":\\"bug\\",\\"message\\":\\"asked in protocol $version, speaks 1\\"}}"
      exit 1
    fi
    say '{"type":"opened","protocol":1}'
    : begin
    seed=$(printf '%s' "$context" | sed 's/.*"random_seed":\\([0-9]*\\).*/\\1/')
    awk -v seed="$seed" '{ print $0 (NR == 1 ? ",seed" : "," seed) }' "$inputs/cases.csv" \\
      > "$outputs/cases.csv" || exit 1
    : end
    say '{"type":"closed","ok":true}'
    : after
    """

  /// The same work in a process that stays.
  private static let worker = """
    exec 3< "$PROEFTUIN_WORKER/requests" 4> "$PROEFTUIN_WORKER/replies"
    while read -r request <&3; do
      PROEFTUIN_CONTEXT=$(printf '%s' "$request" | sed 's/.*"context":"\\([^"]*\\)".*/\\1/')
      PROEFTUIN_MESSAGES=$(printf '%s' "$request" | sed 's/.*"messages":"\\([^"]*\\)".*/\\1/')
      export PROEFTUIN_CONTEXT PROEFTUIN_MESSAGES
      sh "$(dirname "$0")/copy.sh" || STATUS
      printf '%s\\n' "$request" >&4
    done
    """

  static let breakages = [
    Breakage(check: "manifest", manifest: [("version: 1.0.0", "version: one")]),
    Breakage(check: "described", manifest: [("owner: The tests\n", "")]),
    Breakage(
      check: "code", files: ["more/other.sh": "exit 0\n"]),
    Breakage(check: "program", manifest: [("[sh, copy.sh]", "[no-such-program, copy.sh]")]),
    Breakage(check: "helper", files: ["proeftuin.py": "# of another version\n"]),
    Breakage(check: "golden", program: [(": end", "exit 3")]),
    Breakage(check: "outputs", program: [(": end", "touch \"$outputs/more.csv\"")]),
    Breakage(check: "messages", program: [(": end", "say 'this is no JSON'")]),
    Breakage(check: "messages", program: [(": after", "printf 'torn' >> \"$PROEFTUIN_MESSAGES\"")]),
    Breakage(
      check: "repeatable", program: [(": begin", "context=\"\\\"random_seed\\\":$(date +%N)\"")]),
    Breakage(check: "seed", program: [(": begin", "context='\"random_seed\":1'")]),
    Breakage(check: "privacy", program: [(": end", "cat \"$inputs/cases.csv\" >&2")]),
    Breakage(check: "flood", program: [(": end", "head -c 2000000 /dev/zero | tr '\\0' x")]),
    Breakage(
      check: "folder", program: [(": end", "touch \"$(dirname \"$0\")/cache\"")],
      policy: Policy(sandbox: .off)),
    Breakage(
      check: "empty",
      program: [(": end", "[ \"$(wc -l < \"$inputs/cases.csv\")\" -gt 1 ] || exit 7")]),
    Breakage(
      check: "missing-values",
      program: [(": end", "if grep -q '^,' \"$inputs/cases.csv\"; then exit 7; fi")]),
    Breakage(
      check: "missing-input",
      program: [
        ("|| exit 1", ""),
        (
          ": end",
          "[ -s \"$outputs/cases.csv\" ] || echo 'name,amount,seed' > \"$outputs/cases.csv\""
        ),
      ]),
    Breakage(check: "version-mismatch", program: [("[ \"$version\" != 1 ]", "false")]),
    Breakage(
      check: "stops",
      program: [("context=$(cat", "trap '' TERM; context=$(cat"), (": begin", "sleep 30")]),
    Breakage(
      check: "worker",
      manifest: [("[sh, copy.sh]", "[sh, worker.sh]"), ("code:", "worker: true\ncode:")],
      files: ["worker.sh": worker.replacing("STATUS", with: "exit")]),
  ]

  private func folder(_ breakage: Breakage) throws -> PluginFolder {
    let folder = try PluginFolder()
    try folder.write(Self.changed(Self.manifest, breakage.manifest), to: "plugin.yaml")
    try folder.write(Self.changed(Self.program, breakage.program), to: "copy.sh")
    for (name, text) in breakage.files { try folder.write(text, to: name) }
    return folder
  }

  private static func changed(_ text: String, _ changes: [(String, String)]) -> String {
    changes.reduce(text) { text, change in
      #expect(text.contains(change.0), "the sound plugin has no '\(change.0)' any more")
      return text.replacing(change.0, with: change.1)
    }
  }

  @Test func `a sound plugin passes every check that applies to it`() async throws {
    let folder = try folder(Breakage(check: "none"))
    let (results, faults) = try await ConformanceKit.run(folder: folder.path)
    #expect(faults.isEmpty)
    for result in results where result.word != "passed" {
      #expect(
        ["helper", "worker"].contains(result.check.name), "\(result.check.name): \(result.detail)")
      #expect(result.isSkipped)
    }
  }

  @Test func `a sound plugin that stays passes as well`() async throws {
    let folder = try folder(
      Breakage(
        check: "none",
        manifest: [("[sh, copy.sh]", "[sh, worker.sh]"), ("code:", "worker: true\ncode:")],
        files: ["worker.sh": Self.worker.replacing("STATUS", with: "true")]))
    let worker = [RobustnessChecks.worker]
    let results = try await ConformanceKit.run(folder: folder.path, checks: worker).results
    #expect(results.map(\.word) == ["passed"], "\(results.map(\.detail))")
  }

  @Test func `there are ten checks or more, and a broken plugin for each`() {
    let names = ConformanceKit.checks.map(\.name)
    #expect(names.count >= 10)
    #expect(Set(names).count == names.count)
    #expect(Set(Self.breakages.map(\.check)) == Set(names))
    for check in ConformanceKit.checks {
      #expect(!check.mend.isEmpty && check.demand.hasSuffix("."), "\(check.name)")
    }
  }

  @Test(arguments: breakages)
  func `a plugin that is broken in one way fails that check`(breakage: Breakage) async throws {
    let folder = try folder(breakage)
    let check = ConformanceKit.checks.filter { $0.name == breakage.check }
    let (results, _) = try await ConformanceKit.run(
      folder: folder.path, policy: breakage.policy, checks: check)
    #expect(results.map(\.word) == ["failed"], "\(results.map(\.detail))")
  }

  @Test func `a plugin with a broken manifest has the other checks skipped, not passed`()
    async throws
  {
    let folder = try folder(Self.breakages[0])
    let (results, faults) = try await ConformanceKit.run(folder: folder.path)
    #expect(!faults.isEmpty)
    #expect(results.count { $0.word == "passed" } == 0)
  }

  @Test func `JUnit counts what passed, failed and was skipped`() async throws {
    let folder = try folder(Self.breakages[1])
    let results = try await ConformanceKit.run(
      folder: folder.path, checks: [ConformanceKit.manifest] + DeclarationChecks.all
    ).results
    let text = JUnitReport.text(results, of: "a <folder>")
    #expect(text.contains("tests=\"5\" failures=\"1\" skipped=\"1\""))
    #expect(text.contains("name=\"a &lt;folder>\"") || text.contains("name=\"a &lt;folder&gt;\""))
    #expect(XMLParser(data: Data(text.utf8)).parse())
  }
}
