// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Glibc
import StageKit
import Synchronization

/// A process that stays: it reads a line for each stage from one pipe and answers it on another.
final class Worker: Sendable {
  private struct State {
    var waiting: CheckedContinuation<StageEnding, any Error>?
    var ending: Result<ProgramEnding, any Error>?
    /// The number of its place; the same again and again, as long as it can be emptied.
    var place = 1
    /// How many stages it was given.
    var stageCount = 0
    var emptied: AttemptFolder?
    var bytes: [UInt8] = []
    /// The context of the stage that an answer is waited for.
    var asked: String?
    var isTold = false
  }

  let isSandboxed: Bool
  private let folder: AttemptFolder
  private let outputLog: OpenFile
  private let errorLog: OpenFile
  private let stageTime: Duration?
  private let program: RunningProgram
  private let requests: Int32
  private let replies: Int32
  private let state = Mutex(State())

  /// Starts a process for stages of a plugin; nothing is left where it cannot be started.
  static func start(
    _ attempt: ExternalAttempt, policy: Policy, limits: Limits, variables: [String: String]
  ) throws -> Worker {
    let runFolder = attempt.context.surroundings.runFolder
    let path = try ScratchFolder.makeFolder(
      in: runFolder.isEmpty ? FileManager.default.temporaryDirectory.path : runFolder)
    do {
      let folder = try AttemptFolder(in: path)
      var variables = variables
      variables["PROEFTUIN_WORKER"] = folder.path
      // The time is a stage's, not that of the process that does many.
      var processLimits = limits
      processLimits.time = nil
      let launch = try attempt.launchOfWorker(
        in: folder, policy: policy, limits: processLimits, variables: variables)
      return try Worker(launch, in: folder, stageTime: limits.time)
    } catch {
      AttemptFolder.remove(Program.absolute(path))
      throw error
    }
  }

  private init(_ launch: Launch, in folder: AttemptFolder, stageTime: Duration?) throws(StageFault)
  {
    guard let output = folder.handle.makeFile(AttemptFolder.outputLog),
      let errors = folder.handle.makeFile(AttemptFolder.errorLog),
      mkfifo("\(folder.path)/requests", 0o600) == 0, mkfifo("\(folder.path)/replies", 0o600) == 0
    else {
      throw StageFault("no pipe can be made in '\(folder.path)'", kind: .transient)
    }
    // Open at both ends, so that neither side waits for the other. Requests never wait at all: a
    // program that does not read them must not hold up the runner.
    requests = open("\(folder.path)/requests", O_RDWR | O_NONBLOCK | O_CLOEXEC)
    replies = open("\(folder.path)/replies", O_RDWR | O_CLOEXEC)
    self.folder = folder
    self.stageTime = stageTime
    outputLog = output
    errorLog = errors
    isSandboxed = launch.isSandboxed
    program = RunningProgram(launch)
    let heard = fcntl(replies, F_DUPFD_CLOEXEC, 0)
    guard requests >= 0, replies >= 0, heard >= 0 else {
      throw StageFault("the pipes in '\(folder.path)' cannot be opened", kind: .transient)
    }
    listen(heard)
    Task.detached { [self] in
      do {
        ended(.success(try await program.run(in: folder)))
      } catch {
        ended(.failure(error))
      }
    }
  }

  deinit {
    // Wakes the thread that listens, which has a descriptor of its own.
    _ = Glibc.write(replies, "\n", 1)
    close(requests)
    close(replies)
    AttemptFolder.remove(folder.path)
  }

  /// Whether it may take another stage.
  var isFree: Bool { state.withLock { $0.ending == nil && !$0.isTold } }

  /// A place for one stage, and where its logs begin.
  func makePlace() throws(StageFault) -> (folder: AttemptFolder, logs: LogStart) {
    let (number, stage, emptied) = state.withLock { state in
      defer { state.emptied = nil }
      state.stageCount += 1
      return (state.place, state.stageCount, state.emptied)
    }
    // A process that does many stages prints for many.
    for log in [outputLog, errorLog] where log.size > 1 << 20 { log.truncate() }
    return (
      try AttemptFolder(named: "\(number)", in: folder, stage: stage, again: emptied),
      LogStart(output: outputLog.size, errors: errorLog.size)
    )
  }

  /// How long the logs were before a stage.
  struct LogStart: Sendable {
    let output: Int
    let errors: Int
  }

  /// What the process printed since then, errors first; at most 1 MiB of each.
  func printed(since start: LogStart) -> [(name: String, bytes: [UInt8])] {
    [
      (AttemptFolder.errorLog, errorLog.read(from: start.errors, count: 1 << 20)),
      (AttemptFolder.outputLog, outputLog.read(from: start.output, count: 1 << 20)),
    ]
  }

  /// Has the process do a stage; returns when it has answered, or has ended.
  func perform(_ place: AttemptFolder) async throws -> StageEnding {
    let request: JSONValue = [
      "context": .string(place.context), "messages": .string(place.messages),
    ]
    let line = Array(request.compact.utf8) + [UInt8(ascii: "\n")]
    let clock = stageTime.map { limit in
      Task.detached { [weak self] in
        try await Task.sleep(for: limit)
        self?.stop(.time, stage: place.context)
      }
    }
    defer { clock?.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ending = state.withLock { state in
          if state.ending == nil {
            state.waiting = continuation
            state.asked = place.context
          }
          return state.ending
        }
        if let ending {
          continuation.resume(with: ending.map { .ended($0) })
        } else if line.withUnsafeBytes({ Glibc.write(requests, $0.baseAddress, $0.count) })
          != line.count
        {
          // The pipe is full of what is no request of ours.
          stop(.deafness, stage: place.context)
        }
        if Task.isCancelled { stop(.cancelled, stage: place.context) }
      }
    } onCancel: {
      stop(.cancelled, stage: place.context)
    }
  }

  /// Empties the place of a stage for the next.
  func clear(_ place: AttemptFolder) {
    if place.empty() {
      state.withLock { $0.emptied = place }
    } else {
      state.withLock { $0.place += 1 }
    }
  }

  /// Ends the process: closing the pipe would do, but nobody knows how soon.
  func end() async {
    state.withLock { $0.isTold = true }
    program.stop(.cancelled)
    // In a task of its own: in one that was cancelled nothing waits.
    await Task.detached { [self] in
      for _ in 0..<400 where state.withLock({ $0.ending == nil }) {
        try? await Task.sleep(for: .milliseconds(10))
      }
    }.value
  }
}

extension Worker {
  /// Ends the process over a stage, unless that stage has had its answer.
  private func stop(_ reason: ProgramEnding.Reason, stage context: String) {
    let isMeant = state.withLock { state in
      guard state.asked == context else { return false }
      state.isTold = true
      return true
    }
    if isMeant { program.stop(reason) }
  }

  /// A thread of its own waits for answers: it takes no other's place, and wakes at once.
  private func listen(_ descriptor: Int32) {
    Thread.detachNewThread { [weak self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0, let self else { break }
        self.take(buffer[..<count])
      }
      close(descriptor)
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    let waiting = state.withLock { state in
      state.bytes += bytes
      var waiting: CheckedContinuation<StageEnding, any Error>?
      while let end = state.bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(state.bytes[..<end])
        state.bytes.removeFirst(end + 1)
        // An answer to something else, such as a second one to the stage before, counts for nothing.
        let context = (try? JSONValue.parse(bytes: line))?["context"]?.stringValue
        guard let context, context == state.asked, !state.isTold else { continue }
        (waiting, state.waiting, state.asked) = (state.waiting, nil, nil)
      }
      // A program that answers without end is not listened to.
      if state.bytes.count > 1 << 16 { state.bytes = [] }
      return waiting
    }
    waiting?.resume(returning: .replied)
  }

  private func ended(_ ending: Result<ProgramEnding, any Error>) {
    let waiting = state.withLock { state in
      state.ending = ending
      defer { (state.waiting, state.asked) = (nil, nil) }
      return state.waiting
    }
    waiting?.resume(with: ending.map { .ended($0) })
  }
}
