// SPDX-License-Identifier: EUPL-1.2

internal import Dispatch
internal import Synchronization

// Verbs over rows: keep, take, put under each other.
extension Table {
  /// From how many rows on the columns are dealt with at a time, on the processors that there are.
  private static let rowsWorthSharing = 1 << 16

  /// The rows whose bit is set, in order; the mask has one bit per row.
  public func filtered(by mask: Bitmap) -> Table {
    precondition(mask.count == rowCount || columns.isEmpty, "a mask of another length")
    if mask.allSet { return self }
    guard rowCount >= Self.rowsWorthSharing else {
      return Table(names: names, columns: columns.map { $0.filtered(by: mask) })
    }
    let kept = Mutex<[Int: Column]>([:])
    DispatchQueue.concurrentPerform(iterations: columns.count) { place in
      let column = columns[place].filtered(by: mask)
      kept.withLock { $0[place] = column }
    }
    let byPlace = kept.withLock { $0 }
    return Table(names: names, columns: columns.indices.compactMap { byPlace[$0] })
  }

  /// The rows at these positions, in the order given; a position may come again.
  public func taking(rows: [Int]) -> Table {
    Table(names: names, columns: columns.map { $0.taking(rows: rows) })
  }

  /// The first rows.
  public func prefix(_ limit: Int) -> Table {
    slice(0..<min(rowCount, max(0, limit)))
  }

  /// The rows of all tables under each other.
  ///
  /// The tables have the same columns in the same order; where one has a column as text and another as
  /// category, the result is text.
  /// - Throws: `TableFault` where names or types differ, or a text column grows over 2 GiB.
  public static func concatenating(_ tables: [Table]) throws(TableFault) -> Table {
    guard let first = tables.first else { return Table(names: [], columns: []) }
    for table in tables.dropFirst()
    where !table.names.elementsEqual(first.names, by: { $0.isExactly($1) }) {
      throw .differentColumns(expected: first.names, found: table.names)
    }
    var joined: [Column] = []
    for (place, name) in first.names.enumerated() {
      joined.append(try Column.concatenating(tables.map { $0.columns[place] }, named: name))
    }
    return Table(names: first.names, columns: joined)
  }
}
