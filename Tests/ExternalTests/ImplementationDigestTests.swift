// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Testing

@testable import External

/// What of a manifest enters the stage key by way of the implementation.
struct ImplementationDigestTests {
  private static let manifest = """
    plugin: p
    version: 1.0.0
    protocol: 1
    command: [sh, run.sh]
    code: run.sh
    stages:
      a:
        summary: Does.
        outputs: {cases: {kind: table, help: Cases.}}
      b:
        summary: Does too.
        outputs: {cases: {kind: table, help: Cases.}}
    """

  let folder: PluginFolder

  init() throws {
    folder = try PluginFolder()
    try folder.write("exit 0\n", to: "run.sh")
    try folder.write("pinned\n", to: "run.lock")
  }

  /// What stands for the code of both stages, and of the plugin.
  private func digests(_ text: String = manifest) throws -> (stages: [String], plugin: String) {
    try folder.write(text, to: "plugin.yaml")
    let (manifest, _, diagnostics) = ManifestReader.read(folder: folder.path)
    let plugin = try #require(manifest, "\(diagnostics.map(\.message))")
    return (plugin.stages.map { plugin.implementation(of: $0) }, plugin.implementationDigest)
  }

  @Test(arguments: [
    ("plugin: p", "# a comment\nplugin: p"), ("summary: Does.", "summary: Does it well."),
    ("version: 1.0.0", "version: 1.0.0\nowner: Someone"), ("[sh, run.sh]", "[ 'sh', \"run.sh\" ]"),
    ("code: run.sh", "code: ['run.*h']"), ("help: Cases.", "help: The cases."),
    ("version: 1.0.0", "version: 1.0.1"),
  ])
  func `wording and comments change nothing`(old: String, new: String) throws {
    let before = try digests()
    let after = try digests(Self.manifest.replacing(old, with: new))
    #expect(after.stages == before.stages)
    #expect(after.plugin == before.plugin)
  }

  @Test(arguments: [
    ("code: run.sh", "code: run.sh\nnetwork: true"),
    ("code: run.sh", "code: run.sh\nlimits: {memory: 1GiB}"),
    ("code: run.sh", "code: run.sh\nworker: true"),
    ("code: run.sh", "code: run.sh\nenvironment: [A_SETTING]"),
  ])
  func `what a program may see and use changes the lock, and no result`(
    old: String, new: String
  ) throws {
    let before = try digests()
    let after = try digests(Self.manifest.replacing(old, with: new))
    #expect(after.stages == before.stages)
    #expect(after.plugin != before.plugin)
  }

  @Test(arguments: [
    ("[sh, run.sh]", "[sh, run.sh, --fast]"), ("code: run.sh", "code: run.sh\nlock: run.lock"),
    ("code: run.sh", "code: [run.sh, run.lock]"),
  ])
  func `the command and the files change every stage`(old: String, new: String) throws {
    let before = try digests()
    let after = try digests(Self.manifest.replacing(old, with: new))
    #expect(zip(before.stages, after.stages).allSatisfy { $0 != $1 })
    #expect(after.plugin != before.plugin)
  }

  @Test func `so does a change of the code`() throws {
    let before = try digests()
    try folder.write("exit 1\n", to: "run.sh")
    let after = try digests()
    #expect(zip(before.stages, after.stages).allSatisfy { $0 != $1 })
    #expect(after.plugin != before.plugin)
  }

  @Test(arguments: ["format: csv", "version: 2"])
  func `what a stage says of itself changes that stage only`(line: String) throws {
    let before = try digests()
    let after = try digests(
      Self.manifest.replacing("summary: Does.", with: "summary: Does.\n    \(line)"))
    #expect(after.stages[0] != before.stages[0])
    #expect(after.stages[1] == before.stages[1])
    #expect(after.plugin != before.plugin)
  }
}
