// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageKit
import Tables
import Testing

@testable import RunStore

/// The store under the real planner and runner.
struct RunnerTests {
  struct Numbers: Stage {
    static let info = StageInfo("numbers", version: 1, summary: "Counts.")
    @Parameter("How many.") var count: Int
    struct Input: PortSet {}
    struct Output: PortSet { @Port("Numbers.") var cases: Table }
    func run(_ input: Input, in context: StageContext) async throws -> Output {
      var output = Output()
      output.cases = try Table([("n", .integer(FixedColumn((0..<count).map { Int64?(Int64($0)) })))]
      )
      return output
    }
  }

  struct Keep: Stage {
    static let info = StageInfo("keep", version: 1, summary: "Passes on.")
    @Parameter("Fails where true.") var fails = false
    struct Input: PortSet { @Port("Cases.") var cases: Table }
    struct Output: PortSet { @Port("Cases.") var cases: Table }
    func run(_ input: Input, in context: StageContext) async throws -> Output {
      if fails { throw StageFault("it was told to fail") }
      var output = Output()
      output.cases = input.cases
      return output
    }
  }

  enum Sampler: Plugin {
    static let name = "sample"
    static let stages: [any Stage.Type] = [Numbers.self, Keep.self]
  }

  let folder = TemporaryStore()

  private func pipeline(count: Int, fails: Bool = false) throws -> CheckedPipeline {
    let text = """
      pipeline: numbers
      stages:
        numbers: {use: sample/numbers, with: {count: \(count)}}
        keep: {use: sample/keep, from: numbers, with: {fails: \(fails)}}
      """
    let outcome = PipelineChecker(catalog: Catalog(plugins: [Sampler.self]))
      .check(SourceFile(name: "numbers.yaml", text: text))
    return try #require(outcome.pipeline, "\(outcome.diagnostics.map(\.message))")
  }

  private func run(_ pipeline: CheckedPipeline) async throws -> (RunSession, Runner.Outcome) {
    let session = try await folder.open().startRun(
      RunDescription(pipeline, arguments: [], tool: "proeftuin test"))
    let outcome = try await Runner(pipeline, store: session, observe: session.observe).run()
    try session.finish(outcome.status, seconds: outcome.seconds)
    return (session, outcome)
  }

  @Test func `a second run reuses what the first recorded`() async throws {
    let first = try await run(try pipeline(count: 5))
    #expect(first.1.results.map(\.status) == [.ran, .ran])
    let second = try await run(try pipeline(count: 5))
    #expect(second.1.results.map(\.status) == [.reused, .reused])
    let store = try folder.open()
    #expect(try store.stages(of: second.0.id).map(\.status) == [.reused, .reused])
    #expect(
      try store.stages(of: second.0.id)[1].inputs["cases"]?.map(\.label) == ["numbers"])
    #expect(try store.verify().findings == [])
  }

  @Test func `a plan names what changed`() async throws {
    _ = try await run(try pipeline(count: 5))
    var planner = Planner(try pipeline(count: 6), store: try folder.open())
    guard case .run(let reasons) = try planner.plan().steps[0].action else {
      Issue.record("the stage should run")
      return
    }
    #expect(reasons == ["parameter count changed 5 → 6"])
  }

  @Test func `a plan without a store runs everything`() throws {
    var planner = Planner(try pipeline(count: 5), store: NothingKnown())
    #expect(try planner.plan().runCount == 2)
  }

  @Test func `a failed run keeps what succeeded`() async throws {
    let failed = try await run(try pipeline(count: 5, fails: true))
    #expect(failed.1.status == .failed)
    let store = try folder.open()
    let stages = try store.stages(of: failed.0.id)
    #expect(stages.map(\.status) == [.ran, .failed])
    #expect(stages[1].fault?["message"]?.stringValue?.contains("told to fail") == true)
    #expect(try await run(try pipeline(count: 5)).1.results.map(\.status) == [.reused, .ran])
    #expect(try store.verify().findings == [])
  }

  @Test func `a stage whose object was deleted runs again`() async throws {
    let first = try await run(try pipeline(count: 5))
    let store = try folder.open()
    let reference = try #require(try store.stages(of: first.0.id)[0].outputs["cases"])
    DurableFile.remove(store.path(of: reference))
    let second = try await run(try pipeline(count: 5))
    #expect(second.1.results.map(\.status) == [.ran, .reused])
    #expect(try store.verify().findings == [])
  }
}
