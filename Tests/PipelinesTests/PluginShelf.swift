// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import Synchronization
import Tables

/// Plugins that are found in folders without there being any.
struct PluginShelf: PluginFinder {
  /// By path, what is found there.
  var folders: [String: [FoundPlugin]]
  private let asked = SearchLog()

  init(_ folders: [String: [FoundPlugin]]) { self.folders = folders }

  func plugins(_ search: PluginSearch) -> [FoundPlugin] {
    asked.list.withLock { $0.append(search) }
    return search.folders.flatMap { folders[$0.path] ?? [] }
  }

  /// What was asked for so far.
  var searches: [PluginSearch] { asked.list.withLock { $0 } }

  private final class SearchLog: Sendable {
    let list = Mutex<[PluginSearch]>([])
  }
}

extension FoundPlugin {
  /// A plugin whose stage `count` needs an integer and a text, and gives a number besides.
  static func plugin(
    _ name: String, _ version: String, folder: String? = nil, digest: String = "d1"
  ) -> FoundPlugin {
    let folder = folder ?? "shelf/\(name)"
    var description = PluginDescription(name: name)
    description.version = SemanticVersion(version)
    description.protocolName = "1"
    description.digest = digest
    description.folder = folder
    description.place = SourcePlace(
      file: "shelf/plugin.yaml", span: SourceSpan(at: SourcePosition(line: 1, column: 9)))
    description.stages = ["count"]
    return FoundPlugin(description, stages: [count(of: name)], diagnostics: [])
  }

  /// A plugin whose manifest is at fault.
  static func broken(_ name: String?) -> FoundPlugin {
    var description = name.map { PluginDescription(name: $0) }
    description?.folder = name.map { "Plugins/\($0)" }
    return FoundPlugin(
      description, stages: [],
      diagnostics: [
        Diagnostic(
          name == nil ? "missing-key" : "bad-version", "it is broken",
          file: name.map { "Plugins/\($0)/plugin.yaml" } ?? "Plugins/plugin.yaml",
          span: SourceSpan(at: .start))
      ])
  }

  private static func count(of plugin: String) -> StageDeclaration {
    StageDeclaration(
      plugin: plugin, info: StageInfo("count", version: 1, summary: "Counts."), parameters: [],
      inputs: [
        PortDeclaration(
          name: "cases", help: "Cases.", kind: .table, isOptional: true,
          columns: [ColumnPromise("n", .number), ColumnPromise("group", .text)])
      ],
      outputs: [PortDeclaration(name: "cases", help: "Cases.", kind: .table)],
      implementation: "version 1, code x"
    ) { _, _ in
      LoadedStage(
        parameters: [:], seed: nil, isDrawing: false,
        outputColumns: { known in
          var out = KnownColumns()
          out["cases"] = known["cases"].map { $0 + [ColumnPromise("share", .number)] }
          return out
        }
      ) { inputs, _ in try inputs.mapValues { try $0[0].value.artifact() } }
    }
  }
}
