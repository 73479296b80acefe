// SPDX-License-Identifier: EUPL-1.2

/// Finds the rows that repeat the key of an earlier row, among more rows than memory holds.
public struct KeyCensus: Sendable {
  /// What was found.
  public struct Result: Sendable, Hashable {
    /// How many rows have a key that an earlier row has.
    public let repeated: Int
    /// The first of them, in order; at most `namedRows`.
    public let firstRepeated: [Int]
    /// How many different keys there are.
    public let distinct: Int
  }

  /// How many rows a result names.
  public static let namedRows = 100

  private struct Entry: Comparable, BitwiseCopyable, Sendable {
    let key: KeyHash
    let row: Int

    static func < (left: Entry, right: Entry) -> Bool {
      left.key == right.key ? left.row < right.row : left.key < right.key
    }
  }

  private var runs: SortedRuns<Entry>

  /// - Parameters:
  ///   - folder: where a file may lie.
  ///   - memoryLimit: how many keys stay in memory.
  public init(folder: String, memoryLimit: Int = 1 << 20) {
    runs = SortedRuns(folder: folder, capacity: memoryLimit)
  }

  /// Adds the keys of a batch.
  ///
  /// - Parameters:
  ///   - columns: the columns that together are the key, at least one.
  ///   - rows: which rows count; those with a missing part of the key are for the caller to leave out.
  ///   - firstRow: the place of the batch's first row in the whole.
  /// - Throws: `SpoolFault` where the disk cannot take what does not fit in memory.
  public mutating func add(_ columns: [Column], rows: Bitmap, firstRow: Int) throws {
    guard let first = columns.first else { return }
    var keys = first.keyHashes()
    for column in columns.dropFirst() {
      for (row, hash) in column.keyHashes().enumerated() {
        keys[row] = keys[row].combined(with: hash)
      }
    }
    for row in keys.indices where rows[row] {
      try runs.append(Entry(key: keys[row], row: firstRow + row))
    }
  }

  public consuming func finish() throws -> Result {
    var last: KeyHash?
    var distinct = 0
    var repeated = 0
    var rows: [Int] = []
    try runs.visit { entry in
      if entry.key != last {
        last = entry.key
        distinct += 1
        return
      }
      repeated += 1
      rows.append(entry.row)
      if rows.count >= 4 * Self.namedRows { rows = Array(rows.sorted().prefix(Self.namedRows)) }
    }
    return Result(
      repeated: repeated, firstRepeated: Array(rows.sorted().prefix(Self.namedRows)),
      distinct: distinct)
  }
}
