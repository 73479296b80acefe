// SPDX-License-Identifier: EUPL-1.2

/// Which rows of a right table have the keys of each row of a left one.
struct KeyMatches {
  /// Which rows of the left table have a match.
  let matched: Bitmap
  /// How many rows of the right table have a key that an earlier row has.
  let duplicateRows: Int
  /// Per row of the left table the number of its key; −1 where one is missing.
  private let leftCodes: [Int32]
  /// The rows of the right table with each key.
  private let rightRows: RowBuckets

  /// - Throws: `TableFault` where there is no key, or a column is unknown or of another type.
  init(_ left: Table, _ right: Table, on keys: [JoinKey]) throws(TableFault) {
    var found: ValueCodes?
    for key in keys {
      let (leftKey, rightKey) = (try left.column(key.left), try right.column(key.right))
      guard
        leftKey.type == rightKey.type || (leftKey.type.isTextual && rightKey.type.isTextual)
      else {
        throw .differentTypes(column: key.left, expected: leftKey.type, found: rightKey.type)
      }
      var index = ValueIndex()
      index.add(rightKey)
      index.add(leftKey)
      let values = index.finish()
      found = found.map { $0.paired(with: values) } ?? values
    }
    guard let found else { throw .noColumns(for: "a join") }
    let rightCodes = Array(found.codes[..<right.rowCount])
    leftCodes = Array(found.codes[right.rowCount...])
    rightRows = RowBuckets(codes: rightCodes, count: found.count)
    var matched = Bitmap(repeating: false, count: leftCodes.count)
    for row in leftCodes.indices where leftCodes[row] >= 0 {
      if !rightRows.range(of: Int(leftCodes[row])).isEmpty { matched.set(row, to: true) }
    }
    self.matched = matched
    var duplicates = 0
    for key in 0..<found.count { duplicates += max(0, rightRows.range(of: key).count - 1) }
    duplicateRows = duplicates
  }

  /// The rows that come beside each other, −1 where the right table has none.
  func pairs(keepingUnmatched: Bool) -> (left: [Int], right: [Int]) {
    var (left, right): ([Int], [Int]) = ([], [])
    left.reserveCapacity(leftCodes.count)
    right.reserveCapacity(leftCodes.count)
    for row in leftCodes.indices {
      if matched[row] {
        for place in rightRows.range(of: Int(leftCodes[row])) {
          left.append(row)
          right.append(rightRows.rows[place])
        }
      } else if keepingUnmatched {
        left.append(row)
        right.append(-1)
      }
    }
    return (left, right)
  }
}
