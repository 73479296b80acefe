// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
import GRDB
public import Pipelines
public import Tables

/// A run as the store remembers it.
public struct RunRecord: Sendable, Identifiable {
  public let id: RunID
  public let pipeline: String
  public let title: String?
  /// The pipeline file's path as the user wrote it.
  public let file: String
  /// The digest of the pipeline file's text.
  public let source: SHA256Digest
  let sourceBytes: Int
  public let parameters: JSONValue
  public let referenceDate: String?
  public let arguments: [String]
  public let tool: String
  public let started: Timestamp
  public let finished: Timestamp?
  /// Nil while the run goes on.
  public let status: RunStatus?
  public let seconds: Double?
  /// The digest of the receipt; nil while the run goes on.
  public let receipt: SHA256Digest?

  init?(row: Row) throws {
    guard let source = SHA256Digest(hex: row["source"]) else { return nil }
    id = RunID(row["id"])
    pipeline = row["pipeline"]
    title = row["title"]
    file = row["file"]
    self.source = source
    sourceBytes = row["source_bytes"]
    parameters = try JSONValue.parse(row["parameters"] as String)
    referenceDate = row["reference_date"]
    arguments = (try JSONValue.parse(row["arguments"] as String).arrayValue ?? [])
      .compactMap(\.stringValue)
    tool = row["tool"]
    started = Timestamp(microseconds: row["started"])
    finished = (row["finished"] as Int64?).map { Timestamp(microseconds: $0) }
    status = (row["status"] as String?).flatMap { RunStatus(rawValue: $0) }
    seconds = row["seconds"]
    receipt = (row["receipt"] as String?).flatMap { SHA256Digest(hex: $0) }
  }
}

extension RunRecord {
  /// The run as `runs --json` prints it; `status` is `running` while it goes on.
  public var json: JSONValue {
    [
      "run": .string(id.text), "pipeline": .string(pipeline), "title": JSONValue(title),
      "file": .string(file), "status": .string(status?.rawValue ?? "running"),
      "started": .string("\(started)"), "finished": JSONValue(finished.map { "\($0)" }),
      "seconds": JSONValue(seconds), "parameters": parameters,
      "reference_date": JSONValue(referenceDate), "tool": .string(tool),
      "source": .string(source.hex), "receipt": JSONValue(receipt?.hex),
    ]
  }
}
