// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// What this program can do: the plugins that `main.swift` lists.
public struct Installation: Sendable {
  public static let version = "0.1.0"

  public let catalog: Catalog
  public let tools: [ToolDeclaration]
  /// Plugin names in the order of registration.
  public let plugins: [String]

  public init(plugins: [any Plugin.Type]) {
    catalog = Catalog(plugins: plugins)
    tools = plugins.flatMap { $0.toolDeclarations }
    self.plugins = plugins.map { $0.name }
  }

  /// The installation that the running command belongs to.
  @TaskLocal static var current = Installation(plugins: [])
}
