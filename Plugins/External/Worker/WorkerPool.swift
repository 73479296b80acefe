// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// The processes of one plugin that stay during a run and take stage after stage.
actor WorkerPool: RunResources.Resource {
  private var idle: [Worker] = []
  /// How many processes were needed so far.
  private(set) var startCount = 0

  /// A worker that is free, if there is one that lives.
  func take() -> Worker? {
    while let worker = idle.popLast() {
      if worker.isFree { return worker }
    }
    return nil
  }

  func noteStart() { startCount += 1 }

  func give(back worker: Worker) { idle.append(worker) }

  func end() async {
    let workers = idle
    idle = []
    for worker in workers { await worker.end() }
  }
}

extension ExternalAttempt {
  /// Lets a process that stays do the stage; one that ends over it costs this stage only.
  func runOnWorker(
    _ inputs: [String: [Labeled<DeliveredArtifact>]], _ policy: Policy
  ) async throws -> [String: Artifact] {
    let limits = limits(policy)
    let variables = try sharedVariables()
    let pool = await pool(limits, variables)
    // A process that was free may have been about to end: a stage that it never began is given to a new
    // one.
    if let idle = await pool.take(),
      let outputs = try await run(inputs, on: idle, pool, limits, isNew: false)
    {
      return outputs
    }
    let worker = try Worker.start(self, policy: policy, limits: limits, variables: variables)
    await pool.noteStart()
    guard let outputs = try await run(inputs, on: worker, pool, limits, isNew: true) else {
      preconditionFailure("a new process either begins a stage or is at fault")
    }
    return outputs
  }

  /// The outputs; nil where a process that is not new ended before it began the stage.
  private func run(
    _ inputs: [String: [Labeled<DeliveredArtifact>]], on worker: Worker, _ pool: WorkerPool,
    _ limits: Limits, isNew: Bool
  ) async throws -> [String: Artifact]? {
    let (folder, logs): (AttemptFolder, Worker.LogStart)
    do {
      (folder, logs) = try worker.makePlace()
    } catch {
      await worker.end()
      throw error
    }
    let outputs: Result<[String: Artifact]?, any Error>
    do {
      let delivery = try prepare(inputs, in: folder, mayShare: worker.isSandboxed, limits: limits)
      let log = MessageLog(folder, hiding: redaction) { [context] in context.tell($0) }
      let ending = try await follow(log) { try await worker.perform(folder) }
      outputs =
        !isNew && ending.isBefore(log.summary)
        ? .success(nil)
        : .success(
          try judge(ending, log, folder, delivery, limits, printed: worker.printed(since: logs)))
    } catch {
      outputs = .failure(error)
    }
    // Its place is emptied before the next stage may come.
    worker.clear(folder)
    if worker.isFree { await pool.give(back: worker) }
    return try outputs.get()
  }

  /// Stages may share a process where nothing about it differs.
  func pool(_ limits: Limits, _ variables: [String: String]) async -> WorkerPool {
    let started = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let name = "external \(Program.absolute(plugin.folder)) \(plugin.digest) \(limits) \(started)"
    return await context.surroundings.resources.resource(name) { WorkerPool() }
  }
}

extension StageEnding {
  /// Whether the process ended by itself before it said anything about the stage.
  fileprivate func isBefore(_ summary: MessageLog.Summary) -> Bool {
    guard case .ended(let program) = self else { return false }
    return program.stopped == nil && summary.messageCount == 0
  }
}
