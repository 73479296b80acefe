// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import StageTesting
import Testing

@testable import External

/// Which folders are plugins, and what is known of them before anything runs.
struct PluginFinderTests {
  let folder: PluginFolder

  init() throws { folder = try PluginFolder() }

  private func plugin(_ name: String, in place: String, version: String = "1.0.0") throws {
    try folder.write("exit 0\n", to: "\(place)/run.sh")
    try folder.write(
      """
      plugin: \(name)
      version: \(version)
      protocol: 1
      owner: Team Maatwerk
      command: [sh, run.sh]
      code: run.sh
      stages:
        a: {summary: Does., outputs: {page: {kind: file, help: A page.}}}
        b: {summary: Does., outputs: {page: {kind: file, help: A page.}}}
      """, to: "\(place)/plugin.yaml")
  }

  private func found(_ places: String...) -> [FoundPlugin] {
    var search = PluginSearch()
    search.folders = places.map { PluginSearch.Folder(folder.path($0), isNamed: true) }
    return ExternalPluginFinder().plugins(search)
  }

  @Test func `a folder is a plugin, or holds plugins, in order of name`() throws {
    for name in ["zeta", "alpha", "mid"] { try plugin(name, in: "all/\(name)") }
    try folder.write("", to: "all/empty/notes.md")
    try folder.write("", to: "all/file")
    #expect(found("all").map(\.description?.name) == ["alpha", "mid", "zeta"])
    #expect(found("all/mid").map(\.description?.name) == ["mid"])
  }

  @Test func `a plugin in a plugin's folder is not one of its own`() throws {
    try plugin("outer", in: "outer")
    try plugin("inner", in: "outer/inner")
    #expect(found("outer").map(\.description?.name) == ["outer"])
  }

  @Test func `one folder that is named in several ways is one plugin`() throws {
    try plugin("late", in: "all/late")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "all")
    #expect(found("all", "all/late", "all/../all/late", "link").count == 1)
  }

  @Test func `what is known of a plugin`() throws {
    try plugin("late", in: "late", version: "2.1.0-rc.1")
    let found = try #require(found("late").first)
    let description = try #require(found.description)
    #expect(description.version == SemanticVersion(2, 1, 0, prerelease: ["rc", "1"]))
    #expect(description.protocolName == "1")
    #expect(description.owner == "Team Maatwerk")
    #expect(description.stages == ["a", "b"])
    #expect(description.folder == folder.path("late"))
    #expect(description.digest?.count == 64)
    #expect(description.place?.span.start == SourcePosition(line: 1, column: 9))
    #expect(found.stages.map(\.name) == ["late/a", "late/b"])
    #expect(found.isUsable)
  }

  @Test func `a broken manifest gives its name and its faults, and no stage`() throws {
    try plugin("late", in: "late", version: "one")
    let found = try #require(found("late").first)
    #expect(found.description?.name == "late")
    #expect(found.stages.isEmpty)
    #expect(found.diagnostics.map { "\($0.code)" } == ["bad-version"])
    #expect(!found.isUsable)
  }

  @Test func `a manifest that is no YAML is a fault without a name`() throws {
    try folder.write("plugin: [", to: "late/plugin.yaml")
    let found = try #require(found("late").first)
    #expect(found.description == nil)
    #expect(found.diagnostics.allSatisfy { $0.file == folder.path("late/plugin.yaml") })
    #expect(!found.diagnostics.isEmpty)
  }

  @Test func `no program is started to find a plugin`() throws {
    try plugin("late", in: "late")
    try folder.write("touch \(folder.path("started"))\n", to: "late/run.sh", isProgram: true)
    #expect(found("late").count == 1)
    #expect(!folder.names(in: "").contains("started"))
  }
}
