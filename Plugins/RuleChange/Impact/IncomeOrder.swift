// SPDX-License-Identifier: EUPL-1.2

/// Puts rows in the order of their incomes.
enum IncomeOrder {
  /// The rows, those with the smallest value first; rows with equal values keep their order.
  ///
  /// Sorted by digits: three passes over the first 32 bits of the values, and within rows that agree in
  /// these by the whole value, so that the order is exact. No value is NaN.
  /// - Complexity: O(rows), but O(rows · log rows) where most values agree in their first six digits.
  static func sorted(_ rows: [UInt32], by values: [Double]) -> [UInt32] {
    var entries = rows.map { row in
      UInt64(values[Int(row)].orderedBits >> 32) << 32 | UInt64(row)
    }
    var other = entries
    for (shift, bits) in [(32, 11), (43, 11), (54, 10)] as [(UInt64, Int)] {
      sort(entries, into: &other, by: shift, bits)
      swap(&entries, &other)
    }
    settle(&entries, by: values)
    return entries.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Orders the rows that agree in the first 32 bits, which stand beside each other.
  private static func settle(_ entries: inout [UInt64], by values: [Double]) {
    func value(_ entry: UInt64) -> UInt64 { values[Int(entry & 0xFFFF_FFFF)].orderedBits }
    var start = 0
    while start < entries.count {
      let key = entries[start] >> 32
      var end = start + 1
      var isOrdered = true
      while end < entries.count, entries[end] >> 32 == key {
        // Equal values are in the order of their rows already.
        if value(entries[end]) < value(entries[end - 1]) { isOrdered = false }
        end += 1
      }
      if !isOrdered {
        entries[start..<end].sort { (value($0), $0) < (value($1), $1) }
      }
      start = end
    }
  }

  private static func sort(
    _ entries: [UInt64], into sorted: inout [UInt64], by shift: UInt64, _ bits: Int
  ) {
    let mask = UInt64(1 << bits) - 1
    var places = [Int](repeating: 0, count: (1 << bits) + 1)
    for entry in entries { places[Int(entry >> shift & mask) + 1] += 1 }
    for digit in 1..<places.count { places[digit] += places[digit - 1] }
    for entry in entries {
      let digit = Int(entry >> shift & mask)
      sorted[places[digit]] = entry
      places[digit] += 1
    }
  }
}

extension Double {
  /// Bits that order as the numbers do; both zeros are the same.
  fileprivate var orderedBits: UInt64 {
    let bits = self == 0 ? 0 : bitPattern
    return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
  }
}
