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
  private let read = Mutex<Catalog?>(nil)

  public init(plugins: [any Plugin.Type]) { types = plugins }

  /// Plugin names in the order of registration.
  public var plugins: [String] { types.map { $0.name } }

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
