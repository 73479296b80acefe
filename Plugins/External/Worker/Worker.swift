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
    var count = 0
    var bytes: [UInt8] = []
  }

  let isSandboxed: Bool
  private let folder: AttemptFolder
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
    let launch = try Launch(
      program, in: folder, view: attempt.view(writable: folder.path, readable: [folder.inputs]),
      policy: policy, limits: limits, environment: variables)
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
    try? FileManager.default.removeItem(atPath: folder.path)
  }

  var isAlive: Bool { state.withLock { $0.ending == nil } }

  /// A fresh place for one stage.
  func makePlace() throws(StageFault) -> Place {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    let path = "\(folder.work)/\(number)"
    let readOnly = "\(folder.inputs)/\(number)"
    guard mkdir(path, 0o700) == 0, mkdir(readOnly, 0o700) == 0 else {
      throw StageFault("no folder can be made in '\(folder.path)'", kind: .transient)
    }
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
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ending = state.withLock { state in
          if state.ending == nil { state.waiting = continuation }
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
    try? FileManager.default.removeItem(atPath: place.folder.path)
    try? FileManager.default.removeItem(atPath: place.readOnly)
  }

  /// Ends the process: closing the pipe would do, but nobody knows how soon.
  func end() async {
    program.stop(.cancelled)
    for _ in 0..<400 where isAlive { try? await Task.sleep(for: .milliseconds(10)) }
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
      guard state.bytes.contains(UInt8(ascii: "\n")) else {
        // A program that answers without end is not listened to.
        if state.bytes.count > 1 << 16 { state.bytes = [] }
        return CheckedContinuation<StageEnding, any Error>?.none
      }
      state.bytes = []
      defer { state.waiting = nil }
      return state.waiting
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
