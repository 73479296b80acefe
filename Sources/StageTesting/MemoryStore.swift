// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
public import Pipelines
public import StageKit
import Synchronization
import Tables

/// Remembers finished stages for as long as the process lives: enough to test a pipeline.
public final class MemoryStore: ArtifactStore {
  private struct State {
    var artifacts: [SHA256Digest: Artifact] = [:]
    var outputs: [SHA256Digest: [String: ArtifactReference]] = [:]
    var components: [String: JSONValue] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  public func outputs(for key: SHA256Digest) -> [String: ArtifactReference]? {
    state.withLock { $0.outputs[key] }
  }

  public func latestComponents(
    pipeline: String, instance: InstanceID, stage: String
  ) -> JSONValue? {
    state.withLock { $0.components["\(pipeline)/\(instance)"] ?? $0.components[stage] }
  }

  public func put(_ artifact: Artifact) throws -> ArtifactReference {
    let (bytes, mediaType) = try ArtifactBytes.encode(artifact)
    let rows = artifact.kind == .table ? try artifact.batches().rowCount : nil
    let reference = ArtifactReference(
      kind: artifact.kind, digest: SHA256Digest.of(bytes), byteCount: bytes.count, rows: rows,
      mediaType: mediaType)
    state.withLock { $0.artifacts[reference.digest] = artifact }
    return reference
  }

  public func artifact(_ reference: ArtifactReference) throws -> Artifact {
    guard let artifact = state.withLock({ $0.artifacts[reference.digest] }) else {
      throw StageFault("the store has no such artifact", kind: .bug)
    }
    return artifact
  }

  public func record(
    _ entry: StageEntry, pipeline: String, instance: InstanceID, stage: String
  ) {
    state.withLock { state in
      state.outputs[entry.key.digest] = entry.outputs
      state.components["\(pipeline)/\(instance)"] = entry.key.components
      state.components[stage] = entry.key.components
    }
  }

  public func makeScratchFolder() -> String { "" }
  public func removeScratchFolder(_ path: String) {}

  public func fingerprint(of secret: String) -> String { SHA256Digest.of(secret).hex }
}
