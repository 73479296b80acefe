// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Pipelines
import Tables

/// The words of a receipt: what a run did, bound to the receipt before it.
enum Receipt {
  static let type = "receipt"
  static let tombstoneType = "tombstone"

  /// The members of the run itself, as the run's row has them too.
  static func members(
    of run: RunRecord, finished: Timestamp, status: RunStatus, seconds: Double
  ) -> [(String, JSONValue)] {
    [
      ("run", .string(run.id.text)), ("tool", .string(run.tool)),
      (
        "pipeline",
        [
          "name": .string(run.pipeline), "title": JSONValue(run.title), "file": .string(run.file),
          "digest": .string(run.source.hex), "bytes": JSONValue(run.sourceBytes),
        ]
      ),
      ("parameters", run.parameters), ("reference_date", JSONValue(run.referenceDate)),
      ("arguments", .array(run.arguments.map { .string($0) })),
      ("started", .string("\(run.started)")), ("finished", .string("\(finished)")),
      ("status", .string(status.rawValue)), ("seconds", .number(seconds)),
    ]
  }

  static func json(
    _ members: [(String, JSONValue)], stages: [JSONValue], after head: ChainHead?
  ) -> JSONValue {
    .object(
      members: [("type", .string(type)), ("version", 1)] + members
        + [("stages", .array(stages))] + link(after: head))
  }

  /// What is left of a run that was forgotten: who, when, why, and which digests went.
  static func tombstone(
    run: RunID, receipt: SHA256Digest, by: String, reason: String, at moment: Timestamp,
    removed: [SHA256Digest], after head: ChainHead?
  ) -> JSONValue {
    .object(
      members: [
        ("type", .string(tombstoneType)), ("version", 1), ("run", .string(run.text)),
        ("receipt", .string(receipt.hex)), ("by", .string(by)), ("reason", .string(reason)),
        ("when", .string("\(moment)")), ("removed", .array(removed.map { .string($0.hex) })),
      ] + link(after: head))
  }

  private static func link(after head: ChainHead?) -> [(String, JSONValue)] {
    [
      ("sequence", JSONValue((head?.sequence ?? 0) + 1)),
      ("previous", JSONValue(head?.digest.hex)),
    ]
  }
}
