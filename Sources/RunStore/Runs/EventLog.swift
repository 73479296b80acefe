// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import Synchronization
import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A run's `events.jsonl`: one event a line, appended in whole lines, several at a time.
final class EventLog: Sendable {
  private struct State {
    var pending: [UInt8] = []
    /// When each instance last had its progress written.
    var progress: [InstanceID: ContinuousClock.Instant] = [:]
  }

  /// So much waits before it is worth a write of its own.
  private static let heldBytes = 1 << 15

  private let path: String
  private let descriptor: Int32
  private let state = Mutex(State())

  init(path: String) throws(StoreFault) {
    self.path = path
    descriptor = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("open", path) }
  }

  deinit { close(descriptor) }

  /// Adds an event, to be written later; says whether there is much to write.
  func append(_ event: RunEvent) -> Bool {
    state.withLock { state in
      guard !isTooSoon(event, &state) else { return false }
      state.pending += Self.line(event.json)
      return state.pending.count > Self.heldBytes
    }
  }

  /// Takes the lines that have gathered, for `write`.
  func takeLines() -> [UInt8] {
    state.withLock { state in
      defer { state.pending = [] }
      return state.pending
    }
  }

  func write(_ lines: [UInt8]) throws(StoreFault) {
    guard !lines.isEmpty else { return }
    try NewFile.append(lines, to: descriptor, path)
  }

  /// Progress comes as often as a stage likes; a line a second of each tells enough.
  private func isTooSoon(_ event: RunEvent, _ state: inout State) -> Bool {
    guard case .stageReported(let id, .progress(let done, let total)) = event, done < total else {
      return false
    }
    let now = ContinuousClock.now
    if let last = state.progress[id], now - last < .seconds(1) { return true }
    state.progress[id] = now
    return false
  }

  private static func line(_ event: JSONValue) -> [UInt8] {
    let timed = JSONValue.object(
      members: [("time", .string("\(Timestamp.now)"))] + event.members.map { ($0.key, $0.value) })
    return Array(timed.compact.utf8) + [UInt8(ascii: "\n")]
  }

  /// Ends the log of a run that was killed: half a line goes, and the end is told.
  static func end(path: String) {
    let bytes = (try? DurableFile.read(path)) ?? []
    let whole = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    if whole < bytes.count { truncate(path, off_t(whole)) }
    guard let log = try? EventLog(path: path) else { return }
    _ = log.append(.runFinished(.interrupted, seconds: 0))
    try? log.write(log.takeLines())
  }
}
