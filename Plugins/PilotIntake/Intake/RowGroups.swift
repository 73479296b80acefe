// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Which rows have the same values in some columns; a missing value is a value of its own.
struct RowGroups: Sendable {
  /// Per row the place of its group, in order of first appearance.
  let codes: [Int]
  let count: Int
  /// Per group its values, unambiguous and the same for the same values: a name for random streams.
  let labels: [String]

  init(_ columns: [Column], rowCount: Int) {
    var codes = [Int](repeating: 0, count: rowCount)
    var labels = rowCount == 0 ? [] : [""]
    for column in columns {
      let grouping = column.grouping()
      var places: [Pair: Int] = [:]
      var longer: [String] = []
      for row in codes.indices {
        let pair = Pair(first: codes[row], second: grouping.codes[row])
        if let place = places[pair] {
          codes[row] = place
        } else {
          let value = pair.second < 0 ? "-" : "+" + grouping.labels[Int(pair.second)]
          places[pair] = longer.count
          longer.append("\(labels[pair.first])\(value.utf8.count):\(value)")
          codes[row] = longer.count - 1
        }
      }
      labels = longer
    }
    self.codes = codes
    self.labels = labels
    count = labels.count
  }

  /// The rows of each group, in order.
  var rows: [[Int]] {
    var rows = [[Int]](repeating: [], count: count)
    for (row, code) in codes.enumerated() { rows[code].append(row) }
    return rows
  }

  private struct Pair: Hashable {
    let first: Int
    let second: Int32
  }
}
