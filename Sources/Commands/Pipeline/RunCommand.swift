// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Pipelines
import RunStore
import StageKit

/// `proeftuin run FILE`: runs; progress on standard error; ends with a short table of results.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a pipeline; what is known already is reused.")

  @OptionGroup var pipeline: PipelineOptions

  @Option(help: "How many processors to use; all unless given.")
  var jobs: Int?

  @Option(help: ArgumentHelp("Run only this stage and what it needs.", valueName: "stage"))
  var only: String?

  @Flag(help: "Run everything again, reuse nothing.")
  var fresh = false

  @Option(help: "Where stages run.")
  var executor = ExecutorChoice.local

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions
  @OptionGroup var talk: TalkOptions

  enum ExecutorChoice: String, ExpressibleByArgument, CaseIterable {
    case local
  }

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024")
    }
  }

  func run() async throws {
    let checked = try selected()
    let store = try self.store.open()
    let session = try await store.startRun(
      RunDescription(
        checked, arguments: CommandLine.arguments, tool: "proeftuin \(Installation.version)"),
      wait: LockWait { Terminal.tell($0) })
    let progress = ProgressDisplay(isQuiet: talk.quiet, isVerbose: talk.verbose)
    var options = Runner.Options()
    options.jobs = jobs ?? Machine.processorCount
    options.fresh = fresh
    let runner = Runner(
      checked, store: session, executor: LocalExecutor(), options: options,
      secrets: secretValue,
      observe: { event in
        session.observe(event)
        progress.observe(event)
      })
    let outcome = try await finish(session, progress) {
      try await Interruption.cancelling { try await runner.run() }
    }
    show(outcome, session.id, checked, store)
    switch outcome.status {
    case .succeeded: return
    case .failed: throw ExitCode.stageFailed
    case .interrupted: throw ExitCode.interrupted
    }
  }

  private func selected() throws -> CheckedPipeline {
    let checked = try pipeline.checked(asJSON: answer.json)
    guard let only else { return checked }
    guard let limited = checked.limited(to: only) else {
      throw CommandFailure(
        .usage, "the pipeline has no stage '\(only)'",
        help: Suggestion.question(for: only, among: checked.document.stages.map(\.id)))
    }
    return limited
  }

  /// Ends the run in the store whatever happens, so that nothing stays "started".
  private func finish(
    _ session: RunSession, _ progress: ProgressDisplay,
    _ work: () async throws -> Runner.Outcome
  ) async throws -> Runner.Outcome {
    defer { progress.end() }
    do {
      let outcome = try await work()
      try session.finish(outcome.status, seconds: outcome.seconds)
      return outcome
    } catch {
      // The run failed by the store's own fault; that one is told, a second would hide it.
      try? session.finish(.failed, seconds: 0)
      throw error
    }
  }

  private func show(
    _ outcome: Runner.Outcome, _ run: RunID, _ checked: CheckedPipeline, _ store: Store
  ) {
    if answer.json {
      Terminal.answer(outcome.json(run: run, pipeline: checked.name))
      return
    }
    let faults = outcome.results.compactMap(\.fault)
    if !faults.isEmpty {
      Terminal.tell(DiagnosticRenderer.terminal.text(faults, beside: [checked.document.file]))
    }
    if !talk.quiet {
      Terminal.answer(ResultTable.text(outcome, store))
      Terminal.tell("run \(run) \(outcome.status.rawValue) in \(ResultTable.time(outcome.seconds))")
    }
  }
}

extension Runner.Outcome {
  /// What `run --json` ends with.
  func json(run: RunID, pipeline: String) -> JSONValue {
    [
      "run": .string(run.text), "pipeline": .string(pipeline),
      "status": .string(status.rawValue), "seconds": .number(seconds),
      "stages": .array(results.map(\.json)),
    ]
  }
}
