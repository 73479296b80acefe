// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import StageKit
import Tables

/// Decides for each instance whether its result is known already.
public struct Planner {
  private let pipeline: CheckedPipeline
  private let store: any KnownResults
  private let secrets: @Sendable (String) -> String?
  private var digests: [ExactText: String] = [:]

  public init(
    _ pipeline: CheckedPipeline, store: any KnownResults,
    secrets: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.pipeline = pipeline
    self.store = store
    self.secrets = secrets
  }

  /// The action for every instance; a fresh plan reuses nothing.
  public mutating func plan(fresh: Bool = false) throws -> Plan {
    var actions: [Plan.Action] = []
    actions.reserveCapacity(pipeline.instances.count)
    for instance in pipeline.instances {
      actions.append(try action(for: instance, after: actions, fresh: fresh))
    }
    return Plan(
      steps: zip(pipeline.instances, actions).map { Plan.Step(instance: $0, action: $1) })
  }

  private mutating func action(
    for instance: StageInstance, after actions: [Plan.Action], fresh: Bool
  ) throws -> Plan.Action {
    if let reason = Self.skipReason(
      instance,
      { position in
        if case .skip = actions[position] { true } else { false }
      }, in: pipeline)
    {
      return .skip(reason)
    }
    var outputs: [Int: [String: ArtifactReference]] = [:]
    var waitsFor: [String] = []
    for position in instance.dependencies {
      switch actions[position] {
      case .reuse(_, let known): outputs[position] = known
      case .run: waitsFor.append("\(pipeline.instances[position].id)")
      case .skip: break
      }
    }
    if !waitsFor.isEmpty {
      return .run(["\(waitsFor.joined(separator: ", ")) will run first"])
    }
    if fresh { return .run(["a fresh run was asked for"]) }
    let key = try key(of: instance, outputs: outputs)
    if let known = try store.outputs(for: key.digest) { return .reuse(key, known) }
    let old = try store.latestComponents(
      pipeline: pipeline.name, instance: instance.id, stage: instance.declaration.name)
    guard let old else { return .run(["it has not run before"]) }
    let reasons = KeyDifference.reasons(from: old, to: key.components)
    return .run(reasons.isEmpty ? ["its earlier result is no longer there"] : reasons)
  }

  /// The key of an instance whose inputs are known.
  mutating func key(
    of instance: StageInstance, outputs: [Int: [String: ArtifactReference]]
  ) throws -> StageKey {
    var inputs: [String: [(label: String, digest: SHA256Digest)]] = [:]
    for (port, sources) in instance.inputs {
      inputs[port] = sources.compactMap { source in
        outputs[source.instance]?[source.port].map {
          ("\(pipeline.instances[source.instance].id)", $0.digest)
        }
      }
    }
    var files: [String: [String]] = [:]
    for file in instance.files {
      files[file.parameter, default: []].append(try content(of: file, for: instance))
    }
    var fingerprints: [String: String] = [:]
    for name in instance.secrets {
      fingerprints[name] = try secrets(name).map { try store.fingerprint(of: $0) } ?? "absent"
    }
    return try StageKey(
      instance, inputs: inputs.filter { !$0.value.isEmpty }, files: files, secrets: fingerprints,
      experiment: writesPipelineName(instance, inputs["pilot"]) ? pipeline.name : nil)
  }

  /// A pilot card names the experiment; without one the pipeline's name stands in the output.
  private func writesPipelineName(
    _ instance: StageInstance, _ cards: [(label: String, digest: SHA256Digest)]?
  ) -> Bool {
    instance.declaration.info.namesExperiment && (cards ?? []).isEmpty
  }

  /// What stands for the content of a file; for a database something new each time, since nobody knows
  /// whether it has changed.
  private mutating func content(
    of file: InputFile, for instance: StageInstance
  ) throws -> String {
    let place = ExactText(file.location)
    if let known = digests[place] { return known }
    do {
      let digest =
        file.isAddress || hasLog(file)
        ? KeyDifference.unknownContent + "\(UInt64.random(in: .min ... .max))"
        : try SHA256Digest.of(fileAt: file.location).hex
      digests[place] = digest
      return digest
    } catch {
      throw StageFault(
        "the file '\(file.path)' cannot be read", at: file.parameter,
        help: "check that it is there and that you may read it", kind: .user)
    }
  }

  /// Whether a SQLite database has changes beside its file, in a log that others may be writing.
  private func hasLog(_ file: InputFile) -> Bool {
    (FileStatus.size(path: file.location + "-wal") ?? 0) > 0
  }

  /// Why an instance is not run, given which others are not.
  static func skipReason(
    _ instance: StageInstance, _ isSkipped: (Int) -> Bool, in pipeline: CheckedPipeline
  ) -> String? {
    guard instance.isWanted else { return "its 'when' is false" }
    for port in instance.declaration.inputs where !port.isList && !port.isOptional {
      let sources = instance.inputs[port.name] ?? []
      if let source = sources.first(where: { isSkipped($0.instance) }) {
        return "\(pipeline.instances[source.instance].id) is skipped"
      }
    }
    return nil
  }
}
