// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The right to write to a store; the system takes it back when the process ends, however it ends.
final class StoreLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// The lock; nil while another holds it.
  static func acquire(_ folder: StoreFolder) throws(StoreFault) -> StoreLock? {
    let descriptor = open(folder.lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("open", folder.lock) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return StoreLock(descriptor: descriptor) }
    let held = errno == EWOULDBLOCK
    let fault = StoreFault.system("lock", folder.lock)
    close(descriptor)
    if held { return nil }
    throw fault
  }
}

/// How long to wait for another process that writes to the store, and who is told.
public struct LockWait: Sendable {
  /// Nil waits for ever.
  public var timeout: Duration?
  /// Called once, with a sentence for the user, when there is something to wait for.
  public var waiting: @Sendable (String) -> Void

  public init(
    timeout: Duration? = nil, waiting: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.waiting = waiting
  }
}

extension StoreLock {
  /// The lock, after a short wait where another process is just making the store; nil after that.
  static func acquireSoon(_ folder: StoreFolder) throws(StoreFault) -> StoreLock? {
    for _ in 0..<500 {
      if let lock = try acquire(folder) { return lock }
      usleep(20_000)
    }
    return nil
  }

  /// The lock, however long it takes within the limit; `holder` says who has it.
  static func wait(
    _ folder: StoreFolder, _ wait: LockWait, holder: () -> String
  ) async throws -> StoreLock {
    if let lock = try acquire(folder) { return lock }
    let clock = ContinuousClock()
    let start = clock.now
    wait.waiting("waiting for \(holder()), which writes to the same store")
    while true {
      if let timeout = wait.timeout, clock.now - start >= timeout {
        throw StoreFault(
          .locked, "\(holder()) still writes to the store",
          help: "wait until it has ended, or name another store with --store")
      }
      try await Task.sleep(for: .milliseconds(50))
      if let lock = try acquire(folder) { return lock }
    }
  }
}
