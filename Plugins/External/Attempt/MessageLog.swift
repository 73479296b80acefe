// SPDX-License-Identifier: EUPL-1.2

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
    /// More was written than anybody reads.
    var isFlood = false
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
    /// How many messages of each kind were passed on.
    var passedOn: [String: Int] = [:]
  }

  private static let lineLimit = 1 << 20
  /// As many messages of a kind are passed on; progress is no news for long, and is kept apart.
  private static let limits = ["log": 200, "progress": 100_000]
  private static let limit = 1000
  private static let typeLimit = 20
  /// As many bytes are read; honest stages say a thousandth of it.
  private static let byteLimit = 16 << 20

  private let file: OpenFile
  private let tell: @Sendable (StageReport) -> Void
  private let state = Mutex(State())

  private let secrets: Redaction

  init(
    _ folder: AttemptFolder, hiding secrets: Redaction = Redaction([]),
    tell: @escaping @Sendable (StageReport) -> Void
  ) {
    self.secrets = secrets
    file = folder.messagesFile
    self.tell = tell
  }

  var summary: Summary { state.withLock { $0.summary } }

  /// Takes in what has come since; called again and again, and once more after the end.
  func drain() {
    state.withLock { state in
      // What is written meanwhile is for the next time: a writer may be faster than this reader.
      let end = min(file.size, Self.byteLimit)
      while state.offset < end {
        let bytes = file.read(from: state.offset, count: min(1 << 16, end - state.offset))
        if bytes.isEmpty { break }
        state.offset += bytes.count
        take(bytes[...], &state)
      }
      state.summary.isFlood = file.size > Self.byteLimit
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
    guard let message = StageMessage(line, hiding: secrets) else {
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
      let isNew = !state.summary.unknownTypes.contains(type)
      if isNew, state.summary.unknownTypes.count < Self.typeLimit {
        state.summary.unknownTypes.insert(type)
        tell(.log(level: "warning", message: "a message of the unknown type '\(type)'"))
      }
    case .heartbeat: break
    case .log(let level, let text):
      pass(on: .log(level: level, message: text), "log", &state)
    case .progress(let done, let total):
      pass(on: .progress(done: done, total: total), "progress", &state)
    case .metric(let name, let value, let unit):
      pass(on: .metric(name: name, value: value, unit: unit), "metric", &state)
    case .check(let name, let passed, let matters, let text):
      pass(
        on: .check(name: name, passed: passed, matters: matters, message: text), "check", &state)
    case .note(let text): pass(on: .note(text), "note", &state)
    }
  }

  /// Tells of a message, unless there were very many of its kind: the store keeps them all.
  private func pass(on report: StageReport, _ kind: String, _ state: inout State) {
    let count = state.passedOn[kind, default: 0]
    let limit = Self.limits[kind] ?? Self.limit
    state.passedOn[kind] = count + 1
    if count < limit { tell(report) }
    if count == limit {
      tell(.log(level: "warning", message: "more messages of type '\(kind)' are left out"))
    }
  }
}
