// SPDX-License-Identifier: EUPL-1.2

/// Counts the different values of a column that comes in batches; a missing value is none.
///
/// Columns with few different values stay in memory, all others are sorted on the disk.
public struct DistinctCensus: Sendable {
  /// How many different values are counted in memory.
  static let memoryLimit = 1 << 15

  private var index = Set<KeyHash>()
  private var runs: SortedRuns<KeyHash>
  private var hasSpilled = false

  /// - Parameter folder: where a file may lie.
  public init(folder: String) {
    runs = SortedRuns(folder: folder, capacity: 1 << 17)
  }

  public mutating func add(_ column: Column) throws {
    if case .category(let texts) = column {
      let labels = Column.category(
        CategoryColumn(
          codes: Array(0..<Int32(texts.dictionary.count)), dictionary: texts.dictionary))
      for hash in labels.keyHashes() { try add(hash) }
      return
    }
    let hashes = column.keyHashes()
    var last: KeyHash?
    for row in hashes.indices where column.validity.map({ $0[row] }) ?? true {
      // Files are often sorted by something.
      if hashes[row] == last { continue }
      last = hashes[row]
      try add(hashes[row])
    }
  }

  public consuming func finish() throws -> Int {
    guard hasSpilled else { return index.count }
    for hash in index { try runs.append(hash) }
    var count = 0
    var last: KeyHash?
    try runs.visit { hash in
      if hash != last { count += 1 }
      last = hash
    }
    return count
  }

  private mutating func add(_ hash: KeyHash) throws(SpoolFault) {
    if hasSpilled {
      if !index.contains(hash) { try runs.append(hash) }
    } else {
      index.insert(hash)
      hasSpilled = index.count >= Self.memoryLimit
    }
  }
}
