// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// Finds plugins that are not compiled in: folders with a manifest and a program.
///
/// `main.swift` hands one over; nothing above StageKit knows how it works.
public protocol PluginFinder: Sendable {
  /// Reads the manifests of all plugins that can be found; starts no program.
  func plugins(_ search: PluginSearch) -> [FoundPlugin]
}

/// Where to look for plugins, and what they are granted.
public struct PluginSearch: Sendable {
  /// Folders that are plugins or hold plugins, the first one first: of two plugins with one name the
  /// earlier counts.
  public var folders: [Folder] = []
  /// Names of the plugins to which the pipeline grants the network.
  public var networkGrants: Set<String> = []

  public init() {}

  /// A folder to look in.
  public struct Folder: Sendable, Hashable {
    public let path: String
    /// Somebody named it, so that it must be there.
    public let isNamed: Bool
    /// Where the pipeline names it.
    public let place: SourcePlace?

    public init(_ path: String, isNamed: Bool = false, place: SourcePlace? = nil) {
      self.path = path
      self.isNamed = isNamed
      self.place = place
    }

    /// Where a pipeline in a folder finds plugins beside those that it names itself: in the folders that
    /// whoever runs the program names, beside the pipeline, and beside the working folder.
    public static func standard(beside folder: String, named: [String]) -> [Folder] {
      let own = folder.isEmpty || folder == "." ? [] : [Folder("\(folder)/Plugins")]
      return named.map { Folder($0, isNamed: true) } + own + [Folder("Plugins")]
    }
  }
}

/// A plugin that was found, or a folder that should have been one.
public struct FoundPlugin: Sendable {
  /// What is known of it; nil where the manifest cannot be understood.
  public let description: PluginDescription?
  public let stages: [StageDeclaration]
  public let diagnostics: [Diagnostic]

  public init(
    _ description: PluginDescription?, stages: [StageDeclaration], diagnostics: [Diagnostic]
  ) {
    self.description = description
    self.stages = stages
    self.diagnostics = diagnostics
  }

  public var isUsable: Bool {
    description != nil && !diagnostics.contains { $0.severity == .error }
  }
}

/// A plugin as the catalogue shows it.
public struct PluginDescription: Sendable, Hashable {
  public let name: String
  public var version: SemanticVersion?
  /// What it speaks: `1`, `none`, or `swift` for a compiled one.
  public var protocolName = "swift"
  public var summary: String?
  public var owner: String?
  public var licence: String?
  /// The digest of what decides its results, in hexadecimal.
  public var digest: String?
  /// The folder that it lies in; nil for a compiled one.
  public var folder: String?
  /// Whether its programs ask for the network.
  public var wantsNetwork = false
  /// Where the manifest names it.
  public var place: SourcePlace?
  /// Stage names without the plugin's.
  public var stages: [String] = []

  public init(name: String) { self.name = name }
}

/// Something that a plugin wants of the machine, as `proeftuin doctor` shows it.
public struct MachineCheck: Sendable, Hashable {
  public let name: String
  public let isFine: Bool
  public let detail: String
  public let help: String?

  public init(_ name: String, isFine: Bool, detail: String, help: String? = nil) {
    self.name = name
    self.isFine = isFine
    self.detail = detail
    self.help = help
  }
}
