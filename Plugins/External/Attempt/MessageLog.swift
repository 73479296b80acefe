// SPDX-License-Identifier: EUPL-1.2

import Glibc
import StageKit
import Synchronization

/// Reads `messages.jsonl` while the program appends to it, and keeps what decides about the stage.
///
/// Only whole lines count. The file is opened before the program starts, so that a link put in its place
/// leads nowhere.
final class MessageLog: Sendable {
  struct Summary: Sendable {
    var openings = 0
    var spokenVersion: Int?
    /// What `closed` said; nil before that.
    var closing: Closing?
    /// Messages after `closed`, or before `opened`.
    var isOutOfOrder = false
    var brokenLines = 0
    var unknownTypes: Set<String> = []
    var messageCount = 0
    /// The bytes after the last line end.
    var tornBytes = 0
  }

  enum Closing: Sendable, Hashable {
    case well
    case fault(StageFault)
  }

  private struct State {
    var offset = 0
    var rest: [UInt8] = []
    var summary = Summary()
    var logCount = 0
  }

  private static let lineLimit = 1 << 20
  /// As many of a program's log messages are passed on.
  private static let logLimit = 200

  private let descriptor: Int32
  private let tell: @Sendable (StageReport) -> Void
  private let state = Mutex(State())

  init(_ folder: AttemptFolder, tell: @escaping @Sendable (StageReport) -> Void) {
    descriptor = open(folder.messages, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    self.tell = tell
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var summary: Summary { state.withLock { $0.summary } }

  /// Takes in what has come since; called again and again, and once more after the end.
  func drain() {
    state.withLock { state in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = buffer.withUnsafeMutableBytes {
          pread(descriptor, $0.baseAddress, $0.count, off_t(state.offset))
        }
        guard count > 0 else { break }
        state.offset += count
        take(buffer[..<count], &state)
      }
      state.summary.tornBytes = state.rest.count
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>, _ state: inout State) {
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = state.rest + bytes[start..<end]
      state.rest = []
      start = end + 1
      if !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { take(line: line, &state) }
    }
    state.rest += bytes[start...]
    // A line without end is kept short, and broken when its end comes.
    if state.rest.count > Self.lineLimit { state.rest = [UInt8(ascii: "!")] }
  }

  private func take(line: [UInt8], _ state: inout State) {
    guard let message = StageMessage(line) else {
      state.summary.brokenLines += 1
      return
    }
    state.summary.messageCount += 1
    if state.summary.closing != nil { state.summary.isOutOfOrder = true }
    switch message {
    case .opened(let version):
      state.summary.openings += 1
      state.summary.spokenVersion = version
    case .closed(let fault):
      if state.summary.openings == 0 { state.summary.isOutOfOrder = true }
      if state.summary.closing == nil {
        state.summary.closing = fault.map { .fault($0) } ?? .well
      }
    case .unknown(let type):
      if state.summary.unknownTypes.insert(type).inserted {
        tell(.log(level: "warning", message: "a message of the unknown type '\(type)'"))
      }
    case .heartbeat: break
    case .log(let level, let text):
      state.logCount += 1
      if state.logCount <= Self.logLimit { tell(.log(level: level, message: text)) }
      if state.logCount == Self.logLimit + 1 {
        tell(.log(level: "warning", message: "more log messages follow and are left out"))
      }
    case .progress(let done, let total): tell(.progress(done: done, total: total))
    case .metric(let name, let value, let unit): tell(.metric(name: name, value: value, unit: unit))
    case .check(let name, let passed, let matters, let text):
      tell(.check(name: name, passed: passed, matters: matters, message: text))
    case .note(let text): tell(.note(text))
    }
  }
}
