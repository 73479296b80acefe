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
    result.seed = instance.seed
    result.inputs = inputs
    while true {
      result.attempts += 1
      runner.observe(.stageStarted(instance.id, attempt: result.attempts))
      do {
        let artifacts = try await attempt()
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

  private func attempt() async throws -> [String: Artifact] {
    var delivered: [String: [Labeled<Artifact>]] = [:]
    for (port, references) in inputs {
      delivered[port] = try references.map {
        Labeled($0.label, try cache.artifact($0.value, from: runner.store))
      }
    }
    let scratch = try runner.store.makeScratchFolder()
    let context = context(scratch: scratch)
    let ports = delivered
    do {
      let artifacts = try await withDeadline(instance.block.timeout) {
        try await runner.executor.execute(instance, inputs: ports, context: context)
      }
      runner.store.removeScratchFolder(scratch)
      return artifacts
    } catch {
      // Work that was left behind may still use its folder; the store removes it when the run ends.
      let isLeftBehind = error is DeadlinePassed || error is CancellationError
      if !isLeftBehind { runner.store.removeScratchFolder(scratch) }
      throw error
    }
  }

  private func context(scratch: String) -> StageContext {
    let id = instance.id
    let observe = runner.observe
    return StageContext(
      stage: instance.declaration.name, instance: "\(id)", experiment: runner.pipeline.name,
      seed: instance.seed, referenceDate: runner.pipeline.referenceDate,
      logger: Logger(label: "proeftuin.\(id)"), scratch: scratch,
      secrets: Dictionary(
        instance.secrets.compactMap { name in runner.secrets(name).map { (name, $0) } },
        uniquingKeysWith: { first, _ in first })
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
