// SPDX-License-Identifier: EUPL-1.2

/// The time that a stage may take has passed.
struct DeadlinePassed: Error {
  let limit: Duration
}

/// Waits for work until it ends, the deadline passes or the waiting task is cancelled.
///
/// Work that does not stop when it is told to is left behind, and nobody takes its result. Work that is
/// sure to end is waited for.
func withDeadline<Value: Sendable>(
  _ limit: Duration?, waitsForEnd: Bool, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (results, sender) = AsyncStream<Result<Value, any Error>>.makeStream()
  let worker = Task.detached {
    do { sender.yield(.success(try await work())) } catch { sender.yield(.failure(error)) }
  }
  let clock = limit.map { limit in
    Task.detached {
      try await Task.sleep(for: limit)
      sender.yield(.failure(DeadlinePassed(limit: limit)))
    }
  }
  var first: Result<Value, any Error>?
  for await result in results {
    first = result
    break
  }
  worker.cancel()
  clock?.cancel()
  if waitsForEnd { await worker.value }
  guard let first else { throw CancellationError() }
  return try first.get()
}
