// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import StageKit
import StageTesting
import Testing

/// `plugins.lock` beside a pipeline.
final class PluginLockTests {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "proeftuin-lock-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var path: String { "\(folder)/plugins.lock" }

  private func check(
    _ plugin: FoundPlugin, demand: PipelineChecker.LockDemand = .ifPresent
  ) -> PipelineChecker.Outcome {
    var checker = PipelineChecker(catalog: TestPlugin.catalog)
    checker.finder = PluginShelf(["Plugins": [plugin]])
    checker.lockDemand = demand
    return checker.check(
      SourceFile(
        name: "\(folder)/p.yaml",
        text: """
          pipeline: p
          plugins: {late: {version: ^1.2}}
          stages:
            a: {use: late/count}
          """))
  }

  /// Writes what the lock says of a plugin now.
  private func lock(_ plugin: FoundPlugin) throws {
    var lock = PluginLock()
    lock.note(check(plugin, demand: .none).plugins)
    try lock.text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private let late = FoundPlugin.plugin(
    "late", "1.4.0", digest: String(repeating: "0123456789abcdef", count: 4))

  @Test func `a lock reads back as it was written`() throws {
    try lock(late)
    var faults: [Diagnostic] = []
    let read = try #require(PluginLock.read(path: path, &faults))
    #expect(faults.isEmpty)
    #expect(read.entries.map(\.name) == ["late"])
    #expect(read.entries[0].version == "1.4.0")
    #expect(read.entries[0].protocolName == "1")
    #expect(read.entries[0].range == "^1.2")
    #expect(read.entries[0].digest.hasPrefix("sha256:0123456789abcdef"))
    #expect(read.text == (try String(contentsOfFile: path, encoding: .utf8)))
  }

  @Test func `noting again replaces an entry and keeps the others, in order of name`() {
    func description(_ name: String, _ version: String) -> (PluginDescription, range: String?) {
      (FoundPlugin.plugin(name, version).description ?? PluginDescription(name: name), nil)
    }
    var lock = PluginLock()
    lock.note([description("zeta", "1.0.0"), description("alpha", "1.0.0")])
    lock.note([description("zeta", "2.0.0")])
    #expect(lock.entries.map { "\($0.name) \($0.version)" } == ["alpha 1.0.0", "zeta 2.0.0"])
  }

  @Test func `a plugin that is as it was locked has no faults`() throws {
    try lock(late)
    for demand in [PipelineChecker.LockDemand.none, .ifPresent, .complete] {
      #expect(check(late, demand: demand).diagnostics == [])
    }
  }

  @Test(arguments: [
    ("1.5.0", "0", 5, "version: 1.4.0 → 1.5.0", "version"),
    ("1.4.0", "f", 8, "code: sha256:0123456789ab… → sha256:ffffffffffff…", "code"),
    ("1.5.0", "f", 5, "version: 1.4.0 → 1.5.0", "version and code"),
  ])
  func `a plugin that changed is a fault at the line that says otherwise`(
    version: String, digest: String, line: Int, note: String, words: String
  ) throws {
    try lock(late)
    let changed = FoundPlugin.plugin(
      "late", version,
      digest: digest == "0"
        ? String(repeating: "0123456789abcdef", count: 4) : String(repeating: digest, count: 64))
    let outcome = check(changed)
    #expect(outcome.pipeline == nil)
    let fault = try #require(outcome.diagnostics.first)
    #expect(outcome.diagnostics.count == 1)
    #expect("\(fault.code)" == "plugin-changed")
    #expect(fault.file == path)
    let text = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(text[line].contains(note.prefix { $0 != ":" } + ":"))
    #expect(fault.span?.start.line == line + 1)
    #expect(fault.message.hasSuffix("its \(words) changed"))
    #expect(fault.notes.first == note)
    #expect(check(changed, demand: .none).diagnostics == [])
  }

  @Test func `without a lock only who demands one is told`() {
    #expect(check(late).diagnostics == [])
    let outcome = check(late, demand: .complete)
    #expect(outcome.diagnostics.map { "\($0.severity) \($0.code)" } == ["error plugin-not-locked"])
    #expect(outcome.diagnostics[0].span?.start == SourcePosition(line: 4, column: 12))
    #expect(outcome.diagnostics[0].help?.contains("proeftuin plugins lock") == true)
  }

  @Test func `a plugin that a lock leaves out is a warning, and an error where all are demanded`()
    throws
  {
    try lock(.plugin("other", "1.0.0"))
    try "lock: 1\nplugins: {other: {version: 1.0.0, protocol: 1, code: x}}\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let outcome = check(late)
    #expect(outcome.pipeline != nil)
    #expect(
      outcome.diagnostics.map { "\($0.severity) \($0.code)" } == ["warning plugin-not-locked"])
    #expect(check(late, demand: .complete).pipeline == nil)
  }

  @Test(arguments: ["", "lock: 2\nplugins: {}\n", "plugins: {}\n", "lock: 1\n", "- a\n"])
  func `a lock that cannot be read is a fault`(text: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = check(late)
    #expect(outcome.pipeline == nil)
    #expect(outcome.diagnostics.map(\.file) == [path])
    #expect(text.isEmpty || outcome.diagnostics.map { "\($0.code)" } == ["bad-lock"])
    #expect(outcome.diagnostics.allSatisfy { $0.severity == .error })
    #expect(check(late, demand: .none).diagnostics == [])
  }
}
