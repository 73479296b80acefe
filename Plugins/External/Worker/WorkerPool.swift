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
      if worker.isAlive { return worker }
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
    let worker = try Worker(self, policy: policy, limits: limits, variables: variables)
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
    let place = try worker.makePlace()
    defer { worker.clear(place) }
    let delivery = try prepare(
      inputs, in: place.folder, mayShare: worker.isSandboxed, limits: limits)
    let log = MessageLog(place.folder) { [context] in context.tell($0) }
    let ending = try await follow(log) { try await worker.perform(place) }
    switch ending {
    case .replied: await pool.give(back: worker)
    case .ended(let program):
      if !isNew, program.stopped == nil, log.summary.messageCount == 0 { return nil }
    }
    worker.copyLogs(to: place)
    return try judge(ending, log, place.folder, delivery, limits)
  }

  /// Stages may share a process where nothing about it differs.
  func pool(_ limits: Limits, _ variables: [String: String]) async -> WorkerPool {
    let started = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let name = "external \(Program.absolute(plugin.folder)) \(plugin.digest) \(limits) \(started)"
    return await context.surroundings.resources.resource(name) { WorkerPool() }
  }
}
