// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// How a program ended, and why where it was made to.
struct ProgramEnding: Sendable, Hashable {
  enum Status: Sendable, Hashable {
    case exited(Int)
    case signalled(Int)
  }

  enum Reason: Sendable, Hashable {
    case cancelled
    case memory
    case processes
    case output
    case time
    /// A program that stays does not read its requests.
    case deafness
  }

  let status: Status
  /// Why the runner ended it; nil where it ended by itself.
  let stopped: Reason?
  /// It did not end when it was asked to.
  var wasForced = false
}

/// A program that was started: told to stop, watched, and cleared away with all that it started.
final class RunningProgram: Sendable {
  private struct State {
    var process: pid_t?
    var stopped: ProgramEnding.Reason?
    var hasEnded = false
    var wasForced = false
    /// Nothing is waited for any more.
    var mustDie = false
  }

  /// Between asking and making it end.
  static let grace = Duration.seconds(2)

  private let launch: Launch
  private let state = Mutex(State())

  init(_ launch: Launch) { self.launch = launch }

  /// Starts the program and waits for its end; nothing of it runs any more after that.
  ///
  /// What it writes into the folder counts against its limits, its logs included.
  func run(in folder: AttemptFolder) async throws -> ProgramEnding {
    let output = try Self.log("\(folder.path)/\(AttemptFolder.outputLog)")
    let errors = try output.closingOnFailure {
      try Self.log("\(folder.path)/\(AttemptFolder.errorLog)")
    }
    var options = PlatformOptions()
    options.createSession = true
    let configuration = Configuration(
      executable: .path(FilePath(launch.arguments[0])),
      arguments: Arguments(Array(launch.arguments.dropFirst())),
      environment: .custom(
        Dictionary(
          launch.environment.map { (Environment.Key(rawValue: $0.key), $0.value) }.compactMap {
            key, value in key.map { ($0, value) }
          }, uniquingKeysWith: { first, _ in first })),
      workingDirectory: FilePath(launch.folder), platformOptions: options)
    // In a task of its own, so that cancelling asks the program first.
    let task = Task.detached { [self] in
      try await Subprocess.run(
        configuration, input: .none,
        output: .fileDescriptor(output, closeAfterSpawningProcess: true),
        error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
      ) { execution in
        begin(execution.processIdentifier.value)
      }.terminationStatus
    }
    let watch = Task.detached { [self] in await keepWatch(folder) }
    let status = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      stop(.cancelled)
    }
    watch.cancel()
    let (stopped, wasForced) = state.withLock { state in
      state.hasEnded = true
      return (state.stopped, state.wasForced)
    }
    clear()
    return ProgramEnding(
      status: .init(try status.get()), stopped: stopped, wasForced: wasForced)
  }

  /// Asks the program to end, and makes it end when it does not; the first reason stays.
  func stop(_ reason: ProgramEnding.Reason) {
    let isFirst = state.withLock { state in
      guard state.stopped == nil, !state.hasEnded else { return false }
      state.stopped = reason
      return true
    }
    guard isFirst else { return }
    Task.detached { [self] in
      // Only who was cancelled or is late may put things in order first.
      if reason == .cancelled || reason == .time {
        await askToEnd()
        state.withLock { $0.wasForced = !$0.hasEnded }
      }
      state.withLock { $0.mustDie = true }
      kill()
    }
  }

  /// Asks the program to end, as soon as it has begun, and waits until it has or the time is up.
  private func askToEnd() async {
    let end = ContinuousClock.now + Self.grace
    var isAsked = false
    // As soon as it is gone nothing is left to wait for.
    while state.withLock({ !$0.hasEnded }), ContinuousClock.now < end {
      if !isAsked, process != nil {
        terminate()
        isAsked = true
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }
}

extension RunningProgram {
  private func begin(_ process: pid_t) {
    let mustDie = state.withLock { state in
      state.process = process
      return state.mustDie
    }
    // Stopped before it had begun.
    if mustDie { kill() }
  }

  private var process: pid_t? { state.withLock { $0.hasEnded ? nil : $0.process } }

  /// Sends SIGTERM to the program and what it started.
  private func terminate() {
    guard let process else { return }
    guard launch.isSandboxed else {
      Glibc.kill(-process, SIGTERM)
      return
    }
    // bubblewrap itself would die of it, and take the program down without a word: the program is the
    // child of its child.
    for first in ProcessTree.children(of: process) {
      for process in ProcessTree.descendants(of: first) { Glibc.kill(process, SIGTERM) }
    }
  }

  private func kill() {
    guard let process else { return }
    // In a sandbox the first process takes all others with it.
    for child in launch.isSandboxed ? ProcessTree.children(of: process) : [] {
      Glibc.kill(child, SIGKILL)
    }
    Glibc.kill(-process, SIGKILL)
    if !launch.isSandboxed { clear() }
  }

  /// Ends what the program left running.
  private func clear() {
    // In a sandbox nothing outlives its first process, and the number may be another's by now.
    guard !launch.isSandboxed else { return }
    // A process may start another between being seen and being ended.
    for _ in 0..<50 {
      let left = ProcessTree.processes(marked: launch.mark)
      if left.isEmpty { return }
      for process in left { Glibc.kill(process, SIGKILL) }
      usleep(1000)
    }
  }

  /// Looks after the limits that the kernel does not keep for a whole tree of processes.
  private func keepWatch(_ folder: AttemptFolder) async {
    let start = ContinuousClock.now
    let free = folder.freeBytes ?? .max
    // So much is left to others on the disk, whatever way the program fills it.
    let reserve = min(1 << 30, free / 2)
    let output = launch.limits.output ?? .max
    var pause = Duration.milliseconds(10)
    while !Task.isCancelled {
      try? await Task.sleep(for: pause)
      pause = min(pause * 3 / 2, .milliseconds(200))
      guard !Task.isCancelled, let process else { continue }
      if let time = launch.limits.time, ContinuousClock.now - start > time { stop(.time) }
      let limit = launch.limits.processes ?? .max
      let tree =
        launch.isSandboxed
        ? [process] + ProcessTree.descendants(of: process, limit: min(limit, 100_000) + 8)
        : ProcessTree.processes(marked: launch.mark)
      // bubblewrap's own two do not count.
      if tree.count - 2 > limit { stop(.processes) }
      if let memory = launch.limits.memory,
        tree.reduce(0, { $0 + ProcessTree.memory(of: $1) }) > memory
      {
        stop(.memory)
      }
      if folder.writtenBytes(limit: output) > output || (folder.freeBytes ?? .max) < reserve {
        stop(.output)
      }
    }
  }
}

extension RunningProgram {
  private static func log(_ path: String) throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec, .noFollow],
      permissions: [.ownerReadWrite])
  }
}

extension FileDescriptor {
  /// What is made while the file is open; the file is closed where that fails.
  fileprivate func closingOnFailure<Value>(_ make: () throws -> Value) throws -> Value {
    do { return try make() } catch {
      try close()
      throw error
    }
  }
}

extension ProgramEnding.Status {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(Int(code))
    case .signaled(let number): self = .signalled(Int(number))
    }
  }
}
