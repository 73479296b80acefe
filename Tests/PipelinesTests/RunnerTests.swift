// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Pipelines
import StageKit
import StageTesting
import Synchronization
import Tables
import Testing

struct RunnerTests {
  private func pipeline(_ text: String) throws -> CheckedPipeline {
    let outcome = PipelineChecker(catalog: TestPlugin.catalog)
      .check(SourceFile(name: "p.yaml", text: text))
    return try #require(outcome.pipeline, "\(outcome.diagnostics)")
  }

  private func run(
    _ text: String, in store: MemoryStore = MemoryStore(), jobs: Int = 2, fresh: Bool = false
  ) async throws -> Runner.Outcome {
    var options = Runner.Options()
    options.jobs = jobs
    options.fresh = fresh
    return try await Runner(try pipeline(text), store: store, options: options).run()
  }

  private func statuses(_ outcome: Runner.Outcome) -> [String] {
    outcome.results.map { "\($0.id) \($0.status.rawValue)" }
  }

  @Test func `stages run after what they need and hand on their tables`() async throws {
    let store = MemoryStore()
    let outcome = try await run(
      """
      pipeline: p
      stages:
        sum: {use: test/total, from: kept, with: {label: flow}}
        kept: {use: test/keep, from: all, with: {where: n > 1}}
        all: {use: test/numbers, with: {rows: 4}}
      """, in: store)
    #expect(outcome.status == .succeeded)
    let sum = try #require(outcome.results.first { $0.id.stage == "sum" })
    let table = try store.artifact(try #require(sum.outputs["result"]))
    guard case .table(let result) = table else { throw StageFault("no table") }
    #expect(result["sum"]?.display(at: 0) == "9")
  }

  @Test func `a second run reuses everything and a change runs only what it touches`() async throws
  {
    let store = MemoryStore()
    func text(level: Double) -> String {
      """
      pipeline: p
      stages:
        a: {use: test/numbers}
        b: {use: test/total, from: a, with: {label: reuse, level: \(level)}}
      """
    }
    _ = try await run(text(level: 0.9), in: store)
    #expect(try await statuses(run(text(level: 0.9), in: store)) == ["a reused", "b reused"])
    #expect(try await statuses(run(text(level: 0.8), in: store)) == ["a reused", "b ran"])
    #expect(totalRuns.withLock { $0["reuse"] } == 2)
    #expect(
      try await statuses(run(text(level: 0.8), in: store, fresh: true)) == ["a ran", "b ran"])
  }

  @Test func `names, comments and layout never make a new key`() async throws {
    let store = MemoryStore()
    _ = try await run(
      "pipeline: p\nstages:\n  a: {use: test/numbers, with: {rows: 3}}\n", in: store)
    let outcome = try await run(
      "pipeline: other\ntitle: t\nstages:\n  # why\n  b:\n    use: test/numbers\n    retry: 2\n",
      in: store)
    #expect(statuses(outcome) == ["b reused"])
  }

  @Test func `plan says why`() async throws {
    let store = MemoryStore()
    func text(_ level: String) -> String {
      "pipeline: p\nstages:\n  a: {use: test/numbers}\n  b: {use: test/total, from: a, with: {level: \(level)}}\n"
    }
    var planner = Planner(try pipeline(text("0.9")), store: store)
    let first = try planner.plan()
    #expect(first.steps.map(\.reasons) == [["it has not run before"], ["a will run first"]])
    _ = try await run(text("0.9"), in: store)
    planner = Planner(try pipeline(text("0.8")), store: store)
    #expect(try planner.plan().steps.map(\.reasons) == [[], ["parameter level changed 0.9 → 0.8"]])
  }

  @Test func `a failure stops what depends on it and lets the rest finish`() async throws {
    let outcome = try await run(
      """
      pipeline: p
      stages:
        bad: {use: test/flaky, with: {name: fail, failures: 9, transient: false}}
        after: {use: test/total, from: bad}
        last: {use: test/stack, from: {results: [after, good]}}
        good: {use: test/sleep}
      """)
    #expect(outcome.status == .failed)
    #expect(
      Set(statuses(outcome)) == ["bad failed", "after cancelled", "last cancelled", "good ran"])
    let fault = try #require(outcome.results.first { $0.status == .failed }?.fault)
    #expect(fault.message == "stage 'bad': it failed")
    #expect(fault.span?.start.line == 3)
  }

  @Test func `retry repeats what may go well the next time, and only that`() async throws {
    let again = try await run(
      "pipeline: p\nstages:\n  a: {use: test/flaky, retry: 2, with: {name: again, failures: 2}}\n")
    #expect(again.results[0].status == .ran)
    #expect(again.results[0].attempts == 3)
    let never = try await run(
      "pipeline: p\nstages:\n  a: {use: test/flaky, retry: 2, with: {name: never, transient: false}}\n"
    )
    #expect(never.results[0].attempts == 1)
  }

  @Test func `a stage that takes too long fails with its limit`() async throws {
    let outcome = try await run(
      "pipeline: p\nstages:\n  a: {use: test/sleep, timeout: 20ms, with: {milliseconds: 3600000}}\n"
    )
    #expect(outcome.results[0].status == .failed)
    #expect(outcome.results[0].fault?.message.contains("timeout") == true)
    // The stage would sleep for an hour; how soon the deadline is noticed depends on the machine.
    #expect(outcome.seconds < 1_800)
  }

  @Test func `when false skips a stage and what needs its output`() async throws {
    let outcome = try await run(
      """
      pipeline: p
      parameters: {level: 0.5}
      stages:
        a: {use: test/numbers, when: parameters.level > 0.9}
        b: {use: test/total, from: a}
        c: {use: test/sleep, from: a}
        d: {use: test/numbers, with: {rows: 2}}
        e: {use: test/stack, from: {results: [a, d]}}
      """)
    #expect(
      Set(statuses(outcome)) == ["a skipped", "b skipped", "c ran", "d ran", "e ran"])
  }

  @Test func `an output that is left unset is a fault that names it`() async throws {
    let outcome = try await run("pipeline: p\nstages:\n  a: {use: test/report}\n")
    #expect(outcome.results[0].fault?.message.contains("'note' unset") == true)
  }

  @Test func `cancelling ends the run and keeps what was done`() async throws {
    let store = MemoryStore()
    let text = """
      pipeline: p
      stages:
        a: {use: test/numbers, with: {rows: 7}}
        b: {use: test/sleep, from: a, with: {milliseconds: 60000}}
      """
    let checked = try pipeline(text)
    let started = AsyncStream<Void>.makeStream()
    let runner = Runner(
      checked, store: store,
      observe: { event in
        if case .stageStarted(let id, _) = event, id.stage == "b" { started.continuation.yield() }
      })
    let task = Task { try await runner.run() }
    for await _ in started.stream { break }
    task.cancel()
    let outcome = try await task.value
    #expect(outcome.status == .interrupted)
    #expect(statuses(outcome) == ["a ran", "b cancelled"])
    var planner = Planner(checked, store: store)
    #expect(try planner.plan().reuseCount == 1)
  }

  @Test func `independent stages run side by side, within the jobs`() async throws {
    let most = Mutex((now: 0, peak: 0))
    let text =
      "pipeline: p\nstages:\n"
      + (1...6).map { "  s\($0): {use: test/sleep, with: {milliseconds: \(20 + $0)}}\n" }.joined()
    var options = Runner.Options()
    options.jobs = 3
    let runner = Runner(
      try pipeline(text), store: MemoryStore(), options: options,
      observe: { event in
        most.withLock { count in
          switch event {
          case .stageStarted:
            count.now += 1
            count.peak = max(count.peak, count.now)
          case .stageFinished: count.now -= 1
          default: break
          }
        }
      })
    _ = try await runner.run()
    #expect((2...3).contains(most.withLock { $0.peak }))
  }

  @Test func `a seed gives the same draw and another seed another`() async throws {
    func draw(_ seed: Int) async throws -> String {
      let outcome = try await run(
        "pipeline: p\nparameters: {seed: \(seed)}\nstages:\n  a: {use: test/draw}\n")
      return try #require(outcome.results[0].outputs["cases"]).digest.hex
    }
    #expect(try await draw(1) == draw(1))
    #expect(try await draw(1) != draw(2))
  }

  @Test func `a stage that draws nothing as it is set needs no seed, and no seed changes it`()
    async throws
  {
    func key(_ parameters: String) async throws -> String {
      let outcome = try await run(
        "pipeline: p\n\(parameters)stages:\n  a: {use: test/draw, with: {fixed: 2}}\n")
      return try #require(outcome.results[0].key).hex
    }
    #expect(try await key("") == key("parameters: {seed: 7}\n"))
  }

  @Test func `only a stage and what it needs is left of a limited pipeline`() throws {
    let text = """
      pipeline: p
      stages:
        a: {use: test/numbers}
        x: {use: test/numbers, with: {rows: 1}}
        b: {use: test/total, from: a}
      """
    let limited = try #require(try pipeline(text).limited(to: "b"))
    #expect(limited.instances.map { "\($0.id)" } == ["a", "b"])
    #expect(try pipeline(text).limited(to: "nothing") == nil)
  }
}

extension Plan.Step {
  fileprivate var reasons: [String] {
    if case .run(let reasons) = action { reasons } else { [] }
  }
}
