// SPDX-License-Identifier: EUPL-1.2

public import StageKit
import Synchronization

/// What this program can do: the plugins that `main.swift` lists.
///
/// Reading every declaration takes some milliseconds, which a command that needs none should not pay: it
/// is done when it is asked for, once.
public final class Installation: Sendable {
  public static let version = "0.1.0"

  private let types: [any Plugin.Type]
  /// Finds plugins that are not compiled in.
  let finder: (any PluginFinder)?
  private let read = Mutex<Catalog?>(nil)

  public init(plugins: [any Plugin.Type], finder: (any PluginFinder)? = nil) {
    types = plugins
    self.finder = finder
  }

  /// Plugin names in the order of registration.
  public var plugins: [String] { types.map { $0.name } }

  /// The compiled plugins that have stages, as the catalogue shows them.
  var descriptions: [PluginDescription] {
    types.filter { !$0.stages.isEmpty }.map { plugin in
      var description = PluginDescription(name: plugin.name)
      description.version = SemanticVersion(Self.version)
      description.owner = "Proeftuin"
      description.licence = "EUPL-1.2"
      description.stages = plugin.stages.map { $0.info.name }
      return description
    }
  }

  var machineChecks: [MachineCheck] { types.flatMap { $0.machineChecks() } }

  public var tools: [ToolDeclaration] { types.flatMap { $0.toolDeclarations } }

  public var catalog: Catalog {
    read.withLock { known in
      if let known { return known }
      let catalog = Catalog(plugins: types)
      known = catalog
      return catalog
    }
  }

  /// The installation that the running command belongs to.
  @TaskLocal static var current = Installation(plugins: [])
}
