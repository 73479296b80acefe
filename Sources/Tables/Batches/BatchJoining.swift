// SPDX-License-Identifier: EUPL-1.2

/// The result of a join of tables that need not fit in memory.
public struct JoinedBatches: Sendable {
  public let rows: TableBatches
  /// How many rows of the left table found a match.
  public let matchedRows: Int
  /// How many rows of the right table have a key that an earlier row has.
  public let duplicateRows: Int
}

extension TableBatches {
  /// The rows of this table beside the rows of another that have the same keys, as `Table.joined` gives them.
  ///
  /// Where the right table fits in memory, the left one is joined with it piece by piece. Else both are
  /// parted by their keys into files without names, and each pair of parts is joined by itself (a grace hash
  /// join: Kitsuregawa, Tanaka and Moto-oka 1983, New Generation Computing 1:63–74); the results are put
  /// back into the order of this table. Rows of one key stay together: a key that very many rows of the right
  /// table share has to fit in memory with its rows.
  /// - Parameters:
  ///   - kind: which rows are kept.
  ///   - other: the right table.
  ///   - keys: at least one, all of which must match.
  ///   - duplicates: what becomes of keys that several rows of the right table have.
  ///   - folder: where files may lie.
  ///   - memoryLimit: about how many bytes of the right table may be in memory.
  /// - Returns: the rows and the counts of matches and duplicates.
  /// - Throws: `TableFault` as `Table.joined`, `SpoolFault` where the disk cannot take the parts, and
  ///   `ArrowFault` where a file is damaged.
  public func joined(
    _ kind: JoinKind, with other: TableBatches, on keys: [JoinKey], duplicates: DuplicateKeys,
    folder: String = "", memoryLimit: Int = 64 << 20
  ) throws -> JoinedBatches {
    let parts = (2 * other.estimatedBytes + memoryLimit - 1) / max(1, memoryLimit)
    let join = BatchJoin(kind: kind, keys: keys, folder: folder, memoryLimit: memoryLimit)
    let joined =
      parts <= 1
      ? try join.held(self, other.table()) : try join.parted(self, other, into: min(parts, 256))
    if duplicates == .refused, joined.duplicateRows > 0 {
      throw TableFault.duplicateKeys(columns: keys.map(\.right), rows: joined.duplicateRows)
    }
    return joined
  }

  private var estimatedBytes: Int {
    rowCount * schema.reduce(0) { $0 + ($1.type.isTextual ? 24 : 8) }
  }
}

/// How two tables are joined, whichever way.
private struct BatchJoin {
  let kind: JoinKind
  let keys: [JoinKey]
  let folder: String
  let memoryLimit: Int

  /// With a right table that is in memory: so much of the left one at a time that indexing the right one
  /// each time costs no more than that.
  func held(_ left: TableBatches, _ right: Table) throws -> JoinedBatches {
    var spool = TableSpool(folder: folder, memoryLimit: memoryLimit)
    var waiting: [Table] = []
    var rows = 0
    var matched = 0
    var duplicates = 0
    func join() throws {
      let joined = try Table.concatenating(waiting)
        .joined(kind, with: right, on: keys, duplicates: .counted)
      matched += joined.matchedRows
      duplicates = joined.duplicateRows
      try spool.append(joined.table)
      (waiting, rows) = ([], 0)
    }
    try left.forEachBatch { batch, _ in
      waiting.append(batch)
      rows += batch.rowCount
      if rows >= right.rowCount { try join() }
    }
    if !waiting.isEmpty { try join() }
    return JoinedBatches(
      rows: try spool.finish(), matchedRows: matched, duplicateRows: duplicates)
  }

  func parted(
    _ left: TableBatches, _ right: TableBatches, into count: Int
  ) throws -> JoinedBatches {
    // Columns and keys are held against each other before anything is written.
    let nothing = try left.prefix(0)
      .joined(kind, with: right.prefix(0), on: keys, duplicates: .counted)
    let place = Self.unusedName(left.names + right.names)
    let lefts = try KeyedParts(left, keys.map(\.left), count, folder, place: place)
    let rights = try KeyedParts(right, keys.map(\.right), count, folder, place: nil)
    let results = try OrderedParts(count, folder, place: place)
    var matched = 0
    var duplicates = 0
    for part in 0..<count {
      let other = try rights.table(part) ?? right.prefix(0)
      guard let mine = try lefts.table(part) else {
        duplicates += try nothingOf(left, place)
          .joined(.semi, with: other, on: keys, duplicates: .counted).duplicateRows
        continue
      }
      let joined = try mine.joined(kind, with: other, on: keys, duplicates: .counted)
      matched += joined.matchedRows
      duplicates += joined.duplicateRows
      try results.append(joined.table, part)
    }
    var spool = TableSpool(folder: folder, memoryLimit: memoryLimit)
    try spool.append(nothing.table)
    try results.forEachWindow(of: left.rowCount) { try spool.append($0) }
    return JoinedBatches(
      rows: try spool.finish(), matchedRows: matched, duplicateRows: duplicates)
  }

  /// The left table without rows, with the column that its parts have besides.
  private func nothingOf(_ left: TableBatches, _ place: String) throws -> Table {
    let table = try left.prefix(0)
    return Table(
      names: table.names + [place], columns: table.columns + [.integer(FixedColumn([]))])
  }

  private static func unusedName(_ names: [String]) -> String {
    var name = "row"
    while names.contains(where: { $0.isExactly(name) }) { name += "'" }
    return name
  }
}
