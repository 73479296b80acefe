// SPDX-License-Identifier: EUPL-1.2

import Dispatch
import Glibc

/// SIGINT and SIGTERM end a run in good order; a second one ends the process at once.
enum Interruption {
  static func cancelling<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if task.isCancelled { _exit(130) }
        Terminal.tell("stopping; what is done is kept (again to stop at once)")
        task.cancel()
      }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }
}

/// What the machine has.
enum Machine {
  static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
