// SPDX-License-Identifier: EUPL-1.2

public import Documents

extension StageDeclaration {
  /// The declaration of a stage written in Swift, read from its properties.
  public init<S: Stage>(_ stage: S.Type, plugin: String) {
    let wrapped = wrappers(of: S(), as: (any DeclaredParameter).self)
    let slots = wrapped.map { property, declared in
      ParameterSlot(property: property, declared: declared)
    }
    let parameters = slots.map(\.declaration) + (S.info.draws ? [.seed] : [])
    self.init(
      plugin: plugin, info: S.info, parameters: parameters,
      inputs: ports(of: S.Input()).map { $0.1.declaration(named: $0.0.snakeCase) },
      outputs: ports(of: S.Output()).map { $0.1.declaration(named: $0.0.snakeCase) },
      implementation: "version \(S.info.version)"
    ) { values, reading in
      Self.load(stage, slots, values: values, in: &reading)
    }
  }

  private static func load<S: Stage>(
    _ type: S.Type, _ slots: [ParameterSlot], values: [String: Node],
    in reading: inout ParameterReading
  ) -> LoadedStage? {
    var prepared: [String: any Sendable] = [:]
    var json: [(String, JSONValue)] = []
    let before = reading.diagnostics.count
    var missing = false
    for slot in slots {
      let name = slot.declaration.name
      reading.parameter = name
      var parameter = slot.declared
      if let node = values[name] {
        if let set = slot.declared.reading(node, in: &reading) { parameter = set }
      } else if slot.declaration.isRequired {
        missing = true
      }
      prepared[slot.property] = parameter
      if let secret = parameter.secret { reading.use(secret: secret.name) }
      json.append((name, parameter.json ?? .null))
    }
    let seed = S.info.draws ? reading.seed(values) : nil
    guard !missing, !reading.diagnostics[before...].contains(where: { $0.severity == .error })
    else { return nil }
    do {
      let stage = try S(from: WrapperDecoder(wrappers: prepared))
      return LoadedStage(stage, parameters: .object(members: json), seed: seed)
    } catch {
      reading.report(
        .brokenStage, "\(S.info.name) cannot be loaded: \(error)",
        at: values.values.first?.span ?? SourceSpan(at: .start))
      return nil
    }
  }
}

extension ParameterReading {
  /// The seed that a stage was given; nil where it was given none, or one that is at fault.
  public mutating func seed(_ values: [String: Node]) -> UInt64? {
    guard let node = values["seed"] else { return nil }
    parameter = "seed"
    guard let value = Int.read(node, in: &self) else { return nil }
    guard value >= 0 else {
      report(
        .outOfRange, "'seed' is out of range", at: node,
        help: "it takes \(ParameterSchema.seed.phrase)")
      return nil
    }
    return UInt64(value)
  }
}

/// A parameter of a stage: the property that holds it, and what people know of it.
private struct ParameterSlot: Sendable {
  let property: String
  let declared: any DeclaredParameter
  let declaration: ParameterDeclaration

  init(property: String, declared: any DeclaredParameter) {
    self.property = property
    self.declared = declared
    declaration = declared.declaration(named: property.snakeCase)
  }
}

extension LoadedStage {
  fileprivate init<S: Stage>(_ stage: S, parameters: JSONValue, seed: UInt64?) {
    self.init(
      parameters: parameters, seed: seed, isDrawing: S.info.draws && stage.isDrawing,
      validate: {
        do throws(StageFault) {
          try stage.validate()
          return nil
        } catch {
          return error
        }
      },
      validateConnected: { ports in
        do throws(StageFault) {
          try stage.validate(connected: ports)
          return nil
        } catch {
          return error
        }
      },
      outputColumns: { stage.outputColumns(for: $0) },
      visibleColumns: { stage.visibleColumns(for: $0) },
      run: { inputs, context in
        var prepared: [String: any Sendable] = [:]
        for (property, port) in ports(of: S.Input()) {
          prepared[property] = try port.setting(inputs[property.snakeCase] ?? [])
        }
        let input = try S.Input(from: WrapperDecoder(wrappers: prepared))
        let completed = try stage.completed(by: input, in: context)
        try completed.validate()
        let output = try await completed.run(input, in: context)
        var artifacts: [String: Artifact] = [:]
        for (property, port) in ports(of: output) { artifacts[property.snakeCase] = port.artifact }
        return artifacts
      })
  }
}

extension ParameterDeclaration {
  /// What a stage that draws takes beside its own parameters.
  public static let seed = ParameterDeclaration(
    name: "seed", help: "Seed of the random draws; the pipeline's parameter 'seed' unless given.",
    schema: .seed, isRequired: false, initial: nil)
}

extension ParameterSchema {
  static let seed = ParameterSchema.integer(minimum: 0)
}

extension DiagnosticCode {
  static let brokenStage = DiagnosticCode(rawValue: "broken-stage")
}

private func ports(of set: some PortSet) -> [(String, any DeclaredPort)] {
  wrappers(of: set, as: (any DeclaredPort).self)
}
