// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A parameter as data.
public struct ParameterDeclaration: Sendable, Hashable {
  public let name: String
  public let help: String
  public let schema: ParameterSchema
  public let isRequired: Bool
  /// The default; nil where there is none.
  public let initial: JSONValue?

  public init(
    name: String, help: String, schema: ParameterSchema, isRequired: Bool, initial: JSONValue?
  ) {
    self.name = name
    self.help = help
    self.schema = schema
    self.isRequired = isRequired
    self.initial = initial
  }
}

/// A port as data.
public struct PortDeclaration: Sendable, Hashable {
  public let name: String
  public let help: String
  public let kind: ArtifactKind
  /// Which record, where the port carries one.
  public let recordType: String?
  public let isList: Bool
  public let isOptional: Bool
  /// Columns of a table: those that an input needs, those that an output is sure to have.
  public let columns: [ColumnPromise]

  public init(
    name: String, help: String, kind: ArtifactKind, recordType: String? = nil,
    isList: Bool = false, isOptional: Bool = false, columns: [ColumnPromise] = []
  ) {
    self.name = name
    self.help = help
    self.kind = kind
    self.recordType = recordType
    self.isList = isList
    self.isOptional = isOptional
    self.columns = columns
  }

  /// The kind in words: "a list of tables", "a pilot-card record".
  public var phrase: String {
    let kind = recordType.map { "\($0) record" } ?? kind.rawValue
    return isList ? "a list of \(kind)s" : "a \(kind)"
  }
}

/// Everything the rest of Proeftuin knows of a stage; it cannot tell where the stage comes from.
public struct StageDeclaration: Sendable {
  public let plugin: String
  public let info: StageInfo
  public let parameters: [ParameterDeclaration]
  public let inputs: [PortDeclaration]
  public let outputs: [PortDeclaration]
  /// What stands for the code in the stage key: a declared version, or the digest of the files.
  public let implementation: String
  /// Reads the nodes of `with`, by parameter name; nil after reporting a fault.
  public let load:
    @Sendable (_ values: [String: Node], _ reading: inout ParameterReading) -> LoadedStage?

  public init(
    plugin: String, info: StageInfo, parameters: [ParameterDeclaration],
    inputs: [PortDeclaration], outputs: [PortDeclaration], implementation: String,
    load: @escaping @Sendable ([String: Node], inout ParameterReading) -> LoadedStage?
  ) {
    self.plugin = plugin
    self.info = info
    self.parameters = parameters
    self.inputs = inputs
    self.outputs = outputs
    self.implementation = implementation
    self.load = load
  }

  /// The name in `use:`, as in `impact/regression`.
  public var name: String { "\(plugin)/\(info.name)" }
}

/// A stage whose parameters are set: what the planner needs of it, and how to run it.
public struct LoadedStage: Sendable {
  /// The resolved parameters, defaults included, as they enter the stage key.
  public let parameters: JSONValue
  /// The seed under `with`, where the stage draws and one is given.
  public let seed: UInt64?
  /// Whether it draws with these parameters.
  public let isDrawing: Bool
  public let validate: @Sendable () -> StageFault?
  /// What is wrong where only these input ports are connected.
  public let validateConnected: @Sendable (Set<String>) -> StageFault?
  public let outputColumns: @Sendable (KnownColumns) -> KnownColumns
  /// The columns that the parameters may name; nil where they are not known.
  public let visibleColumns: @Sendable (KnownColumns) -> [ColumnPromise]?
  /// Variables of the environment that the stage sees, with their values: they enter the stage key.
  public let environment: [String: String]
  /// Whether a cancelled stage is sure to end soon, so that the runner waits for it: a stage that has
  /// a process of its own does not leave it behind.
  public let endsWhenCancelled: Bool
  /// From input port → artifacts to output port → artifact.
  public let run:
    @Sendable (_ inputs: [String: [Labeled<DeliveredArtifact>]], _ context: StageContext)
      async throws -> [String: Artifact]

  public init(
    parameters: JSONValue, seed: UInt64?, isDrawing: Bool,
    validate: @escaping @Sendable () -> StageFault? = { nil },
    validateConnected: @escaping @Sendable (Set<String>) -> StageFault? = { _ in nil },
    outputColumns: @escaping @Sendable (KnownColumns) -> KnownColumns = { _ in KnownColumns() },
    visibleColumns: @escaping @Sendable (KnownColumns) -> [ColumnPromise]? = { _ in nil },
    environment: [String: String] = [:], endsWhenCancelled: Bool = false,
    run:
      @escaping @Sendable (
        _ inputs: [String: [Labeled<DeliveredArtifact>]], _ context: StageContext
      ) async throws -> [String: Artifact]
  ) {
    self.parameters = parameters
    self.seed = seed
    self.isDrawing = isDrawing
    self.validate = validate
    self.validateConnected = validateConnected
    self.outputColumns = outputColumns
    self.visibleColumns = visibleColumns
    self.environment = environment
    self.endsWhenCancelled = endsWhenCancelled
    self.run = run
  }
}
