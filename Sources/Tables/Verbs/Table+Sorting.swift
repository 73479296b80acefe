// SPDX-License-Identifier: EUPL-1.2

/// A column to sort by, and in which direction.
public struct SortKey: Sendable, Hashable {
  public enum Order: Sendable, Hashable {
    case ascending
    case descending
  }

  public let column: String
  public let order: Order

  public init(_ column: String, _ order: Order = .ascending) {
    self.column = column
    self.order = order
  }
}

extension Table {
  /// The rows in the order of the keys; the first key weighs most.
  ///
  /// Rows with equal keys keep their order; missing values come last in either direction. Texts are
  /// ordered by their UTF-8 bytes, false comes before true.
  /// - Throws: `TableFault.unknownColumn`.
  public func sorted(by keys: [SortKey]) throws(TableFault) -> Table {
    keys.isEmpty ? self : taking(rows: try rows(by: keys))
  }

  /// The rows in the order of the keys, by their positions.
  func rows(by keys: [SortKey]) throws(TableFault) -> [Int] {
    var ranks: [[UInt64]] = []
    for key in keys {
      ranks.append(try column(key.column).ranks(key.order))
    }
    var rows = Array(0..<rowCount)
    if let only = ranks.first, ranks.count == 1 {
      rows.sort { (only[$0], $0) < (only[$1], $1) }
    } else {
      rows.sort { left, right in
        for rank in ranks where rank[left] != rank[right] { return rank[left] < rank[right] }
        return left < right
      }
    }
    return rows
  }
}

extension Column {
  /// A number per row that sorts as the row's value does, the largest number for a missing row.
  ///
  /// The two largest values of 64 bits would fall together with the place of the missing: they are
  /// moved up by sorting what is missing in a second step only where both occur, so integers are first
  /// ranked densely there.
  fileprivate func ranks(_ order: SortKey.Order) -> [UInt64] {
    var ranks: [UInt64]
    switch self {
    case .boolean(let column): ranks = (0..<count).map { column.values[$0] ? 1 : 0 }
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      ranks = column.values.map { UInt64(bitPattern: $0) ^ (1 << 63) }
    case .number(let column): ranks = column.values.map(\.sortingBits)
    case .date(let column): ranks = column.values.map { UInt64(bitPattern: Int64($0)) ^ (1 << 63) }
    case .text, .category:
      let grouping = grouping()
      let sorted = grouping.labels.indices.sorted {
        grouping.labels[$0].isExactlyBefore(grouping.labels[$1])
      }
      var places = [UInt64](repeating: 0, count: sorted.count)
      for (place, label) in sorted.enumerated() { places[label] = UInt64(place) }
      ranks = grouping.codes.map { $0 < 0 ? 0 : places[Int($0)] }
    }
    if order == .descending { for row in ranks.indices { ranks[row] = ~ranks[row] } }
    guard let validity else { return ranks }
    if let largest = ranks.max(), largest == .max { ranks = ranks.denselyRanked() }
    for row in ranks.indices where !validity[row] { ranks[row] = .max }
    return ranks
  }
}

extension Double {
  /// Bits that order as the numbers do: all bits turned for negative ones, else only the sign.
  fileprivate var sortingBits: UInt64 {
    bitPattern >> 63 == 1 ? ~bitPattern : bitPattern | (1 << 63)
  }
}

extension [UInt64] {
  /// The place of each number among the distinct ones, which leaves the largest numbers free.
  fileprivate func denselyRanked() -> [UInt64] {
    let rows = indices.sorted { self[$0] < self[$1] }
    var dense = self
    var place: UInt64 = 0
    for (position, row) in rows.enumerated() {
      if position > 0, self[row] != self[rows[position - 1]] { place += 1 }
      dense[row] = place
    }
    return dense
  }
}
