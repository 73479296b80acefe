// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

/// Which plugins a pipeline gets, and what is said where it does not get them.
struct PluginResolutionTests {
  typealias Outcome = (names: [String], diagnostics: [Diagnostic], versions: [String])

  /// The faults as `marker code`, and the versions of the plugins that are used.
  private func check(
    _ marked: String, _ finder: PluginShelf, file: String = "test.yaml", named: [String] = []
  ) -> Outcome {
    let text = MarkedText(marked)
    var checker = PipelineChecker(catalog: TestPlugin.catalog)
    checker.finder = finder
    checker.pluginFolders = named
    let result = checker.check(SourceFile(name: file, text: text.text))
    #expect((result.pipeline == nil) == result.diagnostics.contains { $0.severity == .error })
    let names = result.diagnostics.map { diagnostic in
      let place = diagnostic.file == file ? diagnostic.span.map { text.name(of: $0.start) } : nil
      return "\(place ?? diagnostic.file) \(diagnostic.code)"
    }
    return (
      names, result.diagnostics,
      result.plugins.map { "\($0.0.name) \($0.0.version.map { "\($0)" } ?? "")" }
    )
  }

  private static let late = PluginShelf(["shelf/late": [.plugin("late", "1.4.0")]])

  private static func pipeline(_ plugins: String, use: String = "late/count") -> String {
    "pipeline: p\n\(plugins)\nstages:\n  a: {use: \(use)}\n"
  }

  @Test(arguments: [
    "plugins: [shelf/late]", "plugins: {late: shelf/late}", "plugins: {late: {path: shelf/late}}",
    "plugins: {late: {path: shelf/late, version: ^1.2}}",
    "plugins: {late: {path: shelf/late, version: '>=1, <2', network: true}}",
  ])
  func `a pipeline names a plugin in a list or by its name`(plugins: String) {
    let outcome = check(Self.pipeline(plugins), Self.late)
    #expect(outcome.names == [])
    #expect(outcome.versions == ["late 1.4.0"])
  }

  @Test(arguments: [
    ("plugins: 1️⃣5", ["1️⃣ wrong-type", "4:12 unknown-stage"]),
    ("plugins: [shelf/late, 1️⃣{a: b}]", ["1️⃣ wrong-type"]),
    ("plugins: {late: 1️⃣[shelf/late]}", ["1️⃣ wrong-type", "4:12 unknown-stage"]),
    ("plugins: {late: {path: 1️⃣[shelf/late]}}", ["1️⃣ wrong-type", "4:12 unknown-stage"]),
    ("plugins: {late: {path: shelf/late, 1️⃣pth: x}}", ["1️⃣ unknown-key"]),
    ("plugins: {late: {path: shelf/late, version: 1️⃣latest}}", ["1️⃣ wrong-type"]),
    ("plugins: {late: {path: shelf/late, network: 1️⃣please}}", ["1️⃣ wrong-type"]),
    ("plugins: {late: {path: shelf/late, version: 1️⃣^2}}", ["1️⃣ plugin-version"]),
    ("plugins: {late: shelf/late, 1️⃣lat: {}}", ["1️⃣ unknown-plugin"]),
    ("plugins: {1️⃣other: shelf/late}", ["1️⃣ unknown-plugin"]),
  ])
  func `what is wrong with it is told at its place`(plugins: String, expected: [String]) {
    #expect(check(Self.pipeline(plugins), Self.late).names == expected)
  }

  @Test func `a plugin that is not there is asked for by a name that is close`() throws {
    let outcome = check(
      Self.pipeline("plugins: {late: shelf/late, lat: {}}"), Self.late)
    #expect(try #require(outcome.diagnostics.first).help == "did you mean 'late'?")
    let version = check(
      Self.pipeline("plugins: {late: {path: shelf/late, version: ^2}}"), Self.late
    ).diagnostics[0]
    #expect(version.message == "plugin 'late' is version 1.4.0, and '^2' is wanted")
    #expect(version.notes == ["it lies in shelf/late"])
  }

  @Test func `a stage that no plugin has is an unknown stage`() {
    #expect(
      check(Self.pipeline("", use: "1️⃣late/cuont"), Self.late).names == ["1️⃣ unknown-stage"])
  }

  @Test func `the name of a compiled plugin is taken`() {
    let shelf = PluginShelf(["shelf": [.plugin("test", "1.0.0")]])
    let outcome = check(Self.pipeline("plugins: [shelf]", use: "test/numbers"), shelf)
    #expect(outcome.names == ["shelf/plugin.yaml plugin-name-taken"])
  }

  @Test func `the folder that is nearest to the pipeline's own words counts`() {
    let places = ["own", "named", "far/Plugins", "Plugins"]
    var shelf = PluginShelf([:])
    for (position, place) in places.enumerated().reversed() {
      let path = place == "own" ? "far/own" : place
      shelf.folders[path] = [.plugin("late", "1.\(position).0", folder: path)]
      let plugins = place == "own" ? "plugins: [own]" : ""
      #expect(
        check(Self.pipeline(plugins), shelf, file: "far/p.yaml", named: ["named"]).versions
          == ["late 1.\(position).0"])
    }
  }

  @Test func `folders are asked for in that order, with where they are named`() throws {
    let shelf = PluginShelf(["far/own": [.plugin("late", "1.0.0")]])
    _ = check(
      Self.pipeline("plugins: {late: {path: own, network: true}, x: {path: /abs}}"), shelf,
      file: "far/p.yaml", named: ["named"])
    let search = try #require(shelf.searches.first)
    #expect(
      search.folders.map(\.path) == ["far/own", "/abs", "named", "far/Plugins", "Plugins"])
    #expect(search.folders.map(\.isNamed) == [true, true, true, false, false])
    #expect(search.folders[0].place?.span.start == SourcePosition(line: 2, column: 24))
    #expect(search.networkGrants == ["late"])
  }

  @Test func `manifests are read only where a pipeline needs them`() {
    let shelf = PluginShelf(["Plugins": [.plugin("late", "1.0.0")]])
    #expect(check(Self.pipeline("", use: "test/numbers"), shelf).names == [])
    #expect(shelf.searches.isEmpty)
  }

  @Test func `the faults of a plugin are told only where it is used`() {
    let shelf = PluginShelf([
      "Plugins": [.plugin("late", "1.0.0"), .broken("other"), .broken(nil)]
    ])
    #expect(check(Self.pipeline(""), shelf).names == [])
    #expect(
      check(Self.pipeline("", use: "1️⃣other/count"), shelf).names.sorted()
        == ["Plugins/other/plugin.yaml bad-version"])
  }

  @Test func `of two plugins with one name the first counts, and people are told`() {
    let shelf = PluginShelf(["Plugins": [.plugin("late", "1.0.0"), .plugin("late", "2.0.0")]])
    let found = check(Self.pipeline("", use: "1️⃣late/count"), shelf)
    #expect(found.names == ["1️⃣ plugin-twice"])
  }

  @Test func `a manifest without a name is told where a plugin is missed`() {
    let shelf = PluginShelf(["Plugins": [.broken(nil)]])
    #expect(
      check(Self.pipeline("", use: "1️⃣late/count"), shelf).names.sorted()
        == ["1️⃣ unknown-stage", "Plugins/plugin.yaml missing-key"])
  }
}
