// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// What `context.json` says: everything that a program may know of the stage that it does.
struct ContextFile {
  let plugin: PluginManifest
  let stage: StageManifest
  let settings: StageSettings
  let context: StageContext
  let folder: AttemptFolder
  let limits: Limits

  func json(inputs: [(String, JSONValue)], files: [String: [String]]) throws(StageFault)
    -> JSONValue
  {
    let surroundings = context.surroundings
    let version =
      if case .version(let number) = plugin.protocolVersion { Int64(number) } else { Int64(0) }
    return .object(members: [
      ("protocol", .integer(version)), ("plugin", .string(plugin.name)),
      ("version", .string("\(plugin.version)")), ("stage", .string(stage.name)),
      ("run", .string(surroundings.run)), ("pipeline", .string(context.experiment)),
      ("instance", .string(context.instance)), ("attempt", .integer(Int64(surroundings.attempt))),
      ("parameters", parameters(files)), ("seed", seed), ("random_seed", try randomSeed()),
      (
        "reference_date",
        JSONValue(stage.readsDate ? context.referenceDate.day.map { "\($0)" } : nil)
      ),
      ("deadline", JSONValue(deadline)), ("cpus", .integer(Int64(surroundings.cpus))),
      ("memory", JSONValue(limits.memory)), ("secrets", secrets),
      ("work", .string(folder.work)), ("inputs", .object(members: inputs)),
      ("outputs", .object(members: stage.outputs.map { ($0.declaration.name, output($0)) })),
    ])
  }

  /// The values, a file as the path of its copy.
  private func parameters(_ files: [String: [String]]) -> JSONValue {
    .object(
      members: settings.parameters.members.map { name, value in
        guard let paths = files[name] else {
          return (name, settings.secrets[name] == nil ? value : .null)
        }
        let texts = paths.map { JSONValue.string($0) }
        return (name, value.arrayValue == nil ? texts.first ?? .null : .array(texts))
      })
  }

  private var secrets: JSONValue {
    .object(
      members: settings.secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }

  private var seed: JSONValue {
    JSONValue(stage.draws ? context.seedValue.flatMap { Int(exactly: $0) } : nil)
  }

  /// A whole number below 2³¹ made of the seed and the stage's name: any language can take it.
  private func randomSeed() throws(StageFault) -> JSONValue {
    guard stage.draws else { return .null }
    var random = try context.random()
    return .integer(Int64(random.integer(below: 1 << 31)))
  }

  private var deadline: String? {
    let limit = [context.surroundings.timeLimit, limits.time].compactMap(\.self).min()
    guard let limit else { return nil }
    let end = Date.now.addingTimeInterval(Double(limit.components.seconds))
    return "\(Timestamp(microseconds: Int64(end.timeIntervalSince1970) * 1_000_000))"
  }

  private func output(_ port: PortManifest) -> JSONValue {
    let declaration = port.declaration
    var members: [(String, JSONValue)] = [
      ("kind", .string(declaration.kind.rawValue)), ("path", .string(folder.path(of: port, stage))),
      ("format", .string(port.format(stage))), ("required", .boolean(!declaration.isOptional)),
    ]
    if let record = declaration.recordType { members.append(("record", .string(record))) }
    if declaration.kind == .table {
      let columns = declaration.columns.map { ($0.name, JSONValue.string($0.type?.name ?? "any")) }
      members.append(("columns", .object(members: columns)))
    }
    return .object(members: members)
  }
}

extension AttemptFolder {
  /// Where a program writes an output.
  func path(of port: PortManifest, _ stage: StageManifest) -> String {
    "\(outputs)/\(port.fileName(stage))"
  }
}

extension PortManifest {
  /// What the file of an output is called.
  func fileName(_ stage: StageManifest) -> String {
    let ending =
      switch declaration.kind {
      case .table: stage.format.rawValue
      case .record: "json"
      case .file: MediaType.fileExtension(of: mediaType ?? "")
      }
    return "\(declaration.name).\(ending)"
  }

  func format(_ stage: StageManifest) -> String {
    switch declaration.kind {
    case .table: stage.format.rawValue
    case .record: "json"
    case .file: mediaType ?? "application/octet-stream"
    }
  }
}
