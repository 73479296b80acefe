// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Glibc
import StageKit
import Synchronization

/// A process that stays: it reads a line for each stage from one pipe and answers it on another.
final class Worker: Sendable {
  /// Where one stage is done: a folder within the worker's own, and where its logs begin.
  struct Place: Sendable {
    let folder: AttemptFolder
    let readOnly: String
    let outputStart: Int
    let errorStart: Int
  }

  private struct State {
    var waiting: CheckedContinuation<StageEnding, any Error>?
    var ending: Result<ProgramEnding, any Error>?
    /// Which of its places is in use; the same again and again, as long as it can be emptied.
    var place = 1
    var bytes: [UInt8] = []
    /// The context of the stage that an answer is waited for.
    var asked: String?
  }

  let isSandboxed: Bool
  private let folder: AttemptFolder
  private let stageTime: Duration?
  private let program: RunningProgram
  private let requests: Int32
  private let replies: Int32
  private let state = Mutex(State())

  init(
    _ attempt: ExternalAttempt, policy: Policy, limits: Limits, variables: [String: String]
  ) throws {
    let runFolder = attempt.context.surroundings.runFolder
    let path = try ScratchFolder.makeFolder(
      in: runFolder.isEmpty ? FileManager.default.temporaryDirectory.path : runFolder)
    folder = try AttemptFolder(in: path)
    requests = try Self.pipe("\(folder.path)/requests")
    replies = try Self.pipe("\(folder.path)/replies")
    let command = attempt.plugin.command
    let program = try Program(
      command?.arguments ?? [], of: attempt.plugin,
      at: command?.place ?? attempt.plugin.namePlace, policy: policy)
    var variables = variables
    variables["PROEFTUIN_WORKER"] = folder.path
    // The time is a stage's, not that of the process that does many.
    var processLimits = limits
    processLimits.time = nil
    stageTime = limits.time
    let launch = try Launch(
      program, in: folder, view: attempt.view(writable: folder.path, readable: [folder.inputs]),
      policy: policy, limits: processLimits, environment: variables)
    isSandboxed = launch.isSandboxed
    self.program = RunningProgram(launch)
    listen()
    Task.detached { [self] in
      do {
        ended(.success(try await self.program.run(in: folder)))
      } catch {
        ended(.failure(error))
      }
    }
  }

  deinit {
    close(requests)
    // Wakes the thread that listens, which closes its pipe.
    _ = Glibc.write(replies, "\n", 1)
    AttemptFolder.remove(folder.path)
  }

  var isAlive: Bool { state.withLock { $0.ending == nil } }

  /// A fresh place for one stage.
  func makePlace() throws(StageFault) -> Place {
    let number = state.withLock { $0.place }
    let path = "\(folder.work)/\(number)"
    let readOnly = "\(folder.inputs)/\(number)"
    return Place(
      folder: try AttemptFolder(in: path, readOnly: readOnly), readOnly: readOnly,
      outputStart: FileStatus.size(path: folder.output) ?? 0,
      errorStart: FileStatus.size(path: folder.errors) ?? 0)
  }

  /// Has the process do a stage; returns when it has answered, or has ended.
  func perform(_ place: Place) async throws -> StageEnding {
    let request: JSONValue = [
      "context": .string(place.folder.context), "messages": .string(place.folder.messages),
    ]
    let line = Array(request.compact.utf8) + [UInt8(ascii: "\n")]
    let clock = stageTime.map { limit in
      Task.detached { [program] in
        try await Task.sleep(for: limit)
        program.stop(.time)
      }
    }
    defer { clock?.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ending = state.withLock { state in
          if state.ending == nil {
            state.waiting = continuation
            state.asked = place.folder.context
          }
          return state.ending
        }
        if let ending {
          continuation.resume(with: ending.map { .ended($0) })
        } else {
          // A pipe holds 64 KiB, and no more than one request is ever in it.
          _ = line.withUnsafeBytes { Glibc.write(requests, $0.baseAddress, $0.count) }
        }
      }
    } onCancel: {
      program.stop(.cancelled)
    }
  }

  /// Copies what the process printed during a stage to where a stage's logs are looked for.
  func copyLogs(to place: Place) {
    for (source, start, target) in [
      (folder.output, place.outputStart, place.folder.output),
      (folder.errors, place.errorStart, place.folder.errors),
    ] {
      guard let handle = FileHandle(forReadingAtPath: source) else { continue }
      defer { try? handle.close() }
      guard (try? handle.seek(toOffset: UInt64(start))) != nil,
        let data = try? handle.read(upToCount: 1 << 20), !data.isEmpty
      else { continue }
      try? place.folder.write(Array(data), to: target)
    }
  }

  func clear(_ place: Place) {
    if place.folder.empty() { return }
    AttemptFolder.remove(place.folder.path)
    AttemptFolder.remove(place.readOnly)
    state.withLock { $0.place += 1 }
  }

  /// Ends the process: closing the pipe would do, but nobody knows how soon.
  func end() async {
    program.stop(.cancelled)
    // In a task of its own: in one that was cancelled nothing waits.
    await Task.detached { [self] in
      for _ in 0..<400 where isAlive { try? await Task.sleep(for: .milliseconds(10)) }
    }.value
  }
}

extension Worker {
  /// A named pipe, open at both ends so that neither waits for the other.
  private static func pipe(_ path: String) throws(StageFault) -> Int32 {
    guard mkfifo(path, 0o600) == 0 else {
      throw StageFault("no pipe can be made at '\(path)'", kind: .transient)
    }
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StageFault("the pipe '\(path)' cannot be opened", kind: .transient)
    }
    return descriptor
  }

  /// A thread of its own waits for answers: it takes no other's place, and wakes at once.
  private func listen() {
    let descriptor = replies
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
        guard let context, context == state.asked else { continue }
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
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(with: ending.map { .ended($0) })
  }
}
