// SPDX-License-Identifier: EUPL-1.2

import Pipelines
import StageKit
import Synchronization

/// Shows how far a run is: a line for each running stage that is drawn again and again, or plain lines
/// where standard error is no terminal.
final class ProgressDisplay: Sendable {
  private struct Running {
    let start: ContinuousClock.Instant
    var detail = ""
  }

  private struct State {
    var running: [(id: InstanceID, stage: Running)] = []
    var total = 0
    var done = 0
    var drawn = 0
  }

  private let state = Mutex(State())
  private let isQuiet: Bool
  private let isVerbose: Bool
  private let isLive: Bool
  private let redrawing: Task<Void, Never>?

  init(isQuiet: Bool, isVerbose: Bool) {
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    isLive = Terminal.errorsAreSeen && !isQuiet
    let box = RedrawBox()
    redrawing =
      isLive
      ? Task.detached {
        while !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(200))
          box.redraw()
        }
      } : nil
    box.set { [weak self] in self?.redraw() }
  }

  func observe(_ event: RunEvent) {
    guard !isQuiet else { return }
    switch event {
    case .runStarted(let instances): state.withLock { $0.total = instances.count }
    case .stageStarted(let id, let attempt):
      state.withLock {
        $0.running.append(
          (id, Running(start: .now, detail: attempt > 1 ? "attempt \(attempt)" : "")))
      }
      if !isLive, isVerbose { Terminal.tell("start  \(id)") }
    case .stageReported(let id, let report): note(report, of: id)
    case .stageFinished(let result): finish(result)
    case .runFinished: break
    }
  }

  /// Takes the live lines away; nothing is drawn after it.
  func end() {
    redrawing?.cancel()
    guard isLive else { return }
    state.withLock { state in
      Terminal.draw(Self.erasing(state.drawn))
      state.drawn = 0
      state.running = []
    }
  }

  private func note(_ report: StageReport, of id: InstanceID) {
    switch report {
    case .progress(let done, let total):
      detail("\(done) of \(total)", of: id)
    case .metric(let name, let value, let unit):
      detail("\(name) \(Self.short(value)) \(unit)", of: id)
    case .note(let text): line("note   \(id): \(text)")
    case .check(let name, let passed, let matters, let message):
      if !passed, matters || isVerbose {
        line("check  \(id): \(name) did not pass" + (message.map { ": \($0)" } ?? ""))
      }
    case .log(let level, let message):
      if isVerbose { line("\(level)  \(id): \(message)") }
    }
  }

  private func detail(_ text: String, of id: InstanceID) {
    state.withLock { state in
      if let position = state.running.firstIndex(where: { $0.id == id }) {
        state.running[position].stage.detail = text
      }
    }
  }

  private func finish(_ result: StageResult) {
    state.withLock { state in
      state.done += 1
      state.running.removeAll { $0.id == result.id }
    }
    switch result.status {
    case .ran:
      line(
        "\(Terminal.green("ran"))    \(result.id)  \(Terminal.faint(ResultTable.time(result.seconds)))"
      )
    case .failed: line("\(Terminal.red("failed")) \(result.id)")
    case .reused: if isVerbose { line("reused \(result.id)") }
    case .skipped, .cancelled:
      if isVerbose { line("\(result.status.rawValue) \(result.id): \(result.reason ?? "")") }
    }
  }

  private func line(_ text: String) {
    guard isLive else {
      Terminal.tell(text)
      return
    }
    state.withLock { state in
      Terminal.draw(Self.erasing(state.drawn) + text + "\n")
      state.drawn = 0
      draw(&state)
    }
  }

  private func redraw() {
    state.withLock { state in
      Terminal.draw(Self.erasing(state.drawn))
      draw(&state)
    }
  }

  private func draw(_ state: inout State) {
    let width = (Terminal.width ?? 80) - 1
    let now = ContinuousClock.now
    let lines = state.running.prefix(8).map { id, stage in
      let elapsed = ResultTable.time((now - stage.start).seconds)
      return String("  … \(id)  \(elapsed)  \(stage.detail)".prefix(width))
    }
    let count = state.total > 0 ? ["  \(state.done) of \(state.total) stages"] : []
    let all = lines.isEmpty ? [] : lines + count
    Terminal.draw(all.map { Terminal.faint($0) + "\n" }.joined())
    state.drawn = all.count
  }

  private static func erasing(_ lines: Int) -> String {
    lines == 0 ? "" : "\u{1B}[\(lines)A\u{1B}[J"
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

/// Lets the redrawing task start before the display that it draws is whole.
private final class RedrawBox: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }
  func redraw() { action.withLock { $0 }?() }
}
