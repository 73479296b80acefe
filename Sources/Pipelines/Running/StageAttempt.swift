// SPDX-License-Identifier: EUPL-1.2

import Documents
import Logging
import StageKit

/// One instance on its way: inputs in, the stage itself with retries and deadline, outputs kept.
struct StageAttempt: Sendable {
  let runner: Runner
  let instance: StageInstance
  let key: StageKey
  let inputs: [String: [Labeled<ArtifactReference>]]
  let cache: ArtifactCache

  /// Never throws: whatever happens becomes the result of the stage.
  func run() async -> StageResult {
    let clock = ContinuousClock()
    let start = clock.now
    var result = StageResult(id: instance.id, use: instance.declaration.name, status: .ran)
    result.key = key.digest
    result.implementation = instance.declaration.implementation
    result.seed = instance.seed
    result.inputs = inputs
    while true {
      result.attempts += 1
      runner.observe(.stageStarted(instance.id, attempt: result.attempts))
      do {
        let artifacts = try await attempt(result.attempts)
        result.seconds = (clock.now - start).seconds
        result.outputs = try keep(artifacts, seconds: result.seconds)
        return result
      } catch {
        let fault = fault(of: error)
        if let fault, fault.kind == .transient, result.attempts <= instance.block.retry { continue }
        result.seconds = (clock.now - start).seconds
        result.status = fault == nil ? .cancelled : .failed
        result.reason = fault == nil ? "the run was interrupted" : nil
        result.fault = fault.map { instance.diagnostic($0, in: runner.pipeline.document.file) }
        return result
      }
    }
  }

  private func attempt(_ number: Int) async throws -> [String: Artifact] {
    let delivered = inputs.mapValues { $0.map { Labeled($0.label, deliver($0.value)) } }
    let scratch = try runner.store.makeScratchFolder()
    let context = context(scratch: scratch, attempt: number)
    do {
      let artifacts = try await withDeadline(
        instance.block.timeout, waitsForEnd: instance.loaded.endsWhenCancelled
      ) {
        try await runner.executor.execute(instance, inputs: delivered, context: context)
      }
      runner.store.removeScratchFolder(scratch)
      return artifacts
    } catch {
      // Work that was left behind may still use its folder; the store removes it when the run ends.
      let isLeftBehind = error is DeadlinePassed || error is CancellationError
      if !isLeftBehind || instance.loaded.endsWhenCancelled {
        runner.store.removeScratchFolder(scratch)
      }
      throw error
    }
  }

  private func deliver(_ reference: ArtifactReference) -> DeliveredArtifact {
    let store = runner.store
    return DeliveredArtifact(
      file: { try store.file(of: reference) },
      decode: { [cache] in try cache.artifact(reference, from: store) })
  }

  private func context(scratch: String, attempt: Int) -> StageContext {
    let id = instance.id
    let observe = runner.observe
    let store = runner.store
    var surroundings = StageSurroundings(resources: runner.resources) {
      store.keepLog($0, of: id)
    }
    surroundings.run = store.runName
    surroundings.attempt = attempt
    surroundings.cpus = instance.block.resources.cpus
    surroundings.memoryBytes = instance.block.resources.memoryBytes
    surroundings.timeLimit = instance.block.timeout
    surroundings.runFolder = store.runFolder
    surroundings.storeFolder = store.storeFolder
    return StageContext(
      stage: instance.declaration.name, instance: "\(id)", experiment: runner.pipeline.name,
      seed: instance.seed, referenceDate: runner.pipeline.referenceDate,
      logger: Logger(label: "proeftuin.\(id)"), scratch: scratch,
      secrets: Dictionary(
        instance.secrets.compactMap { name in runner.secrets(name).map { (name, $0) } },
        uniquingKeysWith: { first, _ in first }), surroundings: surroundings
    ) { observe(.stageReported(id, $0)) }
  }

  /// Stores every output, then records the stage.
  private func keep(
    _ artifacts: [String: Artifact], seconds: Double
  ) throws -> [String: ArtifactReference] {
    var outputs: [String: ArtifactReference] = [:]
    for port in instance.declaration.outputs {
      guard let artifact = artifacts[port.name] else {
        if port.isOptional { continue }
        throw StageFault("it left its output '\(port.name)' unset", kind: .bug)
      }
      guard artifact.kind == port.kind else {
        throw StageFault(
          "its output '\(port.name)' is a \(artifact.kind.rawValue), not \(port.phrase)", kind: .bug
        )
      }
      let reference = try runner.store.put(artifact)
      cache.keep(artifact, as: reference)
      outputs[port.name] = reference
    }
    let entry = StageEntry(key: key, outputs: outputs, seconds: seconds)
    try runner.store.record(
      entry, pipeline: runner.pipeline.name, instance: instance.id,
      stage: instance.declaration.name)
    return outputs
  }

  /// The fault that an error stands for; nil where the run was interrupted.
  private func fault(of error: any Error) -> StageFault? {
    switch error {
    case let fault as StageFault: fault
    case is CancellationError: nil
    case let passed as DeadlinePassed:
      StageFault(
        "it took longer than its timeout of \(passed.limit)",
        help: "raise 'timeout:', or give it less to do", kind: .data)
    default: StageFault("\(error)")
    }
  }
}
