// SPDX-License-Identifier: EUPL-1.2

public import Documents
import Pipelines
public import StageKit
public import Tables

/// One stage, set up from the YAML that people would write under `with:`, outside any pipeline.
///
/// ```swift
/// let run = StageRun(Count.self, with: "where: age > 17")
/// let output = try await run(["cases": .table(cases)])
/// ```
public struct StageRun: Sendable {
  private let declaration: StageDeclaration
  private let loaded: LoadedStage?
  /// What reading the parameters found.
  public let diagnostics: [Diagnostic]

  public init<S: Stage>(
    _ stage: S.Type, with yaml: String = "", plugin: String = "test",
    referenceDate: ReferenceDate = .unknown
  ) {
    declaration = StageDeclaration(stage, plugin: plugin)
    let file = SourceFile(name: "with.yaml", text: yaml)
    var reading = ParameterReading(
      file: file, folder: "", constants: [:], referenceDate: referenceDate)
    guard !yaml.isEmpty else {
      loaded = declaration.load([:], &reading)
      diagnostics = reading.diagnostics
      return
    }
    let document = Document.parse(file)
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = declaration.load(
      Dictionary(nodes, uniquingKeysWith: { first, _ in first }), &reading)
    self.loaded = loaded
    diagnostics = document.diagnostics + reading.diagnostics
  }

  /// What the stage finds wrong with its parameters as a whole, where only required inputs are connected.
  public var validation: StageFault? {
    let required = Set(declaration.inputs.filter { !$0.isOptional }.map(\.name))
    return loaded.flatMap { $0.validate() ?? $0.validateConnected(required) }
  }

  /// Runs the stage on artifacts by input port.
  public func callAsFunction(
    _ inputs: [String: Artifact], seed: UInt64? = 1, secrets: [String: String] = [:]
  ) async throws -> [String: Artifact] {
    try await self(
      lists: inputs.mapValues { [Labeled("input", $0)] }, seed: seed, secrets: secrets)
  }

  /// Runs the stage on labelled artifacts, for list ports.
  public func callAsFunction(
    lists inputs: [String: [Labeled<Artifact>]], seed: UInt64? = 1,
    secrets: [String: String] = [:]
  ) async throws -> [String: Artifact] {
    guard let loaded else {
      throw StageFault(diagnostics.first?.message ?? "a required parameter is missing", kind: .user)
    }
    let context = StageContext(
      stage: declaration.name, instance: "stage", experiment: "test",
      seed: loaded.isDrawing ? loaded.seed ?? seed : nil, secrets: secrets)
    return try await loaded.run(inputs.delivered, context)
  }
}

extension Dictionary where Key == String, Value == Artifact {
  /// The table of an output port.
  public func table(_ port: String) throws -> Table {
    guard let artifact = self[port], artifact.kind == .table else {
      throw StageFault("there is no table '\(port)'", kind: .bug)
    }
    return try artifact.table()
  }

  /// The record of an output port.
  public func record(_ port: String) throws -> JSONValue {
    guard case .record(let record) = self[port] else {
      throw StageFault("there is no record '\(port)'", kind: .bug)
    }
    return record
  }
}
