// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import GRDB

/// The last receipt of a store: its number, from 1, and its digest.
struct ChainHead: Sendable, Hashable {
  let sequence: Int
  let digest: SHA256Digest

  /// The last one in the database.
  static func last(in db: Database) throws -> ChainHead? {
    let row = try Row.fetchOne(
      db, sql: "SELECT sequence, digest FROM receipts ORDER BY sequence DESC LIMIT 1")
    return row.flatMap { row in
      SHA256Digest(hex: row[1]).map { ChainHead(sequence: row[0], digest: $0) }
    }
  }
}

/// The chain's end as it is kept apart from the database, so that a missing last run is found.
///
/// It is authenticated by the store's own key: who edits database and file by hand cannot make them agree.
enum HeadFile {
  enum Content: Equatable {
    case missing
    /// Not what this store wrote.
    case foreign
    case head(ChainHead)
  }

  static func read(_ store: Store) throws -> Content {
    guard let bytes = try DurableFile.read(store.folder.head) else { return .missing }
    guard let json = try? JSONValue.parse(bytes: bytes),
      let sequence = json["sequence"]?.integerValue.flatMap({ Int(exactly: $0) }),
      let digest = json["receipt"]?.stringValue.flatMap({ SHA256Digest(hex: $0) })
    else { return .foreign }
    let head = ChainHead(sequence: sequence, digest: digest)
    return json["mac"]?.stringValue == code(head, store) ? .head(head) : .foreign
  }

  static func write(_ head: ChainHead, _ store: Store) throws {
    let json: JSONValue = [
      "sequence": JSONValue(head.sequence), "receipt": .string(head.digest.hex),
      "mac": .string(code(head, store)),
    ]
    try DurableFile.replace(
      store.folder.head, with: Array("\(json.compact)\n".utf8), in: store.folder.path,
      permissions: 0o644)
    store.atStep(.headWritten)
  }

  private static func code(_ head: ChainHead, _ store: Store) -> String {
    store.authenticate("proeftuin.head.v1\n\(head.sequence)\n\(head.digest.hex)").hex
  }
}
