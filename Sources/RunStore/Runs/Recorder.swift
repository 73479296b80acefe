// SPDX-License-Identifier: EUPL-1.2

import Digests
import Dispatch
import Pipelines
import StageKit
import Synchronization

/// Records finished stages behind the back of the run, many with one wait for the disk.
///
/// A flush takes from 0.4 ms to some ms, which a small stage should not wait for. So what stages leave is
/// collected while the previous lot is being flushed. The order stays: objects are safe before an entry
/// names them, and the entry is in the database before the events tell of it. A kill costs the stages of
/// the last few milliseconds, which nobody has been told of; they are computed again.
final class Recorder: Sendable {
  struct FinishedStage: Sendable {
    let entry: StageEntry
    let pipeline: String
    let instance: InstanceID
    let stage: String
  }

  private struct State {
    var objects: [StagedObject] = []
    var byteCount = 0
    var stages: [FinishedStage] = []
    var results: [PendingStage] = []
    /// What is collected or just being written, by key and by digest.
    var unrecorded: [SHA256Digest: [String: ArtifactReference]] = [:]
    var unplaced: Set<SHA256Digest> = []
    var isScheduled = false
    var fault: (any Error)?
  }

  private let store: Store
  private let run: RunID
  private let log: EventLog
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "proeftuin.recorder")

  /// Above this much of waiting objects whoever brings more waits too.
  private static let objectLimit = 512
  private static let byteLimit = 64 << 20
  /// So many results are written together where no stage is recorded in between.
  private static let resultLimit = 256

  init(store: Store, run: RunID, log: EventLog) {
    self.store = store
    self.run = run
    self.log = log
  }

  func put(_ artifact: Artifact) throws -> ArtifactReference {
    let (reference, object) = try store.stage(artifact)
    guard object.path != nil else { return reference }
    let isFull = state.withLock { state in
      state.objects.append(object)
      state.byteCount += object.byteCount
      state.unplaced.insert(object.digest)
      return state.objects.count >= Self.objectLimit || state.byteCount >= Self.byteLimit
    }
    if isFull { try drain() }
    return reference
  }

  func record(_ stage: FinishedStage) throws {
    try state.withLock { state in
      if let fault = state.fault { throw fault }
      state.stages.append(stage)
      state.unrecorded[stage.entry.key.digest] = stage.entry.outputs
    }
    schedule()
  }

  func add(_ result: PendingStage) {
    let isFull = state.withLock { state in
      state.results.append(result)
      return state.results.count >= Self.resultLimit
    }
    if isFull { schedule() }
  }

  /// The outputs of a stage that is not in the database yet.
  func outputs(for key: SHA256Digest) -> [String: ArtifactReference]? {
    state.withLock { $0.unrecorded[key] }
  }

  /// Whether an object is written but has not got its name yet.
  func isComing(_ digest: SHA256Digest) -> Bool {
    state.withLock { $0.unplaced.contains(digest) }
  }

  /// Makes sure that an object can be read.
  func settle(_ digest: SHA256Digest) throws {
    if isComing(digest) { try drain() }
  }

  /// Returns when everything so far is recorded; throws what has gone wrong since the run began.
  func drain() throws {
    queue.sync { writeAll() }
    if let fault = state.withLock({ $0.fault }) { throw fault }
  }

  /// Notes what went wrong where nothing could be thrown.
  func fail(_ error: any Error) { state.withLock { $0.fault = $0.fault ?? error } }

  /// Begins to write what there is, unless that is about to happen anyway.
  func schedule() {
    let isFirst = state.withLock { state in
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if isFirst { queue.async { self.writeAll() } }
  }
}

extension Recorder {
  private struct Batch: Sendable {
    let objects: [StagedObject]
    let stages: [FinishedStage]
    let results: [PendingStage]
    let lines: [UInt8]
  }

  private func writeAll() {
    // Before the stages are taken: an event comes after its stage, so that no line is ahead of them.
    let lines = log.takeLines()
    let batch: Batch? = state.withLock { state in
      state.isScheduled = false
      guard state.fault == nil else { return nil }
      let batch = Batch(
        objects: state.objects, stages: state.stages, results: state.results, lines: lines)
      state.objects = []
      state.byteCount = 0
      state.stages = []
      state.results = []
      return batch
    }
    guard let batch else { return }
    do {
      try write(batch)
      state.withLock { state in
        state.unplaced.subtract(batch.objects.map(\.digest))
        state.unplaced.formUnion(state.objects.map(\.digest))
        for stage in batch.stages { state.unrecorded[stage.entry.key.digest] = nil }
        for stage in state.stages {
          state.unrecorded[stage.entry.key.digest] = stage.entry.outputs
        }
      }
    } catch {
      fail(error)
    }
  }

  private func write(_ batch: Batch) throws {
    try store.objects.place(batch.objects)
    if !batch.stages.isEmpty || !batch.results.isEmpty {
      try store.database.write { db in
        for stage in batch.stages {
          try StageEntries.record(
            stage.entry, pipeline: stage.pipeline, instance: stage.instance, stage: stage.stage,
            run: run, in: db)
        }
        for result in batch.results { try result.insert(into: db, run: run) }
      }
    }
    if !batch.stages.isEmpty { store.atStep(.stageRecorded) }
    try log.write(batch.lines)
  }
}
