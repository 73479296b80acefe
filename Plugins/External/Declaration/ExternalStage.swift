// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// A stage of a manifest as the rest of Proeftuin knows stages.
struct ExternalStage: Sendable {
  let plugin: PluginManifest
  let stage: StageManifest
  /// The pipeline lets it use the network; the operator's policy has to as well.
  let isNetworkGranted: Bool

  var declaration: StageDeclaration {
    let parameters = stage.parameters.map(\.declaration) + (stage.draws ? [.seed] : [])
    return StageDeclaration(
      plugin: plugin.name,
      info: StageInfo(
        stage.name, version: stage.version, summary: stage.summary, draws: stage.draws,
        example: exampleText, source: stage.source),
      parameters: parameters, inputs: stage.inputs.map(\.declaration),
      outputs: stage.outputs.map(\.declaration),
      implementation: plugin.implementation(of: stage)
    ) { values, reading in
      load(values, in: &reading)
    }
  }

  /// Reads the parameters, all faults at once.
  func load(_ values: [String: Node], in reading: inout ParameterReading) -> LoadedStage? {
    var settings = StageSettings()
    var json: [(String, JSONValue)] = []
    var isWhole = true
    for parameter in stage.parameters {
      reading.parameter = parameter.name
      guard let node = values[parameter.name] else {
        if parameter.isRequired { isWhole = false }
        let initial = defaultValue(of: parameter)
        json.append((parameter.name, initial?.json ?? .null))
        if let initial { settings.note(initial, for: parameter) }
        continue
      }
      guard let value = parameter.type.read(node, in: &reading) else {
        isWhole = false
        continue
      }
      json.append((parameter.name, value.json))
      settings.note(value, for: parameter)
    }
    var seed: UInt64?
    if stage.draws, values["seed"] != nil {
      seed = reading.seed(values)
      if seed == nil { isWhole = false }
    }
    guard isWhole else { return nil }
    settings.parameters = .object(members: json)
    if stage.readsDate {
      settings.referenceDate = reading.referenceDate.day.map { "\($0)" } ?? "absent"
    }
    return loaded(settings, seed: seed)
  }

  /// The default, which the manifest's reader has found to fit.
  private func defaultValue(of parameter: ParameterManifest) -> ParameterType.Value? {
    guard let node = parameter.initial else { return nil }
    var reading = ParameterReading(
      file: SourceFile(name: PluginManifest.fileName, text: ""), folder: "", constants: [:])
    return parameter.type.read(node, in: &reading)
  }

  private func loaded(_ settings: StageSettings, seed: UInt64?) -> LoadedStage {
    let environment = environment
    return LoadedStage(
      parameters: settings.keyParameters, seed: seed, isDrawing: stage.draws,
      outputColumns: outputColumns, visibleColumns: Self.visibleColumns,
      environment: environment, endsWhenCancelled: true
    ) { inputs, context in
      try await ExternalAttempt(
        plugin: plugin, stage: stage, settings: settings, environment: environment,
        isNetworkGranted: isNetworkGranted, context: context
      ).run(inputs)
    }
  }

  private static func visibleColumns(_ known: KnownColumns) -> [ColumnPromise]? { known.main }

  /// The variables that the manifest declares, as far as they are set.
  private var environment: [String: String] {
    guard !plugin.environment.isEmpty else { return [:] }
    let all = ProcessInfo.processInfo.environment
    return Dictionary(
      plugin.environment.compactMap { name in all[name].map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The columns that outputs are sure to have: declared ones, behind those of the input they extend.
  private func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns()
    // Columns that are declared without 'extends' are the least that there is: nothing is known to lack.
    for port in stage.outputs {
      guard let base = port.extends, let given = inputs[base] else { continue }
      let own = port.declaration.columns
      known[port.declaration.name] =
        given.filter { column in !own.contains { $0.name == column.name } } + own
    }
    return known
  }

  /// The stage in a pipeline, for its page.
  private var exampleText: String? {
    guard let example = stage.example else { return nil }
    var lines = ["\(stage.name):", "  use: \(plugin.name)/\(stage.name)"]
    if !example.inputs.isEmpty {
      let ports = example.inputs.map { "\($0.port): intake.cases" }
      lines.append("  from: {\(ports.joined(separator: ", "))}")
    }
    if !example.parameters.isEmpty {
      lines.append("  with:")
      for (name, node) in example.parameters {
        lines.append("    \(name): \(node.json.compact)")
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// The parameters of one instance, read and ready to be handed to a program.
struct StageSettings: Sendable {
  /// By name, in the order of the manifest; a file stands as what enters the stage key.
  var parameters: JSONValue = [:]
  /// The run's today, where the stage is told it.
  var referenceDate: String?
  /// What enters the stage key: the parameters, and the date as expressions have it there.
  var keyParameters: JSONValue {
    guard let referenceDate else { return parameters }
    return .object(
      members: parameters.members.map { ($0.key, $0.value) } + [("today()", .string(referenceDate))]
    )
  }
  /// The files that parameters name, by parameter.
  var files: [String: [InputFile]] = [:]
  /// By parameter, the name of the secret.
  var secrets: [String: String] = [:]

  mutating func note(_ value: ParameterType.Value, for parameter: ParameterManifest) {
    if !value.files.isEmpty { files[parameter.name] = value.files }
    if let secret = value.secret { secrets[parameter.name] = secret }
  }
}

extension ParameterManifest {
  fileprivate var declaration: ParameterDeclaration {
    ParameterDeclaration(
      name: name, help: help, schema: type.schema, isRequired: isRequired, initial: initial?.json)
  }
}
