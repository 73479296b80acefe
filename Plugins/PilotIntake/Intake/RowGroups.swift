// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Which rows have the same values in some columns; a missing value is a value of its own.
struct RowGroups: Sendable {
  private let columns: [Column]
  /// Per row the place of its group.
  let codes: [Int32]
  let count: Int

  init(_ columns: [Column], rowCount: Int) {
    self.columns = columns
    guard let first = columns.first else {
      codes = [Int32](repeating: 0, count: rowCount)
      count = rowCount == 0 ? 0 : 1
      return
    }
    var (codes, count) = Self.codes(of: first)
    for column in columns.dropFirst() {
      let (others, otherCount) = Self.codes(of: column)
      var places: [Int64: Int32] = [:]
      for row in codes.indices {
        let pair = Int64(codes[row]) * Int64(otherCount) + Int64(others[row])
        let place = places[pair] ?? Int32(places.count)
        places[pair] = place
        codes[row] = place
      }
      count = places.count
    }
    self.codes = codes
    self.count = count
  }

  /// Per group its values, unambiguous and the same for the same values: a name for random streams.
  func labels() -> [String] {
    var labels = [String?](repeating: nil, count: count)
    for (row, code) in codes.enumerated() where labels[Int(code)] == nil {
      labels[Int(code)] = columns.map { column in
        let value = column.display(at: row).map { "+" + $0 } ?? "-"
        return "\(value.utf8.count):\(value)"
      }.joined()
    }
    return labels.map { $0 ?? "" }
  }

  /// A code for each value, the one after them for a missing one.
  private static func codes(of column: Column) -> (codes: [Int32], count: Int) {
    let grouping = column.grouping()
    guard column.missingCount > 0 else { return (grouping.codes, grouping.count) }
    let missing = Int32(grouping.count)
    return (grouping.codes.map { $0 < 0 ? missing : $0 }, grouping.count + 1)
  }
}
