// SPDX-License-Identifier: EUPL-1.2

public import Documents
import GRDB

/// What `gc` removed, or would remove.
public struct GarbageCollection: Sendable, Hashable {
  public internal(set) var objects = 0
  public internal(set) var entries = 0
  /// Temporary files, attempt folders and folders of runs that are no longer known.
  public internal(set) var leftovers = 0
  public internal(set) var bytes = 0

  public var json: JSONValue {
    [
      "objects": JSONValue(objects), "entries": JSONValue(entries),
      "leftovers": JSONValue(leftovers), "bytes": JSONValue(bytes),
    ]
  }
}

extension Store {
  /// Removes what no remembered run refers to; with `dryRun` only says what that is.
  ///
  /// What a receipt of a remembered run names is never removed.
  public func gc(dryRun: Bool = false, wait: LockWait = LockWait()) async throws
    -> GarbageCollection
  {
    let lock = try await acquireLock(wait)
    defer { withExtendedLifetime(lock) {} }
    var collection = GarbageCollection()
    let leftovers = try self.leftovers()
    collection.leftovers = leftovers.count
    collection.bytes = leftovers.reduce(0) { $0 + DurableFile.totalSize($1) }
    if !dryRun {
      try reconcile()
      for path in leftovers { DurableFile.remove(path) }
    }
    collection.entries = try collectEntries(dryRun: dryRun)
    let contents = try StoreContents(self)
    let unusedEntries = dryRun ? try unusedEntryKeys() : []
    let references = contents.dropping(entries: Set(unusedEntries)).references
    objects.visit { digest, byteCount in
      guard references[digest] == nil else { return }
      collection.objects += 1
      collection.bytes += byteCount
      if !dryRun { objects.remove(digest) }
    }
    return collection
  }

  private func leftovers() throws -> [String] {
    let known = Set(try runs().map(\.id.text))
    let folders = [folder.temporary, folder.attempts].flatMap { parent in
      DurableFile.names(in: parent).map { "\(parent)/\($0)" }
    }
    let runFolders = DurableFile.names(in: folder.runs).filter { !known.contains($0) }
    return folders + runFolders.map { "\(folder.runs)/\($0)" }
  }

  private func unusedEntryKeys() throws -> [String] {
    try database.look { try String.fetchAll($0, sql: "SELECT key " + Self.unusedEntries) }
  }

  private func collectEntries(dryRun: Bool) throws -> Int {
    if dryRun { return try unusedEntryKeys().count }
    return try database.write { db in
      try db.execute(sql: "DELETE " + Self.unusedEntries)
      return db.changesCount
    }
  }

  private static let unusedEntries = """
    FROM entries WHERE run NOT IN (SELECT id FROM runs)
      AND key NOT IN (SELECT key FROM run_stages WHERE key IS NOT NULL)
    """
}
