// SPDX-License-Identifier: EUPL-1.2

import Dispatch

/// Ranges of rows or groups that are worked on side by side.
///
/// Where a range begins depends on the work alone, never on the number of processors, so that sums which
/// are made range by range are the same on any machine.
enum Chunks {
  private static let size = 65_536

  /// Gives every index to one call of `body`.
  static func forEach(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let chunks = (count + size - 1) / size
    guard chunks > 1 else { return body(0..<count) }
    DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
      body(chunk * size..<min(count, (chunk + 1) * size))
    }
  }

  /// Gives every index to one call of `body`, in ranges of about equal work.
  ///
  /// - Parameters:
  ///   - count: how many indices there are.
  ///   - starts: `count + 1` numbers, rising: how much work lies before each index.
  ///   - body: does a range.
  static func forEach(
    _ count: Int, weightedBy starts: [Int], _ body: @Sendable (Range<Int>) -> Void
  ) {
    let work = (starts.last ?? 0) + count
    let chunks = min((work + size - 1) / size, 64)
    guard chunks > 1 else { return body(0..<count) }
    let bounds = (0...chunks).map { chunk in
      firstIndex(upTo: count) { starts[$0] + $0 >= work * chunk / chunks }
    }
    DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
      body(bounds[chunk]..<bounds[chunk + 1])
    }
  }

  private static func firstIndex(upTo count: Int, where isReached: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isReached(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
