// SPDX-License-Identifier: EUPL-1.2

/// The rows of a running variable in ascending order, cut in two at the cut-off.
///
/// Rows at the cut-off belong to the right side. Rows with equal values keep their order.
///
/// - Complexity: O(n) time and memory: a radix sort by place in the range, and of those at one place
///   by value.
struct CutoffOrder {
  /// Left of the cut-off, the nearest first.
  let left: [Int32]
  /// Right of the cut-off, the nearest first.
  let right: [Int32]

  /// - Throws: `EstimationFault.notFinite`, `.zeroVariance` for a constant running variable,
  ///   `.outOfRange` for a cut-off with no case below or no case above.
  init(_ running: [Double], cutoff: Double) throws(EstimationFault) {
    let missing = running.indices.filter { !running[$0].isFinite }
    guard missing.isEmpty else { throw .notFinite("the running variable", rows: missing) }
    guard let first = running.first else {
      throw .tooFew("cases", count: 0, needed: 2)
    }
    guard running.contains(where: { $0 != first }) else {
      throw .zeroVariance("the running variable")
    }
    let order = Self.ascending(running)
    var split = 0
    var end = order.count
    while split < end {
      let middle = (split + end) / 2
      if running[Int(order[middle])] < cutoff { split = middle + 1 } else { end = middle }
    }
    guard cutoff.isFinite, split > 0, split < order.count else {
      throw .outOfRange("the cut-off", allowed: "inside the range of the running variable")
    }
    left = order[..<split].reversed()
    right = Array(order[split...])
  }

  private struct Entry {
    /// Where the value lies between the least and the greatest, in steps of 2⁻³² of the range: a value
    /// that is greater has no smaller key.
    let key: UInt32
    let row: Int32
  }

  private static let digit = 11

  private static func ascending(_ values: [Double]) -> [Int32] {
    var entries = entries(values)
    let mask = 1 << digit - 1
    var others = entries
    for place in 0..<(UInt32.bitWidth + digit - 1) / digit {
      let shift = UInt32(place * digit)
      var starts = [Int](repeating: 0, count: 1 << digit)
      for entry in entries { starts[Int(entry.key >> shift) & mask] += 1 }
      var sum = 0
      for value in starts.indices {
        let count = starts[value]
        starts[value] = sum
        sum += count
      }
      for entry in entries {
        let value = Int(entry.key >> shift) & mask
        others[starts[value]] = entry
        starts[value] += 1
      }
      swap(&entries, &others)
    }
    var order = entries.map(\.row)
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      if end - start > 1 { sortRun(&order[start..<end], values) }
      start = end
    }
    return order
  }

  private static func entries(_ values: [Double]) -> [Entry] {
    var least = Double.infinity
    var greatest = -Double.infinity
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    // Halves, so that the range of large numbers is a number.
    let range = greatest / 2 - least / 2
    let top = Double(UInt32.max)
    var entries: [Entry] = []
    entries.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      let place = (value / 2 - least / 2) / range * top
      entries.append(Entry(key: UInt32(min(place, top)), row: Int32(row)))
    }
    return entries
  }

  /// Values so close together that their keys are equal; mostly they are equal, too.
  private static func sortRun(_ rows: inout ArraySlice<Int32>, _ values: [Double]) {
    let first = rows.first.map { values[Int($0)] }
    guard rows.contains(where: { values[Int($0)] != first }) else { return }
    rows.sort { left, right in
      let (a, b) = (values[Int(left)], values[Int(right)])
      return a == b ? left < right : a < b
    }
  }
}
