// SPDX-License-Identifier: EUPL-1.2

import Dispatch
import Synchronization

/// Work that is spread over the processors, with its results in their order.
enum RowChunks {
  private static let size = 65_536

  /// Gives every row to one call of `body`.
  ///
  /// Where a range begins depends on the number of rows alone, never on the processors, so that sums
  /// which are made range by range are the same on any machine.
  static func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    each(max(1, (count + size - 1) / size)) { chunk in
      body(chunk * size..<min(count, (chunk + 1) * size))
    }
  }

  /// Does as many pieces of work side by side.
  static func each<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard count > 1 else { return (0..<count).map(body) }
    let done = Mutex<[Int: Result]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = body(index)
      done.withLock { $0[index] = result }
    }
    let results = done.withLock { $0 }
    return (0..<count).compactMap { results[$0] }
  }
}
