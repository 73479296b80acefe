// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A pipeline file as people wrote it: its shape is right, its meaning not yet checked.
public struct PipelineDocument: Sendable {
  public let name: String
  public let nameSpan: SourceSpan
  public let title: String?
  public let plugins: [PluginBlock]
  public let parameters: [PipelineParameter]
  public let stages: [StageBlock]
  /// Names of environment variables that `${env.NAME}` may read.
  public let environment: [String]
  public let file: SourceFile

  /// The folder that paths in the file are relative to; empty for the working folder.
  public var folder: String {
    guard let slash = file.name.lastIndex(of: "/") else { return "" }
    return slash == file.name.startIndex ? "/" : String(file.name[..<slash])
  }
}

/// A plugin that the pipeline names: where it lies, which versions will do, what it may use.
public struct PluginBlock: Sendable {
  /// Nil where only its folder is given.
  public let name: String?
  public let node: Node
  public var path: String?
  public var pathNode: Node?
  public var range: VersionRange?
  public var rangeNode: Node?
  /// The operator has to grant it, too.
  public var grantsNetwork = false

  init(name: String?, node: Node, path: String? = nil, pathNode: Node? = nil) {
    self.name = name
    self.node = node
    self.path = path
    self.pathNode = pathNode
  }
}

/// A value that `--set` may override.
public struct PipelineParameter: Sendable {
  public let name: String
  public let help: String?
  /// The value, or the default where the parameter has a description.
  public let value: Node
  public let minimum: Double?
  public let maximum: Double?
  public let choices: [String]
}

/// One stage as written.
public struct StageBlock: Sendable {
  public let id: String
  public let idNode: Node
  /// `plugin/stage`.
  public let use: String
  public let useNode: Node
  public let inputs: [PortBinding]
  public let with: [Node.Entry]
  public let each: [FanOut]
  public let when: Node?
  public let retry: Int
  public let timeout: Duration?
  public let resources: Resources
}

/// The references that feed a port; without a name they feed the only required one.
public struct PortBinding: Sendable {
  public let port: String?
  /// Where the port, or the bare reference, stands.
  public let node: Node
  public let references: [(reference: PortReference, node: Node)]
}

/// One axis along which a stage is repeated.
public struct FanOut: Sendable {
  public let key: String
  public let node: Node
  /// A list, or a `${…}` that gives one.
  public let values: Node
}

/// What a stage needs of the machine; the local executor keeps to `cpus`.
public struct Resources: Sendable, Hashable {
  public var cpus = 1
  public var memoryBytes: Int?

  public init() {}
}
