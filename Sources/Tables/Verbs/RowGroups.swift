// SPDX-License-Identifier: EUPL-1.2

/// Rows put together by the values of their key columns, in order of first appearance.
///
/// A missing key is a value of its own: rows that lack it form a group. Without a key all rows are one
/// group, which also exists where there are no rows.
struct RowGroups {
  /// Per row the place of its group.
  let codes: [Int32]
  let count: Int
  /// The first row of each group; empty without a key.
  let firstRows: [Int]

  /// - Complexity: O(rows) for each key.
  init(_ keys: [Column], rowCount: Int) {
    guard let first = keys.first else {
      codes = [Int32](repeating: 0, count: rowCount)
      count = 1
      firstRows = []
      return
    }
    var values = first.groupCodes()
    for key in keys.dropFirst() { values = values.paired(with: key.groupCodes()) }
    codes = values.codes
    count = values.count
    firstRows = values.firstRows
  }
}

extension Column {
  fileprivate func groupCodes() -> ValueCodes {
    validity == nil ? valueCodes() : valueCodes().countingMissing()
  }
}

extension Table {
  /// The columns of those names.
  func columns(named names: [String]) throws(TableFault) -> [Column] {
    var found: [Column] = []
    for name in names { found.append(try column(name)) }
    return found
  }
}

/// The rows of each group beside each other.
struct RowBuckets {
  /// Group `g` has the rows `rows[starts[g]..<starts[g + 1]]`.
  let starts: [Int]
  let rows: [Int]

  /// Sorts rows by their codes, negative ones left out.
  ///
  /// - Parameters:
  ///   - codes: per row the number of its group.
  ///   - count: greater than each code.
  ///   - order: every row once, in the order that rows shall have within a group; their own if nil.
  /// - Complexity: O(rows + count).
  init(codes: [Int32], count: Int, order: [Int]? = nil) {
    var starts = [Int](repeating: 0, count: count + 1)
    for code in codes where code >= 0 { starts[Int(code) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    var next = starts
    var rows = [Int](repeating: 0, count: starts[count])
    for place in codes.indices {
      let row = order?[place] ?? place
      let group = Int(codes[row])
      guard group >= 0 else { continue }
      rows[next[group]] = row
      next[group] += 1
    }
    self.starts = starts
    self.rows = rows
  }

  func range(of group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }
}
