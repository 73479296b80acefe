// SPDX-License-Identifier: EUPL-1.2

/// The rows of a running variable in ascending order, cut in two at the cut-off.
///
/// Rows at the cut-off belong to the right side. Rows with equal values keep their order.
///
/// - Complexity: O(n) time and memory: a radix sort of the bits.
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

  private static let digit = 11

  private static func ascending(_ values: [Double]) -> [Int32] {
    // The bits of a number, turned so that they order as the numbers do; −0 counts as 0.
    var keys = values.map { value in
      let bits = (value + 0).bitPattern
      return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
    var order = (0..<Int32(values.count)).map { $0 }
    var nextKeys = keys
    var nextOrder = order
    let mask = UInt64(1 << digit - 1)
    for shift in stride(from: 0, to: 64, by: digit) {
      var starts = [Int](repeating: 0, count: 1 << digit)
      for key in keys { starts[Int(key >> UInt64(shift) & mask)] += 1 }
      guard !starts.contains(keys.count) else { continue }
      var sum = 0
      for place in starts.indices {
        let count = starts[place]
        starts[place] = sum
        sum += count
      }
      for row in keys.indices {
        let place = Int(keys[row] >> UInt64(shift) & mask)
        nextKeys[starts[place]] = keys[row]
        nextOrder[starts[place]] = order[row]
        starts[place] += 1
      }
      swap(&keys, &nextKeys)
      swap(&order, &nextOrder)
    }
    return order
  }
}
