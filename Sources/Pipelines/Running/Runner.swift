// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// Runs a checked pipeline: independent stages side by side, known results reused.
///
/// The first failure stops what depends on it and lets the rest finish. Cancelling the surrounding task
/// stops everything; what was recorded stays, so that the next run goes on from there.
public struct Runner: Sendable {
  public struct Options: Sendable {
    /// How many processors the stages that run at one moment may use together.
    public var jobs = 1
    /// Reuse nothing.
    public var fresh = false

    public init() {}
  }

  let pipeline: CheckedPipeline
  let store: any ArtifactStore
  let executor: any Executor
  let options: Options
  let secrets: @Sendable (String) -> String?
  let observe: @Sendable (RunEvent) -> Void
  /// What the stages of this run share.
  let resources = RunResources()

  public init(
    _ pipeline: CheckedPipeline, store: any ArtifactStore,
    executor: any Executor = LocalExecutor(), options: Options = Options(),
    secrets: @escaping @Sendable (String) -> String? = { _ in nil },
    observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.pipeline = pipeline
    self.store = store
    self.executor = executor
    self.options = options
    self.secrets = secrets
    self.observe = observe
  }

  /// How the run ended, and every instance in the order of the pipeline.
  public struct Outcome: Sendable {
    public let status: RunStatus
    public let results: [StageResult]
    public let seconds: Double
  }

  public func run() async throws -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    observe(.runStarted(instances: pipeline.instances.map(\.id)))
    var schedule = RunSchedule(pipeline)
    var planner = Planner(pipeline, store: store, secrets: secrets)
    do {
      try await work(&schedule, &planner)
    } catch {
      await resources.end()
      throw error
    }
    await resources.end()
    for result in schedule.cancelRest() { observe(.stageFinished(result)) }
    let seconds = (clock.now - start).seconds
    let status: RunStatus =
      Task.isCancelled ? .interrupted : schedule.hasFailed ? .failed : .succeeded
    observe(.runFinished(status, seconds: seconds))
    return Outcome(status: status, results: schedule.results, seconds: seconds)
  }

  /// Runs what is ready until nothing is.
  private func work(_ schedule: inout RunSchedule, _ planner: inout Planner) async throws {
    let cache = ArtifactCache()
    try await withThrowingTaskGroup(of: (Int, StageResult).self) { group in
      while !schedule.isFinished {
        while !Task.isCancelled, let position = schedule.next(within: options.jobs) {
          if let result = try settle(position, &schedule, &planner) {
            schedule.finish(position, with: result)
            observe(.stageFinished(result))
            continue
          }
          let attempt = StageAttempt(
            runner: self, instance: pipeline.instances[position],
            key: try planner.key(
              of: pipeline.instances[position], outputs: schedule.outputs(for: position)),
            inputs: schedule.inputs(for: position), cache: cache)
          schedule.start(position)
          group.addTask { (position, await attempt.run()) }
        }
        guard let (position, result) = try await group.next() else { break }
        schedule.finish(position, with: result)
        observe(.stageFinished(result))
      }
    }
  }

  /// The result of an instance that need not run; nil where it must.
  private func settle(
    _ position: Int, _ schedule: inout RunSchedule, _ planner: inout Planner
  ) throws -> StageResult? {
    let instance = pipeline.instances[position]
    var result = StageResult(
      id: instance.id, use: instance.declaration.name, status: .skipped)
    if let reason = schedule.failedDependency(of: position) {
      result.status = .cancelled
      result.reason = reason
      return result
    }
    if let reason = Planner.skipReason(instance, schedule.isSkipped, in: pipeline) {
      result.reason = reason
      return result
    }
    do {
      let key = try planner.key(of: instance, outputs: schedule.outputs(for: position))
      guard !options.fresh, let outputs = try store.outputs(for: key.digest) else { return nil }
      result.status = .reused
      result.inputs = schedule.inputs(for: position)
      result.outputs = outputs
      result.key = key.digest
      result.implementation = instance.declaration.implementation
      result.seed = instance.seed
      return result
    } catch let fault as StageFault {
      result.status = .failed
      result.fault = instance.diagnostic(fault, in: pipeline.document.file)
      return result
    }
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
