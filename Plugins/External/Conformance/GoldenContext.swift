// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// Parameters and inputs that a stage should be able to work with: its manifest's example, or made up
/// from what it declares.
struct GoldenContext: Sendable {
  /// How the tables differ from what they are in honest use.
  enum Variation: Sendable {
    case plain
    /// No row at all.
    case empty
    /// Rows, and no value in any of them.
    case missing
  }

  let settings: StageSettings
  private let inputs: [String: [Artifact]]

  /// - Throws: `StageFault` where something cannot be made up and the manifest has no example of it.
  init(_ stage: StageManifest, of plugin: PluginManifest) throws {
    var inputs: [String: [Artifact]] = [:]
    for port in stage.inputs {
      let name = port.declaration.name
      if let file = stage.example?.inputs.first(where: { $0.port == name }) {
        inputs[name] = [
          try Self.artifact(at: "\(Program.absolute(plugin.folder))/\(file.path)", port)
        ]
      } else if !port.declaration.isOptional {
        let made = try Self.madeUp(port, stage)
        inputs[name] = port.declaration.isList ? [made, made] : [made]
      }
    }
    self.inputs = inputs
    settings = try Self.settings(stage, inputs)
  }

  func delivered(_ variation: Variation) -> [String: [Labeled<DeliveredArtifact>]] {
    inputs.mapValues { artifacts in
      artifacts.enumerated().map { position, artifact in
        Labeled("golden[number=\(position + 1)]", DeliveredArtifact(artifact.varied(variation)))
      }
    }
  }

  /// Texts of the inputs that should be found in no message and no log.
  var privateTexts: Set<String> {
    var texts: Set<String> = []
    for case .table(let table) in inputs.values.joined() {
      for column in table.columns where column.type.isTextual {
        for row in 0..<min(column.count, 500) {
          if let text = column.display(at: row), text.count > 5 { texts.insert(text) }
        }
      }
    }
    return texts
  }

  private static func artifact(at path: String, _ port: PortManifest) throws -> Artifact {
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    switch port.declaration.kind {
    case .table:
      if path.hasSuffix(".arrow") { return .table(try ArrowFile.read(path: path)) }
      var types: [String: ColumnType] = [:]
      let names = try CSVReader().columnNames(path: path)
      for column in port.declaration.columns where names.contains(column.name) {
        types[column.name] = column.type
      }
      return .table(try CSVReader(CSVOptions(columns: types)).read(path: path).table)
    case .record: return .record(try JSONValue.parse(bytes: bytes))
    case .file:
      return .file(FileArtifact(mediaType: port.mediaType ?? "text/plain", bytes: bytes))
    }
  }

  private static func madeUp(_ port: PortManifest, _ stage: StageManifest) throws -> Artifact {
    switch port.declaration.kind {
    case .table:
      var columns = port.declaration.columns
      if columns.isEmpty {
        columns = [
          ColumnPromise("value", .number), ColumnPromise("group", .category),
          ColumnPromise("name", .text),
        ]
      }
      return .table(try Table(columns.map { ($0.name, column($0.type ?? .number)) }))
    case .record:
      return .record(["type": .string(port.declaration.recordType ?? "example"), "version": 1])
    case .file:
      return .file(FileArtifact(mediaType: "text/plain", bytes: Array("an example\n".utf8)))
    }
  }

  private static let rows = 24

  private static func column(_ type: ColumnType) -> Column {
    var random = RandomStream(seed: 1, name: "golden \(type.name)")
    let numbers = (0..<rows).map { _ in Int64(1 + random.integer(below: 90)) }
    switch type {
    case .boolean: return .boolean(BooleanColumn(numbers.map { $0 % 2 == 0 }))
    case .integer: return .integer(FixedColumn(numbers))
    case .number: return .number(FixedColumn(numbers.map { Double($0) + 0.5 }))
    case .decimal(let scale): return .decimal(FixedColumn(numbers.map { $0 * 100 }), scale: scale)
    case .text: return .text(TextColumn(numbers.map { "Zorgvraag-\($0)" }))
    case .category:
      return .category(CategoryColumn(numbers.map { $0 % 2 == 0 ? "north" : "south" }))
    case .date: return .date(FixedColumn(numbers.map { Int32(20_000 + $0) }))
    case .timestamp:
      return .timestamp(FixedColumn(numbers.map { 1_700_000_000_000_000 + $0 * 1_000_000 }))
    }
  }

  private static func settings(
    _ stage: StageManifest, _ inputs: [String: [Artifact]]
  ) throws -> StageSettings {
    let file = stage.example?.file ?? SourceFile(name: PluginManifest.fileName, text: "")
    let folder = file.name.lastIndex(of: "/").map { String(file.name[..<$0]) } ?? ""
    var reading = ParameterReading(file: file, folder: folder, constants: [:])
    var settings = StageSettings()
    var json: [(String, JSONValue)] = []
    for parameter in stage.parameters {
      reading.parameter = parameter.name
      var node =
        stage.example?.parameters.first { $0.name == parameter.name }?.node ?? parameter.initial
      if node == nil, parameter.isRequired { node = try madeUp(parameter, stage, inputs) }
      guard let node else {
        json.append((parameter.name, .null))
        continue
      }
      guard let value = parameter.type.read(node, in: &reading) else {
        throw StageFault(
          "the example's parameter '\(parameter.name)' does not fit: "
            + (reading.diagnostics.first?.message ?? "it cannot be read"))
      }
      settings.note(value, for: parameter)
      json.append((parameter.name, value.json))
    }
    settings.parameters = .object(members: json)
    return settings
  }

  private static func madeUp(
    _ parameter: ParameterManifest, _ stage: StageManifest, _ inputs: [String: [Artifact]]
  ) throws(StageFault) -> Node {
    guard let text = text(parameter.type, stage, inputs) else {
      throw StageFault(
        "nothing can be made up for parameter '\(parameter.name)'",
        help: "add 'example: {parameters: {\(parameter.name): …}}' to the stage")
    }
    return Node(content: .scalar(Scalar(text: text, style: .plain)), span: SourceSpan(at: .start))
  }

  private static func text(
    _ type: ParameterType, _ stage: StageManifest, _ inputs: [String: [Artifact]]
  ) -> String? {
    switch type {
    case .text: "example"
    case .integer(let minimum, let maximum): "\(minimum ?? min(1, maximum ?? 1))"
    case .number(let minimum, let maximum): "\(minimum ?? min(1, maximum ?? 1))"
    case .boolean: "true"
    case .choice(let names): names.first
    case .date: "2026-01-01"
    case .secret: "${secret.PROEFTUIN_CONFORMANCE}"
    case .list(let element): text(element, stage, inputs)
    case .file: nil
    case .column:
      stage.inputs.first { $0.declaration.kind == .table }.flatMap { port in
        guard case .table(let table)? = inputs[port.declaration.name]?.first else { return nil }
        return table.schema.first { $0.type.isNumeric }?.name ?? table.names.first
      }
    }
  }
}

extension Artifact {
  fileprivate func varied(_ variation: GoldenContext.Variation) -> Artifact {
    guard case .table(let table) = self else { return self }
    switch variation {
    case .plain: return self
    case .empty: return .table(table.taking(rows: []))
    case .missing:
      let columns = zip(table.names, table.columns).map {
        ($0, Column.missing($1.type, count: $1.count))
      }
      return (try? Table(columns)).map { .table($0) } ?? self
    }
  }
}
