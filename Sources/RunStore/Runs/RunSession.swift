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
/// whether it went well or not. Stages are recorded shortly after they end; `finish` waits for the last.
public final class RunSession: ArtifactStore {
  private struct State {
    /// Where each instance stands in the pipeline.
    var places: [String: Int] = [:]
    var results: [(position: Int, json: JSONValue)] = []
    var scratchCount = 0
    var emptyScratch: [String] = []
    var isFinished = false
  }

  public let id: RunID
  private let store: Store
  private let log: EventLog
  private let recorder: Recorder
  private let lock: Mutex<StoreLock?>
  private let state = Mutex(State())
  private let heartbeat = Mutex<Task<Void, Never>?>(nil)

  init(_ id: RunID, store: Store, lock: StoreLock) throws {
    self.id = id
    self.store = store
    self.lock = Mutex(lock)
    try DurableFile.makeFolder(store.folder.run(id), permissions: 0o755)
    log = try EventLog(path: store.folder.events(id))
    recorder = Recorder(store: store, run: id, log: log)
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
    if log.append(event) { recorder.schedule() }
    if case .runStarted(let instances) = event {
      let places = Dictionary(
        instances.enumerated().map { ("\($1)", $0) }, uniquingKeysWith: { first, _ in first })
      state.withLock { $0.places = places }
    }
    guard case .stageFinished(let result) = event else { return }
    let json = StageRecord.json(of: result, finished: .now)
    let position = state.withLock { state in
      let position =
        state.places["\(result.id)"] ?? state.places.count + state.results.count
      state.results.append((position, json))
      return position
    }
    recorder.add(
      PendingStage(
        position: position, instance: "\(result.id)", key: result.key?.hex, json: json))
  }

  /// Ends the run with a receipt; a second call does nothing.
  ///
  /// - Throws: what went wrong in the store while the run went on. Such a run gets its receipt, as an
  ///   interrupted one, when the store is opened next.
  public func finish(_ status: RunStatus, seconds: Double) throws {
    let (stages, isFirst) = state.withLock { state in
      defer { state.isFinished = true }
      let stages = state.results.sorted { $0.position < $1.position }.map(\.json)
      return (stages, !state.isFinished)
    }
    guard isFirst else { return }
    heartbeat.withLock { $0?.cancel() }
    defer { lock.withLock { $0 = nil } }
    try recorder.drain()
    try RunCompletion(
      store: store, run: id, status: status, seconds: seconds, finished: .now
    ).complete(stages: stages, pending: [])
    DurableFile.remove(store.folder.attempts(id))
  }
}

extension RunSession {
  public func outputs(for key: SHA256Digest) throws -> [String: ArtifactReference]? {
    try recorder.outputs(for: key)
      ?? store.outputs(for: key, isComing: { recorder.isComing($0) })
  }

  public func latestComponents(
    pipeline: String, instance: InstanceID, stage: String
  ) throws -> JSONValue? {
    try store.latestComponents(pipeline: pipeline, instance: instance, stage: stage)
  }

  public func fingerprint(of secret: String) -> String { store.fingerprint(of: secret) }

  public func put(_ artifact: Artifact) throws -> ArtifactReference {
    try recorder.put(artifact)
  }

  public func artifact(_ reference: ArtifactReference) throws -> Artifact {
    try recorder.settle(reference.digest)
    return try store.artifact(reference)
  }

  public func record(
    _ entry: StageEntry, pipeline: String, instance: InstanceID, stage: String
  ) throws {
    try recorder.record(
      Recorder.FinishedStage(
        entry: entry, pipeline: pipeline, instance: instance, stage: stage))
  }

  /// A folder of its own; an empty one that was given back is given out again.
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

  public func file(of reference: ArtifactReference) throws -> ArtifactFile? {
    try recorder.settle(reference.digest)
    return ArtifactFile(
      path: store.path(of: reference), sha256: reference.digest.hex,
      mediaType: reference.mediaType)
  }

  public var runName: String { id.text }

  public var runFolder: String { store.folder.attempts(id) }

  public var storeFolder: String { store.path }

  public func keepLog(_ path: String, of instance: InstanceID) -> String? {
    let folder = "\(store.folder.run(id))/logs"
    let name = "\(instance)".map { $0.isLetter || $0.isNumber || "-_=,.".contains($0) ? $0 : "_" }
    let file = path.split(separator: "/").last.map { String($0) } ?? "log"
    var target = "\(folder)/\(String(name.prefix(150)))-\(file)"
    do {
      try DurableFile.makeFolder(folder, permissions: 0o700)
      // An earlier attempt's log stays, and so does that of an instance with nearly the same name.
      var number = 2
      while number < 1000, DurableFile.size(target) != nil {
        target = "\(folder)/\(String(name.prefix(150)))-\(number)-\(file)"
        number += 1
      }
      return try DurableFile.move(path, to: target) ? target : nil
    } catch {
      return nil
    }
  }

  /// Tells those who look on that the run goes on, and lets them see what there is.
  private func beat() {
    guard state.withLock({ !$0.isFinished }) else { return }
    do {
      try recorder.drain()
      try store.database.write { db in
        try db.execute(
          sql: "UPDATE runs SET heartbeat = ? WHERE id = ?",
          arguments: [Timestamp.now.microseconds, id.text])
      }
    } catch {
      recorder.fail(error)
    }
  }
}
