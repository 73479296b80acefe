// SPDX-License-Identifier: EUPL-1.2

/// A table parted by its keys on the disk: rows with equal keys lie in the same part.
struct KeyedParts {
  private let pieces: PiecesOnDisk

  /// Parts a table by key columns into so many parts, in a file in that folder.
  ///
  /// `place` names a column to add, with each row's place in the table; nil for none.
  init(
    _ batches: TableBatches, _ keys: [String], _ count: Int, _ folder: String, place: String?
  ) throws {
    var pieces = try PiecesOnDisk(count, folder)
    try batches.forEachBatch { batch, firstRow in
      var table = batch
      if let place {
        let places = (0..<batch.rowCount).map { Int64(firstRow + $0) }
        table = Table(
          names: batch.names + [place],
          columns: batch.columns + [.integer(FixedColumn(canonical: places, validity: nil))])
      }
      for (part, rows) in try Self.rows(of: batch, keys, count).enumerated() where !rows.isEmpty {
        try pieces.append(table.taking(rows: rows), part)
      }
    }
    self.pieces = pieces
  }

  /// A part in memory; nil where it has no rows.
  func table(_ part: Int) throws -> Table? {
    let tables = try pieces.tables(part)
    return tables.isEmpty ? nil : try Table.concatenating(tables)
  }

  /// The rows of each part.
  ///
  /// A missing value hashes to anything, and matches nothing wherever it goes.
  private static func rows(
    of batch: Table, _ keys: [String], _ count: Int
  ) throws(TableFault) -> [[Int]] {
    var hashes: [KeyHash] = []
    for (place, key) in keys.enumerated() {
      let column = try batch.column(key).keyHashes()
      hashes = place == 0 ? column : zip(hashes, column).map { $0.combined(with: $1) }
    }
    var rows = [[Int]](repeating: [], count: count)
    for (row, hash) in hashes.enumerated() {
      // A single number stands for itself, and its low bits are mostly zero.
      let mixed = (hash.high ^ hash.low).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      rows[Int((mixed.high ^ mixed.low) % UInt64(count))].append(row)
    }
    return rows
  }
}

/// Tables that each stand in the order of one column, read back together in that order.
final class OrderedParts {
  private var pieces: PiecesOnDisk
  private let place: String
  /// Rows of a piece: as many are in memory of each part at a time.
  private static let pieceRows = 4_096

  init(_ count: Int, _ folder: String, place: String) throws(SpoolFault) {
    pieces = try PiecesOnDisk(count, folder)
    self.place = place
  }

  func append(_ table: Table, _ part: Int) throws {
    for start in stride(from: 0, to: table.rowCount, by: Self.pieceRows) {
      let end = min(table.rowCount, start + Self.pieceRows)
      try pieces.append(table.slice(start..<end), part)
    }
  }

  /// Hands out all rows in order, without the column that gives it, whose values are below `rowCount`.
  func forEachWindow(of rowCount: Int, _ body: (Table) throws -> Void) throws {
    var rest = try (0..<pieces.count).map { try pieces.cursor($0) }
    for end in stride(
      from: TableBatches.batchRows, to: rowCount + TableBatches.batchRows,
      by: TableBatches.batchRows)
    {
      var found: [Table] = []
      for part in rest.indices {
        while let table = try rest[part].next(before: Int64(end), place) { found.append(table) }
      }
      guard !found.isEmpty else { continue }
      let sorted = try Table.concatenating(found).sorted(by: [SortKey(place)])
      try body(sorted.dropping([place]))
    }
  }
}

/// Small tables in a file without a name, listed by the part that they belong to.
struct PiecesOnDisk {
  private let file: SpoolFile
  private var ranges: [[Range<Int>]]

  init(_ count: Int, _ folder: String) throws(SpoolFault) {
    file = try SpoolFile(in: folder)
    ranges = Array(repeating: [], count: count)
  }

  var count: Int { ranges.count }

  mutating func append(_ table: Table, _ part: Int) throws {
    let bytes = try ArrowFile.encode(table)
    ranges[part].append(try file.append(bytes))
  }

  func tables(_ part: Int) throws -> [Table] {
    try ranges[part].map { try ArrowFile.decode(file.read($0)) }
  }

  func cursor(_ part: Int) throws -> Cursor { Cursor(file: file, ranges: ranges[part][...]) }

  /// Where the reading of a part stands.
  struct Cursor {
    let file: SpoolFile
    var ranges: ArraySlice<Range<Int>>
    private var table: Table?

    init(file: SpoolFile, ranges: ArraySlice<Range<Int>>) {
      self.file = file
      self.ranges = ranges
    }

    /// The next rows whose value in a column that ascends is below a limit; nil where there are none.
    mutating func next(before limit: Int64, _ column: String) throws -> Table? {
      if table == nil, let range = ranges.popFirst() {
        table = try ArrowFile.decode(file.read(range))
      }
      guard let table, case .integer(let places)? = table[column] else { return nil }
      let count = places.values.prefix { $0 < limit }.count
      self.table = count < table.rowCount ? table.slice(count..<table.rowCount) : nil
      return count > 0 ? table.slice(0..<count) : nil
    }
  }
}
