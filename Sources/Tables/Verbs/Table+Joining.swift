// SPDX-License-Identifier: EUPL-1.2

/// Which rows a join keeps.
public enum JoinKind: Sendable, Hashable {
  /// Each row of the left table with each row of the right table that has its key.
  case inner
  /// As inner, and the rows of the left table without a match, the right columns missing.
  case left
  /// The rows of the left table that have a match.
  case semi
  /// The rows of the left table that have none.
  case anti
}

/// A column of the left table and the one of the right table that it must equal.
public struct JoinKey: Sendable, Hashable {
  public let left: String
  public let right: String

  public init(_ both: String) { self.init(left: both, right: both) }

  public init(left: String, right: String) {
    self.left = left
    self.right = right
  }
}

/// What becomes of keys that several rows of the right table have.
public enum DuplicateKeys: Sendable, Hashable {
  /// They are a fault.
  case refused
  /// They are joined, and the result says how many rows there are.
  case counted
}

/// The result of a join, with what its reader must know.
public struct Joined: Sendable, Hashable {
  public let table: Table
  /// How many rows of the left table found a match.
  public let matchedRows: Int
  /// How many rows of the right table have a key that an earlier row has.
  public let duplicateRows: Int
}

extension Table {
  /// The rows of this table beside the rows of another that have the same keys.
  ///
  /// Keys are compared by value, texts by their UTF-8 bytes; a text may equal a category. A missing key
  /// matches nothing, not even another missing one. The result has this table's columns and then, for
  /// inner and left, those of the other without its keys. Its rows stand in the order of this table,
  /// those of one row in the order of the other.
  /// - Parameters:
  ///   - kind: which rows are kept.
  ///   - other: the right table.
  ///   - keys: at least one, all of which must match.
  ///   - duplicates: what becomes of keys that several rows of the right table have, of any kind of join.
  /// - Returns: the table and the counts of matches and duplicates.
  /// - Throws: `TableFault.noColumns` without a key; `.unknownColumn`; `.differentTypes` where the
  ///   columns of a key have other types, or decimals other scales; `.nameInBoth` where another column of
  ///   the right table has a name of the left one; `.duplicateKeys`; `.tooMuchText`.
  /// - Complexity: O(left rows + right rows) for each key, O(rows of the result) for each column.
  public func joined(
    _ kind: JoinKind, with other: Table, on keys: [JoinKey], duplicates: DuplicateKeys
  ) throws(TableFault) -> Joined {
    let matches = try KeyMatches(self, other, on: keys)
    if duplicates == .refused, matches.duplicateRows > 0 {
      throw .duplicateKeys(columns: keys.map(\.right), rows: matches.duplicateRows)
    }
    let table: Table
    switch kind {
    case .semi: table = filtered(by: matches.matched)
    case .anti: table = filtered(by: ~matches.matched)
    case .inner, .left:
      let added = try other.dropping(keys.map(\.right))
      let taken = Set(names.map(ExactText.init))
      for name in added.names where taken.contains(ExactText(name)) { throw .nameInBoth(name) }
      let pairs = matches.pairs(keepingUnmatched: kind == .left)
      // Where each row of the left table comes once, its columns are shared, not copied.
      let isWhole = pairs.left.count == rowCount && (kind == .left || matches.matched.allSet)
      let left = isWhole ? self : try taking(matched: pairs.left)
      let right = try added.taking(matched: pairs.right)
      table = Table(names: left.names + right.names, columns: left.columns + right.columns)
    }
    return Joined(
      table: table, matchedRows: matches.matched.setCount, duplicateRows: matches.duplicateRows)
  }

  /// The rows at these positions, −1 for a row without values.
  ///
  /// - Throws: `TableFault.tooMuchText` where repeated texts grow over 2 GiB.
  func taking(matched rows: [Int]) throws(TableFault) -> Table {
    var taken: [Column] = []
    for (name, column) in zip(names, columns) {
      taken.append(try column.taking(matched: rows, named: name))
    }
    return Table(names: names, columns: taken)
  }
}
