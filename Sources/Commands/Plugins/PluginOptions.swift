// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Pipelines
import StageKit

/// Where plugins lie that are not compiled in: `--plugins DIR`, and `PROEFTUIN_PLUGINS`.
struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugins"),
    help: ArgumentHelp(
      "A folder that is a plugin or holds plugins; may be given several times.", valueName: "dir"),
    completion: .directory)
  var named: [String] = []

  /// The folders named here and in the environment, in this order.
  var folders: [String] {
    let variable = ProcessInfo.processInfo.environment["PROEFTUIN_PLUGINS"] ?? ""
    return named + variable.split(separator: ":").map { String($0) }
  }

  /// Every plugin that can be found from the working folder, without a pipeline.
  func found() -> [FoundPlugin] {
    guard let finder = Installation.current.finder else { return [] }
    var search = PluginSearch()
    search.folders = PluginSearch.Folder.standard(beside: "", named: folders)
    return finder.plugins(search)
  }

  /// The catalog for completions, which take no options.
  static var standardCatalog: Catalog { PluginOptions.standard.catalog }

  private static var standard: PluginOptions {
    var options = PluginOptions()
    options.named = []
    return options
  }

  /// The compiled stages and those of the plugins found.
  var catalog: Catalog {
    let compiled = Installation.current.catalog
    let taken = Set(Installation.current.plugins)
    return compiled.adding(
      found().filter { $0.isUsable && !taken.contains($0.description?.name ?? "") }
        .flatMap(\.stages))
  }
}

/// `--frozen`, on commands that read pipelines.
struct LockOptions: ParsableArguments {
  @Flag(
    name: .long, help: "Ask that plugins.lock names every plugin that the pipeline uses.")
  var frozen = false
}
