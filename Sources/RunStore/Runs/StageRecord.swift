// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
public import Pipelines
public import StageKit
import Tables

/// How one instance ended in one run.
public struct StageRecord: Sendable {
  /// The instance, as `sites[center=Anacostia]`.
  public let instance: String
  /// `plugin/stage`.
  public let use: String
  public let status: StageResult.Status
  public let seconds: Double
  public let finished: String?
  public let key: SHA256Digest?
  public let seed: UInt64?
  public let attempts: Int
  /// By port, with the instance that each comes from.
  public let inputs: [String: [Labeled<SHA256Digest>]]
  public let outputs: [String: ArtifactReference]
  /// The fault as `run --json` prints it.
  public let fault: JSONValue?
  /// Why it was skipped or cancelled.
  public let reason: String?

  /// The stage as the receipt has it.
  public let json: JSONValue

  /// Reads what `json(of:)` wrote; nil where it is something else.
  init?(json: JSONValue) {
    guard let instance = json["stage"]?.stringValue, let use = json["use"]?.stringValue,
      let status = json["status"]?.stringValue.flatMap(StageResult.Status.init(rawValue:))
    else { return nil }
    self.json = json
    self.instance = instance
    self.use = use
    self.status = status
    seconds = json["seconds"]?.doubleValue ?? 0
    finished = json["finished"]?.stringValue
    key = json["key"]?.stringValue.flatMap { SHA256Digest(hex: $0) }
    seed = json["seed"]?.stringValue.flatMap { UInt64($0) }
    attempts = json["attempts"]?.integerValue.map { Int($0) } ?? 0
    inputs = Dictionary(
      (json["inputs"]?.members ?? []).map { port, items in
        let delivered = (items.arrayValue ?? []).compactMap { item in
          item["digest"]?.stringValue.flatMap { SHA256Digest(hex: $0) }
            .map { Labeled(item["label"]?.stringValue ?? "", $0) }
        }
        return (port, delivered)
      }, uniquingKeysWith: { first, _ in first })
    outputs = Dictionary(
      (json["outputs"]?.members ?? []).compactMap { port, item in
        ArtifactReference(stored: item).map { (port, $0) }
      }, uniquingKeysWith: { first, _ in first })
    fault = json["fault"]
    reason = json["reason"]?.stringValue
  }

  /// The form in which a result enters the database and the receipt.
  static func json(of result: StageResult, finished: Timestamp) -> JSONValue {
    var object = JSONObject(minimumCapacity: 12)
    object["stage"] = .string("\(result.id)")
    object["use"] = .string(result.use)
    object["status"] = .string(result.status.rawValue)
    object["seconds"] = .number(result.seconds)
    object["finished"] = .string("\(finished)")
    object["attempts"] = .integer(Int64(result.attempts))
    if let key = result.key { object["key"] = .string(key.hex) }
    if let code = result.implementation { object["implementation"] = .string(code) }
    if let seed = result.seed {
      object["seed"] = .string("\(seed)")
      object["random"] = .string(RandomStream.algorithm)
    }
    if !result.inputs.isEmpty {
      object["inputs"] = .object(
        members: result.inputs.sorted { $0.key < $1.key }.map { port, delivered in
          let items = delivered.map { item -> JSONValue in
            ["label": .string(item.label), "digest": .string(item.value.digest.hex)]
          }
          return (port, .array(items))
        })
    }
    object["outputs"] = .stored(result.outputs)
    if let fault = result.fault { object["fault"] = fault.json }
    if let reason = result.reason { object["reason"] = .string(reason) }
    return .object(object)
  }
}

extension ArtifactReference {
  init?(stored json: JSONValue) {
    guard let kind = json["kind"]?.stringValue.flatMap(ArtifactKind.init(rawValue:)),
      let digest = json["digest"]?.stringValue.flatMap({ SHA256Digest(hex: $0) }),
      let bytes = json["bytes"]?.integerValue, let mediaType = json["media_type"]?.stringValue
    else { return nil }
    self.init(
      kind: kind, digest: digest, byteCount: Int(bytes),
      rows: json["rows"]?.integerValue.map { Int($0) }, mediaType: mediaType)
  }

  fileprivate var stored: JSONValue {
    var object = JSONObject(minimumCapacity: 5)
    object["kind"] = .string(kind.rawValue)
    object["digest"] = .string(digest.hex)
    object["bytes"] = .integer(Int64(byteCount))
    if let rows { object["rows"] = .integer(Int64(rows)) }
    object["media_type"] = .string(mediaType)
    return .object(object)
  }
}

extension JSONValue {
  /// Outputs by port, each with everything that is needed to read it.
  static func stored(_ outputs: [String: ArtifactReference]) -> JSONValue {
    .object(members: outputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.stored) })
  }
}
