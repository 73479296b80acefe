// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
public import StageKit

/// Finds folders with a `plugin.yaml`, and makes stages of what it declares.
public struct ExternalPluginFinder: PluginFinder {
  public init() {}

  public func plugins(_ search: PluginSearch) -> [FoundPlugin] {
    var seen: Set<String> = []
    var found: [FoundPlugin] = []
    for folder in search.folders {
      let places = Self.pluginFolders(in: folder.path)
      if places.isEmpty, folder.isNamed { found.append(Self.nothing(in: folder)) }
      // The same folder may be named in two ways.
      for place in places where seen.insert(Self.realPath(place)).inserted {
        found.append(Self.plugin(in: place, networkGrants: search.networkGrants))
      }
    }
    return found
  }

  /// The folder itself where it has a manifest, else its subfolders that have one, in order of name.
  private static func pluginFolders(in folder: String) -> [String] {
    func hasManifest(_ folder: String) -> Bool {
      FileStatus.exists(path: "\(folder)/\(PluginManifest.fileName)")
    }
    if hasManifest(folder) { return [folder] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { "\(folder)/\($0)" }.filter(hasManifest)
  }

  private static func plugin(in folder: String, networkGrants: Set<String>) -> FoundPlugin {
    let (manifest, name, diagnostics) = ManifestReader.read(folder: folder)
    guard let manifest else {
      var description = name.map { PluginDescription(name: $0.0) }
      description?.folder = folder
      description?.place = name?.1
      return FoundPlugin(description, stages: [], diagnostics: diagnostics)
    }
    let isGranted = networkGrants.contains(manifest.name)
    return FoundPlugin(
      manifest.description,
      stages: manifest.stages.map {
        ExternalStage(plugin: manifest, stage: $0, isNetworkGranted: isGranted).declaration
      }, diagnostics: diagnostics)
  }

  private static func nothing(in folder: PluginSearch.Folder) -> FoundPlugin {
    FoundPlugin(
      nil, stages: [],
      diagnostics: [
        Diagnostic(
          .noManifest,
          "there is no plugin in '\(folder.path)': it has no \(PluginManifest.fileName)",
          help: "name the plugin's folder, or the folder that holds plugins",
          file: folder.place?.file ?? folder.path, span: folder.place?.span)
      ])
  }

  private static func realPath(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
}

extension PluginManifest {
  /// The plugin as the catalogue shows it.
  var description: PluginDescription {
    var description = PluginDescription(name: name)
    description.version = version
    description.protocolName = protocolVersion.name
    description.summary = summary
    description.owner = owner
    description.licence = licence
    description.digest = implementationDigest
    description.folder = folder
    description.wantsNetwork = wantsNetwork
    description.place = namePlace
    description.stages = stages.map(\.name)
    return description
  }
}
