// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
import GRDB
public import Pipelines
public import StageKit
import Synchronization
import Tables

/// A run that is going on: the store that its stages write to, and the ear for its events.
///
/// Give it to a `Runner` as its store, and `observe` as its observer; call `finish` when the runner is done,
/// whether it went well or not.
public final class RunSession: ArtifactStore {
  private struct State {
    var results: [JSONValue] = []
    var pending: [PendingStage] = []
    var scratchCount = 0
    var emptyScratch: [String] = []
    var isFinished = false
    /// What went wrong where nothing could be thrown.
    var fault: (any Error)?
  }

  public let id: RunID
  private let store: Store
  private let log: EventLog
  private let lock: Mutex<StoreLock?>
  private let state = Mutex(State())
  private let heartbeat = Mutex<Task<Void, Never>?>(nil)

  /// So many results are written together where no stage is recorded in between.
  private static let batch = 256

  init(_ id: RunID, store: Store, lock: sending StoreLock) throws {
    self.id = id
    self.store = store
    self.lock = Mutex(lock)
    try DurableFile.makeFolder(store.folder.run(id), permissions: 0o755)
    log = try EventLog(path: store.folder.events(id))
    let beat = Task.detached { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(2))
        guard let self, !Task.isCancelled else { return }
        self.beat()
      }
    }
    heartbeat.withLock { $0 = beat }
  }

  deinit { heartbeat.withLock { $0?.cancel() } }

  /// Takes in what happened; never fails, `finish` throws what went wrong.
  public func observe(_ event: RunEvent) {
    do {
      try log.append(event)
      guard case .stageFinished(let result) = event else { return }
      let json = StageRecord.json(of: result, finished: .now)
      let isFull = state.withLock { state in
        state.pending.append(
          PendingStage(
            position: state.results.count, instance: "\(result.id)", key: result.key?.hex,
            json: json))
        state.results.append(json)
        return state.pending.count >= Self.batch
      }
      if isFull { try write { _ in } }
    } catch {
      state.withLock { $0.fault = $0.fault ?? error }
    }
  }

  /// Ends the run with a receipt; a second call does nothing.
  public func finish(_ status: RunStatus, seconds: Double) throws {
    let (stages, pending, isFirst) = state.withLock { state in
      defer {
        state.isFinished = true
        state.pending = []
      }
      return (state.results, state.pending, !state.isFinished)
    }
    guard isFirst else { return }
    heartbeat.withLock { $0?.cancel() }
    defer { lock.withLock { $0 = nil } }
    try log.flush()
    try RunCompletion(
      store: store, run: id, status: status, seconds: seconds, finished: .now
    ).complete(stages: stages, pending: pending)
    DurableFile.remove(store.folder.attempts(id))
    if let fault = state.withLock({ $0.fault }) { throw fault }
  }
}

extension RunSession {
  public func outputs(for key: SHA256Digest) throws -> [String: ArtifactReference]? {
    try store.outputs(for: key)
  }

  public func latestComponents(
    pipeline: String, instance: InstanceID, stage: String
  ) throws -> JSONValue? {
    try store.latestComponents(pipeline: pipeline, instance: instance, stage: stage)
  }

  public func fingerprint(of secret: String) -> String { store.fingerprint(of: secret) }

  public func put(_ artifact: Artifact) throws -> ArtifactReference { try store.put(artifact) }

  public func artifact(_ reference: ArtifactReference) throws -> Artifact {
    try store.artifact(reference)
  }

  public func record(
    _ entry: StageEntry, pipeline: String, instance: InstanceID, stage: String
  ) throws {
    try write { db in
      try StageEntries.record(
        entry, pipeline: pipeline, instance: instance, stage: stage, run: id, in: db)
    }
    store.atStep(.stageRecorded)
  }

  /// A folder of its own; empty ones that were given back are given out again, since making one costs
  /// more than anything else that a small stage does here but flushing.
  public func makeScratchFolder() throws -> String {
    let (known, number) = state.withLock { state in
      state.scratchCount += 1
      return (state.emptyScratch.popLast(), state.scratchCount)
    }
    if let known { return known }
    let path = "\(store.folder.attempts(id))/\(number)"
    try DurableFile.makeFolder(path, permissions: 0o700)
    return path
  }

  public func removeScratchFolder(_ path: String) {
    if DurableFile.names(in: path).isEmpty {
      state.withLock { $0.emptyScratch.append(path) }
    } else {
      DurableFile.remove(path)
    }
  }

  /// Writes, together with the results that wait.
  private func write(_ body: (Database) throws -> Void) throws {
    let pending = state.withLock { state in
      defer { state.pending = [] }
      return state.pending
    }
    do {
      try store.database.write { db in
        for stage in pending { try stage.insert(into: db, run: id) }
        try body(db)
      }
    } catch {
      state.withLock { $0.pending = pending + $0.pending }
      throw error
    }
  }

  private func beat() {
    guard state.withLock({ !$0.isFinished }) else { return }
    do {
      try log.flush()
      try write { db in
        try db.execute(
          sql: "UPDATE runs SET heartbeat = ? WHERE id = ?",
          arguments: [Timestamp.now.microseconds, id.text])
      }
    } catch {
      state.withLock { $0.fault = $0.fault ?? error }
    }
  }
}
