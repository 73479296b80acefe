// SPDX-License-Identifier: EUPL-1.2

import Dispatch
import Synchronization

/// Independent replicates spread over the processors, with their results in the order of their index.
///
/// A replicate may know nothing but its index (and the stream of that index), so that the results are the
/// same for any number of threads.
enum Replicates {
  /// - Parameters:
  ///   - count: how many.
  ///   - chunk: how many are done one after the other, with scratch memory made once.
  ///   - body: gives the results of a range of indices, in their order.
  /// - Returns: all results, by index.
  static func map<Result: Sendable>(
    _ count: Int, chunk: Int = 64, _ body: @Sendable (Range<Int>) -> [Result]
  ) -> [Result] {
    let chunks = (count + chunk - 1) / chunk
    let done = Mutex<[Int: [Result]]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks) { index in
      let range = index * chunk..<min(count, (index + 1) * chunk)
      let results = body(range)
      precondition(results.count == range.count, "one result for each replicate")
      done.withLock { $0[index] = results }
    }
    let byChunk = done.withLock { $0 }
    return (0..<chunks).flatMap { byChunk[$0] ?? [] }
  }

  /// The same for a body that may fail; the fault of the first replicate, by index, is thrown.
  static func map<Result: Sendable>(
    _ count: Int, chunk: Int = 64,
    failing body: @Sendable (Range<Int>) throws(EstimationFault) -> [Result]
  ) throws(EstimationFault) -> [Result] {
    let chunks = (count + chunk - 1) / chunk
    let done = Mutex<[Int: Swift.Result<[Result], EstimationFault>]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks) { index in
      let range = index * chunk..<min(count, (index + 1) * chunk)
      let results: Swift.Result<[Result], EstimationFault>
      do throws(EstimationFault) {
        results = .success(try body(range))
      } catch {
        results = .failure(error)
      }
      done.withLock { $0[index] = results }
    }
    let byChunk = done.withLock { $0 }
    var all: [Result] = []
    for index in 0..<chunks {
      guard let results = byChunk[index] else { continue }
      all += try results.get()
    }
    return all
  }
}
