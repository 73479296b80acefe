// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Rows put together the slow way: texts are compared with all texts seen so far.
struct NaiveGroups {
  private(set) var rows: [[Int]] = []

  /// Groups by the cells of these columns; a missing cell is a value of its own.
  init(_ columns: [Column], rowCount: Int) {
    guard !columns.isEmpty else {
      rows = [Array(0..<rowCount)]
      return
    }
    var seen: [[ExactText?]] = []
    for row in 0..<rowCount {
      let key = columns.map { $0.display(at: row).map(ExactText.init) }
      if let known = seen.firstIndex(of: key) {
        rows[known].append(row)
      } else {
        seen.append(key)
        rows.append([row])
      }
    }
  }

  /// One to three columns of a table, any of them.
  static func someKeys(of table: Table, _ random: inout Xorshift) -> [String] {
    var names = table.names
    return (0..<(1 + random.below(3))).map { _ in names.remove(at: random.below(names.count)) }
  }
}
