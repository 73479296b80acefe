// SPDX-License-Identifier: EUPL-1.2

/// The time that a stage may take has passed.
struct DeadlinePassed: Error {
  let limit: Duration
}

/// Waits for work until it ends, the deadline passes or the waiting task is cancelled.
///
/// Work that does not stop when it is told to is left behind; nobody takes its result.
func withDeadline<Value: Sendable>(
  _ limit: Duration?, _ work: @escaping @Sendable () async throws -> Value
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
  defer {
    worker.cancel()
    clock?.cancel()
  }
  for await result in results { return try result.get() }
  throw CancellationError()
}
