// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Finds the plugins that a pipeline needs beside the compiled ones, and says what is wrong with them.
struct PluginResolution {
  let document: PipelineDocument
  let compiled: Catalog
  let folders: [String]
  private(set) var diagnostics: [Diagnostic] = []
  /// Names of plugins that are there and cannot be used: their own faults say why.
  private(set) var broken: Set<String> = []
  /// The plugins that the pipeline uses, by name.
  private(set) var used: [String: PluginDescription] = [:]

  init(document: PipelineDocument, compiled: Catalog, folders: [String]) {
    self.document = document
    self.compiled = compiled
    self.folders = folders
  }

  /// The compiled stages and those of the plugins found; manifests are read only where they are needed.
  mutating func catalog(_ finder: any PluginFinder) -> Catalog {
    let missing = document.stages.filter { compiled[$0.use] == nil }
    guard !missing.isEmpty || !document.plugins.isEmpty else { return compiled }
    var search = PluginSearch()
    search.folders =
      document.plugins.compactMap(folder)
      + PluginSearch.Folder.standard(beside: document.folder, named: folders)
    search.networkGrants = Set(document.plugins.filter(\.grantsNetwork).compactMap(\.name))
    let found = finder.plugins(search)
    let wanted = Set(missing.map(\.pluginName)).union(document.plugins.compactMap(\.name))
    let compiledNames = Set(compiled.stages.map(\.plugin))
    var stages: [StageDeclaration] = []
    var unnamed: [Diagnostic] = []
    for plugin in found {
      guard let description = plugin.description else {
        unnamed += plugin.diagnostics
        continue
      }
      if let first = used[description.name] {
        if (first.digest, first.version) != (description.digest, description.version) {
          warn(description, besides: first)
        }
        continue
      }
      let isNamed = document.plugins.contains { $0.resolves(to: description, in: document.folder) }
      guard wanted.contains(description.name) || isNamed else { continue }
      diagnostics += plugin.diagnostics
      if !plugin.isUsable { broken.insert(description.name) }
      if compiledNames.contains(description.name) {
        report(nameTaken: description)
        continue
      }
      used[description.name] = description
      checkNetwork(of: description, granted: search.networkGrants)
      stages += plugin.stages
    }
    checkNamed(found)
    let isUnknown = wanted.contains { used[$0] == nil && !compiledNames.contains($0) }
    // A manifest without a name may be the one that is missed.
    if isUnknown || unnamed.contains(where: { isOfPipeline($0) }) { diagnostics += unnamed }
    return compiled.adding(stages)
  }

  private func folder(_ block: PluginBlock) -> PluginSearch.Folder? {
    block.path.map { path in
      PluginSearch.Folder(
        block.location(path, in: document.folder), isNamed: true,
        place: SourcePlace(file: document.file.name, span: (block.pathNode ?? block.node).span))
    }
  }

  private func isOfPipeline(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.file == document.file.name
      || document.plugins.contains { block in
        block.path.map { diagnostic.file.hasPrefix(block.location($0, in: document.folder)) }
          ?? false
      }
  }

  /// Every plugin that the pipeline names is there, and of a version that will do.
  private mutating func checkNamed(_ found: [FoundPlugin]) {
    let names = found.compactMap(\.description?.name)
    for block in document.plugins {
      guard let name = block.name else { continue }
      guard let description = used[name] else {
        if !names.contains(name), !diagnostics.contains(where: { $0.severity == .error }) {
          report(
            .unknownPlugin, "there is no plugin '\(name)'", block.node,
            help: Suggestion.question(for: name, among: names)
              ?? "say where it lies with 'path:', or add it: proeftuin plugin add FOLDER")
        }
        continue
      }
      if let range = block.range, let version = description.version, !range.contains(version) {
        report(
          .pluginVersion, "plugin '\(name)' is version \(version), and '\(range.text)' is wanted",
          block.rangeNode ?? block.node, help: "change the range, or put another version there",
          notes: description.folder.map { ["it lies in \($0)"] } ?? [])
      }
    }
  }

  /// Two plugins of one name that are not the same: the first counts, and people should know.
  private mutating func warn(_ plugin: PluginDescription, besides first: PluginDescription) {
    let use = document.stages.first { $0.pluginName == plugin.name }?.useNode
    diagnostics.append(
      Diagnostic(
        .pluginTwice, severity: .warning,
        "there are two different plugins '\(plugin.name)'; that in \(first.folder ?? "?") is used",
        help: "rename or remove the one in \(plugin.folder ?? "?")", file: document.file.name,
        span: use?.span))
  }

  /// Manifest, pipeline and policy have to agree; what the policy says is seen when a stage runs.
  private mutating func checkNetwork(of plugin: PluginDescription, granted: Set<String>) {
    guard plugin.wantsNetwork, !granted.contains(plugin.name) else { return }
    let use = document.stages.first { $0.pluginName == plugin.name }?.useNode
    guard let node = use ?? document.plugins.first(where: { $0.name == plugin.name })?.node else {
      return
    }
    report(
      .networkNotGranted,
      "plugin '\(plugin.name)' asks for the network, and the pipeline does not grant it", node,
      help: "grant it there: plugins: {\(plugin.name): {"
        + (plugin.folder.map { "path: \($0), " } ?? "") + "network: true}}")
  }

  private mutating func report(nameTaken description: PluginDescription) {
    diagnostics.append(
      Diagnostic(
        .pluginNameTaken, "the plugin name '\(description.name)' is taken by a plugin of Proeftuin",
        help: "give the plugin another name", file: description.place?.file ?? document.file.name,
        span: description.place?.span))
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ node: Node, help: String? = nil,
    notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, message, help: help, notes: notes, file: document.file.name, span: node.span))
  }
}

extension StageBlock {
  /// What stands before the slash.
  var pluginName: String { use.split(separator: "/").first.map { String($0) } ?? use }
}

extension PluginBlock {
  /// A path relative to the pipeline file, as seen from the working folder.
  func location(_ path: String, in folder: String) -> String {
    let path = path == "." ? "" : path
    if path.hasPrefix("/") { return path }
    if folder.isEmpty { return path.isEmpty ? "." : path }
    return path.isEmpty ? folder : "\(folder)/\(path)"
  }

  fileprivate func resolves(to description: PluginDescription, in folder: String) -> Bool {
    if let name { return name == description.name }
    guard let path, let found = description.folder else { return false }
    let own = location(path, in: folder)
    return found == own || found.hasPrefix(own + "/")
  }
}
