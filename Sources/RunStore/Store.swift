// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
public import Pipelines
public import StageKit
import Tables

/// Remembers finished stages, their artifacts and the runs that made them, in a folder.
///
/// One process writes at a time, many may read. Whatever moment a process or the machine stops at, the
/// store opens again without repair by hand, and no recorded stage is lost.
public struct Store: Sendable {
  let folder: StoreFolder
  let database: StoreDatabase
  let objects: ObjectFiles
  let secret: [UInt8]
  let atStep: StepObserver

  /// The store's folder.
  public var path: String { folder.path }

  /// Opens the store in a folder, and makes it where there is none.
  ///
  /// - Throws: `StoreFault` where the folder may not be written, the database is damaged or was made by a
  ///   newer version.
  public static func open(at path: String) throws -> Store {
    try Store(at: path)
  }

  /// Opens the store in a folder; nil where there is none.
  public static func existing(at path: String) throws -> Store? {
    DurableFile.size(StoreFolder(path: path).database) == nil ? nil : try Store(at: path)
  }

  init(at path: String, atStep: @escaping StepObserver = { _ in }) throws {
    folder = StoreFolder(path: path)
    self.atStep = atStep
    try folder.create()
    secret = try folder.secretKey()
    objects = ObjectFiles(folder, atStep: atStep)
    var lock: StoreLock?
    database = try StoreDatabase(path: folder.database) { [folder] in
      lock = try StoreLock.acquireSoon(folder)
      return lock != nil
    }
    withExtendedLifetime(lock) {}
    lock = nil
    try reconcileIfNeeded()
  }
}

extension Store: KnownResults {
  public func outputs(for key: SHA256Digest) throws -> [String: ArtifactReference]? {
    try outputs(for: key) { _ in false }
  }

  /// The outputs under a key, where each object is present or on its way.
  func outputs(
    for key: SHA256Digest, isComing: (SHA256Digest) -> Bool
  ) throws -> [String: ArtifactReference]? {
    guard let outputs = try database.look({ try StageEntries.outputs(for: key, in: $0) }) else {
      return nil
    }
    let isWhole = outputs.values.allSatisfy {
      isComing($0.digest) || objects.isPresent($0.digest, byteCount: $0.byteCount)
    }
    return isWhole ? outputs : nil
  }

  public func latestComponents(
    pipeline: String, instance: InstanceID, stage: String
  ) throws -> JSONValue? {
    try database.look {
      try StageEntries.latestComponents(
        pipeline: pipeline, instance: instance, stage: stage, in: $0)
    }
  }

  public func fingerprint(of secret: String) -> String {
    authenticate("proeftuin.fingerprint.v1\n\(secret)").hex
  }

  /// The keyed digest of a text under the store's own key.
  func authenticate(_ text: String) -> SHA256Digest {
    SHA256Digest.authenticating(Array(text.utf8), key: secret)
  }
}

extension Store {
  /// The artifact that a reference names; its size is checked always, its digest where asked for.
  public func artifact(
    _ reference: ArtifactReference, checkingDigest: Bool = false
  ) throws -> Artifact {
    try objects.artifact(reference, checkingDigest: checkingDigest)
  }

  /// The bytes of an artifact as they lie in the store.
  public func bytes(of reference: ArtifactReference) throws -> [UInt8] {
    try objects.bytes(of: reference.digest, byteCount: reference.byteCount)
  }

  /// The file that holds an artifact: other programs may read it, and nobody may change it.
  public func path(of reference: ArtifactReference) -> String {
    objects.path(of: reference.digest)
  }

  /// Keeps the bytes of an artifact, and returns when they are safe.
  func put(_ artifact: Artifact) throws -> ArtifactReference {
    let (reference, object) = try stage(artifact)
    try objects.place([object])
    return reference
  }

  /// Writes the bytes of an artifact; they are an object once they are placed.
  func stage(_ artifact: Artifact) throws -> (ArtifactReference, StagedObject) {
    if artifact.kind == .table {
      let batches = try artifact.batches()
      let object = try objects.stage { try batches.encode(to: $0) }
      let reference = ArtifactReference(
        kind: .table, digest: object.digest, byteCount: object.byteCount, rows: batches.rowCount,
        mediaType: ArtifactBytes.tableType)
      return (reference, object)
    }
    let (bytes, mediaType) = try ArtifactBytes.encode(artifact)
    let object = try objects.stage(bytes)
    let reference = ArtifactReference(
      kind: artifact.kind, digest: object.digest, byteCount: bytes.count, rows: nil,
      mediaType: mediaType)
    return (reference, object)
  }
}
