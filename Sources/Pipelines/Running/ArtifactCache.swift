// SPDX-License-Identifier: EUPL-1.2

import Digests
import StageKit
import Synchronization

/// Keeps the latest artifacts of a run in memory, so that a table that many stages read is decoded once.
final class ArtifactCache: Sendable {
  private struct State {
    var artifacts: [SHA256Digest: (artifact: Artifact, byteCount: Int)] = [:]
    var order: [SHA256Digest] = []
    var byteCount = 0
  }

  private static let limit = 512 << 20
  private let state = Mutex(State())

  func keep(_ artifact: Artifact, as reference: ArtifactReference) {
    guard reference.byteCount <= Self.limit else { return }
    if case .batches = artifact { return }
    state.withLock { state in
      guard state.artifacts[reference.digest] == nil else { return }
      state.artifacts[reference.digest] = (artifact, reference.byteCount)
      state.order.append(reference.digest)
      state.byteCount += reference.byteCount
      while state.byteCount > Self.limit {
        let oldest = state.order.removeFirst()
        state.byteCount -= state.artifacts.removeValue(forKey: oldest)?.byteCount ?? 0
      }
    }
  }

  func artifact(
    _ reference: ArtifactReference, from store: any ArtifactStore
  ) throws -> Artifact {
    if let known = state.withLock({ $0.artifacts[reference.digest]?.artifact }),
      known.kind == reference.kind
    {
      return known
    }
    let artifact = try store.artifact(reference)
    keep(artifact, as: reference)
    return artifact
  }
}
